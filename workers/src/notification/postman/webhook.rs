//! Webhooks: one signed POST each.

mod body;
mod resolver;

use std::net::IpAddr;
use std::time::Duration;

use bytes::Bytes;
use chrono::{DateTime, Utc};
use data_encoding::HEXLOWER;
use hmac::{Hmac, KeyInit, Mac};
use http::{Method, Request, Uri, header};
use http_body_util::Full;
use hyper_rustls::{HttpsConnector, HttpsConnectorBuilder};
use hyper_util::client::legacy::Client;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::rt::TokioExecutor;
use sha2::Sha256;
use store::deliveries::Letter;
use store::webhooks::SigningSecret;

use super::address::is_public;
use super::not_sent::NotSent;

use resolver::Resolver;

/// How long a connection may take.
const CONNECT_PATIENCE: Duration = Duration::from_secs(5);

/// How long an answer may take.
const ANSWER_PATIENCE: Duration = Duration::from_secs(15);

/// What an operator decides about webhooks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct WebhookSettings {
    /// Whether they may go to addresses of our own network.
    pub allow_private_addresses: bool,
    /// Whether messages' texts are in them.
    pub include_text: bool,
}

/// Sends webhooks. It follows no redirects and reads no answer beyond its head.
pub(super) struct Webhooks {
    client: Client<HttpsConnector<HttpConnector<Resolver>>, Full<Bytes>>,
    settings: WebhookSettings,
}

impl Webhooks {
    pub(super) fn new(settings: WebhookSettings) -> Self {
        let mut http = HttpConnector::new_with_resolver(Resolver::new(settings.allow_private_addresses));
        http.enforce_http(false);
        http.set_connect_timeout(Some(CONNECT_PATIENCE));
        let tls = match HttpsConnectorBuilder::new().with_native_roots() {
            Ok(tls) => tls,
            Err(error) => {
                tracing::warn!(%error, "the system has no certificates; webhooks are checked by those of the browsers");
                HttpsConnectorBuilder::new().with_webpki_roots()
            }
        };
        let connector = tls.https_or_http().enable_http1().wrap_connector(http);
        // No connection is kept: an answer is left where it is once its head is read.
        let client = Client::builder(TokioExecutor::new()).pool_max_idle_per_host(0).build(connector);
        Self { client, settings }
    }

    pub(super) async fn send(&self, letter: &Letter, public_url: &str, now: DateTime<Utc>) -> Result<(), NotSent> {
        let (webhook, secret) =
            letter.webhook.as_ref().ok_or_else(|| NotSent::for_good("the technician has no webhook"))?;
        let url = self.allowed(&webhook.url)?;
        let body = body::write(webhook.format, letter, public_url, self.settings.include_text);
        let request = request(url, secret, letter, body, now)?;
        let answer = tokio::time::timeout(ANSWER_PATIENCE, self.client.request(request)).await;
        match answer {
            Ok(Ok(answer)) if answer.status().is_success() => Ok(()),
            Ok(Ok(answer)) => Err(NotSent::again(format!("the webhook answered {}", answer.status().as_u16()))),
            Ok(Err(error)) if resolver::was_refused(&error) => Err(private()),
            Ok(Err(_)) => Err(NotSent::again("the webhook cannot be reached")),
            Err(_) => Err(NotSent::again("the webhook did not answer in time")),
        }
    }
}

impl Webhooks {
    /// The address, if it is one that a webhook may go to as far as its spelling tells. What its name leads to is checked
    /// when it is looked up.
    fn allowed(&self, url: &str) -> Result<Uri, NotSent> {
        let url: Uri = url.parse().map_err(|_| NotSent::for_good("the webhook's address cannot be read"))?;
        if !matches!(url.scheme_str(), Some("http" | "https")) {
            return Err(NotSent::for_good("the webhook's address is neither http nor https"));
        }
        let host = url.host().unwrap_or_default().trim_matches(['[', ']']);
        match host.parse::<IpAddr>() {
            Ok(address) if !self.settings.allow_private_addresses && !is_public(address) => Err(private()),
            _ => Ok(url),
        }
    }
}

fn private() -> NotSent {
    NotSent::for_good("the webhook leads into a private network (webhook.allow_private_addresses)")
}

fn request(
    url: Uri,
    secret: &SigningSecret,
    letter: &Letter,
    body: String,
    now: DateTime<Utc>,
) -> Result<Request<Full<Bytes>>, NotSent> {
    Request::builder()
        .method(Method::POST)
        .uri(url)
        .header(header::CONTENT_TYPE, "application/json")
        .header(header::USER_AGENT, "Trayline")
        .header("Trayline-Delivery", letter.delivery_id.to_string())
        .header("Trayline-Signature", signature(secret.expose(), now.timestamp(), &body))
        .body(Full::from(body))
        .map_err(|_| NotSent::for_good("the request could not be written"))
}

/// `t=…,v1=…`: the time, and the HMAC-SHA256 of time, full stop and body.
fn signature(secret: &str, time: i64, body: &str) -> String {
    #[expect(clippy::expect_used, reason = "HMAC takes a key of any length")]
    let mut mac = Hmac::<Sha256>::new_from_slice(secret.as_bytes()).expect("a key");
    mac.update(format!("{time}.{body}").as_bytes());
    format!("t={time},v1={}", HEXLOWER.encode(&mac.finalize().into_bytes()))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// As `printf '1800000000.{"text":"hi"}' | openssl dgst -sha256 -hmac whsec_test` says.
    #[test]
    fn a_signature_is_one_that_others_can_check() {
        assert_eq!(
            signature("whsec_test", 1_800_000_000, r#"{"text":"hi"}"#),
            "t=1800000000,v1=b2c8603b74e6e605094fa151eeea7746c1940a6db2351807734b4e36ca8182ce"
        );
    }
}
