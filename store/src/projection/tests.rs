use std::sync::LazyLock;

use broker_config::{
    AssetId, Assigned, Assignee, Author, ChatId, ChatSubject, Closed, Fact, Leaf, Line, Logged, MessageId, Noted,
    Opened, Read, Said, TechnicianId, Text, TicketId, Ticketed,
};
use chrono::DateTime;
use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};
use serde_json::Value;
use sqlx::PgPool;
use tokio::runtime::Handle;

use super::*;

static ASSETS: LazyLock<[AssetId; 2]> = LazyLock::new(|| [AssetId::new(), AssetId::new()]);
static CHATS: LazyLock<[(AssetId, ChatId); 3]> =
    LazyLock::new(|| [(ASSETS[0], ChatId::new()), (ASSETS[0], ChatId::new()), (ASSETS[1], ChatId::new())]);
static TECHNICIANS: LazyLock<[TechnicianId; 2]> = LazyLock::new(|| [TechnicianId::new(), TechnicianId::new()]);
/// Few, so that a log has repeated messages.
static MESSAGES: LazyLock<[MessageId; 6]> = LazyLock::new(|| [(); 6].map(|()| MessageId::new()));

fn author(leaf: Leaf) -> Author {
    match leaf {
        Leaf::Opened | Leaf::SaidClient | Leaf::ReadClient => Author::Client { session_user: Line::new("ann").ok() },
        Leaf::SaidSystem => Author::Policy,
        _ => Author::Technician { technician_id: TECHNICIANS[0], name: Line::new("Priya").unwrap() },
    }
}

fn fact(leaf: Leaf, seq: u64, message_id: MessageId, number: u64) -> Fact {
    let by = author(leaf);
    let text = Text::new(format!("said at {seq}")).unwrap();
    let written_at = DateTime::from_timestamp_micros(1_700_000_000_000_000 + i64::try_from(number).unwrap()).unwrap();
    let technician = || Assignee { technician_id: TECHNICIANS[1], name: Line::new("Tom").unwrap() };
    match leaf {
        Leaf::Opened => Fact::Opened(Opened { by, entry_id: None }),
        Leaf::Closed => Fact::Closed(Closed { by }),
        Leaf::SaidClient | Leaf::SaidTechnician | Leaf::SaidSystem => {
            Fact::Said(Said { message_id, by, text, written_at })
        }
        Leaf::Note => Fact::Noted(Noted { message_id, by, text, written_at }),
        Leaf::Assigned => Fact::Assigned(Assigned { to: number.is_multiple_of(2).then(technician), by }),
        Leaf::ReadClient | Leaf::ReadTechnician(_) => Fact::Read(Read { upto: number }),
        Leaf::Ticketed => Fact::Ticketed(Ticketed { ticket_id: TicketId::new(), number, by }),
    }
}

/// A log of up to 40 facts.
fn any_log() -> impl Strategy<Value = Vec<Logged>> {
    let leaves = [
        Leaf::Opened,
        Leaf::Closed,
        Leaf::SaidClient,
        Leaf::SaidTechnician,
        Leaf::SaidSystem,
        Leaf::Note,
        Leaf::Assigned,
        Leaf::ReadClient,
        Leaf::ReadTechnician(TECHNICIANS[0]),
        Leaf::ReadTechnician(TECHNICIANS[1]),
        Leaf::Ticketed,
    ];
    let entry = (
        prop::sample::select(CHATS.to_vec()),
        prop::sample::select(leaves.to_vec()),
        prop::sample::select(MESSAGES.to_vec()),
        0_u64..40,
    );
    prop::collection::vec(entry, 1..40).prop_map(|entries| {
        let numbered = (1_u64..).zip(entries);
        let logged = numbered.map(|(seq, ((asset_id, chat_id), leaf, message_id, number))| Logged {
            seq,
            at: DateTime::from_timestamp(1_800_000_000 + i64::try_from(seq).unwrap(), 123_456_000).unwrap(),
            subject: ChatSubject::new(asset_id, chat_id, leaf),
            fact: fact(leaf, seq, message_id, number),
        });
        logged.collect()
    })
}

/// A log, and the same facts in another order, some of them twice.
fn any_replay() -> impl Strategy<Value = (Vec<Logged>, Vec<Logged>)> {
    any_log()
        .prop_flat_map(|log| {
            let repeats = prop::sample::subsequence(log.clone(), 0..=log.len());
            (Just(log), repeats)
        })
        .prop_flat_map(|(log, repeats)| {
            let all = log.iter().cloned().chain(repeats).collect::<Vec<_>>();
            (Just(log), Just(all).prop_shuffle())
        })
}

