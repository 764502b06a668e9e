//! A broker that speaks TLS, with a certificate of an authority of one's own.

use std::path::PathBuf;

use async_nats::ConnectOptions;
use broker_config::{AssetId, BrokerAddress, ConnectError, Role, connect};
use tempfile::TempDir;
use tests::{Certificates, TestBroker};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

/// Whether our processes, and a device over TCP and over WebSocket, get in with this authority.
async fn get_in(broker: &TestBroker, authority: Option<PathBuf>) -> [bool; 3] {
    let address = BrokerAddress { certificate_authority: authority.clone(), ..broker.address(Role::Web) };
    let ours = match connect(&address, Role::Web).await {
        Ok(_) => true,
        Err(ConnectError::Unreachable(_)) => false,
        Err(error) => panic!("{error}"),
    };
    let mut devices = Vec::new();
    for url in [broker.url(), broker.websocket_url()] {
        let mut options = ConnectOptions::with_credentials(&broker.device_credentials(AssetId::new())).unwrap();
        if let Some(authority) = authority.clone() {
            options = options.add_root_certificates(authority);
        }
        devices.push(options.connect(url).await.is_ok());
    }
    [ours, devices[0], devices[1]]
}

#[tokio::test]
async fn whoever_knows_the_authority_gets_in_and_nobody_else_does() {
    let (folder, elsewhere) = (TempDir::new().unwrap(), TempDir::new().unwrap());
    let certificates = Certificates::make(folder.path());
    let another = Certificates::make(elsewhere.path());
    let broker = TestBroker::start_with_tls(certificates.clone()).await;

    assert_eq!(get_in(&broker, Some(certificates.authority)).await, [true; 3], "the right authority");
    assert_eq!(get_in(&broker, Some(another.authority)).await, [false; 3], "another authority");
    assert_eq!(get_in(&broker, None).await, [false; 3], "public authorities");
}

#[tokio::test]
async fn a_client_that_speaks_no_tls_is_not_listened_to() {
    let folder = TempDir::new().unwrap();
    let broker = TestBroker::start_with_tls(Certificates::make(folder.path())).await;
    let port = |url: String| url.rsplit_once(':').unwrap().1.parse::<u16>().unwrap();

    for (what, url, words) in [
        ("TCP", broker.url(), "CONNECT {\"verbose\":true}\r\nPING\r\n"),
        ("WebSocket", broker.websocket_url(), "GET / HTTP/1.1\r\nHost: localhost\r\n\r\n"),
    ] {
        let mut plain = TcpStream::connect(("127.0.0.1", port(url))).await.unwrap();
        plain.write_all(words.as_bytes()).await.unwrap();
        let mut told = Vec::new();
        // A reset is an end as well.
        let _ = plain.read_to_end(&mut told).await;
        let told = String::from_utf8_lossy(&told);
        assert!(!told.contains("+OK") && !told.contains("PONG") && !told.contains("200 OK"), "{what}: {told}");
    }
}
