//! Demo data: many rows at once, under ids that are the same every time, so that a second insert changes nothing.

mod tickets;

use broker_config::{AssetGroupId, AssetId, ChatId, ContactId, CustomerId, Line, PolicyId, TechnicianId};
use sqlx::types::Json;
use sqlx::{PgConnection, PgExecutor};

pub use tickets::{Ticket, add_tickets};

use crate::asset_groups::AssetGroup;
use crate::canned_replies::CannedReply;
use crate::policies::Policy;
use crate::security_groups::{ADMINISTRATORS, TECHNICIANS};

/// A business.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Customer {
    /// Which.
    pub customer_id: CustomerId,
    /// Its name.
    pub name: Line,
}

/// A person there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Contact {
    /// Who.
    pub contact_id: ContactId,
    /// Where they work.
    pub customer_id: CustomerId,
    /// Their name.
    pub name: Line,
    /// Their address.
    pub email: Line,
    /// Their telephone number.
    pub phone: Line,
}

/// A device.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Asset {
    /// Which.
    pub asset_id: AssetId,
    /// Whose.
    pub customer_id: CustomerId,
    /// Who uses it.
    pub contact_id: Option<ContactId>,
    /// Its group.
    pub asset_group_id: Option<AssetGroupId>,
    /// Its own settings.
    pub policy_id: Option<PolicyId>,
    /// Its name.
    pub name: Line,
}

/// A technician.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Technician {
    /// Who.
    pub technician_id: TechnicianId,
    /// Their name.
    pub name: Line,
    /// The address that they sign in with.
    pub email: Line,
    /// Whether they are an administrator.
    pub is_admin: bool,
}

/// Adds canned replies.
///
/// # Errors
/// When the database fails.
pub async fn add_canned_replies(db: &mut PgConnection, replies: &[CannedReply]) -> sqlx::Result<()> {
    let ids: Vec<_> = replies.iter().map(|reply| reply.canned_reply_id.uuid()).collect();
    let shortcuts: Vec<_> = replies.iter().map(|reply| reply.shortcut.clone()).collect();
    let texts: Vec<_> = replies.iter().map(|reply| reply.text.to_string()).collect();
    sqlx::query!(
        "insert into canned_replies (canned_reply_id, shortcut, body)
         select * from unnest($1::uuid[], $2::text[], $3::text[])
         on conflict do nothing",
        &ids,
        &shortcuts,
        &texts,
    )
    .execute(db)
    .await?;
    Ok(())
}

/// Adds customers.
///
/// # Errors
/// When the database fails.
pub async fn add_customers(db: &mut PgConnection, customers: &[Customer]) -> sqlx::Result<()> {
    let ids: Vec<_> = customers.iter().map(|customer| customer.customer_id.uuid()).collect();
    let names: Vec<_> = customers.iter().map(|customer| customer.name.to_string()).collect();
    sqlx::query!(
        "insert into customers (customer_id, name)
         select * from unnest($1::uuid[], $2::text[])
         on conflict do nothing",
        &ids,
        &names,
    )
    .execute(db)
    .await?;
    Ok(())
}

/// Adds contacts.
///
/// # Errors
/// When the database fails.
pub async fn add_contacts(db: &mut PgConnection, contacts: &[Contact]) -> sqlx::Result<()> {
    let ids: Vec<_> = contacts.iter().map(|contact| contact.contact_id.uuid()).collect();
    let customers: Vec<_> = contacts.iter().map(|contact| contact.customer_id.uuid()).collect();
    let names: Vec<_> = contacts.iter().map(|contact| contact.name.to_string()).collect();
    let emails: Vec<_> = contacts.iter().map(|contact| contact.email.to_string()).collect();
    let phones: Vec<_> = contacts.iter().map(|contact| contact.phone.to_string()).collect();
    sqlx::query!(
        "insert into contacts (contact_id, customer_id, name, email, phone)
         select * from unnest($1::uuid[], $2::uuid[], $3::text[], $4::text[], $5::text[])
         on conflict do nothing",
        &ids,
        &customers,
        &names,
        &emails,
        &phones,
    )
    .execute(db)
    .await?;
    Ok(())
}

/// Adds policies.
///
/// # Errors
/// When the database fails.
pub async fn add_policies(db: &mut PgConnection, policies: &[Policy]) -> sqlx::Result<()> {
    let ids: Vec<_> = policies.iter().map(|policy| policy.policy_id.uuid()).collect();
    let names: Vec<_> = policies.iter().map(|policy| policy.name.to_string()).collect();
    let menus: Vec<_> = policies.iter().map(|policy| policy.settings.menu.clone().map(Json)).collect();
    let live_chats: Vec<_> = policies.iter().map(|policy| Json(policy.settings.live_chat.clone())).collect();
    sqlx::query!(
        "insert into policies (policy_id, name, menu, live_chat)
         select * from unnest($1::uuid[], $2::text[], $3::jsonb[], $4::jsonb[])
         on conflict do nothing",
        &ids,
        &names,
        &menus as _,
        &live_chats as _,
    )
    .execute(db)
    .await?;
    Ok(())
}

