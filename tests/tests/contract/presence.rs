//! The bucket of leases, as the broker keeps it.

use std::time::Duration;

use broker_config::presence::{self, Lease, Online};
use broker_config::{Log, Role, TabId, TabSubject, TechnicianId};
use chrono::DateTime;
use tests::{TestBroker, eventually};

const LEASE: Lease = Lease { is_visible: true, seen_at: DateTime::UNIX_EPOCH, is_closing: false };
const SHORT: Duration = Duration::from_secs(1);
const LONG: Duration = Duration::from_mins(10);

fn tab() -> TabSubject {
    TabSubject { technician_id: TechnicianId::new(), tab_id: TabId::new() }
}

fn follow(log: Log) -> Online {
    let online = Online::default();
    tokio::spawn({
        let online = online.clone();
        async move { online.follow(&log).await }
    });
    online
}

#[tokio::test]
async fn a_lease_ends_by_itself_unless_it_is_renewed() {
    let broker = TestBroker::start().await;
    let (web, online) = (broker.log(Role::Web).await, follow(broker.log(Role::Worker).await));
    let [left, stays] = [tab(), tab()];
    for tab in [left, stays] {
        presence::write(&web, tab, &LEASE, SHORT, None).await.unwrap();
    }
    presence::write(&web, stays, &LEASE, LONG, None).await.unwrap();
    eventually("both are online", async || online.known() == [left.technician_id, stays.technician_id].into()).await;
    assert_eq!(online.tab_to_play(left.technician_id).await, Some(left.tab_id));

    eventually("one has left", async || online.known() == [stays.technician_id].into()).await;
    assert_eq!(online.tab_to_play(left.technician_id).await, None);
}

#[tokio::test]
async fn a_closing_tab_does_not_shorten_the_lease_that_another_node_has_written_since() {
    let broker = TestBroker::start().await;
    let (web, tab) = (broker.log(Role::Web).await, tab());
    let here = presence::write(&web, tab, &LEASE, LONG, None).await.unwrap();
    let there = presence::write(&web, tab, &LEASE, LONG, None).await.unwrap();

    assert!(presence::write(&web, tab, &LEASE, SHORT, Some(here)).await.is_err());
    assert!(presence::write(&web, tab, &LEASE, SHORT, Some(there)).await.is_ok());
}

#[tokio::test]
async fn whoever_follows_late_knows_all_leases_before_it_answers() {
    const TABS: usize = 1200;
    let broker = TestBroker::start().await;
    let web = broker.log(Role::Web).await;
    let tabs: Vec<_> = (0..TABS).map(|_| tab()).collect();
    let written = tabs.iter().map(|tab| presence::write(&web, *tab, &LEASE, LONG, None));
    futures::future::try_join_all(written).await.unwrap();

    let online = follow(broker.log(Role::Worker).await);
    assert!(online.is_online(tabs[TABS - 1].technician_id).await);
    assert_eq!(online.known(), tabs.iter().map(|tab| tab.technician_id).collect());
}

#[tokio::test]
async fn leases_outlive_a_broker_that_is_killed_and_end_while_it_is_away() {
    let mut broker = TestBroker::start().await;
    let web = broker.log(Role::Web).await;
    let [stays, ends] = [tab(), tab()];
    presence::write(&web, stays, &LEASE, LONG, None).await.unwrap();
    presence::write(&web, ends, &LEASE, SHORT, None).await.unwrap();
    broker.kill();
    tokio::time::sleep(SHORT * 2).await;
    broker.restart().await;

    let online = follow(broker.log(Role::Worker).await);
    eventually("one has left", async || online.known() == [stays.technician_id].into()).await;
}

#[tokio::test]
async fn workers_and_devices_write_no_leases() {
    let broker = TestBroker::start().await;
    let (web, worker) = (broker.log(Role::Web).await, broker.log(Role::Worker).await);
    let device = broker.connect_device(broker_config::AssetId::new()).await;
    let [of_worker, of_device, of_web] = [tab(), tab(), tab()];
    for (client, tab) in [(worker.client(), of_worker), (device, of_device)] {
        client.publish(tab.to_string(), serde_json::to_vec(&LEASE).unwrap().into()).await.unwrap();
        client.flush().await.unwrap();
    }
    presence::write(&web, of_web, &LEASE, LONG, None).await.unwrap();

    let online = follow(worker);
    eventually("the web's is there", async || online.known() == [of_web.technician_id].into()).await;
}
