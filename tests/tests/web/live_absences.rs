//! The live socket, while something ends or goes away.

use axum::http::{Method, StatusCode};
use broker_config::ChatId;
use serde_json::json;
use sqlx::PgPool;

use crate::desk::Desk;
use crate::socket::{Socket, append};

#[sqlx::test(migrator = "store::MIGRATOR")]
async fn signing_out_closes_the_sessions_sockets_and_no_others(db: PgPool) {
    let desk = Desk::new(db).await;
    let (priya, tom) = (desk.technician("Priya").await, desk.technician("Tom").await);
    let served = desk.serve().await;
    let mut sockets = [Socket::open(served.port, &priya, None).await, Socket::open(served.port, &priya, None).await];
    let mut toms = Socket::open(served.port, &tom, None).await;

    desk.call(Some(&priya), Method::DELETE, "/api/v1/session", None).await.expect(StatusCode::NO_CONTENT);

    for socket in &mut sockets {
        assert_eq!(socket.next_of("closing").await, json!({ "type": "closing", "reason": "signed_out" }));
        assert_eq!(socket.next().await, None);
    }
    append(&desk, desk.bench.asset().await, ChatId::new(), 1).await;
    assert_eq!(toms.facts_upto(1).await, [1]);
}

#[sqlx::test(migrator = "store::MIGRATOR")]
async fn a_session_that_ends_elsewhere_loses_its_socket_within_15_seconds(db: PgPool) {
    let desk = Desk::new(db).await;
    let (priya, served) = (desk.technician("Priya").await, desk.serve().await);
    let mut socket = Socket::open(served.port, &priya, None).await;

    store::sessions::end(&desk.bench.db, &priya.token_hash).await.unwrap();

    let closing = tokio::time::timeout(std::time::Duration::from_secs(15), socket.next_of("closing")).await;
    assert_eq!(closing.unwrap(), json!({ "type": "closing", "reason": "signed_out" }));
}

#[sqlx::test(migrator = "store::MIGRATOR")]
async fn a_socket_outlives_the_broker_and_misses_nothing(db: PgPool) {
    let mut desk = Desk::new(db).await;
    let (priya, served) = (desk.technician("Priya").await, desk.serve().await);
    let (asset_id, chat_id) = (desk.bench.asset().await, ChatId::new());
    let mut socket = Socket::open(served.port, &priya, None).await;
    let mut told = Vec::new();

    for round in 1..=3 {
        let last = append(&desk, asset_id, chat_id, 50).await;
        told.extend(socket.facts_upto(last).await);
        desk.bench.broker.kill();
        tokio::time::sleep(std::time::Duration::from_millis(500 * round)).await;
        desk.bench.broker.restart().await;
    }
    let last = append(&desk, asset_id, chat_id, 50).await;
    told.extend(socket.facts_upto(last).await);
    assert_eq!(told, (1..=200).collect::<Vec<_>>());
}

#[sqlx::test(migrator = "store::MIGRATOR")]
async fn shutting_down_tells_every_socket_and_ends(db: PgPool) {
    let desk = Desk::new(db).await;
    let (priya, served) = (desk.technician("Priya").await, desk.serve().await);
    let mut socket = Socket::open(served.port, &priya, None).await;

    served.shutdown.cancel();

    assert_eq!(socket.next_of("closing").await, json!({ "type": "closing", "reason": "shutting_down" }));
    assert_eq!(socket.next().await, None);
    let ended = tokio::time::timeout(std::time::Duration::from_secs(5), served.task).await;
    ended.expect("in time").unwrap().unwrap();
}
