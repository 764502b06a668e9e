//! The demo: a shop that looks like a real one, the same at every first start.
//!
//! Its chats are on the log like all others, so that log and database agree in everything but the times of the past: the
//! broker's clock cannot be set, so those are moved back in the database, once, after persistence has stored them.

mod conversation;
pub mod device;
mod names;
mod policies;
mod seed;
mod shop;
mod timeline;

use std::time::Duration;

use anyhow::Context;
use broker_config::{AppendError, Clock, Log, SystemClock};
use sqlx::{PgConnection, PgPool};
use store::customers::CustomerChange;
use tokio::time::{Instant, sleep};

use crate::up::data_directory::DataDirectory;
use crate::up::progress::during;

use policies::Policies;
use shop::Shop;
use timeline::{Step, Timeline};

/// How long persistence may take to store what the demo's chats say.
const STORE_PATIENCE: Duration = Duration::from_mins(1);

/// How often persistence is asked how far it is.
const ASK: Duration = Duration::from_millis(50);

/// What a visitor needs to know of the demo.
#[derive(Debug, Clone)]
pub struct Demo {
    /// The address that the demo's administrator signs in with.
    pub email: String,
    /// Where the simulated device stands.
    pub device: device::Place,
}

impl Demo {
    /// Fills the installation, unless that was done before. A start that was interrupted in the middle is gone on with.
    pub async fn fill(directory: &mut DataDirectory, db: &PgPool, log: &Log) -> anyhow::Result<Self> {
        let shop = Shop::new();
        let demo = Self { email: shop.administrator().email.to_string(), device: shop.device_place() };
        if directory.state.demo_filled {
            return Ok(demo);
        }
        let password = directory.state.demo_password.clone();
        let fill = async {
            let timeline = Timeline::new(&shop, SystemClock.now());
            let tickets = insert(db, &shop, &timeline, password).await?;
            let upto = publish(log, timeline.steps(&tickets)).await?;
            wait_until_stored(log, upto).await?;
            store::demo::move_back(db, &timeline.chat_ids(), upto).await?;
            anyhow::Ok(())
        };
        during("making the demo data", fill).await.context("the demo data could not be made")?;
        directory.state.demo_filled = true;
        directory.remember()?;
        Ok(demo)
    }
}

/// Inserts everything but chats, in one transaction. Gives the tickets' numbers.
async fn insert(db: &PgPool, shop: &Shop, timeline: &Timeline, password: String) -> anyhow::Result<Vec<i64>> {
    let hash = tokio::task::spawn_blocking(move || web::hash_password(&password)).await?;
    let hash = hash.context("the password cannot be hashed")?;
    let mut transaction = db.begin().await?;
    store::demo::add_customers(&mut transaction, &shop.customers).await?;
    store::demo::add_contacts(&mut transaction, &shop.contacts).await?;
    place_policies(&mut transaction, &shop.policies).await?;
    store::demo::add_assets(&mut transaction, &shop.assets).await?;
    store::demo::add_technicians(&mut transaction, &shop.technicians, &hash).await?;
    store::demo::add_canned_replies(&mut transaction, &shop.canned_replies).await?;
    let numbers = store::demo::add_tickets(&mut transaction, &timeline.tickets()).await?;
    transaction.commit().await?;
    Ok(numbers)
}

/// Inserts the policies and puts them where they belong. The installation has one already, which now says more.
async fn place_policies(db: &mut PgConnection, policies: &Policies) -> sqlx::Result<()> {
    let global = store::installation::global_policy(&mut *db).await?;
    store::policies::replace(&mut *db, global, &shop::line("Everyone"), &policies.everyone).await?;
    store::demo::add_policies(&mut *db, &policies.all()).await?;
    let (customer_id, policy) = &policies.of_customer;
    let has_it = CustomerChange { policy_id: Some(Some(policy.policy_id)), ..CustomerChange::default() };
    store::customers::change(&mut *db, *customer_id, &has_it).await?;
    store::demo::add_asset_group(db, &policies.group).await
}

/// Appends what happened, in its order. What stands there already is left alone; a message that is appended a second
/// time is the same message. Gives the last sequence.
async fn publish(log: &Log, steps: Vec<Step>) -> Result<u64, AppendError> {
    let mut last = 0;
    for step in steps {
        let appended = if step.is_message() {
            log.append(&step.subject, &step.fact).await
        } else if let Some(fact) = step.read_upto(last) {
            log.append_first(&step.subject, &fact).await
        } else {
            log.append_first(&step.subject, &step.fact).await
        };
        match appended {
            Ok(appended) => last = appended.seq,
            Err(AppendError::Conflict) => {}
            Err(error) => return Err(error),
        }
    }
    Ok(last)
}

async fn wait_until_stored(log: &Log, upto: u64) -> anyhow::Result<()> {
    let deadline = Instant::now() + STORE_PATIENCE;
    while log.persisted_upto().await? < upto {
        anyhow::ensure!(Instant::now() < deadline, "the persistence worker does not store it");
        sleep(ASK).await;
    }
    Ok(())
}
