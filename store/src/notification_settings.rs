//! What each technician wants to be told of, and by which channels.

use std::collections::HashMap;

use broker_config::{NotificationRule, TechnicianId};
use sqlx::PgExecutor;
use sqlx::types::Uuid;

/// For how many minutes a client may wait before [`NotificationRule::WaitedLonger`] fires, where the technician has not said.
pub const USUAL_MINUTES: i32 = 10;

/// The most minutes that can be asked for: a day.
pub const MOST_MINUTES: i32 = 24 * 60;

/// What a technician wants of one rule.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RuleSetting {
    /// The rule.
    pub rule: NotificationRule,
    /// Whether it shows in the app.
    pub in_app: bool,
    /// Whether it sends an e-mail.
    pub email: bool,
    /// Whether it is sent to the technician's webhook.
    pub webhook: bool,
    /// After how many minutes, for [`NotificationRule::WaitedLonger`].
    pub minutes: i32,
}

impl RuleSetting {
    /// What a technician gets who has chosen nothing: all in the app, which disturbs nobody; an e-mail for messages that come
    /// while they are offline, because nothing else would reach them; no webhook, because there is none yet.
    #[must_use]
    pub fn usual(rule: NotificationRule) -> Self {
        let email = matches!(rule, NotificationRule::UnreadOffline | NotificationRule::UnassignedOffline);
        Self { rule, in_app: true, email, webhook: false, minutes: USUAL_MINUTES }
    }

    /// Whether nobody would hear of it.
    #[must_use]
    pub fn is_silent(&self) -> bool {
        !(self.in_app || self.email || self.webhook)
    }
}

/// The settings of several technicians.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Settings(HashMap<(TechnicianId, NotificationRule), RuleSetting>);

impl Settings {
    /// What a technician wants of a rule.
    #[must_use]
    pub fn of(&self, technician_id: TechnicianId, rule: NotificationRule) -> RuleSetting {
        self.0.get(&(technician_id, rule)).copied().unwrap_or_else(|| RuleSetting::usual(rule))
    }
}

impl FromIterator<(TechnicianId, RuleSetting)> for Settings {
    fn from_iter<T: IntoIterator<Item = (TechnicianId, RuleSetting)>>(settings: T) -> Self {
        Self(settings.into_iter().map(|(technician_id, setting)| ((technician_id, setting.rule), setting)).collect())
    }
}

/// What these technicians have chosen.
///
/// # Errors
/// When the database fails.
pub async fn of(db: impl PgExecutor<'_>, technician_ids: &[TechnicianId]) -> sqlx::Result<Settings> {
    let technician_ids: Vec<_> = technician_ids.iter().map(|technician_id| technician_id.uuid()).collect();
    let rows = sqlx::query!(
        r#"select technician_id as "technician_id: TechnicianId",
                  rule as "rule: NotificationRule",
                  in_app,
                  email,
                  webhook,
                  minutes
           from notification_settings
           where technician_id = any($1)"#,
        &technician_ids,
    )
    .fetch_all(db)
    .await?;
    let settings = rows.into_iter().map(|row| {
        let (in_app, email, webhook, minutes) = (row.in_app, row.email, row.webhook, row.minutes);
        (row.technician_id, RuleSetting { rule: row.rule, in_app, email, webhook, minutes })
    });
    Ok(settings.collect())
}

/// Writes what a technician wants. Rules that are not named stay as they are.
///
/// # Errors
/// When the database fails.
pub async fn write(db: impl PgExecutor<'_>, technician_id: TechnicianId, settings: &[RuleSetting]) -> sqlx::Result<()> {
    let technician_ids: Vec<Uuid> = settings.iter().map(|_| technician_id.uuid()).collect();
    let rules: Vec<_> = settings.iter().map(|setting| setting.rule.name().to_owned()).collect();
    let in_app: Vec<_> = settings.iter().map(|setting| setting.in_app).collect();
    let email: Vec<_> = settings.iter().map(|setting| setting.email).collect();
    let webhook: Vec<_> = settings.iter().map(|setting| setting.webhook).collect();
    let minutes: Vec<_> = settings.iter().map(|setting| setting.minutes).collect();
    sqlx::query!(
        "insert into notification_settings (technician_id, rule, in_app, email, webhook, minutes)
         select *
         from unnest($1::uuid[], $2::text[], $3::boolean[], $4::boolean[], $5::boolean[], $6::integer[])
         on conflict (technician_id, rule) do update
         set in_app = excluded.in_app,
             email = excluded.email,
             webhook = excluded.webhook,
             minutes = excluded.minutes",
        &technician_ids,
        &rules,
        &in_app,
        &email,
        &webhook,
        &minutes,
    )
    .execute(db)
    .await?;
    Ok(())
}
