use broker_config::DeadLetter;
use broker_config::{ChatId, ChatSubject, Fact, Leaf, Receipts, Role, TechnicianId, stream, subject};
use chrono::{DateTime, Utc};
use futures::StreamExt;
use sqlx::PgPool;
use tests::{Bench, eventually};

use crate::facts::{append, client, opened, read, said, send, technician};
use crate::running::{Running, database_is_open, persisted};

#[sqlx::test(migrator = "store::MIGRATOR")]
async fn what_is_said_is_stored_and_its_sender_gets_a_receipt(db: PgPool) {
    let bench = Bench::new(db).await;
    let (device, chat_id) = (bench.device().await, ChatId::new());
    let mut live = device.client.subscribe(subject::live_of(device.asset_id)).await.unwrap();
    device.round_trip().await;
    let text = "  👩‍👩‍👧‍👦 a\u{301}\u{202e}\r\n\ttail ";
    let fact = said(client(), text);
    let Fact::Said(message) = &fact else { unreachable!() };
    append(&bench, &device, chat_id, Leaf::Opened, &opened()).await;
    let seq = append(&bench, &device, chat_id, Leaf::SaidClient, &fact).await;

    let persistence = Running::persistence(&bench);

    let receipts = live.next().await.unwrap();
    assert_eq!(receipts.subject.as_str(), format!("live.{}.{chat_id}.stored", device.asset_id));
    let receipts: Receipts = serde_json::from_slice(&receipts.payload).unwrap();
    let stored: Vec<_> = receipts.messages.iter().map(|receipt| (receipt.message_id, receipt.seq)).collect();
    assert_eq!(stored, [(message.message_id, seq)]);
    let row: (String, DateTime<Utc>, String) =
        sqlx::query_as("select body, written_at, kind from messages").fetch_one(&bench.db).await.unwrap();
    assert_eq!(row, (text.to_owned(), message.written_at, "client".to_owned()));
    persistence.stop().await;
}

#[sqlx::test(migrator = "store::MIGRATOR")]
async fn a_message_said_again_is_one_row_and_has_a_receipt_again(db: PgPool) {
    let bench = Bench::new(db).await;
    let (device, chat_id) = (bench.device().await, ChatId::new());
    let mut live = device.client.subscribe(subject::live_of(device.asset_id)).await.unwrap();
    device.round_trip().await;
    let persistence = Running::persistence(&bench);
    let fact = said(client(), "once");
    let mut seqs = Vec::new();
    for _ in 0..2 {
        // Without a message id in the header the broker takes it twice, as it does after its window.
        let seq = append(&bench, &device, chat_id, Leaf::SaidClient, &fact).await;
        let receipts: Receipts = serde_json::from_slice(&live.next().await.unwrap().payload).unwrap();
        assert_eq!(receipts.messages.last().unwrap().seq, seq);
        seqs.push(i64::try_from(seq).unwrap());
    }

    let rows: Vec<i64> = sqlx::query_scalar("select seq from messages").fetch_all(&bench.db).await.unwrap();
    assert_eq!(rows, [seqs[0]]);
    persistence.stop().await;
}

#[sqlx::test(migrator = "store::MIGRATOR")]
async fn poison_goes_to_the_dead_letters_and_stops_nobody(db: PgPool) {
    let bench = Bench::new(db).await;
    let (device, stranger) = (bench.device().await, bench.device().await);
    let chat_id = ChatId::new();
    let on = |leaf| ChatSubject::new(device.asset_id, chat_id, leaf).to_string();
    let mut expected = Vec::new();
    append(&bench, &device, chat_id, Leaf::SaidClient, &said(client(), "first")).await;

    expected.push((send(&device, &on(Leaf::SaidClient), b"{".to_vec()).await, "malformed fact"));
    let later_kind = br#"{"kind":"said.v2","words":[]}"#.to_vec();
    expected.push((send(&device, &on(Leaf::SaidClient), later_kind).await, "unknown kind"));
    let forged = said(technician(), "forged").encode();
    expected.push((send(&device, &on(Leaf::SaidClient), forged).await, "does not belong"));
    let odd = format!("chat.{}.not-a-chat.said.client", device.asset_id);
    expected.push((send(&device, &odd, said(client(), "lost").encode()).await, "not a subject"));
    let theirs = append(&bench, &stranger, chat_id, Leaf::SaidClient, &said(client(), "theirs")).await;
    expected.push((theirs, "another asset"));
    let gone = tests::TestDevice { asset_id: broker_config::AssetId::new(), client: device.client.clone() };
    let unknown = append(&bench, &gone, ChatId::new(), Leaf::SaidTechnician, &said(technician(), "hello?")).await;
    expected.push((unknown, "no such asset"));
    let mut long_ago = said(client(), "old");
    if let Fact::Said(said) = &mut long_ago {
        said.written_at = "-9000-01-01T00:00:00Z".parse().unwrap();
    }
    expected.push((append(&bench, &device, chat_id, Leaf::SaidClient, &long_ago).await, "timestamp out of range"));
    let last = append(&bench, &device, chat_id, Leaf::SaidClient, &said(client(), "last")).await;

    let persistence = Running::persistence(&bench);
    persisted(&bench, last).await;

    let bodies: Vec<String> =
        sqlx::query_scalar("select body from messages order by seq").fetch_all(&bench.db).await.unwrap();
    assert_eq!(bodies, ["first", "last"]);
    let mut letters = dead_letters(&bench).await;
    letters.sort_by_key(|letter| letter.seq);
    assert_eq!(letters.len(), expected.len(), "{letters:?}");
    for (letter, (seq, reason)) in letters.iter().zip(expected) {
        assert!(letter.seq == seq && letter.reason.contains(reason), "{letter:?} is not {seq}: {reason}");
    }
    assert_eq!(letters[0].payload.as_deref(), Some("ew=="));
    persistence.stop().await;
}

