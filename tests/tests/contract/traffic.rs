//! How much devices send, as the broker tells our workers, and ending the connection of one.

use std::time::Duration;

use async_nats::Client;
use broker_config::{AskBusiest, AssetId, Busy, CutConnection, DeviceTraffic, Role, subject};
use futures::StreamExt;
use tests::{TestBroker, TestDevice, eventually};

/// How long silence must last to count as silence: the broker's own timing is the subject here.
const SILENCE: Duration = Duration::from_millis(300);

async fn device(broker: &TestBroker) -> TestDevice {
    let asset_id = AssetId::new();
    TestDevice { asset_id, client: broker.connect_device(asset_id).await }
}

async fn busiest(worker: &Client, sort: Busy) -> Vec<DeviceTraffic> {
    let question = serde_json::to_vec(&AskBusiest::new(sort, 1)).unwrap();
    let answer = worker.request(subject::DEVICE_CONNECTIONS, question.into()).await.unwrap();
    DeviceTraffic::read_busiest(&answer.payload).unwrap()
}

fn connects(device: &TestDevice) -> u64 {
    device.client.statistics().connects.load(std::sync::atomic::Ordering::Relaxed)
}

#[tokio::test]
async fn a_worker_learns_who_sends_most_and_cuts_that_connection_alone() {
    let broker = TestBroker::start().await;
    let worker = broker.log(Role::Worker).await.client();
    let (talkative, wordy) = (device(&broker).await, device(&broker).await);
    for _ in 0..50 {
        talkative.round_trip().await;
    }
    wordy.client.publish(subject::sync(wordy.asset_id), vec![b'x'; 100 * 1024].into()).await.unwrap();
    wordy.round_trip().await;

    let by_bytes = busiest(&worker, Busy::ByBytes).await;
    assert_eq!(
        by_bytes.iter().map(|of| (of.asset_id, of.bytes > 100_000)).collect::<Vec<_>>(),
        [(wordy.asset_id, true)]
    );
    let by_messages = busiest(&worker, Busy::ByMessages).await;
    let [busiest] = &by_messages[..] else { panic!("{by_messages:?}") };
    assert_eq!((busiest.asset_id, busiest.messages >= 50), (talkative.asset_id, true), "{busiest:?}");

    let mut ended = worker.subscribe(subject::DEVICE_DISCONNECTED).await.unwrap();
    let request = serde_json::to_vec(&CutConnection { cid: busiest.client_id }).unwrap();
    worker.request(subject::cut(&busiest.server_id), request.into()).await.unwrap();
    let end = DeviceTraffic::from_end(&ended.next().await.unwrap().payload).unwrap();
    assert_eq!((end.asset_id, end.messages), (talkative.asset_id, busiest.messages));
    eventually("it comes again", async || connects(&talkative) == 2).await;
    assert_eq!(connects(&wordy), 1);
}

#[tokio::test]
async fn nobody_but_a_worker_cuts_a_connection() {
    let broker = TestBroker::start().await;
    let worker = broker.log(Role::Worker).await.client();
    let (web, operator) = (broker.log(Role::Web).await.client(), broker.log(Role::Operator).await.client());
    let (hostile, victim) = (device(&broker).await, device(&broker).await);
    victim.round_trip().await;
    hostile.round_trip().await;
    let question = serde_json::to_vec(&AskBusiest::new(Busy::ByMessages, 2)).unwrap();
    let answer = worker.request(subject::DEVICE_CONNECTIONS, question.into()).await.unwrap();
    let connections = DeviceTraffic::read_busiest(&answer.payload).unwrap();
    let victims = connections.iter().find(|of| of.asset_id == victim.asset_id).unwrap();

    let request = serde_json::to_vec(&CutConnection { cid: victims.client_id }).unwrap();
    for by in [&hostile.client, &web, &operator] {
        for subject in [subject::cut(&victims.server_id), format!("$SYS.REQ.SERVER.{}.KICK", victims.server_id)] {
            by.publish_with_reply(subject, by.new_inbox(), request.clone().into()).await.unwrap();
        }
        by.flush().await.unwrap();
    }
    tokio::time::sleep(SILENCE).await;
    assert_eq!(connects(&victim), 1);
}
