use chrono::TimeDelta;
use sqlx::PgPool;

use super::*;

fn at(second: i64) -> DateTime<Utc> {
    DateTime::UNIX_EPOCH + TimeDelta::seconds(second)
}

fn connection(client_id: i64, asset_id: AssetId, from: i64, to: Option<i64>) -> DeviceConnection {
    DeviceConnection {
        server_id: "NAAA".to_owned(),
        client_id,
        asset_id,
        address: "192.0.2.7".parse().ok(),
        connected_at: at(from),
        disconnected_at: to.map(at),
        agent_version: None,
    }
}

async fn rows(db: &PgPool) -> serde_json::Value {
    sqlx::query_scalar("select jsonb_agg(row order by client_id) from device_connections row")
        .fetch_one(db)
        .await
        .unwrap()
}

async fn is_connected(db: &PgPool, asset_id: AssetId) -> bool {
    states(db, &[asset_id]).await.unwrap()[0].is_connected
}

#[sqlx::test(migrator = "crate::MIGRATOR")]
async fn what_is_said_about_a_connection_gives_the_same_row_in_any_order_and_twice(db: PgPool) {
    let asset_id = AssetId::new();
    let said = [
        (connection(1, asset_id, 1, None), None),
        (connection(1, asset_id, 1, Some(5)), None),
        (connection(1, asset_id, 1, None), Some(at(3))),
    ];
    let mut seen = Vec::new();
    for order in [[0, 1, 2], [0, 2, 1], [1, 0, 2], [1, 2, 0], [2, 0, 1], [2, 1, 0]] {
        sqlx::query("truncate device_connections").execute(&db).await.unwrap();
        for (connection, listed_at) in order.into_iter().chain(order).map(|place| said[place].clone()) {
            record(&db, &[connection].into_iter().collect(), listed_at).await.unwrap();
        }
        seen.push(rows(&db).await);
    }
    assert!(seen.iter().all(|rows| *rows == seen[0]), "{seen:?}");
    assert!(!is_connected(&db, asset_id).await);
}

#[sqlx::test(migrator = "crate::MIGRATOR")]
async fn a_connection_that_was_missed_by_mistake_is_open_again_and_a_later_one_is_not_touched(db: PgPool) {
    let [missed, later] = [AssetId::new(), AssetId::new()];
    let both: Connections = [connection(1, missed, 1, None), connection(2, later, 9, None)].into_iter().collect();
    record(&db, &both, None).await.unwrap();

    assert_eq!(miss(&db, "NAAA", &[1, 2], at(5)).await.unwrap(), [missed]);
    assert_eq!((is_connected(&db, missed).await, is_connected(&db, later).await), (false, true));
    record(&db, &[connection(1, missed, 1, None)].into_iter().collect(), Some(at(6))).await.unwrap();
    assert!(is_connected(&db, missed).await);
    assert_eq!(open_at(&db, "NAAA").await.unwrap().len(), 2);

    let mut gone = miss_other_servers(&db, &["NBBB".to_owned()]).await.unwrap();
    gone.sort_unstable();
    assert_eq!(gone, [missed, later]);
}

#[sqlx::test(migrator = "crate::MIGRATOR")]
async fn old_connections_are_forgotten_but_for_the_last_of_each_asset(db: PgPool) {
    let [asset_id, other] = [AssetId::new(), AssetId::new()];
    let all: Connections = [
        connection(1, asset_id, 1, Some(2)),
        connection(2, asset_id, 3, Some(4)),
        connection(3, asset_id, 5, Some(6)),
        connection(4, other, 1, None),
        connection(5, other, 7, Some(8)),
    ]
    .into_iter()
    .collect();
    record(&db, &all, None).await.unwrap();

    assert_eq!(purge(&db, at(4)).await.unwrap(), 2);
    let kept: Vec<i64> =
        sqlx::query_scalar("select client_id from device_connections order by 1").fetch_all(&db).await.unwrap();
    assert_eq!(kept, [3, 4, 5]);
}
