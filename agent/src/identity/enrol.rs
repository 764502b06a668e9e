//! Enrolling over HTTP.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::time::Duration;

use broker_config::{AssetId, Line};
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use ureq::tls::{Certificate, PemItem, RootCerts, TlsConfig, parse_pem};

use super::{Identity, IdentityError, Seed, keep_key};
use crate::proxy::Proxy;

/// How long the server may take to answer.
const PATIENCE: Duration = Duration::from_secs(30);

/// How to enrol.
#[derive(Debug, Clone)]
pub struct Enrolment {
    /// Address of the web front, such as `https://chat.example.org`.
    pub server: String,
    /// The enrolment key.
    pub key: String,
    /// What the device is called.
    pub name: Line,
    /// Certificates of the authority that signed the servers', when it is not a public one. Kept for the broker too.
    pub certificate_authority: Option<PathBuf>,
    /// The proxy that an administrator named. Kept for the broker too.
    pub proxy: Option<Proxy>,
    /// The proxy that this session knows of, when none was named.
    pub session_proxy: Option<Proxy>,
    /// By which the machine is known again after it was set up anew; see [`machine_hash`](super::machine_hash). Without it,
    /// a machine without its old files is another device.
    pub machine_hash: Option<String>,
    /// Whether somebody sees to it that the device takes another credential before the one that it gets expires, as
    /// [`Agent`](crate::Agent) does where it may write. Without it, the credential does not expire.
    pub renews: bool,
}

/// Enrols this device and keeps its identity in `folder`. Again with the same folder gives the same device.
///
/// # Errors
/// See [`EnrolError`].
pub async fn enrol(enrolment: Enrolment, folder: PathBuf) -> Result<Identity, EnrolError> {
    let enrolled = tokio::task::spawn_blocking(move || enrol_blocking(&enrolment, &folder));
    enrolled.await.map_err(|_| EnrolError::Unreadable)?
}

fn enrol_blocking(enrolment: &Enrolment, folder: &Path) -> Result<Identity, EnrolError> {
    let key_pair = keep_key(folder)?;
    let seed = key_pair.seed().map_err(|_| IdentityError::Damaged)?;
    let certificate_authority = enrolment.certificate_authority.as_deref().map(fs::canonicalize).transpose();
    let certificate_authority = certificate_authority.map_err(EnrolError::CertificateAuthority)?;
    let request = Request {
        enrolment_key: &enrolment.key,
        public_key: &key_pair.public_key(),
        name: &enrolment.name,
        machine_hash: enrolment.machine_hash.as_deref(),
        renews: enrolment.renews,
    };
    let answer = post(enrolment, certificate_authority.as_deref(), &request)?;
    let identity = Identity {
        asset_id: answer.asset_id,
        server: Some(enrolment.server.clone()),
        broker_urls: answer.broker_urls,
        certificate_authority,
        proxy: enrolment.proxy.clone(),
        jwt: answer.jwt,
        seed: Seed::new(seed),
        folder: Some(folder.to_owned()),
    };
    identity.save(folder)?;
    Ok(identity)
}

impl Identity {
    /// The time at the web front, as it says itself.
    pub(crate) fn server_time(&self) -> Option<DateTime<Utc>> {
        let client = client(self.certificate_authority.as_deref(), self.proxy.as_ref()).ok()?;
        let answer = client.get(self.server.as_deref()?).call().ok()?;
        let date = answer.headers().get("date")?.to_str().ok()?;
        DateTime::parse_from_rfc2822(date).ok().map(|date| date.to_utc())
    }
}

pub(super) fn client(authority: Option<&Path>, proxy: Option<&Proxy>) -> io::Result<ureq::Agent> {
    let mut config =
        ureq::Agent::config_builder().http_status_as_error(false).max_redirects(0).timeout_global(Some(PATIENCE));
    config = config.proxy(proxy.map(Proxy::http));
    if let Some(path) = authority {
        let certificates = read_certificates(path)?;
        let tls = TlsConfig::builder().root_certs(RootCerts::new_with_certs(&certificates));
        config = config.tls_config(tls.build());
    }
    Ok(ureq::Agent::new_with_config(config.build()))
}

