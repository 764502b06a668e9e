//! Networks that let only some connections through.

use std::sync::Arc;

use agent::{Agent, Identity, LinkState, Proxy};
use sqlx::PgPool;
use tests::{Bench, TestProxy, eventually, free_port};
use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader, copy_bidirectional};
use tokio::net::{TcpListener, TcpStream};
use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls::ServerConfig;
use tokio_rustls::rustls::pki_types::PrivateKeyDer;

use crate::device::{Device, stored};
use crate::running;

/// A name that nobody but the proxy knows.
const INSIDE: &str = "broker.inside.example";

#[sqlx::test(migrator = "store::MIGRATOR")]
async fn where_tcp_does_not_get_through_messages_go_over_websocket(db: PgPool) {
    let mut bench = Bench::new(db).await;
    running::workers(&bench);
    let device = Device::new(&bench).await;
    let mut settings = device.settings();
    let nobody = format!("nats://127.0.0.1:{}", free_port());
    settings.identity.broker_urls = vec![bench.broker.websocket_url(), nobody];
    let (agent, _events) = Agent::start(settings).await.unwrap();
    agent.say("through the needle's eye").await.unwrap();
    agent.all_stored().await.unwrap();

    bench.broker.kill();
    agent.say("and again").await.unwrap();
    bench.broker.restart().await;
    agent.all_stored().await.unwrap();
    assert_eq!(stored(&bench.db).await, ["through the needle's eye", "and again"]);
}

/// As the device knows it: the broker's address and the proxy in between.
fn behind(identity: &mut Identity, broker_url: &str, proxy: &str) {
    identity.broker_urls = vec![format!("nats://127.0.0.1:{}", free_port()), broker_url.to_owned()];
    identity.proxy = Some(Proxy::new(proxy, "").unwrap());
}

#[sqlx::test(migrator = "store::MIGRATOR")]
async fn where_only_a_proxy_lets_one_through_messages_go_through_it(db: PgPool) {
    let mut bench = Bench::new(db).await;
    running::workers(&bench);
    let proxy = TestProxy::start(&[("broker.inside.example:80", bench.broker.websocket_port())]).await;
    let device = Device::new(&bench).await;
    let mut settings = device.settings();
    behind(&mut settings.identity, &format!("ws://{INSIDE}"), &proxy.url());
    assert_eq!(
        agent::examine(settings.identity.clone()).await.map(|synced| synced.organisation.to_string()),
        Ok("Harbour IT".to_owned())
    );
    let (agent, _events) = Agent::start(settings).await.unwrap();
    agent.say("through the gate").await.unwrap();
    agent.all_stored().await.unwrap();

    bench.broker.kill();
    agent.say("and again").await.unwrap();
    bench.broker.restart().await;
    agent.all_stored().await.unwrap();
    assert_eq!(stored(&bench.db).await, ["through the gate", "and again"]);
    assert!(
        proxy.asked().iter().all(|asked| *asked == ("broker.inside.example:80".to_owned(), 200)),
        "{:?}",
        proxy.asked()
    );
}

#[sqlx::test(migrator = "store::MIGRATOR")]
async fn a_proxy_that_refuses_leaves_the_message_in_the_outbox(db: PgPool) {
    let bench = Bench::new(db).await;
    running::workers(&bench);
    let proxy = TestProxy::start(&[("broker.inside.example:80", bench.broker.websocket_port())]).await;
    let device = Device::new(&bench).await;
    let mut settings = device.settings();
    behind(&mut settings.identity, &format!("ws://{INSIDE}"), &proxy.url_with("ann:wrong"));
    let (agent, _events) = Agent::start(settings.clone()).await.unwrap();
    agent.say("kept").await.unwrap();
    eventually("the proxy refused", async || proxy.asked().contains(&("broker.inside.example:80".to_owned(), 407)))
        .await;
    assert_eq!(agent.link().await.unwrap(), LinkState::Offline);
    agent.shutdown(std::time::Duration::ZERO).await;

    behind(&mut settings.identity, &format!("ws://{INSIDE}"), &proxy.url());
    let (agent, _events) = Agent::start(settings).await.unwrap();
    agent.all_stored().await.unwrap();
    assert_eq!(stored(&bench.db).await, ["kept"]);
}

#[sqlx::test(migrator = "store::MIGRATOR")]
async fn through_a_proxy_tls_is_spoken_with_the_broker_by_its_name(db: PgPool) {
    let bench = Bench::new(db).await;
    running::workers(&bench);
    let device = Device::new(&bench).await;
    let mut settings = device.settings();
    let authority = device.folder.path().join("authority.pem");
    let gate = gate(bench.broker.websocket_port(), &authority).await;
    let proxy = TestProxy::start(&[("broker.inside.example:443", gate), ("other.inside.example:443", gate)]).await;
    settings.identity.certificate_authority = Some(authority);

    behind(&mut settings.identity, "wss://other.inside.example", &proxy.url());
    assert!(agent::examine(settings.identity.clone()).await.is_err(), "the certificate is another name's");

    behind(&mut settings.identity, &format!("wss://{INSIDE}"), &proxy.url());
    let (agent, _events) = Agent::start(settings).await.unwrap();
    agent.say("sealed").await.unwrap();
    agent.all_stored().await.unwrap();
    assert_eq!(stored(&bench.db).await, ["sealed"]);
}

/// What speaks TLS in front of the broker, as [`INSIDE`], and lets in only those who ask for that host. Its certificate is written
/// to `authority`. Gives its port.
async fn gate(behind: u16, authority: &std::path::Path) -> u16 {
    let made = rcgen::generate_simple_self_signed(vec![INSIDE.to_owned()]).unwrap();
    std::fs::write(authority, made.cert.pem()).unwrap();
    let key = PrivateKeyDer::try_from(made.signing_key.serialize_der()).unwrap();
    let config = ServerConfig::builder().with_no_client_auth().with_single_cert(vec![made.cert.der().clone()], key);
    let acceptor = TlsAcceptor::from(Arc::new(config.unwrap()));
    let listener = TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
    let port = listener.local_addr().unwrap().port();
    tokio::spawn(async move {
        while let Ok((client, _)) = listener.accept().await {
            let Ok(client) = acceptor.accept(client).await else { continue };
            let mut client = BufReader::new(client);
            let mut request = String::new();
            while !request.ends_with("\r\n\r\n") && client.read_line(&mut request).await.is_ok_and(|bytes| bytes > 0) {}
            if request.contains(&format!("\r\nHost: {INSIDE}:443\r\n")) {
                let mut broker = TcpStream::connect(("127.0.0.1", behind)).await.unwrap();
                broker.write_all(request.as_bytes()).await.unwrap();
                tokio::spawn(async move { copy_bidirectional(&mut client, &mut broker).await });
            }
        }
    });
    port
}
