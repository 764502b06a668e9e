//! Signing in by way of an `OpenID` provider: authorisation code flow with PKCE, in the browser that we sent there.
//!
//! `provider.rs` speaks to the provider, `admission.rs` decides who comes in, `arrival.rs` lets them in, `way.rs` binds what comes back to the browser.

mod admission;
mod arrival;
mod http;
mod provider;
mod refusal;
mod settings;
mod way;

pub(crate) use arrival::{Arrival, NotIn, arrive};
pub(crate) use provider::Provider;
pub(crate) use refusal::Refusal;
pub(crate) use way::{LASTS, browser_of, cookie, no_cookie};

pub use settings::{OidcSettings, SecondFactorAsked, UnknownPeople};
