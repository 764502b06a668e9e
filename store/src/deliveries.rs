//! Deliveries: what is on its way to whom, over which channel, and what became of it.

mod letter;
mod overdue;
mod report;

use std::time::Duration;

use broker_config::{DeliveryId, TechnicianId};
use sqlx::{PgConnection, PgExecutor};

pub use letter::{About, Letter, letter};
pub use overdue::{Overdue, overdue};
pub use report::{DeliveryFilter, DeliveryRow, page};

/// The channel of the database on which whoever delivers hears that there is something new.
pub const WOKEN_BY: &str = "deliveries";

/// How a notice reaches a technician.
#[derive(Debug, Clone, Copy, PartialEq, Eq, sqlx::Type)]
#[sqlx(type_name = "text", rename_all = "snake_case")]
pub enum Channel {
    /// In the list of notices, and on every open tab.
    InApp,
    /// By e-mail to the address that they sign in with.
    Email,
    /// To their webhook.
    Webhook,
}

impl Channel {
    /// Its name on the wire and in the database.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::InApp => "in_app",
            Self::Email => "email",
            Self::Webhook => "webhook",
        }
    }
}

/// What became of a delivery.
#[derive(Debug, Clone, Copy, PartialEq, Eq, sqlx::Type)]
#[sqlx(type_name = "text", rename_all = "snake_case")]
pub enum DeliveryState {
    /// It waits for its first attempt or for another one.
    Pending,
    /// The other side has taken it.
    Sent,
    /// It was given up.
    Failed,
    /// The chat was read or closed before it was sent.
    Withdrawn,
}

impl DeliveryState {
    /// Its name on the wire and in the database.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Pending => "pending",
            Self::Sent => "sent",
            Self::Failed => "failed",
            Self::Withdrawn => "withdrawn",
        }
    }
}

/// A delivery that the caller alone may attempt until its lease ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Leased {
    /// Which.
    pub delivery_id: DeliveryId,
    /// Over which channel.
    pub channel: Channel,
    /// The attempt that is to be made: 1 for the first. An outcome counts only while this is the last one.
    pub attempts: i32,
}

/// Wakes whoever delivers when the transaction commits. Nobody attempts a delivery twice because of it.
///
/// # Errors
/// When the database fails.
pub async fn wake(db: impl PgExecutor<'_>) -> sqlx::Result<()> {
    sqlx::query!("select pg_notify($1, '')", WOKEN_BY).execute(db).await?;
    Ok(())
}

/// Takes deliveries whose time has come, at most `limit`. Of each technician and channel only the first one that is pending, so
/// that they arrive in order; none that another instance holds.
///
/// # Errors
/// When the database fails.
pub async fn lease(db: impl PgExecutor<'_>, limit: i64, lease: Duration) -> sqlx::Result<Vec<Leased>> {
    sqlx::query_as!(
        Leased,
        r#"with due as materialized (
               select d.delivery_id
               from deliveries d
               where d.state = 'pending'
                 and d.next_attempt_at <= now()
                 and (d.leased_until is null or d.leased_until <= now())
                 and not exists (
                     select
                     from deliveries earlier
                     where earlier.technician_id = d.technician_id
                       and earlier.channel = d.channel
                       and earlier.state = 'pending'
                       and earlier.position < d.position
                 )
               order by d.position
               limit $1
               for update skip locked
           )
           update deliveries
           set attempts = attempts + 1,
               leased_until = now() + make_interval(secs => $2)
           from due
           where deliveries.delivery_id = due.delivery_id
           returning deliveries.delivery_id as "delivery_id: DeliveryId",
                     deliveries.channel as "channel: Channel",
                     deliveries.attempts"#,
        limit,
        lease.as_secs_f64(),
    )
    .fetch_all(db)
    .await
}

/// How long it is until a delivery that is pending may be attempted; `None` when none is pending.
///
/// # Errors
/// When the database fails.
pub async fn next_due_in(db: impl PgExecutor<'_>) -> sqlx::Result<Option<Duration>> {
    let seconds = sqlx::query_scalar!(
        r#"select extract(epoch from min(greatest(d.next_attempt_at, d.leased_until)) - now())::double precision
           from deliveries d
           where d.state = 'pending'
             and not exists (
                 select
                 from deliveries earlier
                 where earlier.technician_id = d.technician_id
                   and earlier.channel = d.channel
                   and earlier.state = 'pending'
                   and earlier.position < d.position
             )"#,
    )
    .fetch_one(db)
    .await?;
    Ok(seconds.map(|seconds| Duration::from_secs_f64(seconds.max(0.0))))
}

/// A leased delivery has arrived. That counts even if it was withdrawn meanwhile.
///
/// # Errors
/// When the database fails.
pub async fn sent(db: impl PgExecutor<'_>, leased: &Leased) -> sqlx::Result<()> {
    sqlx::query!(
        "update deliveries
         set state = 'sent',
             last_error = null,
             leased_until = null,
             ended_at = now()
         where delivery_id = $1
           and attempts = $2
           and state in ('pending', 'withdrawn')",
        leased.delivery_id.uuid(),
        leased.attempts,
    )
    .execute(db)
    .await?;
    Ok(())
}

/// A leased delivery has not arrived: it is tried again after `again_in`, or given up without.
///
/// # Errors
/// When the database fails.
pub async fn not_sent(
    db: impl PgExecutor<'_>,
    leased: &Leased,
    error: &str,
    again_in: Option<Duration>,
) -> sqlx::Result<()> {
    sqlx::query!(
        "update deliveries
         set state = case when $4::double precision is null then 'failed' else 'pending' end,
             last_error = $3,
             leased_until = null,
             next_attempt_at = now() + make_interval(secs => coalesce($4, 0)),
             ended_at = case when $4::double precision is null then now() end
         where delivery_id = $1
           and attempts = $2
           and state = 'pending'",
        leased.delivery_id.uuid(),
        leased.attempts,
        error,
        again_in.map(|again_in| again_in.as_secs_f64()),
    )
    .execute(db)
    .await?;
    Ok(())
}

/// Puts a test for a technician's webhook on its way.
///
/// # Errors
/// When the database fails.
pub async fn add_test(db: &mut PgConnection, technician_id: TechnicianId) -> sqlx::Result<DeliveryId> {
    let delivery_id = DeliveryId::new();
    sqlx::query!(
        "insert into deliveries (delivery_id, technician_id, channel, state)
         values ($1, $2, 'webhook', 'pending')",
        delivery_id.uuid(),
        technician_id.uuid(),
    )
    .execute(&mut *db)
    .await?;
    wake(&mut *db).await?;
    Ok(delivery_id)
}
