//! Archived chats, as many as are wanted, through the pipeline itself: the log and Postgres hold the same.

use broker_config::{AssetId, ChatId};

use super::ground::Publish;
use super::installation::Installation;
use super::messages::Outgoing;
use super::report::Report;

/// How many messages an archived chat has.
const MESSAGES: usize = 12;

/// How many chats go on at the same time.
const AT_A_TIME: usize = 400;

/// Stores archived chats of these assets until there are so many messages.
pub(super) async fn fill(installation: &Installation, asset_ids: &[AssetId], stored: usize, report: &mut Report) {
    let missing = stored.saturating_sub(installation.messages_stored().await);
    let chats: Vec<_> = asset_ids.iter().cycle().take(missing.div_ceil(MESSAGES)).collect();
    report.progress(&format!("storing {missing} messages in {} archived chats", chats.len()));
    installation.publish(chats.chunks(AT_A_TIME).flat_map(wave)).await;
    installation.all_stored().await;

    let chats: i64 =
        sqlx::query_scalar("select count(*) from chats").fetch_one(&installation.db).await.expect("a count");
    let messages = installation.messages_stored().await;
    assert!(messages >= stored, "{messages} messages are stored");
    report.detail("stored", &serde_json::json!({ "messages": messages, "chats": chats }));
}

/// Opens chats in which as much is said, each of an asset of its own, leaves them open, and indexes what was said.
pub(super) async fn open(installation: &Installation, chats: usize, report: &mut Report) {
    report.progress(&format!("opening {chats} chats"));
    let asset_ids = installation.add_assets(chats).await;
    let asset_ids: Vec<_> = asset_ids.iter().collect();
    installation.publish(asset_ids.chunks(AT_A_TIME).flat_map(|asset_ids| turns(asset_ids, MESSAGES + 1))).await;
    installation.all_stored().await;
    // As housekeeping does from time to time.
    while store::texts::index(&installation.db, i64::MAX).await.expect("indexed") > 0 {}
}

/// Chats that go on at the same time: all open, all say something in turn, all close.
fn wave(asset_ids: &[&AssetId]) -> impl Iterator<Item = Publish> {
    turns(asset_ids, MESSAGES + 2)
}

/// The first turns of such chats.
fn turns(asset_ids: &[&AssetId], turns: usize) -> impl Iterator<Item = Publish> {
    let chats: Vec<_> = asset_ids.iter().map(|asset_id| (**asset_id, ChatId::new())).collect();
    let turns = (0..turns).flat_map(move |turn| {
        let publish = move |(asset_id, chat_id)| match turn {
            0 => Publish::opened(asset_id, chat_id),
            turn if turn > MESSAGES => Publish::closed(asset_id, chat_id),
            _ => Publish::fact(Outgoing::new(asset_id, chat_id)),
        };
        chats.clone().into_iter().map(publish)
    });
    turns.into_iter()
}
