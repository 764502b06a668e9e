//! Names and what people wrote outside of chats: contacts, assets, tickets, and where devices connected from.

use sqlx::PgConnection;

use super::{ERASED_CONTACT, ERASED_CUSTOMER, Unfinished};

/// What stands in the place of a device's name.
const ERASED_ASSET: &str = "Erased asset";
/// What stands in the place of a ticket's subject.
const ERASED_TICKET: &str = "Erased ticket";

/// How many rows lost what they said.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Names {
    /// Contacts.
    pub contacts: u64,
    /// Assets and groups of assets.
    pub assets: u64,
    /// Tickets.
    pub tickets: u64,
    /// Connections of devices.
    pub connections: u64,
}

impl Names {
    /// Whether there were none, so that nothing is left.
    #[must_use]
    pub fn is_none(&self) -> bool {
        self.contacts + self.assets + self.tickets + self.connections == 0
    }
}

/// Takes names, addresses and descriptions away, at most `limit` of each kind; again, until there are none. A person's assets are
/// their employer's and keep their names. Connections that are open stay, and those that began after the erasure was asked for.
///
/// # Errors
/// When the database fails.
pub async fn erase_names(db: &mut PgConnection, erasure: &Unfinished, limit: i64) -> sqlx::Result<Names> {
    let (contact_id, customer_id) = (erasure.subject.contact(), erasure.subject.customer());
    sqlx::query!(
        "update customers
         set name = $2
         where customer_id = $1
           and name <> $2",
        customer_id,
        ERASED_CUSTOMER,
    )
    .execute(&mut *db)
    .await?;
    let contacts = sqlx::query!(
        "update contacts
         set name = $3,
             email = null,
             phone = null
         where contact_id in (
             select contact_id
             from contacts
             where (contact_id = $1 or customer_id = $2)
               and (name <> $3 or email is not null or phone is not null)
             limit $4
         )",
        contact_id,
        customer_id,
        ERASED_CONTACT,
        limit,
    )
    .execute(&mut *db)
    .await?;
    let assets = sqlx::query!(
        "with groups as (
             update asset_groups
             set name = $2
             where customer_id = $1
               and name <> $2
         )
         update assets
         set name = $2
         where asset_id in (
             select asset_id
             from assets
             where customer_id = $1
               and name <> $2
             limit $3
         )",
        customer_id,
        ERASED_ASSET,
        limit,
    )
    .execute(&mut *db)
    .await?;
    let tickets = sqlx::query!(
        "update tickets
         set subject = $3,
             description = null
         where ticket_id in (
             select ticket_id
             from tickets
             where (contact_id = $1 or customer_id = $2)
               and (subject <> $3 or description is not null)
             limit $4
         )",
        contact_id,
        customer_id,
        ERASED_TICKET,
        limit,
    )
    .execute(&mut *db)
    .await?;
    let connections = sqlx::query!(
        "delete from device_connections
         where (server_id, client_id) in (
             select d.server_id, d.client_id
             from erasures e
             join erasure_assets a on a.erasure_id = e.erasure_id
             join device_connections d on d.asset_id = a.asset_id
             where e.erasure_id = $1
               and d.connected_at <= e.requested_at
               and not d.is_open
             limit $2
         )",
        erasure.erasure_id.uuid(),
        limit,
    )
    .execute(&mut *db)
    .await?;
    Ok(Names {
        contacts: contacts.rows_affected(),
        assets: assets.rows_affected(),
        tickets: tickets.rows_affected(),
        connections: connections.rows_affected(),
    })
}
