//! In which order the broker's addresses are tried.

use rand::seq::SliceRandom as _;

/// TCP first, in an order of each device's own, so that a cluster's servers share the devices; then WebSocket, for
/// networks that let only HTTP through. Where there is a proxy, such a network is likely, and WebSocket is first.
pub(super) fn in_order(urls: &[String], with_proxy: bool) -> Vec<String> {
    let (mut websocket, mut tcp): (Vec<_>, Vec<_>) = urls.iter().cloned().partition(|url| is_websocket(url));
    tcp.shuffle(&mut rand::rng());
    websocket.shuffle(&mut rand::rng());
    if with_proxy { [websocket, tcp].concat() } else { [tcp, websocket].concat() }
}

fn is_websocket(url: &str) -> bool {
    let scheme = url.split_once("://").map(|(scheme, _)| scheme.to_ascii_lowercase());
    matches!(scheme.as_deref(), Some("ws" | "wss"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn websocket_comes_after_every_address_of_tcp() {
        let urls = ["wss://a", "nats://b", "WS://c", "tls://d"].map(ToOwned::to_owned);
        for _ in 0..20 {
            let mut ordered = in_order(&urls, false);
            let (tcp, websocket) = ordered.split_at_mut(2);
            tcp.sort();
            websocket.sort();
            assert_eq!(
                (tcp, websocket),
                (&mut urls_of(["nats://b", "tls://d"])[..], &mut urls_of(["WS://c", "wss://a"])[..])
            );
        }
    }

    #[test]
    fn websocket_comes_first_where_there_is_a_proxy() {
        let ordered = in_order(&["nats://b", "wss://a"].map(ToOwned::to_owned), true);
        assert_eq!(ordered, ["wss://a", "nats://b"]);
    }

    fn urls_of(urls: [&str; 2]) -> [String; 2] {
        urls.map(ToOwned::to_owned)
    }
}
