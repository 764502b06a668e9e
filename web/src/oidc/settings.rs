//! What an operator decides about the provider.

use std::fmt;
use std::path::PathBuf;

use broker_config::Line;

/// The `OpenID` provider by way of which technicians sign in.
#[derive(Clone, PartialEq, Eq)]
pub struct OidcSettings {
    /// Its address, exactly as it calls itself.
    pub issuer: String,
    /// What it calls us.
    pub client_id: String,
    /// By which it knows us. Empty: it knows us by what each sign-in begins with (PKCE) alone.
    pub client_secret: String,
    /// What the button on the sign-in page calls it.
    pub name: Line,
    /// The domains of addresses that may sign in. Empty: all.
    pub email_domains: Vec<String>,
    /// What becomes of people who are no technicians yet.
    pub unknown_people: UnknownPeople,
    /// When a code of our own authenticator is asked for as well.
    pub second_factor: SecondFactorAsked,
    /// The authority that signed its certificate, if that is not one of the system.
    pub certificate_authority: Option<PathBuf>,
}

/// What becomes of people whom the provider knows and who are no technicians yet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum UnknownPeople {
    /// They do not come in.
    Refused,
    /// They become technicians in the security group of this name.
    Join(Line),
}

/// When whoever comes from the provider is asked for a code of their authenticator, if they have one here.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SecondFactorAsked {
    /// Never: the provider sees to it.
    Never,
    /// Unless the provider says that it has checked more than one factor (`mfa` in the claim `amr`).
    UnlessByProvider,
    /// Always.
    Always,
}

impl fmt::Debug for OidcSettings {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("OidcSettings").field("issuer", &self.issuer).finish_non_exhaustive()
    }
}
