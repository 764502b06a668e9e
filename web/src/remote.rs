//! Where a request comes from.

use std::convert::Infallible;
use std::net::IpAddr;

use axum::extract::{ConnectInfo, FromRequestParts};
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderName, header};
use ipnet::IpNet;

use crate::front::Front;
use crate::listener::Peer;

const FORWARDED_FOR: HeaderName = HeaderName::from_static("x-forwarded-for");

/// What is kept of what a browser calls itself.
const USER_AGENT_BYTES: usize = 256;

/// Where a request comes from, and what sent it as far as it says so.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Remote {
    address: Option<IpAddr>,
    pub user_agent: Option<String>,
}

impl Remote {
    /// The address.
    pub(crate) fn ip(&self) -> Option<IpAddr> {
        self.address
    }

    /// The address, as it is shown.
    pub(crate) fn address(&self) -> Option<String> {
        self.address.map(|address| address.to_string())
    }

    /// Whose requests are counted together: an IPv4 address, or the /64 that one subscriber of IPv6 has.
    pub(crate) fn network(&self) -> String {
        match self.address {
            Some(IpAddr::V4(address)) => address.to_string(),
            Some(IpAddr::V6(address)) => {
                let [a, b, c, d, ..] = address.segments();
                format!("{a:x}:{b:x}:{c:x}:{d:x}::/64")
            }
            None => String::new(),
        }
    }
}

impl FromRequestParts<Front> for Remote {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, front: &Front) -> Result<Self, Infallible> {
        let peer = parts.extensions.get::<ConnectInfo<Peer>>().map(|ConnectInfo(Peer(peer))| peer.ip());
        let address = peer.map(|peer| origin(peer, &parts.headers, &front.settings().trusted_proxies));
        let user_agent = parts.headers.get(header::USER_AGENT).and_then(|value| value.to_str().ok());
        let user_agent = user_agent.map(|text| text.chars().take(USER_AGENT_BYTES).collect());
        Ok(Self { address, user_agent })
    }
}

/// The last address in the chain that is not one of our proxies: what it says of those before it anybody could say.
fn origin(peer: IpAddr, headers: &HeaderMap, trusted_proxies: &[IpNet]) -> IpAddr {
    let is_ours = |address: IpAddr| trusted_proxies.iter().any(|network| network.contains(&address));
    let mut origin = peer.to_canonical();
    let told = headers.get_all(FORWARDED_FOR).iter().filter_map(|value| value.to_str().ok());
    let told: Vec<&str> = told.flat_map(|value| value.split(',')).collect();
    for text in told.iter().rev() {
        if !is_ours(origin) {
            break;
        }
        let Ok(before) = text.trim().parse::<IpAddr>() else { break };
        origin = before.to_canonical();
    }
    origin
}

#[cfg(test)]
mod tests {
    use axum::http::HeaderValue;
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn whatever_somebody_claims_to_forward_only_our_proxies_are_believed(told in prop::collection::vec(any::<u8>(), 0..200)) {
            let mut headers = HeaderMap::new();
            if let Ok(told) = HeaderValue::from_bytes(&told) {
                headers.insert(FORWARDED_FOR, told);
            }
            let peer: IpAddr = "203.0.113.9".parse().unwrap();
            prop_assert_eq!(origin(peer, &headers, &["10.0.0.0/8".parse().unwrap()]), peer);
            origin(peer, &headers, &["0.0.0.0/0".parse().unwrap(), "::/0".parse().unwrap()]);
        }
    }

    #[test]
    fn only_our_proxies_are_believed_where_a_request_comes_from() {
        let trusted: Vec<IpNet> = vec!["10.0.0.0/8".parse().unwrap(), "::1/128".parse().unwrap()];
        for (peer, told, expected) in [
            ("203.0.113.9", None, "203.0.113.9"),
            ("203.0.113.9", Some("198.51.100.1"), "203.0.113.9"),
            ("10.0.0.2", Some("198.51.100.1"), "198.51.100.1"),
            ("10.0.0.2", Some("192.0.2.66, 198.51.100.1"), "198.51.100.1"),
            ("10.0.0.2", Some("198.51.100.1, 10.0.0.3"), "198.51.100.1"),
            ("10.0.0.2", Some("nonsense, 10.0.0.3"), "10.0.0.3"),
            ("10.0.0.2", None, "10.0.0.2"),
            ("::ffff:10.0.0.2", Some("2001:db8::1"), "2001:db8::1"),
            ("::1", Some("::ffff:198.51.100.1"), "198.51.100.1"),
        ] {
            let mut headers = HeaderMap::new();
            if let Some(told) = told {
                headers.insert(FORWARDED_FOR, HeaderValue::from_static(told));
            }
            let found = origin(peer.parse().unwrap(), &headers, &trusted);
            assert_eq!(found, expected.parse::<IpAddr>().unwrap(), "{peer}, {told:?}");
        }
    }

    #[test]
    fn neighbours_in_one_network_of_ipv6_are_counted_together() {
        let network = |address: &str| Remote { address: Some(address.parse().unwrap()), user_agent: None }.network();
        assert_eq!(network("2001:db8:1:2::3"), network("2001:db8:1:2:ffff::4"));
        assert_ne!(network("2001:db8:1:2::3"), network("2001:db8:1:3::3"));
        assert_ne!(network("192.0.2.1"), network("192.0.2.2"));
    }
}