#[sqlx::test(migrator = "store::MIGRATOR")]
async fn while_the_database_is_away_facts_wait_and_none_is_a_dead_letter(db: PgPool) {
    let bench = Bench::new(db).await;
    let (device, chat_id) = (bench.device().await, ChatId::new());
    let persistence = Running::persistence(&bench);
    let before = append(&bench, &device, chat_id, Leaf::SaidClient, &said(client(), "before")).await;
    persisted(&bench, before).await;

    database_is_open(&bench.db, false).await;
    let during = append(&bench, &device, chat_id, Leaf::SaidClient, &said(client(), "during")).await;
    eventually("the fact is being tried", || async { pending(&bench).await == (0, 1) }).await;
    database_is_open(&bench.db, true).await;

    persisted(&bench, during).await;
    let bodies: Vec<String> =
        sqlx::query_scalar("select body from messages order by seq").fetch_all(&bench.db).await.unwrap();
    assert_eq!(bodies, ["before", "during"]);
    assert!(dead_letters(&bench).await.is_empty());
    persistence.stop().await;
}

#[sqlx::test(migrator = "store::MIGRATOR")]
async fn every_sort_of_fact_has_its_place_in_the_rows(db: PgPool) {
    let bench = Bench::new(db).await;
    let (device, chat_id, reader) = (bench.device().await, ChatId::new(), TechnicianId::new());
    let opened_seq = append(&bench, &device, chat_id, Leaf::Opened, &opened()).await;
    let client_seq = append(&bench, &device, chat_id, Leaf::SaidClient, &said(client(), "hi")).await;
    append(&bench, &device, chat_id, Leaf::ReadTechnician(reader), &read(client_seq)).await;
    let technician_seq = append(&bench, &device, chat_id, Leaf::SaidTechnician, &said(technician(), "hello")).await;
    append(&bench, &device, chat_id, Leaf::ReadClient, &read(technician_seq)).await;
    append(&bench, &device, chat_id, Leaf::Note, &crate::facts::noted("a note")).await;
    let closed_seq = append(&bench, &device, chat_id, Leaf::Closed, &crate::facts::closed()).await;
    let late_seq = append(&bench, &device, chat_id, Leaf::SaidClient, &said(client(), "too late")).await;
    let persistence = Running::persistence(&bench);
    persisted(&bench, late_seq).await;

    let chat: (i64, i64, i64, i64, i64, i64) = sqlx::query_as(
        "select opened_seq, closed_seq, last_seq, last_client_seq, last_technician_seq, client_read_upto from chats",
    )
    .fetch_one(&bench.db)
    .await
    .unwrap();
    let signed = |seq| i64::try_from(seq).unwrap();
    assert_eq!(
        chat,
        (
            signed(opened_seq),
            signed(closed_seq),
            signed(late_seq),
            signed(late_seq),
            signed(technician_seq),
            signed(technician_seq)
        )
    );
    let kinds: Vec<String> =
        sqlx::query_scalar("select kind from messages order by seq").fetch_all(&bench.db).await.unwrap();
    assert_eq!(kinds, ["client", "technician", "note", "client"]);
    let reads: (TechnicianId, i64) =
        sqlx::query_as("select technician_id, upto from reads").fetch_one(&bench.db).await.unwrap();
    assert_eq!(reads, (reader, signed(client_seq)));
    persistence.stop().await;
}

/// How many facts wait for persistence, and how many it has not answered for.
async fn pending(bench: &Bench) -> (u64, usize) {
    let stream = bench.log.jetstream().get_stream_no_info(stream::CHAT).await.unwrap();
    let info = stream.consumer_info(broker_config::consumer::PERSISTENCE).await.unwrap();
    (info.num_pending, info.num_ack_pending)
}

async fn dead_letters(bench: &Bench) -> Vec<DeadLetter> {
    let operator = bench.broker.log(Role::Operator).await;
    let dead = operator.jetstream().get_stream(stream::DEAD).await.unwrap();
    let last = dead.cached_info().state.last_sequence;
    let mut letters = Vec::new();
    for seq in 1..=last {
        let message = dead.get_raw_message(seq).await.unwrap();
        assert_eq!(message.subject.as_str(), "dead.persistence");
        letters.push(serde_json::from_slice(&message.payload).unwrap());
    }
    letters
}
