//! Certificates for servers that speak TLS.

use std::path::{Path, PathBuf};

use rcgen::{BasicConstraints, CertificateParams, IsCa, Issuer, KeyPair};

/// A certificate for `localhost`, and the authority that signed it: files in PEM.
#[derive(Debug, Clone)]
pub struct Certificates {
    /// The authority's certificate.
    pub authority: PathBuf,
    /// The server's.
    pub certificate: PathBuf,
    /// The server's key.
    pub key: PathBuf,
}

impl Certificates {
    /// Of a new authority, in this folder.
    ///
    /// # Panics
    /// When they cannot be made or written.
    #[must_use]
    pub fn make(folder: &Path) -> Self {
        let mut authority = CertificateParams::default();
        authority.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        let authority_key = KeyPair::generate().expect("a key");
        let authority_pem = authority.self_signed(&authority_key).expect("signed").pem();
        let issuer = Issuer::new(authority, authority_key);
        let key = KeyPair::generate().expect("a key");
        let server = CertificateParams::new(vec!["localhost".to_owned()]).expect("a name");
        let certificate = server.signed_by(&key, &issuer).expect("signed").pem();
        let write = |name: &str, pem: String| {
            let file = folder.join(name);
            std::fs::write(&file, pem).expect("written");
            file
        };
        Self {
            authority: write("authority.pem", authority_pem),
            certificate: write("certificate.pem", certificate),
            key: write("key.pem", key.serialize_pem()),
        }
    }
}
