//! Which devices are connected, as the presence worker finds it out.

use std::collections::BTreeMap;
use std::future;

use async_nats::{Client, ConnectOptions};
use broker_config::{AssetId, AssetPresence, subject};
use futures::{FutureExt, StreamExt, stream};
use sqlx::PgPool;
use tests::{Bench, eventually};
use tokio::runtime::Runtime;
use workers::presence::Presence;

use crate::running::Running;

/// How many devices one test connects.
const FLEET: usize = 100;

fn presence(bench: &Bench) -> Running {
    let worker = Presence::new(bench.db.clone(), bench.log.clone());
    Running::spawn(async move |shutdown| worker.run(&shutdown).await)
}

async fn is_connected(bench: &Bench, asset_id: AssetId) -> bool {
    store::connections::states(&bench.db, &[asset_id]).await.unwrap()[0].is_connected
}

async fn connected(bench: &Bench) -> i64 {
    sqlx::query_scalar("select count(distinct asset_id) from device_connections where is_open")
        .fetch_one(&bench.db)
        .await
        .unwrap()
}

/// Devices, each of an asset of its own.
async fn fleet(bench: &Bench, size: usize) -> Vec<(AssetId, Client)> {
    let connecting = stream::iter((0..size).map(|_| AssetId::new()));
    let connecting = connecting.map(async |asset_id| (asset_id, bench.broker.connect_device(asset_id).await));
    connecting.buffer_unordered(16).collect().await
}

/// Devices that are switched off all at once, without a word to the broker, when their runtime is ended. A client that is
/// merely dropped while the broker is away returns once more to say good-bye.
fn fleet_elsewhere(bench: &Bench, size: usize) -> (Vec<AssetId>, Runtime) {
    let runtime = Runtime::new().unwrap();
    let asset_ids: Vec<_> = (0..size).map(|_| AssetId::new()).collect();
    let devices = asset_ids.iter().map(|asset_id| {
        let (credentials, url) = (bench.broker.device_credentials(*asset_id), bench.broker.url());
        runtime.spawn(async move {
            let _client = ConnectOptions::with_credentials(&credentials).unwrap().connect(url).await.unwrap();
            future::pending::<()>().await;
        })
    });
    devices.for_each(drop);
    (asset_ids, runtime)
}

#[sqlx::test(migrator = "store::MIGRATOR")]
async fn a_device_comes_and_goes_whatever_it_calls_itself(db: PgPool) {
    let bench = Bench::new(db).await;
    let running = presence(&bench);
    let (asset_id, other) = (bench.asset().await, bench.asset().await);
    let device = ConnectOptions::with_credentials(&bench.broker.device_credentials(asset_id))
        .unwrap()
        .name(other.to_string())
        .connect(bench.broker.url())
        .await
        .unwrap();
    eventually("it is connected", async || is_connected(&bench, asset_id).await).await;
    let shown = store::assets::one(&bench.db, asset_id).await.unwrap().unwrap();
    assert_eq!((shown.is_connected, shown.seen_from.as_deref()), (true, Some("127.0.0.1")));

    let second = bench.broker.connect_device(asset_id).await;
    drop(device);
    eventually("one connection is left", async || {
        let open = sqlx::query_scalar("select count(*) from device_connections where is_open");
        sqlx::query_scalar::<_, i64>("select count(*) from device_connections").fetch_one(&bench.db).await.unwrap() == 2
            && open.fetch_one(&bench.db).await.is_ok_and(|open: i64| open == 1)
    })
    .await;
    assert!(is_connected(&bench, asset_id).await);
    drop(second);
    eventually("it is gone", async || !is_connected(&bench, asset_id).await).await;

    let gone = store::assets::one(&bench.db, asset_id).await.unwrap().unwrap();
    assert!(!gone.is_connected && gone.seen_at > shown.seen_at);
    assert!(!is_connected(&bench, other).await);
    running.stop().await;
}

#[sqlx::test(migrator = "store::MIGRATOR")]
async fn what_happened_while_no_worker_ran_is_found_out(db: PgPool) {
    let bench = Bench::new(db).await;
    let running = presence(&bench);
    let [stays, leaves, comes] = [(); 3].map(|()| AssetId::new());
    let [_staying, leaving] = [bench.broker.connect_device(stays).await, bench.broker.connect_device(leaves).await];
    eventually("both are connected", async || connected(&bench).await == 2).await;
    running.kill().await;

    drop(leaving);
    let _coming = bench.broker.connect_device(comes).await;
    let both = [presence(&bench), presence(&bench)];
    eventually("it is found out", async || {
        !is_connected(&bench, leaves).await && is_connected(&bench, comes).await && is_connected(&bench, stays).await
    })
    .await;
    for running in both {
        running.stop().await;
    }
}

#[sqlx::test(migrator = "store::MIGRATOR")]
async fn after_a_broker_was_killed_those_who_return_are_connected_and_the_others_are_gone(db: PgPool) {
    let mut bench = Bench::new(db).await;
    let running = presence(&bench);
    let mut told = bench.web_log.client().subscribe(subject::ASSET_PRESENCE).await.unwrap();
    let staying = fleet(&bench, FLEET / 2).await;
    let (leaving, switched_on) = fleet_elsewhere(&bench, FLEET / 2);
    eventually("all are shown", async || connected(&bench).await == i64::try_from(FLEET).unwrap()).await;

    bench.broker.kill();
    switched_on.shutdown_background();
    bench.broker.restart().await;
    eventually("those who return are shown, the others are not", async || {
        connected(&bench).await == i64::try_from(staying.len()).unwrap()
    })
    .await;

    let mut last = BTreeMap::new();
    eventually("everybody is told", async || {
        while let Some(Some(message)) = told.next().now_or_never() {
            let AssetPresence { assets } = serde_json::from_slice(&message.payload).unwrap();
            last.extend(assets.into_iter().map(|asset| (asset.asset_id, asset.is_connected)));
        }
        leaving.iter().all(|asset_id| last.get(asset_id) == Some(&false))
            && staying.iter().all(|(asset_id, _)| last.get(asset_id) == Some(&true))
    })
    .await;
    running.stop().await;
}
