//! Finding customers, contacts, assets and open chats by a part of a name, while somebody types.

use broker_config::{AssetId, ChatId, ContactId, CustomerId, Line};
use sqlx::PgExecutor;

use crate::chats::Viewer;
use crate::texts::literally;

/// Of how many rows that match the best are taken. With more, somebody types on.
const CANDIDATES: i64 = 1000;

/// How many characters it takes to look for them within a name: trigrams have three.
const LEAST_WITHIN: usize = 3;

/// What names must have in them, or begin with when it is short; in any case.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NamePart {
    part: String,
    like: String,
}

impl NamePart {
    /// Names with `part` in them.
    #[must_use]
    pub fn new(part: String) -> Self {
        let mut like = String::new();
        if part.chars().nth(LEAST_WITHIN - 1).is_some() {
            like.push('%');
        }
        like.push_str(&literally(&part));
        like.push('%');
        Self { part, like }
    }
}

/// A customer that was found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FoundCustomer {
    /// Which.
    pub customer_id: CustomerId,
    /// Its name.
    pub name: Line,
}

/// A contact that was found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FoundContact {
    /// Who.
    pub contact_id: ContactId,
    /// Their name.
    pub name: Line,
    /// Where they work.
    pub customer_id: CustomerId,
    /// The name of that business.
    pub customer_name: Line,
}

/// An asset that was found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FoundAsset {
    /// Which.
    pub asset_id: AssetId,
    /// Its name.
    pub name: Line,
    /// The business that has it.
    pub customer_id: CustomerId,
    /// That business's name.
    pub customer_name: Line,
    /// The person who uses it.
    pub contact_id: Option<ContactId>,
    /// That person's name.
    pub contact_name: Option<Line>,
    /// Whether its device is connected to the broker.
    pub is_connected: bool,
    /// Its open chat.
    pub open_chat_id: Option<ChatId>,
}

/// At most `limit` customers by name, those whose name begins with the part first.
///
/// # Errors
/// When the database fails.
pub async fn customers(db: impl PgExecutor<'_>, part: &NamePart, limit: i64) -> sqlx::Result<Vec<FoundCustomer>> {
    sqlx::query_as!(
        FoundCustomer,
        r#"with found as materialized (
               select customer_id, name
               from customers
               where lower(name) like lower($1)
               limit $4
           )
           select customer_id as "customer_id: CustomerId",
                  name as "name: Line"
           from found
           order by starts_with(lower(name), lower($2)) desc, lower(name), customer_id
           limit $3"#,
        part.like,
        part.part,
        limit,
        CANDIDATES,
    )
    .fetch_all(db)
    .await
}

/// At most `limit` contacts by name, those with the part in their name or their address; those whose name begins with it
/// first.
///
/// # Errors
/// When the database fails.
pub async fn contacts(db: impl PgExecutor<'_>, part: &NamePart, limit: i64) -> sqlx::Result<Vec<FoundContact>> {
    sqlx::query_as!(
        FoundContact,
        r#"with found as materialized (
               select contact_id, name, customer_id
               from contacts
               where lower(name) like lower($1)
                  or lower(email) like lower($1)
               limit $4
           )
           select co.contact_id as "contact_id: ContactId",
                  co.name as "name: Line",
                  cu.customer_id as "customer_id: CustomerId",
                  cu.name as "customer_name: Line"
           from found co
           join customers cu on cu.customer_id = co.customer_id
           order by starts_with(lower(co.name), lower($2)) desc, lower(co.name), co.contact_id
           limit $3"#,
        part.like,
        part.part,
        limit,
        CANDIDATES,
    )
    .fetch_all(db)
    .await
}

/// At most `limit` assets by name, those whose name begins with the part first, with the open chats that `viewer` sees.
///
/// # Errors
/// When the database fails.
pub async fn assets(
    db: impl PgExecutor<'_>,
    viewer: Viewer,
    part: &NamePart,
    limit: i64,
) -> sqlx::Result<Vec<FoundAsset>> {
    sqlx::query_as!(
        FoundAsset,
        r#"with candidates as materialized (
               select asset_id, name, customer_id, contact_id
               from assets
               where lower(name) like lower($1)
               limit $4
           ), found as materialized (
               select *, starts_with(lower(name), lower($2)) as begins
               from candidates
               order by begins desc, lower(name), asset_id
               limit $3
           )
           select a.asset_id as "asset_id: AssetId",
                  a.name as "name: Line",
                  a.customer_id as "customer_id: CustomerId",
                  cu.name as "customer_name: Line",
                  a.contact_id as "contact_id: ContactId",
                  co.name as "contact_name?: Line",
                  exists (
                      select from device_connections d
                      where d.asset_id = a.asset_id
                        and d.is_open
                  ) as "is_connected!",
                  (
                      select c.chat_id
                      from chats c
                      where c.asset_id = a.asset_id
                        and c.opened_seq is not null
                        and c.closed_seq is null
                        and ($5 or c.assigned_to is null or c.assigned_to = $6)
                      order by c.opened_seq
                      limit 1
                  ) as "open_chat_id: ChatId"
           from found a
           join customers cu on cu.customer_id = a.customer_id
           left join contacts co on co.contact_id = a.contact_id
           order by a.begins desc, lower(a.name), a.asset_id"#,
        part.like,
        part.part,
        limit,
        CANDIDATES,
        viewer.sees_all,
        viewer.technician_id.uuid(),
    )
    .fetch_all(db)
    .await
}

/// At most `limit` open chats that `viewer` sees, with the part in the name of the customer, contact or asset, newest activity
/// first.
///
/// # Errors
/// When the database fails.
pub async fn chats(db: impl PgExecutor<'_>, viewer: Viewer, part: &NamePart, limit: i64) -> sqlx::Result<Vec<ChatId>> {
    sqlx::query_scalar!(
        r#"with open as materialized (
               select c.chat_id, c.last_span, c.last_seq, a.name, a.customer_id, a.contact_id
               from chats c
               join assets a on a.asset_id = c.asset_id
               where c.opened_seq is not null
                 and c.closed_seq is null
                 and ($3 or c.assigned_to is null or c.assigned_to = $4)
           )
           select chat_id as "chat_id: ChatId"
           from open
           where lower(name) like lower($1)
              or customer_id in (select cu.customer_id from customers cu where lower(cu.name) like lower($1))
              or contact_id in (select co.contact_id from contacts co where lower(co.name) like lower($1))
           order by last_span desc, last_seq desc
           limit $2"#,
        part.like,
        limit,
        viewer.sees_all,
        viewer.technician_id.uuid(),
    )
    .fetch_all(db)
    .await
}