/// Adds a group of assets.
///
/// # Errors
/// When the database fails.
pub async fn add_asset_group(db: &mut PgConnection, group: &AssetGroup) -> sqlx::Result<()> {
    sqlx::query!(
        "insert into asset_groups (asset_group_id, customer_id, name, policy_id)
         values ($1, $2, $3, $4)
         on conflict do nothing",
        group.asset_group_id.uuid(),
        group.customer_id.map(CustomerId::uuid),
        &*group.name,
        group.policy_id.map(PolicyId::uuid),
    )
    .execute(db)
    .await?;
    Ok(())
}

/// Adds assets.
///
/// # Errors
/// When the database fails.
pub async fn add_assets(db: &mut PgConnection, assets: &[Asset]) -> sqlx::Result<()> {
    let ids: Vec<_> = assets.iter().map(|asset| asset.asset_id.uuid()).collect();
    let customers: Vec<_> = assets.iter().map(|asset| asset.customer_id.uuid()).collect();
    let contacts: Vec<_> = assets.iter().map(|asset| asset.contact_id.map(ContactId::uuid)).collect();
    let groups: Vec<_> = assets.iter().map(|asset| asset.asset_group_id.map(AssetGroupId::uuid)).collect();
    let policies: Vec<_> = assets.iter().map(|asset| asset.policy_id.map(PolicyId::uuid)).collect();
    let names: Vec<_> = assets.iter().map(|asset| asset.name.to_string()).collect();
    sqlx::query!(
        "insert into assets (asset_id, customer_id, contact_id, asset_group_id, policy_id, name)
         select * from unnest($1::uuid[], $2::uuid[], $3::uuid[], $4::uuid[], $5::uuid[], $6::text[])
         on conflict do nothing",
        &ids,
        &customers,
        &contacts as _,
        &groups as _,
        &policies as _,
        &names,
    )
    .execute(db)
    .await?;
    Ok(())
}

/// Adds technicians, who all get the same password.
///
/// # Errors
/// When the database fails.
pub async fn add_technicians(
    db: &mut PgConnection,
    technicians: &[Technician],
    password_hash: &str,
) -> sqlx::Result<()> {
    let ids: Vec<_> = technicians.iter().map(|technician| technician.technician_id.uuid()).collect();
    let names: Vec<_> = technicians.iter().map(|technician| technician.name.to_string()).collect();
    let emails: Vec<_> = technicians.iter().map(|technician| technician.email.to_string()).collect();
    let group = |is_admin| if is_admin { ADMINISTRATORS } else { TECHNICIANS };
    let groups: Vec<_> = technicians.iter().map(|technician| group(technician.is_admin)).collect();
    sqlx::query!(
        "with added as (
             insert into technicians (technician_id, name, email, password_hash)
             select technician_id, name, email, $4
             from unnest($1::uuid[], $2::text[], $3::text[]) as t (technician_id, name, email)
             on conflict do nothing
             returning technician_id
         )
         insert into security_group_members (security_group_id, technician_id)
         select placed.security_group_id, added.technician_id
         from added
         join unnest($1::uuid[], $5::uuid[]) as placed (technician_id, security_group_id) using (technician_id)",
        &ids,
        &names,
        &emails,
        password_hash,
        &groups,
    )
    .execute(db)
    .await?;
    Ok(())
}

/// Moves these chats, as far as the sequence `upto`, back to when their messages say that they were written. The broker's
/// clock cannot be set for a demo; everything but the times stays as on the log.
///
/// # Errors
/// When the database fails.
pub async fn move_back(db: impl PgExecutor<'_>, chat_ids: &[ChatId], upto: u64) -> sqlx::Result<()> {
    let chat_ids: Vec<_> = chat_ids.iter().map(|chat_id| chat_id.uuid()).collect();
    sqlx::query!(
        "with written as (
             update messages
             set at = written_at
             where chat_id = any($1)
               and seq <= $2
             returning chat_id, seq, kind, written_at
         ), span as (
             select chat_id,
                    min(written_at) as first_at,
                    max(written_at) as last_at,
                    max(written_at) filter (where kind <> 'note') as last_said_at
             from written
             group by chat_id
         ), moved_reads as (
             update reads r
             set at = span.last_at
             from span
             where r.chat_id = span.chat_id
               and r.seq <= $2
         )
         update chats c
         set opened_at = span.first_at,
             assigned_at = case when c.assigned_seq <= $2 then span.first_at else c.assigned_at end,
             closed_at = case when c.closed_seq <= $2 then span.last_at else c.closed_at end,
             client_read_at = case when c.client_read_seq <= $2 then span.last_at else c.client_read_at end,
             last_at = case when c.last_seq <= $2 then span.last_said_at else c.last_at end
         from span
         where c.chat_id = span.chat_id",
        &chat_ids,
        i64::try_from(upto).unwrap_or(i64::MAX),
    )
    .execute(db)
    .await?;
    Ok(())
}