fn post(enrolment: &Enrolment, authority: Option<&Path>, request: &Request<'_>) -> Result<Answer, EnrolError> {
    let proxy = enrolment.proxy.as_ref().or(enrolment.session_proxy.as_ref());
    let client = client(authority, proxy).map_err(EnrolError::CertificateAuthority)?;
    let url = format!("{}/api/v1/enrolments", enrolment.server.trim_end_matches('/'));
    let answer = client.post(url).send_json(request);
    let mut answer = answer.map_err(|error| EnrolError::Unreachable(Box::new(error)))?;
    if answer.status().is_success() {
        let answer: Answer = answer.body_mut().read_json().map_err(|_| EnrolError::Unreadable)?;
        return if answer.broker_urls.is_empty() { Err(EnrolError::Unreadable) } else { Ok(answer) };
    }
    let status = answer.status().as_u16();
    let problem = answer.body_mut().read_json::<Problem>().unwrap_or_default();
    Err(match problem.kind.as_str() {
        "/problems/enrolment-refused" => EnrolError::UnknownKey,
        "/problems/enrolment-key-revoked" => EnrolError::KeyRevoked,
        "/problems/enrolment-key-expired" => EnrolError::KeyExpired,
        "/problems/enrolment-key-used-up" => EnrolError::KeyUsedUp,
        "/problems/machine-enrolled" => EnrolError::MachineEnrolled,
        "/problems/device-revoked" => EnrolError::DeviceRevoked,
        _ => EnrolError::Server { status, title: problem.title },
    })
}

fn read_certificates(path: &Path) -> io::Result<Vec<Certificate<'static>>> {
    let pem = fs::read(path)?;
    let certificates = parse_pem(&pem).filter_map(|item| match item {
        Ok(PemItem::Certificate(certificate)) => Some(Ok(certificate)),
        Ok(_) => None,
        Err(error) => Some(Err(io::Error::other(error))),
    });
    certificates.collect()
}

#[derive(Serialize)]
struct Request<'a> {
    enrolment_key: &'a str,
    public_key: &'a str,
    name: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    machine_hash: Option<&'a str>,
    renews: bool,
}

/// What the server gives a device that it takes.
#[derive(Deserialize)]
pub(super) struct Answer {
    pub(super) asset_id: AssetId,
    pub(super) jwt: String,
    pub(super) broker_urls: Vec<String>,
}

/// Why the server does not.
#[derive(Default, Deserialize)]
#[serde(default)]
pub(super) struct Problem {
    #[serde(rename = "type")]
    pub(super) kind: String,
    pub(super) title: String,
}

/// Why the device could not enrol.
#[derive(Debug, thiserror::Error)]
pub enum EnrolError {
    /// The server does not know the enrolment key.
    #[error("the server does not know this enrolment key; look whether all of it was copied")]
    UnknownKey,
    /// The key was revoked.
    #[error("the enrolment key was revoked; ask for another one")]
    KeyRevoked,
    /// The key has expired.
    #[error("the enrolment key has expired; ask for another one")]
    KeyExpired,
    /// The key has let in as many devices as it was made for.
    #[error("the enrolment key has let in as many devices as it was made for; ask for another one")]
    KeyUsedUp,
    /// The machine is known and the key lets in new ones alone.
    #[error("this machine is enrolled already, and the enrolment key lets in new machines alone; ask for another one")]
    MachineEnrolled,
    /// The device's own credential was revoked.
    #[error(
        "this device was cut off by an administrator; to enrol it as a new one, `trayline-agent uninstall` it first"
    )]
    DeviceRevoked,
    /// The server cannot be reached.
    #[error("the server cannot be reached")]
    Unreachable(#[source] Box<ureq::Error>),
    /// The server answered with something else.
    #[error("the server answered with status {status} {title}")]
    Server {
        /// The HTTP status.
        status: u16,
        /// What the server calls it.
        title: String,
    },
    /// The answer is not one of a Trayline server.
    #[error("the answer is not one of a Trayline server")]
    Unreadable,
    /// The certificates of the authority cannot be read.
    #[error("the certificates of the authority cannot be read")]
    CertificateAuthority(#[source] io::Error),
    /// The device's files cannot be read or written.
    #[error(transparent)]
    Identity(#[from] IdentityError),
}
