//! Requests to the provider.

use std::path::Path;
use std::pin::Pin;
use std::time::Duration;

use axum::body::Bytes;
use http_body_util::{BodyExt, Full, Limited};
use hyper_rustls::{HttpsConnector, HttpsConnectorBuilder};
use hyper_util::client::legacy::Client;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::rt::TokioExecutor;
use openidconnect::{AsyncHttpClient, HttpRequest, HttpResponse};
use tokio_rustls::rustls::crypto::ring;
use tokio_rustls::rustls::pki_types::CertificateDer;
use tokio_rustls::rustls::pki_types::pem::{Error as PemError, PemObject};
use tokio_rustls::rustls::{ClientConfig, Error as TlsError, RootCertStore};

/// How long an answer may take, with the connection before it.
const PATIENCE: Duration = Duration::from_secs(10);

/// The largest answer: a provider's keys are some KiB.
const ANSWER_BYTES: usize = 1024 * 1024;

/// Asks the provider. It follows no redirects.
pub(super) struct HttpClient(Client<HttpsConnector<HttpConnector>, Full<Bytes>>);

/// Why there is no answer.
#[derive(Debug, thiserror::Error)]
pub(crate) enum HttpError {
    /// It took too long.
    #[error("there was no answer in time")]
    Slow,
    /// The connection failed.
    #[error("the connection failed")]
    Connection(#[source] hyper_util::client::legacy::Error),
    /// The answer broke off, or is too large.
    #[error("the answer cannot be read")]
    Answer(#[source] Box<dyn std::error::Error + Send + Sync>),
}

/// Why certificates cannot be checked.
#[derive(Debug, thiserror::Error)]
pub(crate) enum AuthorityError {
    /// The file cannot be read.
    #[error("the certificates cannot be read")]
    Unreadable(#[source] PemError),
    /// What is in it is no authority.
    #[error("the certificates are of no authority")]
    Unusable(#[source] TlsError),
}

impl HttpClient {
    /// Trusts the authorities of `certificate_authority`; without one, those of the system.
    pub(super) fn new(certificate_authority: Option<&Path>) -> Result<Self, AuthorityError> {
        let tls = match certificate_authority {
            Some(file) => HttpsConnectorBuilder::new().with_tls_config(trusting(file)?),
            None => HttpsConnectorBuilder::new().with_native_roots().unwrap_or_else(|error| {
                tracing::warn!(%error, "the system has no certificates; the provider is checked by those of the browsers");
                HttpsConnectorBuilder::new().with_webpki_roots()
            }),
        };
        let mut connector = HttpConnector::new();
        connector.enforce_http(false);
        let connector = tls.https_or_http().enable_http1().wrap_connector(connector);
        Ok(Self(Client::builder(TokioExecutor::new()).build(connector)))
    }

    async fn send(&self, request: HttpRequest) -> Result<HttpResponse, HttpError> {
        let answer = self.0.request(request.map(Full::from)).await.map_err(HttpError::Connection)?;
        let (head, body) = answer.into_parts();
        let body = Limited::new(body, ANSWER_BYTES).collect().await.map_err(HttpError::Answer)?;
        Ok(HttpResponse::from_parts(head, body.to_bytes().to_vec()))
    }
}

fn trusting(file: &Path) -> Result<ClientConfig, AuthorityError> {
    let mut roots = RootCertStore::empty();
    for certificate in CertificateDer::pem_file_iter(file).map_err(AuthorityError::Unreadable)? {
        let certificate = certificate.map_err(AuthorityError::Unreadable)?;
        roots.add(certificate).map_err(AuthorityError::Unusable)?;
    }
    let config =
        ClientConfig::builder_with_provider(ring::default_provider().into()).with_safe_default_protocol_versions();
    Ok(config.map_err(AuthorityError::Unusable)?.with_root_certificates(roots).with_no_client_auth())
}

impl<'c> AsyncHttpClient<'c> for HttpClient {
    type Error = HttpError;
    type Future = Pin<Box<dyn Future<Output = Result<HttpResponse, HttpError>> + Send + 'c>>;

    fn call(&'c self, request: HttpRequest) -> Self::Future {
        Box::pin(
            async move { tokio::time::timeout(PATIENCE, self.send(request)).await.unwrap_or(Err(HttpError::Slow)) },
        )
    }
}
