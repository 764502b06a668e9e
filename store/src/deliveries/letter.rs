//! What a delivery says, and where it goes.

use broker_config::{AssetId, ChatId, CustomerId, DeliveryId, Line, NoticeId, NotificationRule, TechnicianId};
use chrono::{DateTime, Utc};
use sqlx::PgExecutor;

use crate::webhooks::{SigningSecret, Webhook, WebhookFormat};

/// What a delivery says, and where it goes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Letter {
    /// Which delivery.
    pub delivery_id: DeliveryId,
    /// When it was put on its way.
    pub at: DateTime<Utc>,
    /// To whom.
    pub technician_id: TechnicianId,
    /// Their name.
    pub technician_name: Line,
    /// Their address.
    pub email: Line,
    /// Whether they may no longer sign in.
    pub is_disabled: bool,
    /// Their webhook.
    pub webhook: Option<(Webhook, SigningSecret)>,
    /// Whether it lets them take another password.
    pub resets_password: bool,
    /// What about; `None` for a test, and for another password.
    pub about: Option<About>,
}

/// What a letter is about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct About {
    /// The notice.
    pub notice_id: NoticeId,
    /// The chat.
    pub chat_id: ChatId,
    /// The rule that fired.
    pub rule: NotificationRule,
    /// The device and the business that has it, once the database knows the chat.
    pub asset: Option<(AssetId, Line)>,
    /// The business that has it.
    pub customer: Option<(CustomerId, Line)>,
    /// The message, if it is about one and the database has it.
    pub text: Option<String>,
}

/// What a delivery says, as of now.
///
/// # Errors
/// When the database fails.
pub async fn letter(db: impl PgExecutor<'_>, delivery_id: DeliveryId) -> sqlx::Result<Option<Letter>> {
    let row = sqlx::query!(
        r#"select d.created_at,
                  d.resets_password,
                  t.technician_id as "technician_id: TechnicianId",
                  t.name as "technician_name: Line",
                  t.email as "email: Line",
                  t.disabled_at is not null as "is_disabled!",
                  w.url as "url?",
                  w.format as "format?: WebhookFormat",
                  w.secret as "secret?: SigningSecret",
                  n.notice_id as "notice_id?: NoticeId",
                  n.chat_id as "chat_id?: ChatId",
                  n.rule as "rule?: NotificationRule",
                  a.asset_id as "asset_id?: AssetId",
                  a.name as "asset_name?: Line",
                  cu.customer_id as "customer_id?: CustomerId",
                  cu.name as "customer_name?: Line",
                  m.body as "text?"
           from deliveries d
           join technicians t on t.technician_id = d.technician_id
           left join webhooks w on w.technician_id = d.technician_id
           left join notices n on n.notice_id = d.notice_id
           left join chats c on c.chat_id = n.chat_id
           left join assets a on a.asset_id = c.asset_id
           left join customers cu on cu.customer_id = a.customer_id
           left join messages m on m.chat_id = n.chat_id and m.seq = n.seq
           where d.delivery_id = $1"#,
        delivery_id.uuid(),
    )
    .fetch_optional(db)
    .await?;
    Ok(row.map(|row| Letter {
        delivery_id,
        at: row.created_at,
        technician_id: row.technician_id,
        technician_name: row.technician_name,
        email: row.email,
        is_disabled: row.is_disabled,
        webhook: (row.url.zip(row.format)).map(|(url, format)| Webhook { url, format }).zip(row.secret),
        resets_password: row.resets_password,
        about: row.notice_id.zip(row.chat_id).zip(row.rule).map(|((notice_id, chat_id), rule)| About {
            notice_id,
            chat_id,
            rule,
            asset: row.asset_id.zip(row.asset_name),
            customer: row.customer_id.zip(row.customer_name),
            text: row.text,
        }),
    }))
}
