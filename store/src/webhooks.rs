//! Technicians' webhooks: one address each, and the secret with which we sign.

use std::fmt;

use broker_config::TechnicianId;
use sqlx::PgExecutor;

/// How a webhook's body is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, sqlx::Type)]
#[sqlx(type_name = "text", rename_all = "snake_case")]
pub enum WebhookFormat {
    /// Our own, with every id.
    Trayline,
    /// One text, as incoming webhooks of chat programs take it.
    Text,
}

impl WebhookFormat {
    fn name(self) -> &'static str {
        match self {
            Self::Trayline => "trayline",
            Self::Text => "text",
        }
    }
}

/// A technician's webhook, without its secret.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Webhook {
    /// Where to.
    pub url: String,
    /// How its body is written.
    pub format: WebhookFormat,
}

/// A key with which webhooks are signed. It does not print.
#[derive(Clone, PartialEq, Eq, sqlx::Type)]
#[sqlx(transparent)]
pub struct SigningSecret(String);

impl SigningSecret {
    /// The key itself.
    #[must_use]
    pub fn expose(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for SigningSecret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SigningSecret(..)")
    }
}

/// A technician's webhook, if they have one.
///
/// # Errors
/// When the database fails.
pub async fn of(db: impl PgExecutor<'_>, technician_id: TechnicianId) -> sqlx::Result<Option<Webhook>> {
    sqlx::query_as!(
        Webhook,
        r#"select url,
                  format as "format: WebhookFormat"
           from webhooks
           where technician_id = $1"#,
        technician_id.uuid(),
    )
    .fetch_optional(db)
    .await
}

/// Writes a technician's webhook. A new one gets `secret`, one that was there keeps its own; whether it is new.
///
/// # Errors
/// When the database fails.
pub async fn write(
    db: impl PgExecutor<'_>,
    technician_id: TechnicianId,
    webhook: &Webhook,
    secret: &str,
) -> sqlx::Result<bool> {
    sqlx::query_scalar!(
        r#"insert into webhooks (technician_id, url, format, secret)
           values ($1, $2, $3, $4)
           on conflict (technician_id) do update
           set url = excluded.url,
               format = excluded.format
           returning secret = $4 as "is_new!""#,
        technician_id.uuid(),
        webhook.url,
        webhook.format.name(),
        secret,
    )
    .fetch_one(db)
    .await
}

/// Gives a technician's webhook another secret. Whether there is a webhook.
///
/// # Errors
/// When the database fails.
pub async fn rotate(db: impl PgExecutor<'_>, technician_id: TechnicianId, secret: &str) -> sqlx::Result<bool> {
    let rotated = sqlx::query!(
        "update webhooks
         set secret = $2
         where technician_id = $1",
        technician_id.uuid(),
        secret,
    )
    .execute(db)
    .await?;
    Ok(rotated.rows_affected() > 0)
}

/// Removes a technician's webhook. What still waits for it will fail.
///
/// # Errors
/// When the database fails.
pub async fn remove(db: impl PgExecutor<'_>, technician_id: TechnicianId) -> sqlx::Result<()> {
    sqlx::query!(
        "delete from webhooks
         where technician_id = $1",
        technician_id.uuid(),
    )
    .execute(db)
    .await?;
    Ok(())
}
