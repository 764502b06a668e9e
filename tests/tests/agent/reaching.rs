//! What technicians see of how far their words have come.

use async_nats::Subscriber;
use broker_config::{LiveLeaf, LiveSubject, Reached, subject};
use futures::StreamExt as _;
use serde_json::json;
use sqlx::PgPool;
use tests::{Bench, DEADLINE};

use crate::desktop::{Desktop, Windows};
use crate::device::Device;
use crate::running;
use crate::tray::open_by_technician;

/// The next thing that the device tells of its chat.
async fn told(heard: &mut Subscriber) -> (LiveSubject, Reached) {
    let told = async {
        loop {
            let message = heard.next().await.unwrap();
            let Ok(live) = message.subject.parse::<LiveSubject>() else { continue };
            if live.leaf == LiveLeaf::Reached {
                return (live, serde_json::from_slice(&message.payload).unwrap());
            }
        }
    };
    tokio::time::timeout(DEADLINE, told).await.expect("told in time")
}

#[sqlx::test(migrator = "store::MIGRATOR")]
async fn a_technicians_message_is_delivered_to_the_agent_and_then_shown(db: PgPool) {
    let bench = Bench::new(db).await;
    running::workers(&bench);
    let (device, desktop) = (Device::new(&bench).await, Desktop::start().await);
    let windows = Windows::install(&desktop);
    let mut heard = bench.web_log.client().subscribe(subject::ALL_LIVE).await.unwrap();
    let mut agent = desktop.agent(device.write_identity(), &[]);
    agent.start();

    let chat_id = open_by_technician(&bench, device.asset_id).await;
    let live = LiveSubject { asset_id: device.asset_id, chat_id, leaf: LiveLeaf::Reached };
    let reached = |delivered_upto, shown_upto| (live, Reached { delivered_upto, shown_upto });
    assert_eq!(told(&mut heard).await, reached(1, 0), "the chat itself");
    let (_, seq) = bench.technician_says(device.asset_id, chat_id, "hello").await;
    assert_eq!(told(&mut heard).await, reached(seq, 0), "the agent has it");
    windows.appeared(false, 1).await;
    windows.say(&json!({"ask": "shown", "upto": seq}));
    assert_eq!(told(&mut heard).await, reached(seq, seq), "it is on the screen");
}
