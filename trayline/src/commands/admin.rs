//! `trayline admin …`

mod technician;

use std::process::ExitCode;

use anyhow::bail;
use broker_config::{Clock, CustomerId, SystemClock};
use chrono::TimeDelta;
use serde_json::json;
use sqlx::PgPool;
use store::enrolment::NewKey;
use store::{NameOrder, NamedPage};
use web::Secret;

use crate::arguments::{Admin, Customer, EnrolmentKey, EnrolmentKeyAdd};
use crate::commands::audit::done;
use crate::config::Config;
use crate::parts::database;

pub async fn run(config: &Config, command: Admin, json: bool) -> anyhow::Result<ExitCode> {
    let db = database::connect(config)?;
    database::refuse_other_schema(&db).await?;
    match command {
        Admin::Technician(command) => technician::run(&db, command, json).await?,
        Admin::Customer(Customer::Add { name }) => {
            let mut transaction = db.begin().await?;
            let customer_id = store::customers::add(&mut *transaction, &name).await?;
            let deed = done("customer.added", ("customer", customer_id), json!({}));
            store::audit::record(&mut *transaction, &deed).await?;
            transaction.commit().await?;
            super::print(json, &customer_id.to_string(), &json!({ "customer_id": customer_id }))?;
        }
        Admin::SetupCode => super::setup::show(&db, json).await?,
        Admin::EnrolmentKey(EnrolmentKey::Add(add)) => add_enrolment_key(&db, &add, json).await?,
    }
    Ok(ExitCode::SUCCESS)
}

async fn add_enrolment_key(db: &PgPool, add: &EnrolmentKeyAdd, json: bool) -> anyhow::Result<()> {
    let customer_id = match add.customer_id() {
        Some(customer_id) => customer_id,
        None => customer_by_name(db, &add.customer).await?,
    };
    let secret = Secret::new(Secret::ENROLMENT_KEY_PREFIX);
    let key = NewKey {
        name: add.name.clone(),
        customer_id,
        policy_id: add.policy,
        uses: add.uses,
        expires_at: add.days.map(|days| SystemClock.now() + TimeDelta::days(days.into())),
        lets_in_again: !add.new_machines_only,
        made_by: None,
    };
    let mut transaction = db.begin().await?;
    let added = store::enrolment::add_key(&mut *transaction, &secret.hash(), &key).await;
    let enrolment_key_id = added.map_err(|error| match violated(&error) {
        Some("enrolment_keys_customer_id_fkey") => anyhow::anyhow!("there is no such customer"),
        Some("enrolment_keys_policy_id_fkey") => anyhow::anyhow!("there is no such policy"),
        _ => error.into(),
    })?;
    let details = json!({
        "customer_id": customer_id,
        "policy_id": key.policy_id,
        "uses": key.uses,
        "expires_at": key.expires_at,
        "lets_in_again": key.lets_in_again,
    });
    let deed = done("enrolment_key.added", ("enrolment_key", enrolment_key_id), details);
    store::audit::record(&mut *transaction, &deed).await?;
    transaction.commit().await?;
    let value = json!({
        "enrolment_key_id": enrolment_key_id,
        "enrolment_key": secret.reveal(),
        "expires_at": key.expires_at,
        "uses": key.uses,
    });
    super::print(json, &format!("The enrolment key, shown this once: {}", secret.reveal()), &value)
}

fn violated(error: &sqlx::Error) -> Option<&str> {
    error.as_database_error()?.constraint()
}

async fn customer_by_name(db: &PgPool, name: &str) -> anyhow::Result<CustomerId> {
    let page = NamedPage { search: Some(name.to_owned()), after: None, limit: 3 };
    let found = store::customers::page(db, NameOrder::Rising, &page).await?;
    let found = store::customers::by_ids(db, &found).await?;
    if let Some(exact) = found.iter().find(|customer| &*customer.name == name) {
        return Ok(exact.customer_id);
    }
    match found.as_slice() {
        [only] => Ok(only.customer_id),
        [] => bail!("there is no customer with {name:?} in its name; `trayline admin customer add` makes one"),
        _ => bail!("there are several customers with {name:?} in their names; give the id"),
    }
}
