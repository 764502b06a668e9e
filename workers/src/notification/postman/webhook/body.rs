//! What a webhook carries. `docs/integrators.md` describes it.

use broker_config::{AssetId, ChatId, CustomerId, DeliveryId, Line, NoticeId, NotificationRule, TechnicianId};
use chrono::{DateTime, Utc};
use serde::Serialize;
use store::deliveries::{About, Letter};
use store::webhooks::WebhookFormat;

use crate::notification::postman::wording::Wording;

/// Trayline's own format. Members may be added; those that are here stay.
#[derive(Serialize)]
#[serde(tag = "type", rename_all = "snake_case")]
enum Body<'a> {
    Notice {
        #[serde(flatten)]
        envelope: Envelope<'a>,
        notice_id: NoticeId,
        rule: NotificationRule,
        chat_id: ChatId,
        asset: Option<Asset<'a>>,
        customer: Option<Customer<'a>>,
        #[serde(skip_serializing_if = "Option::is_none")]
        text: Option<&'a str>,
    },
    Test {
        #[serde(flatten)]
        envelope: Envelope<'a>,
    },
}

#[derive(Serialize)]
struct Envelope<'a> {
    delivery_id: DeliveryId,
    technician_id: TechnicianId,
    at: DateTime<Utc>,
    headline: &'a str,
    url: &'a str,
}

#[derive(Serialize)]
struct Asset<'a> {
    asset_id: AssetId,
    name: &'a Line,
}

#[derive(Serialize)]
struct Customer<'a> {
    customer_id: CustomerId,
    name: &'a Line,
}

/// What incoming webhooks of chat programs take.
#[derive(Serialize)]
struct OneText {
    text: String,
}

/// The body of a letter in a format.
pub(super) fn write(format: WebhookFormat, letter: &Letter, public_url: &str, include_text: bool) -> String {
    let wording = Wording::of(letter, public_url, include_text);
    match format {
        WebhookFormat::Trayline => encode(&body(letter, &wording)),
        WebhookFormat::Text => encode(&OneText { text: wording.one_line() }),
    }
}

fn body<'a>(letter: &'a Letter, wording: &'a Wording) -> Body<'a> {
    let envelope = Envelope {
        delivery_id: letter.delivery_id,
        technician_id: letter.technician_id,
        at: letter.at,
        headline: &wording.headline,
        url: &wording.link,
    };
    match &letter.about {
        None => Body::Test { envelope },
        Some(About { notice_id, chat_id, rule, asset, customer, .. }) => Body::Notice {
            envelope,
            notice_id: *notice_id,
            rule: *rule,
            chat_id: *chat_id,
            asset: asset.as_ref().map(|(asset_id, name)| Asset { asset_id: *asset_id, name }),
            customer: customer.as_ref().map(|(customer_id, name)| Customer { customer_id: *customer_id, name }),
            text: wording.text.as_deref(),
        },
    }
}

fn encode(body: &impl Serialize) -> String {
    #[expect(clippy::expect_used, reason = "a body has string keys and nothing that is not JSON")]
    serde_json::to_string(body).expect("a body is always JSON")
}
