//! An HTTP proxy, in networks that let nothing through but by one.

use std::fmt;

use data_encoding::BASE64;
use serde::{Deserialize, Serialize};
use ureq::http::Uri;
use ureq::{Proxy as Http, ProxyProtocol};

/// A proxy that takes `CONNECT`, and what does not go through it.
#[derive(Clone, Serialize, Deserialize)]
#[serde(try_from = "Stored", into = "Stored")]
pub struct Proxy {
    stored: Stored,
    http: Http,
}

/// As it is kept with the identity.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
struct Stored {
    address: String,
    #[serde(default, skip_serializing_if = "String::is_empty")]
    except: String,
}

impl Proxy {
    /// Takes an address such as `http://proxy.example:3128` or `http://name:password@proxy.example:3128`; the scheme may be
    /// left out.
    ///
    /// `except` names hosts that are reached without it, separated by commas: `chat.example`, or `.example` for every host
    /// below; `*` stands for all.
    ///
    /// # Errors
    /// When it is not such an address.
    pub fn new(address: &str, except: &str) -> Result<Self, NotAProxy> {
        let parsed = Http::new(address).map_err(|_| NotAProxy)?;
        if parsed.protocol() != ProxyProtocol::Http {
            return Err(NotAProxy);
        }
        let mut http = Http::builder(ProxyProtocol::Http).host(parsed.host()).port(parsed.port());
        if let Some(name) = parsed.username() {
            http = http.username(name);
        }
        if let Some(password) = parsed.password() {
            http = http.password(password);
        }
        for host in except.split(',').map(str::trim).filter(|host| !host.is_empty()) {
            http = http.no_proxy(host);
        }
        let stored = Stored { address: address.to_owned(), except: except.to_owned() };
        Ok(Self { stored, http: http.build().map_err(|_| NotAProxy)? })
    }

    /// Its host and port.
    #[must_use]
    pub fn place(&self) -> (&str, u16) {
        (self.http.host().trim_matches(['[', ']']), self.http.port())
    }

    /// For requests over HTTP.
    pub(crate) fn http(&self) -> Http {
        self.http.clone()
    }

    /// Whether what is at this address is reached through it.
    pub(crate) fn is_for(&self, address: &Uri) -> bool {
        !self.http.is_no_proxy(address)
    }

    /// What it wants to read of who asks.
    pub(crate) fn authorization(&self) -> Option<String> {
        let (name, password) = (self.http.username()?, self.http.password().unwrap_or_default());
        Some(format!("Basic {}", BASE64.encode(format!("{name}:{password}").as_bytes())))
    }
}

/// Without the password.
impl fmt::Debug for Proxy {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Proxy").field(&self.place()).finish()
    }
}

impl TryFrom<Stored> for Proxy {
    type Error = NotAProxy;

    fn try_from(stored: Stored) -> Result<Self, NotAProxy> {
        Self::new(&stored.address, &stored.except)
    }
}

impl From<Proxy> for Stored {
    fn from(proxy: Proxy) -> Self {
        proxy.stored
    }
}

/// A text that is not the address of a proxy.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not the address of an HTTP proxy, such as http://proxy.example:3128")]
pub struct NotAProxy;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_taken_with_and_without_scheme_port_and_credentials() {
        for (address, place, authorization) in [
            ("http://proxy.example:3128", ("proxy.example", 3128), None),
            ("proxy.example:8080", ("proxy.example", 8080), None),
            ("http://proxy.example", ("proxy.example", 80), None),
            ("http://[::1]:3128/", ("::1", 3128), None),
            ("http://ann:p%40ss@proxy.example:1", ("proxy.example", 1), Some("Basic YW5uOnBAc3M=")),
        ] {
            let proxy = Proxy::new(address, "").unwrap();
            assert_eq!((proxy.place(), proxy.authorization().as_deref()), (place, authorization), "{address}");
        }
    }

    #[test]
    fn what_is_no_http_proxy_is_refused_and_a_password_is_not_printed() {
        for address in ["", "socks5://proxy.example", "ftp://proxy.example", "http://", "a b"] {
            assert_eq!(Proxy::new(address, "").err(), Some(NotAProxy), "{address}");
        }
        let printed = format!("{:?}", Proxy::new("http://ann:secret@proxy.example", "").unwrap());
        assert!(!printed.contains("secret"), "{printed}");
    }

    #[test]
    fn some_hosts_are_reached_without_it() {
        let proxy = Proxy::new("http://proxy.example", "near.example, .inner.example").unwrap();
        for (address, is_for) in [
            ("wss://far.example:443", true),
            ("wss://near.example:443", false),
            ("wss://a.inner.example", false),
            ("wss://inner.example.evil", true),
        ] {
            assert_eq!(proxy.is_for(&address.parse().unwrap()), is_for, "{address}");
        }
    }

    #[test]
    fn it_is_kept_whole() {
        let proxy = Proxy::new("http://ann:p%40ss@proxy.example:1", "near.example").unwrap();
        let kept = serde_json::to_string(&proxy).unwrap();
        assert_eq!(kept, r#"{"address":"http://ann:p%40ss@proxy.example:1","except":"near.example"}"#);
        let read: Proxy = serde_json::from_str(&kept).unwrap();
        assert_eq!((read.place(), read.authorization()), (proxy.place(), proxy.authorization()));
    }
}
