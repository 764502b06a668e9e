//! What an operator decides about the web front.

use axum::http::Uri;
use chrono::TimeDelta;
use ipnet::IpNet;

use crate::oidc::{OidcSettings, Provider};
use crate::tls::TlsFiles;

/// What an operator decides about the web front.
#[derive(Debug, Clone)]
pub struct Settings {
    /// Where browsers and devices find the front, such as `https://chat.example.org`: scheme, host and port, no path.
    pub public_url: String,
    /// The broker's addresses, as enrolled devices are told them.
    pub broker_urls: Vec<String>,
    /// For how many hours a technician stays signed in without doing anything.
    pub session_hours: u32,
    /// After how many days a technician signs in again in any case.
    pub session_days: u32,
    /// The proxies whose word is taken for where a request comes from.
    pub trusted_proxies: Vec<IpNet>,
    /// The certificate with which the front speaks TLS itself. Without one it speaks none, and a proxy does.
    pub tls: Option<TlsFiles>,
    /// Whether technicians sign in with a password.
    pub password_sign_in: bool,
    /// The provider by way of which technicians sign in, if there is one.
    pub oidc: Option<OidcSettings>,
}

/// The settings, checked and in the form in which the routes need them.
pub(crate) struct Checked {
    /// `scheme://host[:port]`, as browsers say it in `Origin`.
    pub origin: String,
    pub is_https: bool,
    pub broker_urls: Vec<String>,
    /// How long a session lasts that is not used.
    pub session_idle: TimeDelta,
    /// How long a session lasts at most.
    pub session: TimeDelta,
    pub trusted_proxies: Vec<IpNet>,
    pub tls: Option<TlsFiles>,
    pub password_sign_in: bool,
    pub provider: Option<Provider>,
}

impl Settings {
    pub(crate) fn check(self) -> Result<Checked, SettingsError> {
        let origin = origin_of(&self.public_url).ok_or(SettingsError::PublicUrl)?;
        if self.broker_urls.is_empty() {
            return Err(SettingsError::BrokerUrls);
        }
        if self.session_hours == 0 {
            return Err(SettingsError::SessionHours);
        }
        if self.session_days == 0 {
            return Err(SettingsError::SessionDays);
        }
        if !self.password_sign_in && self.oidc.is_none() {
            return Err(SettingsError::NoSignIn);
        }
        let provider = self.oidc.map(|settings| Provider::new(settings, &origin)).transpose()?;
        Ok(Checked {
            is_https: origin.starts_with("https:"),
            origin,
            broker_urls: self.broker_urls,
            session_idle: TimeDelta::hours(self.session_hours.into()),
            session: TimeDelta::days(self.session_days.into()),
            trusted_proxies: self.trusted_proxies,
            tls: self.tls,
            password_sign_in: self.password_sign_in,
            provider,
        })
    }
}

/// The origin of an address without path, query or user: lower case, and without the port that goes without saying.
fn origin_of(url: &str) -> Option<String> {
    let uri: Uri = url.parse().ok()?;
    let (scheme, usual_port) = match uri.scheme_str()? {
        "http" => ("http", 80),
        "https" => ("https", 443),
        _ => return None,
    };
    let authority = uri.authority()?;
    if uri.path().len() > 1 || uri.query().is_some() || authority.as_str().contains('@') || authority.host().is_empty()
    {
        return None;
    }
    let host = authority.host().to_ascii_lowercase();
    Some(match authority.port_u16() {
        Some(port) if port != usual_port => format!("{scheme}://{host}:{port}"),
        _ => format!("{scheme}://{host}"),
    })
}

/// A setting with which the front cannot run.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum SettingsError {
    /// Not an `http` or `https` address, or one with a path.
    #[error("public_url must be http://host[:port] or https://host[:port], without a path")]
    PublicUrl,
    /// Devices would not know where to go.
    #[error("broker_urls must name at least one address of the broker")]
    BrokerUrls,
    /// Nobody could sign in.
    #[error("session_hours must be at least 1")]
    SessionHours,
    /// Nobody could sign in.
    #[error("session_days must be at least 1")]
    SessionDays,
    /// Nobody could sign in.
    #[error("password_sign_in must not be off without a provider")]
    NoSignIn,
    /// Not an address.
    #[error("the provider's issuer must be an address")]
    OidcIssuer,
    /// The provider could not be checked.
    #[error("the provider's certificate_authority must be a file of certificates of an authority")]
    OidcCertificateAuthority,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_origin_is_written_as_browsers_write_it() {
        for (url, origin) in [
            ("http://127.0.0.1:8080", Some("http://127.0.0.1:8080")),
            ("https://Chat.Example.org:443/", Some("https://chat.example.org")),
            ("http://[::1]:80", Some("http://[::1]")),
            ("https://chat.example.org/desk", None),
            ("https://user@chat.example.org", None),
            ("ftp://chat.example.org", None),
            ("chat.example.org", None),
        ] {
            assert_eq!(origin_of(url).as_deref(), origin, "{url}");
        }
    }
}
