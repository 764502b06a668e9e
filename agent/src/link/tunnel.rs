//! The way to the broker through an HTTP proxy.
//!
//! The broker's client knows no proxies. So it is given an address on this machine, behind which there is a tunnel: whatever
//! comes there goes to the broker's own address over WebSocket, asked of the proxy by `CONNECT`. TLS is spoken with the broker by
//! the tunnel's far end, so that the certificate is that of the broker's name and the proxy reads nothing.

mod connect;
mod head;

use std::io;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use tokio::io::{AsyncRead, AsyncWrite, AsyncWriteExt as _, copy_bidirectional};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinHandle;
use tokio_rustls::TlsConnector;
use tokio_rustls::rustls::pki_types::pem::PemObject as _;
use tokio_rustls::rustls::pki_types::{CertificateDer, ServerName};
use tokio_rustls::rustls::{ClientConfig, RootCertStore};
use ureq::http::Uri;

use crate::proxy::Proxy;

/// How long the proxy may take to let one through, and the broker to prove who it is.
const PATIENCE: Duration = Duration::from_secs(15);

/// The pause after an error of the system, before the next connection is taken.
const PAUSE: Duration = Duration::from_millis(200);

/// Open while it lives.
pub(super) struct Tunnel {
    near: String,
    task: JoinHandle<()>,
}

/// Where a tunnel leads.
struct Far {
    proxy: Proxy,
    host: String,
    port: u16,
    encrypted: bool,
    /// Certificates of the authority that signed the broker's, when it is not a public one.
    authority: Option<PathBuf>,
}

impl Tunnel {
    /// A tunnel to a broker's address; none when the address is not one of WebSocket, or is reached without the proxy.
    pub(super) async fn open(proxy: &Proxy, url: &str, authority: Option<PathBuf>) -> io::Result<Option<Self>> {
        let Some((far, path)) = far(proxy, url, authority) else { return Ok(None) };
        let listener = TcpListener::bind(("127.0.0.1", 0)).await?;
        let near = format!("ws://{}{path}", listener.local_addr()?);
        let task = tokio::spawn(take(listener, Arc::new(far)));
        Ok(Some(Self { near, task }))
    }

    /// The address on this machine.
    pub(super) fn near(&self) -> &str {
        &self.near
    }
}

impl Drop for Tunnel {
    fn drop(&mut self) {
        self.task.abort();
    }
}

fn far(proxy: &Proxy, url: &str, authority: Option<PathBuf>) -> Option<(Far, String)> {
    let url: Uri = url.parse().ok()?;
    let (encrypted, usual_port) = match url.scheme_str()?.to_ascii_lowercase().as_str() {
        "wss" => (true, 443),
        "ws" => (false, 80),
        _ => return None,
    };
    let host = url.host()?.to_owned();
    let path = url.path_and_query().map_or("/", |path| path.as_str()).to_owned();
    let port = url.port_u16().unwrap_or(usual_port);
    proxy.is_for(&url).then(|| (Far { proxy: proxy.clone(), host, port, encrypted, authority }, path))
}

async fn take(listener: TcpListener, far: Arc<Far>) {
    loop {
        match listener.accept().await {
            Ok((near, _)) => drop(tokio::spawn(lead(near, Arc::clone(&far)))),
            Err(error) => {
                tracing::warn!(error = &error as &dyn std::error::Error, "the tunnel could not take a connection");
                tokio::time::sleep(PAUSE).await;
            }
        }
    }
}

/// Leads one connection through. When it ends at one side it ends at the other, and that is all that the client sees.
async fn lead(near: TcpStream, far: Arc<Far>) {
    let reached = async {
        let stream = connect::through(&far.proxy, &far.host, far.port).await?;
        if far.encrypted {
            with_tls(stream, &far.host, far.authority.clone()).await
        } else {
            Ok::<Box<dyn Stream>, io::Error>(Box::new(stream))
        }
    };
    let ended = match tokio::time::timeout(PATIENCE, reached).await {
        Ok(Ok(stream)) => carry(near, stream, &far).await,
        Ok(Err(error)) => Err(error),
        Err(_) => Err(io::ErrorKind::TimedOut.into()),
    };
    if let Err(error) = ended {
        tracing::info!(error = &error as &dyn std::error::Error, "the way through the proxy ended");
    }
}

/// The first request names this machine as its host, because the client knows no better: it is told the broker's name.
async fn carry(mut near: TcpStream, mut stream: Box<dyn Stream>, far: &Far) -> io::Result<()> {
    let request = tokio::time::timeout(PATIENCE, head::read(&mut near)).await??;
    stream.write_all(&head::with_host(&request, &far.host, far.port)).await?;
    stream.flush().await?;
    copy_bidirectional(&mut near, &mut stream).await.map(|_| ())
}

async fn with_tls(stream: TcpStream, host: &str, authority: Option<PathBuf>) -> io::Result<Box<dyn Stream>> {
    let name = ServerName::try_from(host.trim_matches(['[', ']']).to_owned()).map_err(io::Error::other)?;
    let roots = tokio::task::spawn_blocking(move || roots(authority)).await??;
    let tls = ClientConfig::builder().with_root_certificates(roots).with_no_client_auth();
    Ok(Box::new(TlsConnector::from(Arc::new(tls)).connect(name, stream).await?))
}

/// The same that the client trusts without a tunnel.
fn roots(authority: Option<PathBuf>) -> io::Result<RootCertStore> {
    let mut roots = RootCertStore::empty();
    let Some(path) = authority else {
        roots.add_parsable_certificates(rustls_native_certs::load_native_certs().certs);
        return Ok(roots);
    };
    for certificate in CertificateDer::pem_file_iter(path).map_err(io::Error::other)? {
        roots.add(certificate.map_err(io::Error::other)?).map_err(io::Error::other)?;
    }
    Ok(roots)
}

trait Stream: AsyncRead + AsyncWrite + Unpin + Send {}

impl<Any: AsyncRead + AsyncWrite + Unpin + Send> Stream for Any {}
