//! Two devices and two technicians talk while the broker, Postgres, persistence, sync, the web front and the agents are each
//! killed with -9 at random moments. `TRAYLINE_TEST_SEED` takes another run than the usual one.

use std::collections::BTreeSet;
use std::time::Duration;

use broker_config::ChatId;
use rand::rngs::StdRng;
use rand::{RngExt, SeedableRng};
use sqlx::PgPool;
use tests::eventually;
use tokio::time::sleep;

use crate::device::Device;
use crate::estate::Estate;
use crate::technician::{Said, Technician};

/// How many messages each of the four writes.
const EACH: u32 = 500;

/// How often each part is killed.
const ROUNDS: u32 = 3;

/// The run that everybody gets who does not ask for another.
const SEED: u64 = 20_261_122;

#[tokio::test(flavor = "multi_thread")]
async fn every_message_is_stored_once_in_one_order_and_seen_by_all_whatever_is_killed() {
    let mut random = StdRng::seed_from_u64(seed());
    let mut estate = Estate::start().await;
    let db = estate.postgres.pool();
    let customer = estate.admin(&["customer", "add", "--name", "Bluebell Dental"]);
    let customer = customer["customer_id"].as_str().unwrap();
    let key = estate.admin(&["enrolment-key", "add", "--customer", customer]);
    let mut devices =
        ["desk-1", "desk-2"].map(|name| Device::enrol(&estate, key["enrolment_key"].as_str().unwrap(), name));
    let technicians = [Technician::sign_in(&estate, "priya").await, Technician::sign_in(&estate, "tom").await];
    for technician in &technicians {
        tokio::spawn(technician.clone().listen());
    }

    let conversations = devices.iter_mut().zip(&technicians).map(|(device, technician)| {
        let seeds = [random.random(), random.random()];
        async move {
            let [mut of_device, mut of_technician] = seeds.map(StdRng::seed_from_u64);
            let name = device.name.clone();
            tokio::join!(device.send(EACH, &mut of_device), answer(technician, &name, &mut of_technician))
        }
    });
    let conversations: Vec<_> = conversations.collect();
    let kills = async {
        for _ in 0..ROUNDS {
            estate.kill_each_once(&mut random).await;
        }
    };
    let (written, ()) = tokio::join!(futures::future::join_all(conversations), kills);

    for (device, (said, answered)) in devices.iter_mut().zip(&written) {
        device.settle(said.len() + answered.len()).await;
    }
    let expected = written.iter().map(|(said, answered)| said.len() + answered.len()).sum();
    eventually("all that was written is stored", async || stored(&db).await.len() >= expected).await;
    let stored = stored(&db).await;
    let texts: Vec<_> = stored.iter().map(|said| said.text.as_str()).collect();
    assert_eq!(texts.iter().collect::<BTreeSet<_>>().len(), texts.len(), "a text is stored twice");
    for written in written.iter().flat_map(|(said, answered)| [said, answered]) {
        let wanted: BTreeSet<_> = written.iter().map(String::as_str).collect();
        let found: Vec<_> = texts.iter().copied().filter(|text| wanted.contains(text)).collect();
        assert!(
            &found == written,
            "not all, or not in the order in which it was written: {:?}",
            differing(&found, written)
        );
    }

    for technician in &technicians {
        eventually("a technician has heard everything", async || technician.said().len() >= stored.len()).await;
        assert!(technician.said() == stored, "a technician saw: {:?}", differing(&technician.said(), &stored));
    }
    for device in &mut devices {
        let chat_id = device.chat_id.clone();
        let of_chat: Vec<_> = stored.iter().filter(|said| said.chat_id == chat_id).cloned().collect();
        let seen = device.settle(of_chat.len()).await;
        assert!(seen == of_chat, "a device saw: {:?}", differing(&seen, &of_chat));
    }
}

/// Answers the device of this name, in the chat that it opens. Gives the texts.
async fn answer(technician: &Technician, device: &str, random: &mut StdRng) -> Vec<String> {
    let chat_id = loop {
        if let Some(chat_id) = chat_of(technician, device).await {
            break chat_id;
        }
        sleep(Duration::from_millis(50)).await;
    };
    let mut texts = Vec::new();
    for number in 0..EACH {
        let text = format!("answer {number} to {device}\n\u{202e}שלום");
        technician.say(chat_id, &text).await;
        texts.push(text);
        sleep(Duration::from_millis(random.random_range(5..40))).await;
    }
    texts
}

async fn chat_of(technician: &Technician, device: &str) -> Option<ChatId> {
    let chats = technician.open_chats().await?;
    chats.into_iter().find(|(asset, _)| asset == device).map(|(_, chat_id)| chat_id)
}

/// Every message in Postgres, in the order of the log.
async fn stored(db: &PgPool) -> Vec<Said> {
    let rows: Vec<(i64, uuid::Uuid, uuid::Uuid, String)> =
        sqlx::query_as("select seq, message_id, chat_id, body from messages order by seq").fetch_all(db).await.unwrap();
    let said = rows.into_iter().map(|(seq, message_id, chat_id, text)| Said {
        seq: u64::try_from(seq).unwrap(),
        message_id: message_id.to_string(),
        chat_id: chat_id.to_string(),
        text,
    });
    said.collect()
}

/// The first place where two lists part.
fn differing<'a, A, B>(left: &'a [A], right: &'a [B]) -> Option<(&'a A, &'a B)>
where
    A: PartialEq<B>,
{
    left.iter().zip(right).find(|(left, right)| left != right)
}

fn seed() -> u64 {
    #[expect(clippy::disallowed_methods, reason = "a failed run is repeated by its seed")]
    let wanted = std::env::var("TRAYLINE_TEST_SEED").ok();
    let seed = wanted.map_or(SEED, |seed| seed.parse().expect("a number"));
    println!("seed {seed}");
    seed
}
