//! By way of which provider technicians sign in: `[oidc]`.

use std::path::PathBuf;

use broker_config::Line;
use serde::{Deserialize, Serialize};
use web::{OidcSettings, SecondFactorAsked, UnknownPeople};

use crate::secret::Password;

use super::ConfigError;

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Oidc {
    pub issuer: String,
    pub client_id: String,
    pub client_secret: Password,
    pub client_secret_file: PathBuf,
    pub name: Line,
    pub email_domains: Vec<String>,
    pub unknown_people: Unknown,
    pub unknown_people_group: Line,
    pub second_factor: SecondFactor,
    pub certificate_authority: PathBuf,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Unknown {
    Refuse,
    Join,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SecondFactor {
    Never,
    UnlessProvider,
    Always,
}

impl Oidc {
    /// Whether there is a provider.
    pub(super) fn is_there(&self) -> bool {
        !self.issuer.is_empty()
    }

    pub(super) fn refuse_the_impossible(&self) -> Result<(), ConfigError> {
        if !self.is_there() {
            return Ok(());
        }
        let refused = |key: &'static str, reason: &'static str| Err(ConfigError::Impossible { key, reason });
        if !is_secure(&self.issuer) {
            return refused("oidc.issuer", "must begin with https://, or be on this machine");
        }
        if self.client_id.is_empty() {
            return refused("oidc.client_id", "must be given with oidc.issuer");
        }
        if !self.client_secret.expose().is_empty() && !self.client_secret_file.as_os_str().is_empty() {
            return refused("oidc.client_secret_file", "must not be given with oidc.client_secret");
        }
        Ok(())
    }

    /// The provider, with its secret read from the file; `None` when there is none.
    pub fn settings(&self) -> Result<Option<OidcSettings>, ConfigError> {
        if !self.is_there() {
            return Ok(None);
        }
        let file = &self.client_secret_file;
        let client_secret = if file.as_os_str().is_empty() {
            self.client_secret.expose().to_owned()
        } else {
            let read = std::fs::read_to_string(file);
            let secret = read.map_err(|source| ConfigError::Unreadable { file: file.clone(), source })?;
            secret.trim().to_owned()
        };
        let authority = &self.certificate_authority;
        Ok(Some(OidcSettings {
            issuer: self.issuer.clone(),
            client_id: self.client_id.clone(),
            client_secret,
            name: self.name.clone(),
            email_domains: self.email_domains.clone(),
            unknown_people: match self.unknown_people {
                Unknown::Refuse => UnknownPeople::Refused,
                Unknown::Join => UnknownPeople::Join(self.unknown_people_group.clone()),
            },
            second_factor: match self.second_factor {
                SecondFactor::Never => SecondFactorAsked::Never,
                SecondFactor::UnlessProvider => SecondFactorAsked::UnlessByProvider,
                SecondFactor::Always => SecondFactorAsked::Always,
            },
            certificate_authority: (!authority.as_os_str().is_empty()).then(|| authority.clone()),
        }))
    }
}

/// Whether nobody on the way can read or change what the provider says.
fn is_secure(issuer: &str) -> bool {
    let on_this_machine = ["http://127.0.0.1", "http://localhost", "http://[::1]"];
    let here =
        |host: &&str| issuer.strip_prefix(*host).is_some_and(|rest| rest.is_empty() || rest.starts_with([':', '/']));
    issuer.starts_with("https://") || on_this_machine.iter().any(here)
}

#[cfg(test)]
mod tests {
    use super::is_secure;

    #[test]
    fn a_provider_is_reached_in_secret() {
        for (issuer, expected) in [
            ("https://id.example", true),
            ("http://127.0.0.1:3000/realm", true),
            ("http://localhost", true),
            ("http://localhost.example", false),
            ("http://id.example", false),
            ("id.example", false),
        ] {
            assert_eq!(is_secure(issuer), expected, "{issuer}");
        }
    }
}
