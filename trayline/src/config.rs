//! The configuration: the embedded defaults, then a file, then the environment. Nobody else reads the environment.

mod notification;
mod oidc;

use std::ffi::OsString;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::time::Duration;

use broker_config::{BrokerAddress, Line, Role};
use figment::Figment;
use figment::providers::{Env, Format, Toml};
use ipnet::IpNet;
use serde::{Deserialize, Serialize};
use web::TlsFiles;

use crate::secret::DatabaseUrl;

pub use notification::{Mail, Webhook};
pub use oidc::Oidc;

/// The documented defaults.
const DEFAULTS: &str = include_str!("defaults.toml");

/// Everything that can be configured. `defaults.toml` says what each key means.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Config {
    pub organisation: Line,
    pub shutdown_seconds: u64,
    pub database: Database,
    pub broker: Broker,
    pub web: Web,
    pub oidc: Oidc,
    pub housekeeping: workers::housekeeping::Settings,
    pub mail: Mail,
    pub webhook: Webhook,
    pub operations: Operations,
    pub log: Log,
    pub up: Up,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Database {
    pub url: DatabaseUrl,
    pub connections: u32,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Broker {
    pub urls: Vec<String>,
    pub credentials: PathBuf,
    pub certificate_authority: PathBuf,
    pub device_urls: Vec<String>,
    pub replicas: usize,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Web {
    pub listen: SocketAddr,
    pub public_url: String,
    pub session_hours: u32,
    pub session_days: u32,
    pub trusted_proxies: Vec<IpNet>,
    pub password_sign_in: bool,
    pub certificate: PathBuf,
    pub key: PathBuf,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Operations {
    pub listen: SocketAddr,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Log {
    pub format: LogFormat,
    pub filter: String,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LogFormat {
    Pretty,
    Json,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Up {
    pub broker_port: u16,
    pub postgres_port: u16,
    pub nats_server: PathBuf,
    pub postgres_programs: PathBuf,
}

/// Where programs are looked for.
pub fn search_path() -> OsString {
    std::env::var_os("PATH").unwrap_or_default()
}

impl Config {
    /// Reads the configuration, with `file` between the defaults and the environment.
    pub fn load(file: Option<&Path>) -> Result<Self, ConfigError> {
        let mut figment = Figment::from(Toml::string(DEFAULTS));
        if let Some(file) = file {
            if !file.is_file() {
                return Err(ConfigError::NoFile(file.to_owned()));
            }
            figment = figment.merge(Toml::file_exact(file));
        }
        Self::extract(&figment.merge(Env::prefixed("TRAYLINE__").split("__")))
    }

    fn extract(figment: &Figment) -> Result<Self, ConfigError> {
        let config: Self = figment.extract().map_err(|errors| ConfigError::Invalid(explain(errors)))?;
        config.refuse_the_impossible()?;
        Ok(config)
    }

    fn refuse_the_impossible(&self) -> Result<(), ConfigError> {
        let refused = |key: &'static str, reason: &'static str| Err(ConfigError::Impossible { key, reason });
        if self.shutdown_seconds == 0 {
            return refused("shutdown_seconds", "must be at least 1");
        }
        if self.database.connections < 2 {
            return refused("database.connections", "must be at least 2");
        }
        if self.broker.urls.is_empty() {
            return refused("broker.urls", "must name a server");
        }
        if !matches!(self.broker.replicas, 1 | 3 | 5) {
            return refused("broker.replicas", "must be 1, 3 or 5");
        }
        if self.web.session_hours == 0 {
            return refused("web.session_hours", "must be at least 1");
        }
        if self.web.session_days == 0 {
            return refused("web.session_days", "must be at least 1");
        }
        if self.web.certificate.as_os_str().is_empty() != self.web.key.as_os_str().is_empty() {
            return refused("web.key", "must be given with web.certificate, and not without");
        }
        if self.housekeeping.idle_days == 0 {
            return refused("housekeeping.idle_days", "must be at least 1");
        }
        if self.housekeeping.notice_days == 0 {
            return refused("housekeeping.notice_days", "must be at least 1");
        }
        if !self.web.public_url.is_empty()
            && !["http://", "https://"].iter().any(|scheme| self.web.public_url.starts_with(scheme))
        {
            return refused("web.public_url", "must begin with http:// or https://");
        }
        if !self.web.password_sign_in && !self.oidc.is_there() {
            return refused("web.password_sign_in", "must not be off without oidc.issuer: nobody could sign in");
        }
        self.oidc.refuse_the_impossible()?;
        self.mail.refuse_the_impossible()
    }

    /// How long a process may take to stop.
    pub fn shutdown_patience(&self) -> Duration {
        Duration::from_secs(self.shutdown_seconds)
    }
}

impl Broker {
    /// Where the broker is, for a process in this role.
    pub fn address(&self, role: Role) -> BrokerAddress {
        let authority = &self.certificate_authority;
        BrokerAddress {
            urls: self.urls.clone(),
            credentials: self.credentials.join(format!("{}.creds", role.name())),
            certificate_authority: (!authority.as_os_str().is_empty()).then(|| authority.clone()),
        }
    }

    /// The addresses that devices are told.
    pub fn addresses_for_devices(&self) -> Vec<String> {
        if self.device_urls.is_empty() { self.urls.clone() } else { self.device_urls.clone() }
    }
}

impl Web {
    /// The address that browsers use when the front listens on `listening`.
    pub fn public_url_on(&self, listening: SocketAddr) -> String {
        match (self.public_url.as_str(), self.tls_files()) {
            ("", None) => format!("http://{listening}"),
            ("", Some(_)) => format!("https://{listening}"),
            (public_url, _) => public_url.to_owned(),
        }
    }

    /// The certificate with which the front speaks TLS itself, if it does.
    pub fn tls_files(&self) -> Option<TlsFiles> {
        let Self { certificate, key, .. } = self;
        let given = !certificate.as_os_str().is_empty();
        given.then(|| TlsFiles { certificate: certificate.clone(), key: key.clone() })
    }
}

/// Every error on a line of its own, each with its key and where it came from.
fn explain(errors: figment::Error) -> String {
    let lines = errors.into_iter().map(|error| {
        let key = error.path.join(".");
        let origin = match &error.metadata {
            Some(metadata) if metadata.name.contains("environment") => {
                format!("the environment (TRAYLINE__{})", error.path.join("__").to_uppercase())
            }
            Some(metadata) => match metadata.source.as_ref().and_then(figment::Source::file_path) {
                Some(file) => file.display().to_string(),
                None => "the defaults".to_owned(),
            },
            None => "the configuration".to_owned(),
        };
        match key.as_str() {
            "" => format!("{} (in {origin})", error.kind),
            key => format!("{key}: {} (in {origin})", error.kind),
        }
    });
    lines.collect::<Vec<_>>().join("\n")
}

/// Why a start stops before it begins.
#[derive(Debug, thiserror::Error)]
pub enum ConfigError {
    /// The file of `--config` is not there.
    #[error("there is no configuration file {}", .0.display())]
    NoFile(PathBuf),
    /// A key is unknown, or its value is of the wrong type.
    #[error("the configuration is wrong:\n{0}")]
    Invalid(String),
    /// A file that the configuration names cannot be read.
    #[error("the file {} cannot be read", .file.display())]
    Unreadable {
        /// The file.
        file: PathBuf,
        /// Why.
        source: std::io::Error,
    },
    /// A value of the right type that cannot work.
    #[error("the configuration is wrong:\n{key}: {reason}")]
    Impossible {
        /// The key.
        key: &'static str,
        /// What it must be.
        reason: &'static str,
    },
}

#[cfg(test)]
mod tests {
    use super::*;

    fn with(toml: &str) -> Result<Config, ConfigError> {
        Config::extract(&Figment::from(Toml::string(DEFAULTS)).merge(Toml::string(toml)))
    }

    #[test]
    fn the_defaults_are_whole() {
        let config = with("").unwrap();
        assert_eq!(config.web.listen, "127.0.0.1:8080".parse().unwrap());
        assert_eq!(config.log.format, LogFormat::Pretty);
    }

    #[test]
    fn an_unknown_key_or_an_impossible_value_stops_the_start_and_is_named() {
        let wrong = [
            ("[web]\nlisten_on = '0.0.0.0:80'", "listen_on"),
            ("[wep]\nlisten = '0.0.0.0:80'", "wep"),
            ("[web]\nlisten = 'everywhere'", "web.listen"),
            ("[database]\nconnections = 'many'", "database.connections"),
            ("[broker]\nreplicas = 2", "broker.replicas"),
            ("[web]\npublic_url = 'chat.example.com'", "web.public_url"),
            ("[web]\nsession_days = 0", "web.session_days"),
            ("[web]\ntrusted_proxies = ['proxy']", "web.trusted_proxies"),
            ("[web]\ncertificate = '/etc/trayline/web.pem'", "web.key"),
            ("[web]\npassword_sign_in = false", "web.password_sign_in"),
            ("[oidc]\nissuer = 'http://id.example'\nclient_id = 'x'", "oidc.issuer"),
            ("[oidc]\nissuer = 'https://id.example'", "oidc.client_id"),
            ("[oidc]\nunknown_people = 'all'", "oidc.unknown_people"),
            (
                "[oidc]\nissuer = 'https://id.example'\nclient_id = 'x'\nclient_secret = 'y'\nclient_secret_file = 'z'",
                "oidc.client_secret_file",
            ),
            ("[housekeeping]\nidle_days = 0", "housekeeping.idle_days"),
            ("[housekeeping]\nnotice_days = 0", "housekeeping.notice_days"),
            ("[housekeeping]\nidle_day = 7", "idle_day"),
            ("[housekeeping.schedules]\nforget_sessions = 'at night'", "housekeeping.schedules.forget_sessions"),
            ("[mail]\nhost = 'mail.example.com'", "mail.from"),
            ("[mail]\ntls = 'maybe'", "mail.tls"),
            ("[mail]\nhost = 'm'\nfrom = 'a@b.c'\ntls = 'none'\npassword = 'x'", "mail.tls"),
            ("shutdown_seconds = 0", "shutdown_seconds"),
            ("organisation = ' '", "organisation"),
        ];
        for (toml, key) in wrong {
            let error = with(toml).unwrap_err().to_string();
            assert!(error.contains(key), "{toml}: {error}");
        }
    }

    #[test]
    fn credentials_are_found_by_role() {
        let broker = with("[broker]\ncredentials = '/keys'").unwrap().broker;
        assert_eq!(broker.address(Role::Web).credentials, Path::new("/keys/web.creds"));
    }
}
