use broker_config::{Author, ChatId, ChatSubject, Closed, Fact, Leaf, Opened, subject};
use chrono::TimeDelta;
use serde_json::json;
use sqlx::PgPool;
use sqlx::types::Json;
use store::security_groups::ADMINISTRATORS;
use store::sessions::NewSession;
use tests::eventually;
use workers::housekeeping::Job;

use super::upkeep::Upkeep;

const DAY: i32 = 24;

#[sqlx::test(migrator = "store::MIGRATOR")]
async fn an_idle_chat_is_closed_once_and_not_before_its_time(db: PgPool) {
    let upkeep = Upkeep::new(db).await;
    let (device, other) = (upkeep.bench.device().await, upkeep.bench.device().await);
    let idle = upkeep.chat(&device, Some("It works now.")).await;
    let fresh = upkeep.chat(&other, Some("Good morning.")).await;
    upkeep.age(idle, 7 * DAY - 1).await;
    assert_eq!(upkeep.perform(Job::CloseIdleChats).await, json!({ "closed": 0, "left": 0, "waiting": [] }));

    upkeep.age(idle, 2).await;
    assert_eq!(upkeep.perform(Job::CloseIdleChats).await, json!({ "closed": 1, "left": 0, "waiting": [] }));
    assert_eq!(upkeep.open_chats().await, [fresh]);
    let by: Json<Author> = sqlx::query_scalar("select closed_by from chats where chat_id = $1")
        .bind(idle)
        .fetch_one(&upkeep.bench.db)
        .await
        .unwrap();
    assert_eq!(by.0, Author::System);
    let noted: Vec<(String, String, String)> =
        sqlx::query_as("select action, actor, subject_id from audit_log").fetch_all(&upkeep.bench.db).await.unwrap();
    assert_eq!(noted, [("chat.closed".to_owned(), "system".to_owned(), idle.to_string())]);
    assert_eq!(upkeep.perform(Job::CloseIdleChats).await, json!({ "closed": 0, "left": 0, "waiting": [] }));
}

#[sqlx::test(migrator = "store::MIGRATOR")]
async fn an_idle_chat_whose_client_waits_is_not_closed_but_named(db: PgPool) {
    let upkeep = Upkeep::new(db).await;
    let device = upkeep.bench.device().await;
    let waiting = upkeep.chat(&device, None).await;
    upkeep.age(waiting, 8 * DAY).await;

    let outcome = upkeep.perform(Job::CloseIdleChats).await;

    assert_eq!(outcome, json!({ "closed": 0, "left": 0, "waiting": [waiting] }));
    assert_eq!(upkeep.open_chats().await, [waiting]);
    let noted = store::jobs::all(&upkeep.bench.db).await.unwrap().remove(0);
    assert_eq!((noted.name.as_str(), noted.outcome, noted.error), ("close_idle_chats", Some(outcome), None));
}

#[sqlx::test(migrator = "store::MIGRATOR")]
async fn an_idle_chat_is_left_when_the_log_has_what_the_database_does_not(db: PgPool) {
    let upkeep = Upkeep::new(db).await;
    let device = upkeep.bench.device().await;
    let chat_id = upkeep.chat(&device, Some("It works now.")).await;
    device.say(chat_id, "It does not.").await;
    upkeep.settle().await;
    // As a projection that lags would have it.
    sqlx::query("update chats set last_client_seq = 2, last_seq = 3, last_at = now() - interval '8 days'")
        .execute(&upkeep.bench.db)
        .await
        .unwrap();

    assert_eq!(upkeep.perform(Job::CloseIdleChats).await, json!({ "closed": 0, "left": 1, "waiting": [] }));
    assert_eq!(upkeep.bench.log.asset_state(device.asset_id).await.unwrap().open_chat(), Some(chat_id));
}

#[sqlx::test(migrator = "store::MIGRATOR")]
async fn idle_chats_are_closed_whatever_a_device_says_of_its_own(db: PgPool) {
    let upkeep = Upkeep::new(db).await;
    let (hostile, other) = (upkeep.bench.device().await, upkeep.bench.device().await);
    for device in [&hostile, &other] {
        let idle = upkeep.chat(device, Some("It works now.")).await;
        upkeep.age(idle, 7 * DAY + 1).await;
    }
    let no_chat = format!("chat.{}.not-a-chat.state.opened", hostile.asset_id);
    hostile.client.request(no_chat, "{}".into()).await.unwrap();

    assert_eq!(upkeep.perform(Job::CloseIdleChats).await, json!({ "closed": 2, "left": 0, "waiting": [] }));
}

