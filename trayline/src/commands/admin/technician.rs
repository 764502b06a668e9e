//! `trayline admin technician …`

use std::io::BufRead;

use anyhow::{Context, bail};
use broker_config::{Clock, Line, SecurityGroupId, SystemClock};
use rand::RngExt;
use rand::distr::Alphanumeric;
use serde_json::json;
use sqlx::PgPool;
use store::security_groups::{ADMINISTRATORS, TECHNICIANS};
use store::technicians::{Changed, TechnicianChange};
use web::{hash_password, refuse_weak_password};

use crate::arguments::{Technician, TechnicianAdd};
use crate::commands::audit::done;
use crate::commands::print;

pub async fn run(db: &PgPool, command: Technician, json: bool) -> anyhow::Result<()> {
    match command {
        Technician::Add(add) => add_technician(db, &add, json).await,
        Technician::List => list(db, json).await,
        Technician::Disable { email } => disable(db, &email, true, json).await,
        Technician::Enable { email } => disable(db, &email, false, json).await,
    }
}

async fn add_technician(db: &PgPool, add: &TechnicianAdd, json: bool) -> anyhow::Result<()> {
    let groups = groups(db, add).await?;
    let password = if add.generate_password {
        rand::rng().sample_iter(Alphanumeric).take(20).map(char::from).collect()
    } else {
        read_password(&[&add.name, &add.email])?
    };
    let hash = hash_password(&password).context("the password cannot be hashed")?;
    let mut transaction = db.begin().await?;
    let added = store::technicians::add(&mut *transaction, &add.name, &add.email, &hash, &groups).await?;
    let Some(technician_id) = added else { bail!("a technician with this address is there already") };
    let details = json!({ "name": add.name, "security_group_ids": groups });
    store::audit::record(&mut *transaction, &done("technician.added", ("technician", technician_id), details)).await?;
    transaction.commit().await?;

    let mut value = json!({ "technician_id": technician_id });
    let mut text = format!("Added the technician {technician_id}.");
    if add.generate_password {
        value["password"] = json!(password);
        text = format!("{text}\nThe password, shown this once: {password}");
    }
    print(json, &text, &value)
}

/// The groups that were asked for.
async fn groups(db: &PgPool, add: &TechnicianAdd) -> anyhow::Result<Vec<SecurityGroupId>> {
    let mut groups = Vec::new();
    if add.admin {
        groups.push(ADMINISTRATORS.into());
    }
    for name in &add.group {
        let group = store::security_groups::by_name(db, name).await?;
        groups.push(group.with_context(|| format!("there is no security group {name:?}", name = &**name))?);
    }
    if groups.is_empty() {
        groups.push(TECHNICIANS.into());
    }
    Ok(groups)
}

fn read_password(about: &[&str]) -> anyhow::Result<String> {
    let mut line = String::new();
    std::io::stdin().lock().read_line(&mut line).context("no password could be read from stdin")?;
    let password = line.trim_end_matches(['\r', '\n']);
    refuse_weak_password(password, about)
        .context("the password (first line of stdin) is not taken; --generate-password makes one")?;
    Ok(password.to_owned())
}

async fn list(db: &PgPool, json: bool) -> anyhow::Result<()> {
    let technicians = store::technicians::all(db).await?;
    let groups = store::security_groups::all(db).await?;
    let groups_of = |technician: &store::technicians::Technician| {
        let of = groups.iter().filter(|group| technician.groups.contains(&group.security_group_id));
        of.map(|group| group.name.to_string()).collect::<Vec<_>>()
    };
    let lines = technicians.iter().map(|technician| {
        let mut marks = groups_of(technician);
        if technician.is_disabled {
            marks.push("disabled".to_owned());
        }
        let marks = if marks.is_empty() { String::new() } else { format!(" ({})", marks.join(", ")) };
        format!("{} <{}>{marks}", &*technician.name, &*technician.email)
    });
    let values = technicians.iter().map(|technician| {
        json!({
            "technician_id": technician.technician_id,
            "name": technician.name,
            "email": technician.email,
            "groups": groups_of(technician),
            "is_disabled": technician.is_disabled,
        })
    });
    let value = json!({ "technicians": values.collect::<Vec<_>>() });
    print(json, &lines.collect::<Vec<_>>().join("\n"), &value)
}

async fn disable(db: &PgPool, email: &Line, is_disabled: bool, json: bool) -> anyhow::Result<()> {
    let all = store::technicians::all(db).await?;
    let known = all.into_iter().find(|technician| technician.email.to_lowercase() == email.to_lowercase());
    let Some(known) = known else { bail!("there is no technician with this address") };

    let change = TechnicianChange { is_disabled: Some(is_disabled), ..TechnicianChange::default() };
    let mut transaction = db.begin().await?;
    let changed = store::technicians::change(&mut transaction, known.technician_id, &change, SystemClock.now()).await?;
    match changed {
        Changed::Changed(_) => {
            let details = json!({ "is_disabled": is_disabled });
            let deed = done("technician.changed", ("technician", known.technician_id), details);
            store::audit::record(&mut *transaction, &deed).await?;
            transaction.commit().await?;
        }
        Changed::LastAdmin => bail!("nobody would be left who may manage technicians"),
        Changed::NoSuch => bail!("there is no technician with this address"),
    }
    let word = if is_disabled { "Disabled" } else { "Enabled" };
    let value = json!({ "technician_id": known.technician_id, "is_disabled": is_disabled });
    print(json, &format!("{word} the technician {}.", known.technician_id), &value)
}
