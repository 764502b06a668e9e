//! What is kept of a person or a business, as JSON objects for a file. docs/privacy.md describes them. Nothing is read whole: each function
//! gives what comes after an id, or one thing.

mod chat;

use serde_json::Value;
use sqlx::PgExecutor;
use sqlx::types::Uuid;

pub use chat::{chat, chat_ids};

use crate::data_subjects::DataSubject;

/// An object of an export, and its id, after which the next page begins.
#[derive(Debug, Clone, PartialEq)]
pub struct Exported {
    /// The id.
    pub id: Uuid,
    /// The object.
    pub object: Value,
}

/// The business itself; nothing for a person.
///
/// # Errors
/// When the database fails.
pub async fn customer(db: impl PgExecutor<'_>, subject: DataSubject) -> sqlx::Result<Option<Exported>> {
    sqlx::query_as!(
        Exported,
        r#"select customer_id as id,
                  jsonb_build_object(
                      'type', 'customer',
                      'customer_id', customer_id,
                      'name', name,
                      'policy_id', policy_id,
                      'retention_months', retention_months,
                      'created_at', created_at,
                      'asset_groups', coalesce((
                          select jsonb_agg(jsonb_build_object(
                              'asset_group_id', g.asset_group_id,
                              'name', g.name,
                              'policy_id', g.policy_id
                          ))
                          from asset_groups g
                          where g.customer_id = cu.customer_id
                      ), '[]'),
                      'enrolment_keys', coalesce((
                          select jsonb_agg(jsonb_build_object(
                              'enrolment_key_id', k.enrolment_key_id,
                              'created_at', k.created_at,
                              'expires_at', k.expires_at,
                              'revoked_at', k.revoked_at,
                              'name', k.name,
                              'uses', k.uses,
                              'used', k.used,
                              'lets_in_again', k.lets_in_again
                          ))
                          from enrolment_keys k
                          where k.customer_id = cu.customer_id
                      ), '[]'),
                      'audit', audit_about(customer_id)
                  ) as "object!"
           from customers cu
           where customer_id = $1"#,
        subject.customer(),
    )
    .fetch_optional(db)
    .await
}

/// The person, or the people of the business, by id.
///
/// # Errors
/// When the database fails.
pub async fn contacts(
    db: impl PgExecutor<'_>,
    subject: DataSubject,
    after: Option<Uuid>,
    limit: i64,
) -> sqlx::Result<Vec<Exported>> {
    sqlx::query_as!(
        Exported,
        r#"select contact_id as id,
                  jsonb_build_object(
                      'type', 'contact',
                      'contact_id', contact_id,
                      'customer_id', co.customer_id,
                      'customer_name', cu.name,
                      'name', co.name,
                      'email', email,
                      'phone', phone,
                      'created_at', co.created_at,
                      'audit', audit_about(contact_id)
                  ) as "object!"
           from contacts co
           join customers cu on cu.customer_id = co.customer_id
           where (contact_id = $1 or co.customer_id = $2)
             and ($3::uuid is null or contact_id > $3)
           order by contact_id
           limit $4"#,
        subject.contact(),
        subject.customer(),
        after,
        limit,
    )
    .fetch_all(db)
    .await
}

/// The assets that the person uses, or that the business has, by id, with where they connected from.
///
/// # Errors
/// When the database fails.
pub async fn assets(
    db: impl PgExecutor<'_>,
    subject: DataSubject,
    after: Option<Uuid>,
    limit: i64,
) -> sqlx::Result<Vec<Exported>> {
    sqlx::query_as!(
        Exported,
        r#"select asset_id as id,
                  jsonb_build_object(
                      'type', 'asset',
                      'asset_id', asset_id,
                      'customer_id', customer_id,
                      'contact_id', contact_id,
                      'name', name,
                      'policy_id', policy_id,
                      'asset_group_id', asset_group_id,
                      'created_at', created_at,
                      'machine_hash', encode(machine_hash, 'hex'),
                      'credentials', coalesce((
                          select jsonb_agg(jsonb_build_object(
                              'public_key', c.public_key,
                              'enrolment_key_id', c.enrolment_key_id,
                              'enrolled_at', c.enrolled_at,
                              'expires_at', c.expires_at,
                              'revoked_at', c.revoked_at,
                              'end_reason', c.end_reason
                          ) order by c.enrolled_at)
                          from device_credentials c
                          where c.asset_id = a.asset_id
                      ), '[]'),
                      'connections', coalesce((
                          select jsonb_agg(jsonb_build_object(
                              'address', host(d.address),
                              'connected_at', d.connected_at,
                              'disconnected_at', coalesce(d.disconnected_at, case when not d.is_open then d.missing_at end)
                          ) order by d.connected_at)
                          from device_connections d
                          where d.asset_id = a.asset_id
                      ), '[]'),
                      'audit', audit_about(asset_id)
                  ) as "object!"
           from assets a
           where (contact_id = $1 or customer_id = $2)
             and ($3::uuid is null or asset_id > $3)
           order by asset_id
           limit $4"#,
        subject.contact(),
        subject.customer(),
        after,
        limit,
    )
    .fetch_all(db)
    .await
}

/// The tickets for them, by id, with what they are about.
///
/// # Errors
/// When the database fails.
pub async fn tickets(
    db: impl PgExecutor<'_>,
    subject: DataSubject,
    after: Option<Uuid>,
    limit: i64,
) -> sqlx::Result<Vec<Exported>> {
    sqlx::query_as!(
        Exported,
        r#"select ticket_id as id,
                  jsonb_build_object(
                      'type', 'ticket',
                      'ticket_id', ticket_id,
                      'number', number,
                      'customer_id', customer_id,
                      'contact_id', contact_id,
                      'subject', subject,
                      'description', description,
                      'status', status,
                      'assigned_to', assigned_to,
                      'created_at', created_at,
                      'updated_at', updated_at,
                      'asset_ids', array(
                          select ta.asset_id
                          from ticket_assets ta
                          where ta.ticket_id = t.ticket_id
                      ),
                      'chat_ids', array(
                          select tc.chat_id
                          from ticket_chats tc
                          where tc.ticket_id = t.ticket_id
                      ),
                      'audit', audit_about(ticket_id)
                  ) as "object!"
           from tickets t
           where (contact_id = $1 or customer_id = $2)
             and ($3::uuid is null or ticket_id > $3)
           order by ticket_id
           limit $4"#,
        subject.contact(),
        subject.customer(),
        after,
        limit,
    )
    .fetch_all(db)
    .await
}
