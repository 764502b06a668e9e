use broker_config::{AssetId, ChatId, TechnicianId};
use sqlx::PgPool;

use super::{ChatFilter, Viewer, page};

/// Within a span of the index, at its edges, and far from each other.
const LAST_SEQS: [i64; 7] = [200_000, 131_072, 131_071, 70_000, 65_536, 65_535, 3];

#[sqlx::test]
async fn pages_go_from_the_newest_activity_to_the_oldest_across_the_spans_of_the_index(db: PgPool) {
    let chat_ids = add_chats(&db).await;
    let viewer = Viewer { technician_id: TechnicianId::new(), sees_all: false };

    let mut found = Vec::new();
    let mut before = None;
    for _ in LAST_SEQS.chunks(2) {
        found.extend(page(&db, viewer, ChatFilter::All, None, before, 2).await.unwrap());
        before = LAST_SEQS.get(found.len() - 1).copied();
    }

    assert_eq!(found, chat_ids);
    assert_eq!(page(&db, viewer, ChatFilter::All, None, before, 2).await.unwrap(), []);
}

/// Open chats, one for each of [`LAST_SEQS`], added from the oldest to the newest.
async fn add_chats(db: &PgPool) -> Vec<ChatId> {
    let asset_id = AssetId::new();
    sqlx::query("insert into customers (customer_id, name) values (gen_random_uuid(), 'Shop')")
        .execute(db)
        .await
        .unwrap();
    sqlx::query("insert into assets (asset_id, customer_id, name) select $1, customer_id, 'Till' from customers")
        .bind(asset_id)
        .execute(db)
        .await
        .unwrap();
    let mut chat_ids = Vec::new();
    for last_seq in LAST_SEQS.into_iter().rev() {
        let chat_id = ChatId::new();
        sqlx::query("insert into chats (chat_id, asset_id, opened_seq, last_seq) values ($1, $2, 1, $3)")
            .bind(chat_id)
            .bind(asset_id)
            .bind(last_seq)
            .execute(db)
            .await
            .unwrap();
        chat_ids.push(chat_id);
    }
    chat_ids.reverse();
    chat_ids
}
