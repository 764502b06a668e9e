//! The web front: sign-in, the API, the live socket and the pages.
//!
//! [`Front`] holds what every route needs. `routes/` has one file per route, `live/` the live socket, `shape/` what
//! several routes answer with.

mod api_token;
mod attempts;
mod audit;
mod bearer;
mod chat;
mod cursor;
mod erasure;
mod export;
mod extract;
mod front;
mod headers;
mod import;
mod listener;
mod live;
mod may;
mod measure;
mod menu;
mod oidc;
mod openapi;
mod origin;
mod pages;
mod password;
mod problem;
mod remote;
mod routes;
mod second_factor;
mod secret;
mod session;
mod settings;
mod shape;
mod signed_in;
mod tls;
mod totp;
mod transcript;
mod typed_code;

pub use front::Front;
pub use listener::Peer;
pub use oidc::{OidcSettings, SecondFactorAsked, UnknownPeople};
pub use openapi::openapi;
pub use password::{PasswordRefusal, hash_password, refuse_weak_password};
pub use secret::Secret;
pub use settings::{Settings, SettingsError};
pub use tls::{TlsError, TlsFiles};
pub use typed_code::TypedCode;
