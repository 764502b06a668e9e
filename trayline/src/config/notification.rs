//! How notices leave the house: `[mail]` and `[webhook]`.

use std::path::PathBuf;

use serde::{Deserialize, Serialize};
use workers::notification::postman::{self, MailServer, MailSettings, Pace, PostmanSettings, WebhookSettings};

use crate::secret::Password;

use super::{Config, ConfigError};

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Mail {
    pub host: String,
    pub port: u16,
    pub tls: Encryption,
    pub certificate_authority: PathBuf,
    pub username: String,
    pub password: Password,
    pub from: String,
    pub include_text: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Encryption {
    StartTls,
    Tls,
    None,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Webhook {
    pub allow_private_addresses: bool,
    pub include_text: bool,
}

impl Config {
    /// How the postman works.
    pub fn postman(&self) -> PostmanSettings {
        PostmanSettings {
            mail: self.mail.settings(),
            webhook: WebhookSettings {
                allow_private_addresses: self.webhook.allow_private_addresses,
                include_text: self.webhook.include_text,
            },
            public_url: self.web.public_url_on(self.web.listen).trim_end_matches('/').to_owned(),
            pace: Pace::default(),
        }
    }
}

impl Mail {
    pub(super) fn refuse_the_impossible(&self) -> Result<(), ConfigError> {
        if self.host.is_empty() {
            return Ok(());
        }
        if self.from.is_empty() {
            return Err(ConfigError::Impossible {
                key: "mail.from",
                reason: "must be an address when mail.host is set",
            });
        }
        if self.tls == Encryption::None && !self.password.expose().is_empty() {
            return Err(ConfigError::Impossible {
                key: "mail.tls",
                reason: "must not be \"none\" with a password, which everybody on the way could read",
            });
        }
        Ok(())
    }

    /// `None` when no mail is sent.
    fn settings(&self) -> Option<MailSettings> {
        if self.host.is_empty() {
            return None;
        }
        let authority = &self.certificate_authority;
        let server = MailServer {
            host: self.host.clone(),
            port: self.port,
            tls: match self.tls {
                Encryption::StartTls => postman::Encryption::StartTls,
                Encryption::Tls => postman::Encryption::Tls,
                Encryption::None => postman::Encryption::None,
            },
            sign_in: (!self.username.is_empty()).then(|| (self.username.clone(), self.password.expose().to_owned())),
            certificate_authority: (!authority.as_os_str().is_empty()).then(|| authority.clone()),
        };
        Some(MailSettings { server, from: self.from.clone(), include_text: self.include_text })
    }
}
