//! TLS: who connects must have finished its handshake before it counts, and certificates are read anew when their files change.

use std::io;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::{Arc, PoisonError, RwLock};
use std::time::Duration;

use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{Semaphore, mpsc};
use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls::ServerConfig;
use tokio_rustls::rustls::crypto::ring;
use tokio_rustls::rustls::pki_types::pem::PemObject;
use tokio_rustls::rustls::pki_types::{CertificateDer, PrivateKeyDer};
use tokio_rustls::rustls::server::{ClientHello, ResolvesServerCert};
use tokio_rustls::rustls::sign::CertifiedKey;
use tokio_rustls::server::TlsStream;

use crate::listener::without_delays;

/// How long a handshake may take.
const HANDSHAKE_PATIENCE: Duration = Duration::from_secs(10);

/// How many handshakes go on at once; further connections wait to be accepted.
const HANDSHAKES_AT_ONCE: usize = 256;

/// How many connections may wait to be served.
const ACCEPTED: usize = 64;

/// How often the files are looked at.
const RELOAD: Duration = Duration::from_secs(10);

/// How long to wait when no connection can be accepted, because there are too many open files.
const ACCEPT_PAUSE: Duration = Duration::from_secs(1);

/// Where the certificate and its key are, in PEM.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TlsFiles {
    /// The certificate, with those of the authorities between it and a known one.
    pub certificate: PathBuf,
    /// Its private key.
    pub key: PathBuf,
}

/// Why a front cannot speak TLS.
#[derive(Debug, thiserror::Error)]
pub enum TlsError {
    /// The certificate cannot be read.
    #[error("the certificate {} cannot be read", .0.display())]
    Certificate(PathBuf, #[source] tokio_rustls::rustls::pki_types::pem::Error),
    /// The key cannot be read.
    #[error("the key {} cannot be read", .0.display())]
    Key(PathBuf, #[source] tokio_rustls::rustls::pki_types::pem::Error),
    /// The key is not that of the certificate, or of a kind that is not supported.
    #[error("the key is not one of the certificate")]
    Mismatch(#[source] tokio_rustls::rustls::Error),
}

impl TlsFiles {
    fn read(&self) -> Result<Arc<CertifiedKey>, TlsError> {
        let certificates = CertificateDer::pem_file_iter(&self.certificate).and_then(Iterator::collect);
        let certificates = certificates.map_err(|error| TlsError::Certificate(self.certificate.clone(), error))?;
        let key = PrivateKeyDer::from_pem_file(&self.key).map_err(|error| TlsError::Key(self.key.clone(), error))?;
        let certified = CertifiedKey::from_der(certificates, key, &ring::default_provider());
        certified.map(Arc::new).map_err(TlsError::Mismatch)
    }
}

/// The certificate of now.
#[derive(Debug)]
struct Current(RwLock<Arc<CertifiedKey>>);

impl ResolvesServerCert for Current {
    fn resolve(&self, _hello: ClientHello<'_>) -> Option<Arc<CertifiedKey>> {
        Some(Arc::clone(&self.0.read().unwrap_or_else(PoisonError::into_inner)))
    }
}

/// Connections whose handshake is done.
pub(crate) struct TlsListener {
    accepted: mpsc::Receiver<(TlsStream<TcpStream>, SocketAddr)>,
    address: SocketAddr,
}

impl TlsListener {
    /// Accepts on `listener` by the certificate of `files`. Ends with what it returns.
    pub(crate) fn new(listener: TcpListener, files: TlsFiles) -> Result<Self, TlsError> {
        let current = Arc::new(Current(RwLock::new(files.read()?)));
        let config = ServerConfig::builder_with_provider(Arc::new(ring::default_provider()))
            .with_safe_default_protocol_versions()
            .map_err(TlsError::Mismatch)?
            .with_no_client_auth()
            .with_cert_resolver(Arc::clone(&current) as Arc<dyn ResolvesServerCert>);
        let address = listener.local_addr().unwrap_or(SocketAddr::from(([0, 0, 0, 0], 0)));
        let (sender, accepted) = mpsc::channel(ACCEPTED);
        tokio::spawn(accept(listener, TlsAcceptor::from(Arc::new(config)), sender.clone()));
        tokio::spawn(async move {
            tokio::select! {
                () = reload(&files, &current) => {}
                () = sender.closed() => {}
            }
        });
        Ok(Self { accepted, address })
    }
}

impl axum::serve::Listener for TlsListener {
    type Io = TlsStream<TcpStream>;
    type Addr = SocketAddr;

    async fn accept(&mut self) -> (Self::Io, Self::Addr) {
        match self.accepted.recv().await {
            Some(accepted) => accepted,
            // Nobody accepts any more: the process is about to end.
            None => std::future::pending().await,
        }
    }

    fn local_addr(&self) -> io::Result<Self::Addr> {
        Ok(self.address)
    }
}

async fn accept(
    listener: TcpListener,
    acceptor: TlsAcceptor,
    accepted: mpsc::Sender<(TlsStream<TcpStream>, SocketAddr)>,
) {
    let places = Arc::new(Semaphore::new(HANDSHAKES_AT_ONCE));
    while let Ok(place) = Arc::clone(&places).acquire_owned().await {
        let connection = tokio::select! {
            connection = listener.accept() => connection,
            () = accepted.closed() => return,
        };
        let (connection, peer) = match connection {
            Ok(connection) => connection,
            Err(error) => {
                tracing::warn!(%error, "a connection was not accepted");
                tokio::time::sleep(ACCEPT_PAUSE).await;
                continue;
            }
        };
        without_delays(&connection);
        let (acceptor, accepted) = (acceptor.clone(), accepted.clone());
        tokio::spawn(async move {
            let handshake = tokio::time::timeout(HANDSHAKE_PATIENCE, acceptor.accept(connection)).await;
            if let Ok(Ok(connection)) = handshake {
                // An error means that nobody serves any more.
                let _ = accepted.send((connection, peer)).await;
            }
            drop(place);
        });
    }
}

/// Reads the files again and again. What cannot be read changes nothing: the certificate of before goes on.
async fn reload(files: &TlsFiles, current: &Current) {
    loop {
        tokio::time::sleep(RELOAD).await;
        let files = files.clone();
        let read = tokio::task::spawn_blocking(move || files.read()).await;
        match read {
            Ok(Ok(read)) => *current.0.write().unwrap_or_else(PoisonError::into_inner) = read,
            Ok(Err(error)) => {
                tracing::error!(error = &error as &dyn std::error::Error, "the certificate stays as it was");
            }
            Err(error) => tracing::error!(%error, "the certificate was not read"),
        }
    }
}