#[sqlx::test(migrator = "store::MIGRATOR")]
async fn an_archived_chat_is_forgotten_after_its_retention_in_the_log_and_the_database(db: PgPool) {
    let upkeep = Upkeep::new(db).await;
    let (log, device) = (&upkeep.bench.log, upkeep.bench.device().await);
    let mut archived = Vec::new();
    for _ in 0..2 {
        let chat_id = upkeep.chat(&device, Some("Bye.")).await;
        close(&upkeep, &device, chat_id).await;
        archived.push(chat_id);
    }
    let [old, kept] = archived[..] else { unreachable!() };
    upkeep.age(old, 30 * DAY - 1).await;
    upkeep.age(kept, 29 * DAY).await;
    assert_eq!(upkeep.perform(Job::ForgetArchivedChats).await, json!({ "forgotten": 0 }));

    upkeep.age(old, 2).await;
    tell_of(&upkeep, old).await;
    assert_eq!(upkeep.perform(Job::ForgetArchivedChats).await, json!({ "forgotten": 1 }));
    let told: i64 = sqlx::query_scalar(
        "select (select count(*) from pings) + (select count(*) from notices) + (select count(*) from deliveries)
                + (select count(*) from notification_claims)",
    )
    .fetch_one(&upkeep.bench.db)
    .await
    .unwrap();
    assert_eq!(told, 0);

    assert_eq!(log.tail(&subject::facts_of(device.asset_id, old), 0, 1 << 20).await.unwrap().facts, []);
    assert_eq!(log.tail(&subject::facts_of(device.asset_id, kept), 0, 1 << 20).await.unwrap().facts.len(), 4);
    let left: Vec<ChatId> = sqlx::query_scalar("select chat_id from chats").fetch_all(&upkeep.bench.db).await.unwrap();
    assert_eq!(left, [kept]);
    let said: Vec<ChatId> =
        sqlx::query_scalar("select distinct chat_id from messages").fetch_all(&upkeep.bench.db).await.unwrap();
    assert_eq!(said, [kept]);
    // The asset goes on.
    upkeep.chat(&device, None).await;
}

#[sqlx::test(migrator = "store::MIGRATOR")]
async fn of_two_open_chats_of_one_asset_the_one_that_the_broker_names_stays_open(db: PgPool) {
    let mut upkeep = Upkeep::new(db).await;
    let (log, device) = (upkeep.bench.log.clone(), upkeep.bench.device().await);
    let older = upkeep.chat(&device, None).await;
    let newer = ChatId::new();
    open_without_asking(&upkeep, &device, newer).await;
    upkeep.settle().await;
    assert_eq!(upkeep.open_chats().await, [older, newer]);

    // The newer one began within the time in which the broker takes a second opening for a repeat.
    assert_eq!(upkeep.perform(Job::CloseOverlappingChats).await, json!({ "closed": 1, "left": 0 }));
    assert_eq!(upkeep.open_chats().await, [newer]);
    forget_repeats(&mut upkeep).await;
    eventually("a later run opens it again", async || {
        assert_eq!(upkeep.perform(Job::CloseOverlappingChats).await, json!({ "closed": 0, "left": 0 }));
        log.asset_state(device.asset_id).await.unwrap().open_chat() == Some(newer)
    })
    .await;

    let state = log.asset_state(device.asset_id).await.unwrap();
    assert_eq!(upkeep.perform(Job::CloseOverlappingChats).await, json!({ "closed": 0, "left": 0 }));
    assert_eq!(log.asset_state(device.asset_id).await.unwrap(), state);
    close(&upkeep, &device, newer).await;
    assert_eq!(upkeep.perform(Job::CloseOverlappingChats).await, json!({ "closed": 0, "left": 0 }));
    assert_eq!(log.asset_state(device.asset_id).await.unwrap().open_chat(), None);
}