proptest! {
    #[test]
    fn folding_gives_the_same_rows_in_any_order_and_with_repeats((log, replay) in any_replay()) {
        let (in_order, _) = Projection::fold(&log);
        let (replayed, _) = Projection::fold(&replay);
        prop_assert_eq!(in_order, replayed);
    }
}

#[test]
fn facts_that_name_another_asset_for_a_chat_are_given_back() {
    let chat_id = ChatId::new();
    let said = |seq, asset_id| Logged {
        seq,
        at: DateTime::UNIX_EPOCH,
        subject: ChatSubject::new(asset_id, chat_id, Leaf::SaidClient),
        fact: fact(Leaf::SaidClient, seq, MessageId::new(), 0),
    };
    let facts = [said(1, ASSETS[0]), said(2, ASSETS[1]), said(3, ASSETS[0])];

    let (projection, deferred) = Projection::fold(&facts);

    assert_eq!(deferred, [&facts[1]]);
    assert_eq!(projection, Projection::fold([&facts[0], &facts[2]]).0);
}

#[sqlx::test]
async fn any_split_and_order_of_a_log_gives_the_same_tables(db: PgPool) {
    add_assets(&db).await;
    let handle = Handle::current();
    let cases = (any_replay(), 1_usize..12);
    let run = move || {
        TestRunner::new(Config::with_cases(64)).run(&cases, |((log, replay), batch)| {
            handle.block_on(async {
                let in_order = tables_after(&db, log.chunks(log.len())).await;
                let replayed = tables_after(&db, replay.chunks(batch)).await;
                prop_assert_eq!(in_order, replayed);
                Ok(())
            })
        })
    };
    tokio::task::spawn_blocking(run).await.unwrap().unwrap();
}

#[sqlx::test]
async fn a_chat_of_an_unknown_or_of_another_asset_is_refused_alone(db: PgPool) {
    add_assets(&db).await;
    let said = |seq, asset_id, chat_id| Logged {
        seq,
        at: DateTime::UNIX_EPOCH,
        subject: ChatSubject::new(asset_id, chat_id, Leaf::SaidClient),
        fact: fact(Leaf::SaidClient, seq, MessageId::new(), 0),
    };
    let (stranger, taken, good) = (ChatId::new(), ChatId::new(), ChatId::new());
    apply(&db, &[said(1, ASSETS[0], taken)]).await;

    let unknown = AssetId::new();
    let facts = [said(2, unknown, stranger), said(3, ASSETS[1], taken), said(4, ASSETS[1], good)];
    let refused = apply(&db, &facts).await;

    assert_eq!(
        refused,
        Refused::from([((unknown, stranger), Refusal::UnknownAsset), ((ASSETS[1], taken), Refusal::OtherAsset)])
    );
    let seqs: Vec<i64> = sqlx::query_scalar("select seq from messages order by seq").fetch_all(&db).await.unwrap();
    assert_eq!(seqs, [1, 4]);
}

async fn apply(db: &PgPool, facts: &[Logged]) -> Refused {
    let mut transaction = db.begin().await.unwrap();
    let (projection, deferred) = Projection::fold(facts);
    assert!(deferred.is_empty());
    let refused = projection.apply(&mut transaction).await.unwrap();
    transaction.commit().await.unwrap();
    refused
}

async fn tables_after(db: &PgPool, batches: impl Iterator<Item = &[Logged]>) -> Value {
    sqlx::query("truncate chats, messages, reads").execute(db).await.unwrap();
    for batch in batches {
        assert!(apply(db, batch).await.is_empty());
    }
    sqlx::query_scalar(
        "select jsonb_build_array(
            (select jsonb_agg(row order by chat_id) from chats row),
            (select jsonb_agg(row order by chat_id, message_id) from messages row),
            (select jsonb_agg(row order by chat_id, technician_id) from reads row))",
    )
    .fetch_one(db)
    .await
    .unwrap()
}

async fn add_assets(db: &PgPool) {
    sqlx::query("insert into customers (customer_id, name) values (gen_random_uuid(), 'Shop')")
        .execute(db)
        .await
        .unwrap();
    for asset_id in *ASSETS {
        sqlx::query("insert into assets (asset_id, customer_id, name) select $1, customer_id, 'Till' from customers")
            .bind(asset_id)
            .execute(db)
            .await
            .unwrap();
    }
}
