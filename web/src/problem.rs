//! What can go wrong with a request, as problem details (RFC 9457). Their `type`s are part of the API and never change.

mod device;
mod source;
mod thing;

use std::error::Error;
use std::time::Duration;

use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use broker_config::{Assignee, ChatId, TextError};
use serde_json::{Value, json};
use store::policies::PolicyUses;
use store::rights::Right;

use crate::bearer;
use crate::password::PasswordRefusal;

pub(crate) use device::DeviceRefusal;
pub(crate) use thing::Thing;

type Source = Box<dyn Error + Send + Sync>;

/// After how many seconds a client may try again when a part of Trayline is away.
const RETRY_AFTER_SECONDS: u64 = 2;

/// Why a request was not done. The message is the answer's `detail`.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Problem {
    #[error("Sign in first.")]
    NotSignedIn,
    #[error("The address or the password is wrong.")]
    WrongCredentials,
    #[error("There were too many attempts. Try again in {}.", in_words(*.retry_after))]
    TooManyAttempts { retry_after: Duration },
    #[error("This is not a set-up code, or not one any more.")]
    WrongSetupCode,
    #[error("The installation has an administrator.")]
    AlreadySetUp,
    #[error("{0}")]
    PasswordRefused(#[from] PasswordRefusal),
    #[error("A code of the authenticator, or a recovery code, is needed beside the password.")]
    SecondFactorNeeded,
    #[error("The code is wrong, or was used before.")]
    WrongCode,
    #[error("There is an authenticator in use.")]
    SecondFactorThere,
    #[error("The link is not good any more. Ask for another one.")]
    WrongResetToken,
    #[error("The API token is unknown, has expired or was revoked. Make another on the page Your account.")]
    WrongApiToken,
    #[error("An API token may not change how somebody signs in. Do it on a page, signed in.")]
    NotByApiToken,
    #[error("An API token lasts until some time within the next {} days.", bearer::LONGEST.num_days())]
    ApiTokenLasts,
    #[error("You have too many API tokens. Revoke one that is not used.")]
    TooManyApiTokens,
    #[error("Everybody needs an authenticator here. Set yours up first.")]
    SecondFactorRequired,
    #[error("This takes that you have signed in within the last 15 minutes. Sign in again.")]
    SignInAgain,
    #[error("Nobody signs in with a password here.")]
    PasswordsOff,
    #[error("It took too long, or was begun in another browser. Begin again.")]
    SignInLost,
    #[error("This takes a right that you do not have.")]
    MissingRight(Right),
    #[error("Only a technician with the right to chat may do this.")]
    NoChatRights,
    #[error("Nobody would be left who may manage technicians.")]
    LastAdmin,
    #[error("Another security group has this name.")]
    GroupNameTaken,
    #[error("The group is part of every installation.")]
    GroupBuiltIn,
    #[error("The policy is in use.")]
    PolicyInUse(PolicyUses),
    #[error("The request comes from another site.")]
    ForeignOrigin,
    #[error("{0}")]
    Malformed(String),
    #[error("The request has more than 256 KiB; an import may have 2 MiB.")]
    TooLarge,
    #[error("{0}")]
    TextRefused(#[from] TextError),
    #[error("There is no {}.", .0.name())]
    NoSuch(Thing),
    #[error("The method is not one of this address.")]
    MethodNotAllowed,
    #[error("The asset has an open chat.")]
    ChatAlreadyOpen { chat_id: ChatId },
    #[error("The chat is closed.")]
    ChatClosed,
    #[error("Somebody else was first.")]
    AssignedMeanwhile { assigned_to: Option<Assignee>, assigned_seq: u64 },
    #[error("A technician with this address exists.")]
    EmailTaken,
    #[error("Another canned reply has this shortcut.")]
    ShortcutTaken,
    #[error("There are too many canned replies.")]
    TooManyCannedReplies,
    #[error("This is not the name as it is kept. Type it exactly as it is shown.")]
    OtherName,
    #[error("Another ticket has this id.")]
    TicketIdTaken,
    #[error(transparent)]
    Device(#[from] DeviceRefusal),
    #[error("Too many people are signing in.")]
    Busy,
    #[error("The broker does not answer.")]
    BrokerUnavailable(#[source] Source),
    #[error("The database does not answer.")]
    DatabaseUnavailable(#[source] Source),
    #[error("Something went wrong.")]
    Internal(#[source] Source),
}

impl Problem {
    pub(crate) fn internal(error: impl Into<Source>) -> Self {
        Self::Internal(error.into())
    }

    /// The status, the last part of the `type`, and the title.
    fn kind(&self) -> (StatusCode, &'static str, &'static str) {
        match self {
            Self::NotSignedIn => (StatusCode::UNAUTHORIZED, "not-signed-in", "Not signed in"),
            Self::WrongCredentials => (StatusCode::UNAUTHORIZED, "wrong-credentials", "Wrong address or password"),
            Self::TooManyAttempts { .. } => (StatusCode::TOO_MANY_REQUESTS, "too-many-attempts", "Too many attempts"),
            Self::WrongSetupCode => (StatusCode::FORBIDDEN, "wrong-setup-code", "Wrong set-up code"),
            Self::AlreadySetUp => (StatusCode::CONFLICT, "already-set-up", "Already set up"),
            Self::PasswordRefused(_) => (StatusCode::BAD_REQUEST, "password-refused", "Password refused"),
            Self::SecondFactorNeeded => (StatusCode::UNAUTHORIZED, "second-factor-needed", "Second factor needed"),
            Self::WrongCode => (StatusCode::UNAUTHORIZED, "wrong-code", "Wrong code"),
            Self::SecondFactorThere => (StatusCode::CONFLICT, "second-factor-there", "Second factor there"),
            Self::WrongResetToken => (StatusCode::FORBIDDEN, "wrong-reset-token", "Link not good any more"),
            Self::WrongApiToken => (StatusCode::UNAUTHORIZED, "wrong-api-token", "Wrong API token"),
            Self::NotByApiToken => (StatusCode::FORBIDDEN, "not-by-api-token", "Not by an API token"),
            Self::ApiTokenLasts => (StatusCode::BAD_REQUEST, "api-token-lasts", "No such time for an API token"),
            Self::TooManyApiTokens => (StatusCode::CONFLICT, "too-many-api-tokens", "Too many API tokens"),
            Self::SecondFactorRequired => (StatusCode::FORBIDDEN, "second-factor-required", "Second factor required"),
            Self::SignInAgain => (StatusCode::FORBIDDEN, "sign-in-again", "Sign in again"),
            Self::PasswordsOff => (StatusCode::NOT_FOUND, "passwords-off", "No passwords here"),
            Self::SignInLost => (StatusCode::CONFLICT, "sign-in-lost", "Sign-in lost"),
            Self::MissingRight(_) => (StatusCode::FORBIDDEN, "missing-right", "Missing right"),
            Self::NoChatRights => (StatusCode::FORBIDDEN, "no-chat-rights", "No right to chat"),
            Self::LastAdmin => (StatusCode::CONFLICT, "last-admin", "Last administrator"),
            Self::GroupNameTaken => (StatusCode::CONFLICT, "group-name-taken", "Name taken"),
            Self::GroupBuiltIn => (StatusCode::CONFLICT, "group-built-in", "Built-in group"),
            Self::PolicyInUse(_) => (StatusCode::CONFLICT, "policy-in-use", "Policy in use"),
            Self::ForeignOrigin => (StatusCode::FORBIDDEN, "foreign-origin", "Foreign origin"),
            Self::Malformed(_) => (StatusCode::BAD_REQUEST, "malformed", "Malformed request"),
            Self::TooLarge => (StatusCode::PAYLOAD_TOO_LARGE, "too-large", "Too large"),
            Self::TextRefused(_) => (StatusCode::BAD_REQUEST, "text-refused", "Text refused"),
            Self::NoSuch(thing) => (StatusCode::NOT_FOUND, thing.slug(), "Not found"),
            Self::MethodNotAllowed => (StatusCode::METHOD_NOT_ALLOWED, "method-not-allowed", "Method not allowed"),
            Self::ChatAlreadyOpen { .. } => (StatusCode::CONFLICT, "chat-already-open", "Chat already open"),
            Self::ChatClosed => (StatusCode::CONFLICT, "chat-closed", "Chat closed"),
            Self::AssignedMeanwhile { .. } => (StatusCode::CONFLICT, "assigned-meanwhile", "Assigned meanwhile"),
            Self::EmailTaken => (StatusCode::CONFLICT, "email-taken", "Address taken"),
            Self::ShortcutTaken => (StatusCode::CONFLICT, "shortcut-taken", "Shortcut taken"),
            Self::TooManyCannedReplies => (StatusCode::CONFLICT, "too-many-canned-replies", "Too many canned replies"),
            Self::OtherName => (StatusCode::CONFLICT, "other-name", "Another name"),
            Self::TicketIdTaken => (StatusCode::CONFLICT, "ticket-id-taken", "Id of a ticket taken"),
            Self::Device(refusal) => refusal.kind(),
            Self::Busy => (StatusCode::SERVICE_UNAVAILABLE, "busy", "Busy"),
            Self::BrokerUnavailable(_) => (StatusCode::SERVICE_UNAVAILABLE, "broker-unavailable", "Broker unavailable"),
            Self::DatabaseUnavailable(_) => {
                (StatusCode::SERVICE_UNAVAILABLE, "database-unavailable", "Database unavailable")
            }
            Self::Internal(_) => (StatusCode::INTERNAL_SERVER_ERROR, "internal", "Internal error"),
        }
    }

    /// After how many seconds the same request may succeed.
    fn retry_after(&self) -> Option<u64> {
        match self {
            Self::TooManyAttempts { retry_after } => Some(whole_seconds(*retry_after)),
            _ if self.kind().0 == StatusCode::SERVICE_UNAVAILABLE => Some(RETRY_AFTER_SECONDS),
            _ => None,
        }
    }

    /// Members of the answer beside the standard ones.
    fn extras(&self) -> Value {
        match self {
            Self::MissingRight(right) => json!({ "right": right }),
            Self::ChatAlreadyOpen { chat_id } => json!({ "chat_id": chat_id }),
            Self::AssignedMeanwhile { assigned_to, assigned_seq } => {
                json!({ "assigned_to": assigned_to, "assigned_seq": assigned_seq })
            }
            Self::PolicyInUse(uses) => json!({
                "used_by": {
                    "assets": uses.assets,
                    "asset_groups": uses.asset_groups,
                    "customers": uses.customers,
                    "enrolment_keys": uses.enrolment_keys,
                    "is_global": uses.is_global,
                },
            }),
            Self::TooManyAttempts { retry_after } => json!({ "retry_after_seconds": whole_seconds(*retry_after) }),
            _ => json!({}),
        }
    }
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let (status, slug, title) = self.kind();
        if status.is_server_error() {
            tracing::error!(error = %self, cause = cause(&self), "a request failed");
        }
        let mut body = json!({
            "type": format!("/problems/{slug}"),
            "title": title,
            "status": status.as_u16(),
            "detail": self.to_string(),
        });
        if let (Value::Object(body), Value::Object(extras)) = (&mut body, self.extras()) {
            body.extend(extras);
        }
        let retry_after = self.retry_after();
        let content_type = HeaderValue::from_static("application/problem+json");
        let mut response = (status, [(header::CONTENT_TYPE, content_type)], body.to_string()).into_response();
        if matches!(self, Self::WrongApiToken) {
            response.headers_mut().insert(header::WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
        }
        if let Some(seconds) = retry_after {
            response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from(seconds));
        }
        response
    }
}

fn whole_seconds(duration: Duration) -> u64 {
    duration.as_secs() + 1
}

/// How long to wait, as one says it: `40 seconds`, `12 minutes`.
fn in_words(duration: Duration) -> String {
    match whole_seconds(duration) {
        seconds @ ..90 => format!("{seconds} seconds"),
        seconds => format!("{} minutes", seconds.div_ceil(60)),
    }
}

/// What lies behind an error, outermost first.
fn cause(error: &dyn Error) -> String {
    let mut causes = Vec::new();
    let mut source = error.source();
    while let Some(error) = source {
        causes.push(error.to_string());
        source = error.source();
    }
    causes.join(": ")
}
