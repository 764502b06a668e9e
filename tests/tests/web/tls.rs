//! The front that speaks TLS itself.

use std::path::Path;
use std::sync::Arc;

use sqlx::PgPool;
use tempfile::TempDir;
use tests::eventually;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio_rustls::TlsConnector;
use tokio_rustls::rustls::crypto::ring;
use tokio_rustls::rustls::pki_types::{CertificateDer, ServerName};
use tokio_rustls::rustls::{ClientConfig, RootCertStore};
use web::TlsFiles;

use crate::desk::Desk;

fn files(folder: &Path) -> TlsFiles {
    TlsFiles { certificate: folder.join("certificate.pem"), key: folder.join("key.pem") }
}

/// Puts a new certificate for `localhost` there.
fn certify(files: &TlsFiles) -> CertificateDer<'static> {
    let made = rcgen::generate_simple_self_signed(vec!["localhost".to_owned()]).unwrap();
    std::fs::write(&files.key, made.signing_key.serialize_pem()).unwrap();
    std::fs::write(&files.certificate, made.cert.pem()).unwrap();
    made.cert.der().clone()
}

/// What the front answers to one who trusts this certificate alone.
async fn answer(port: u16, trusted: &CertificateDer<'static>) -> std::io::Result<String> {
    let mut roots = RootCertStore::empty();
    roots.add(trusted.clone()).unwrap();
    let config = ClientConfig::builder_with_provider(Arc::new(ring::default_provider()))
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_root_certificates(roots)
        .with_no_client_auth();
    let connection = TcpStream::connect(("127.0.0.1", port)).await?;
    let name = ServerName::try_from("localhost").unwrap();
    let mut connection = TlsConnector::from(Arc::new(config)).connect(name, connection).await?;
    connection.write_all(b"GET /api/v1/setup HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n").await?;
    let mut answer = String::new();
    connection.read_to_string(&mut answer).await?;
    Ok(answer)
}

#[sqlx::test(migrator = "store::MIGRATOR")]
async fn the_front_speaks_tls_with_a_certificate_that_is_read_anew_and_says_nothing_without(db: PgPool) {
    let folder = TempDir::new().unwrap();
    let files = files(folder.path());
    let first = certify(&files);
    let desk = Desk::new(db).await;
    let served = desk.serve_tls(files.clone()).await;

    // One who never finishes a handshake, and one who begins none, hinder nobody.
    let _silent = TcpStream::connect(("127.0.0.1", served.port)).await.unwrap();
    let mut plain = TcpStream::connect(("127.0.0.1", served.port)).await.unwrap();
    plain.write_all(b"GET / HTTP/1.1\r\nhost: localhost\r\n\r\n").await.unwrap();
    let mut told = Vec::new();
    let _ = plain.read_to_end(&mut told).await;
    assert!(!told.starts_with(b"HTTP"), "{told:?}");

    let said = answer(served.port, &first).await.unwrap();
    assert!(said.starts_with("HTTP/1.1 200 OK"), "{said}");
    assert!(said.contains("strict-transport-security: max-age=31536000"), "{said}");

    let second = certify(&files);
    eventually("the new certificate is used", async || answer(served.port, &second).await.is_ok()).await;
    assert!(answer(served.port, &first).await.is_err());
}
