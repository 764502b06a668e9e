//! A rule fires: claim, notice and deliveries, all of them or nothing.

use std::collections::HashSet;

use broker_config::{ChatId, DeliveryId, Notice, NoticeId, NotificationRule, TechnicianId};
use sqlx::PgConnection;
use sqlx::types::Uuid;

use crate::deliveries::Channel;
use crate::notification_settings::RuleSetting;

/// A rule that should fire for a technician, unless it has.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Firing {
    /// For whom.
    pub technician_id: TechnicianId,
    /// About which fact of the chat.
    pub seq: i64,
    /// Up to where the technician has read the chat.
    pub read_upto: i64,
    /// Which rule, and over which channels.
    pub setting: RuleSetting,
}

/// A rule fired.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Fired {
    /// For whom.
    pub technician_id: TechnicianId,
    /// Whether it shows in the app.
    pub in_app: bool,
    /// What is told.
    pub notice: Notice,
}

/// Lets rules fire in a chat whose last fact is `decided_seq`, as far as they have not yet: a rule about messages fires again
/// once the technician has read what it was about, and not for a message about which another of them has fired; the others
/// fire once for each fact. All in the caller's transaction, which wakes whoever delivers when it commits. To be called under
/// [`super::lock_chat`].
///
/// # Errors
/// When the database fails.
pub async fn fire(
    db: &mut PgConnection,
    chat_id: ChatId,
    decided_seq: i64,
    firings: &[Firing],
) -> sqlx::Result<Vec<Fired>> {
    if firings.is_empty() {
        return Ok(Vec::new());
    }
    let claimed = claim(db, chat_id, firings).await?;
    let fired: Vec<_> = firings
        .iter()
        .filter(|firing| claimed.contains(&(firing.technician_id, firing.setting.rule)))
        .filter(|firing| !firing.setting.is_silent())
        .map(|firing| (NoticeId::new(), firing))
        .collect();
    if fired.is_empty() {
        return Ok(Vec::new());
    }
    let notices = add_notices(db, chat_id, decided_seq, &fired).await?;
    add_deliveries(db, &fired).await?;
    Ok(notices)
}

/// Which of the firings were not claimed before.
async fn claim(
    db: &mut PgConnection,
    chat_id: ChatId,
    firings: &[Firing],
) -> sqlx::Result<HashSet<(TechnicianId, NotificationRule)>> {
    let of_messages = NotificationRule::OF_MESSAGES.map(|rule| rule.name().to_owned());
    let technician_ids: Vec<_> = firings.iter().map(|firing| firing.technician_id.uuid()).collect();
    let rules: Vec<_> = firings.iter().map(|firing| firing.setting.rule.name().to_owned()).collect();
    let seqs: Vec<_> = firings.iter().map(|firing| firing.seq).collect();
    let read_uptos: Vec<_> = firings.iter().map(|firing| firing.read_upto).collect();
    let claimed = sqlx::query!(
        r#"insert into notification_claims (technician_id, chat_id, rule, seq)
           select firing.technician_id, $1, firing.rule, firing.seq
           from unnest($2::uuid[], $3::text[], $4::bigint[], $5::bigint[])
               as firing (technician_id, rule, seq, read_upto)
           where not exists (
               select
               from notification_claims claim
               where claim.technician_id = firing.technician_id
                 and claim.chat_id = $1
                 and firing.rule = any($6)
                 and case
                     when claim.rule = firing.rule then claim.seq > firing.read_upto
                     else claim.rule = any($6) and claim.seq >= firing.seq
                 end
           )
           order by firing.technician_id, firing.rule
           on conflict (technician_id, chat_id, rule) do update
           set seq = excluded.seq
           where notification_claims.seq < excluded.seq
           returning technician_id as "technician_id: TechnicianId", rule as "rule: NotificationRule""#,
        chat_id.uuid(),
        &technician_ids,
        &rules,
        &seqs,
        &read_uptos,
        &of_messages,
    )
    .fetch_all(db)
    .await?;
    Ok(claimed.into_iter().map(|row| (row.technician_id, row.rule)).collect())
}

async fn add_notices(
    db: &mut PgConnection,
    chat_id: ChatId,
    decided_seq: i64,
    fired: &[(NoticeId, &Firing)],
) -> sqlx::Result<Vec<Fired>> {
    let notice_ids: Vec<_> = fired.iter().map(|(notice_id, _)| notice_id.uuid()).collect();
    let technician_ids: Vec<_> = fired.iter().map(|(_, firing)| firing.technician_id.uuid()).collect();
    let rules: Vec<_> = fired.iter().map(|(_, firing)| firing.setting.rule.name().to_owned()).collect();
    let seqs: Vec<_> = fired.iter().map(|(_, firing)| firing.seq).collect();
    let in_app: Vec<_> = fired.iter().map(|(_, firing)| firing.setting.in_app).collect();
    let rows = sqlx::query!(
        r#"insert into notices (notice_id, technician_id, chat_id, rule, seq, decided_seq, in_app)
           select notice_id, technician_id, $1, rule, seq, $2, in_app
           from unnest($3::uuid[], $4::uuid[], $5::text[], $6::bigint[], $7::boolean[])
               as fired (notice_id, technician_id, rule, seq, in_app)
           returning notice_id as "notice_id: NoticeId",
                     technician_id as "technician_id: TechnicianId",
                     rule as "rule: NotificationRule",
                     in_app,
                     created_at as at"#,
        chat_id.uuid(),
        decided_seq,
        &notice_ids,
        &technician_ids,
        &rules,
        &seqs,
        &in_app,
    )
    .fetch_all(db)
    .await?;
    let notices = rows.into_iter().map(|row| Fired {
        technician_id: row.technician_id,
        in_app: row.in_app,
        notice: Notice { notice_id: row.notice_id, chat_id, rule: row.rule, at: row.at },
    });
    Ok(notices.collect())
}

/// One delivery for each channel. In the app it has arrived by being written.
async fn add_deliveries(db: &mut PgConnection, fired: &[(NoticeId, &Firing)]) -> sqlx::Result<()> {
    let mut delivery_ids: Vec<Uuid> = Vec::new();
    let (mut notice_ids, mut technician_ids, mut channels) = (Vec::new(), Vec::new(), Vec::new());
    for (notice_id, firing) in fired {
        let RuleSetting { in_app, email, webhook, .. } = firing.setting;
        let wanted = [(in_app, Channel::InApp), (email, Channel::Email), (webhook, Channel::Webhook)];
        for (_, channel) in wanted.into_iter().filter(|(wanted, _)| *wanted) {
            delivery_ids.push(DeliveryId::new().uuid());
            notice_ids.push(notice_id.uuid());
            technician_ids.push(firing.technician_id.uuid());
            channels.push(channel.name().to_owned());
        }
    }
    sqlx::query!(
        "insert into deliveries (delivery_id, notice_id, technician_id, channel, state, ended_at)
         select delivery_id,
                notice_id,
                technician_id,
                channel,
                case channel when 'in_app' then 'sent' else 'pending' end,
                case channel when 'in_app' then now() end
         from unnest($1::uuid[], $2::uuid[], $3::uuid[], $4::text[])
             as delivery (delivery_id, notice_id, technician_id, channel)",
        &delivery_ids,
        &notice_ids,
        &technician_ids,
        &channels,
    )
    .execute(&mut *db)
    .await?;
    crate::deliveries::wake(db).await
}