#[sqlx::test(migrator = "store::MIGRATOR")]
async fn expired_sign_ins_are_forgotten_and_others_not(db: PgPool) {
    let upkeep = Upkeep::new(db).await;
    let name = broker_config::Line::new("Ada").unwrap();
    let ada = store::technicians::add(&upkeep.bench.db, &name, &name, "no hash", &[ADMINISTRATORS.into()])
        .await
        .unwrap()
        .unwrap();
    let now = store::server::clock(&upkeep.bench.db).await.unwrap();
    for (token_hash, hours) in [([1; 32], -1), ([2; 32], 1)] {
        let ends_at = now + TimeDelta::hours(hours);
        let (technician_id, created_at, expires_at) = (ada, now, ends_at);
        let (user_agent, address) = (None, None);
        let second_factor_elsewhere = false;
        let new = NewSession {
            token_hash,
            technician_id,
            created_at,
            expires_at,
            ends_at,
            user_agent,
            address,
            second_factor_elsewhere,
        };
        store::sessions::begin(&upkeep.bench.db, &new).await.unwrap();
    }

    assert_eq!(upkeep.perform(Job::ForgetSessions).await, json!({ "forgotten": 1 }));
    assert_eq!(upkeep.perform(Job::ForgetSessions).await, json!({ "forgotten": 0 }));
    let left: Vec<Vec<u8>> =
        sqlx::query_scalar("select token_hash from sessions").fetch_all(&upkeep.bench.db).await.unwrap();
    assert_eq!(left, [vec![2; 32]]);
}

#[sqlx::test(migrator = "store::MIGRATOR")]
async fn old_connections_are_forgotten_but_for_the_last_of_each_device(db: PgPool) {
    let upkeep = Upkeep::new(db).await;
    let asset_id = upkeep.bench.asset().await;
    for (client_id, days) in [(1, 200), (2, 100), (3, 89), (4, 1)] {
        sqlx::query(
            "insert into device_connections (server_id, client_id, asset_id, connected_at, disconnected_at)
             values ('server', $1, $2, now() - make_interval(days => $3), now())",
        )
        .bind(client_id)
        .bind(asset_id)
        .bind(days)
        .execute(&upkeep.bench.db)
        .await
        .unwrap();
    }

    assert_eq!(upkeep.perform(Job::ForgetConnections).await, json!({ "forgotten": 2 }));
    assert_eq!(upkeep.perform(Job::ForgetConnections).await, json!({ "forgotten": 0 }));
}

/// As the rules do: a technician was pinged and told by e-mail.
pub async fn tell_of(upkeep: &Upkeep, chat_id: ChatId) {
    let name = broker_config::Line::new("Ada").unwrap();
    let ada = store::technicians::add(&upkeep.bench.db, &name, &name, "no hash", &[ADMINISTRATORS.into()])
        .await
        .unwrap()
        .unwrap();
    sqlx::query(
        "with ping as (insert into pings (chat_id, technician_id, seq, read_upto) values ($1, $2, 2, 0)),
              claim as (insert into notification_claims (chat_id, technician_id, rule, seq) values ($1, $2, 'unread', 2)),
              notice as (
                  insert into notices (notice_id, technician_id, chat_id, rule, seq, decided_seq, in_app)
                  values (gen_random_uuid(), $2, $1, 'unread', 2, 2, true)
                  returning notice_id
              )
         insert into deliveries (delivery_id, notice_id, technician_id, channel, state)
         select gen_random_uuid(), notice_id, $2, 'email', 'sent' from notice",
    )
    .bind(chat_id)
    .bind(ada)
    .execute(&upkeep.bench.db)
    .await
    .unwrap();
}

pub async fn close(upkeep: &Upkeep, device: &tests::TestDevice, chat_id: ChatId) {
    let seq = upkeep.bench.log.asset_state(device.asset_id).await.unwrap().seq;
    let subject = ChatSubject::new(device.asset_id, chat_id, Leaf::Closed);
    let closed = Fact::Closed(Closed { by: Author::System });
    upkeep.bench.web_log.append_state(&subject, seq, &closed).await.unwrap();
    upkeep.settle().await;
}

/// As a device does that does not compare and set.
async fn open_without_asking(upkeep: &Upkeep, device: &tests::TestDevice, chat_id: ChatId) {
    let subject = ChatSubject::new(device.asset_id, chat_id, Leaf::Opened);
    let opened = Fact::Opened(Opened { by: Author::Client { session_user: None }, entry_id: None });
    upkeep.bench.web_log.append(&subject, &opened).await.unwrap();
}

/// Lets the broker forget which messages it has taken, as it does after two minutes: one that starts looks only at those of
/// the time in which it takes a second one for a repeat.
async fn forget_repeats(upkeep: &mut Upkeep) {
    let operator = upkeep.bench.broker.log(broker_config::Role::Operator).await;
    let mut chat = broker_config::stream::chat(1);
    chat.duplicate_window = std::time::Duration::from_millis(100);
    operator.jetstream().update_stream(chat).await.unwrap();
    upkeep.bench.broker.kill();
    upkeep.bench.broker.restart().await;
    for log in [&upkeep.bench.log, &upkeep.bench.web_log] {
        eventually("the broker is back", async || log.bounds().await.is_ok()).await;
    }
}
