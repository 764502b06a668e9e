//! Who this device is: its key, which never leaves it, and what the server gave it on enrolment.

mod enrol;
mod machine;
mod rotation;

use std::fmt;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use broker_config::{AssetId, subject_of};
use nkeys::KeyPair;
use serde::{Deserialize, Serialize};

use crate::private_files;
use crate::proxy::Proxy;

pub use enrol::{EnrolError, Enrolment, enrol};
pub use machine::machine_hash;
pub use rotation::{Rotated, RotationError, rotate};

/// An enrolled device.
#[derive(Debug, Clone)]
pub struct Identity {
    /// The device, and its name at the broker.
    pub asset_id: AssetId,
    /// Address of the web front through which it was enrolled, as far as is known.
    pub server: Option<String>,
    /// The broker's addresses.
    pub broker_urls: Vec<String>,
    /// Certificates of the authority that signed the servers', when it is not a public one.
    pub certificate_authority: Option<PathBuf>,
    /// The proxy in between, if there is one.
    pub proxy: Option<Proxy>,
    /// The credential. Useless without the seed.
    pub jwt: String,
    /// The private key.
    pub seed: Seed,
    /// Where it is kept, if it is: there a later credential is looked for.
    pub folder: Option<PathBuf>,
}

/// A private NKey. It does not print.
#[derive(Clone)]
pub struct Seed(String);

impl Seed {
    /// Takes the text form of a seed, which begins with `SU`.
    #[must_use]
    pub fn new(seed: impl Into<String>) -> Self {
        Self(seed.into())
    }
}

impl fmt::Debug for Seed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Seed(..)")
    }
}

/// What `identity.json` holds.
#[derive(Serialize, Deserialize)]
struct Stored {
    asset_id: AssetId,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    server: Option<String>,
    broker_urls: Vec<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    certificate_authority: Option<PathBuf>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    proxy: Option<Proxy>,
    jwt: String,
}

impl Identity {
    /// Reads the identity of the device that was enrolled into `folder`.
    ///
    /// # Errors
    /// See [`IdentityError`].
    pub fn load(folder: &Path) -> Result<Self, IdentityError> {
        let stored = match fs::read(folder.join(IDENTITY)) {
            Ok(stored) => stored,
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                return Err(IdentityError::NotEnrolled(folder.to_owned()));
            }
            Err(error) => return Err(error.into()),
        };
        let stored: Stored = serde_json::from_slice(&stored).map_err(|_| IdentityError::Damaged)?;
        let seed = seed_of(folder, &stored.jwt)?;
        Ok(Self {
            asset_id: stored.asset_id,
            server: stored.server,
            broker_urls: stored.broker_urls,
            certificate_authority: stored.certificate_authority,
            proxy: stored.proxy,
            jwt: stored.jwt,
            seed,
            folder: Some(folder.to_owned()),
        })
    }

    /// Whether the other is the same device with another credential, or with other addresses of the broker.
    pub(crate) fn differs_from(&self, other: &Self) -> bool {
        self.jwt != other.jwt || self.broker_urls != other.broker_urls
    }

    pub(crate) fn key_pair(&self) -> Result<KeyPair, IdentityError> {
        KeyPair::from_seed(&self.seed.0).map_err(|_| IdentityError::Damaged)
    }

    fn save(&self, folder: &Path) -> Result<(), IdentityError> {
        let stored = Stored {
            asset_id: self.asset_id,
            server: self.server.clone(),
            broker_urls: self.broker_urls.clone(),
            certificate_authority: self.certificate_authority.clone(),
            proxy: self.proxy.clone(),
            jwt: self.jwt.clone(),
        };
        let stored = serde_json::to_vec_pretty(&stored).map_err(io::Error::from)?;
        Ok(private_files::replace(&folder.join(IDENTITY), &stored)?)
    }
}

/// The seed that belongs to this token: while another credential is being taken, there are two.
fn seed_of(folder: &Path, jwt: &str) -> Result<Seed, IdentityError> {
    let public_key = subject_of(jwt).ok_or(IdentityError::Damaged)?;
    for file in [SEED, NEXT_SEED] {
        if let Some(key_pair) = read_key(&folder.join(file))?
            && key_pair.public_key() == public_key
        {
            return Ok(Seed(key_pair.seed().map_err(|_| IdentityError::Damaged)?));
        }
    }
    Err(IdentityError::Damaged)
}

/// The key in this file, if there is the file.
fn read_key(path: &Path) -> Result<Option<KeyPair>, IdentityError> {
    match fs::read_to_string(path) {
        Ok(seed) => KeyPair::from_seed(seed.trim()).map(Some).map_err(|_| IdentityError::Damaged),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(error.into()),
    }
}

/// The device's key, made on the first call and the same ever after: a crash after the server answered enrols the same
/// device again.
fn keep_key(folder: &Path) -> Result<KeyPair, IdentityError> {
    private_files::make_folder(folder)?;
    rotation::settle(folder)?;
    made_key(&folder.join(SEED))
}

/// The key in this file, made if there is none.
fn made_key(path: &Path) -> Result<KeyPair, IdentityError> {
    if let Some(key_pair) = read_key(path)? {
        return Ok(key_pair);
    }
    let key_pair = KeyPair::new_user();
    let seed = key_pair.seed().map_err(|_| IdentityError::Damaged)?;
    private_files::write(path, seed.as_bytes())?;
    Ok(key_pair)
}

const IDENTITY: &str = "identity.json";
const SEED: &str = "device.seed";

/// The key of the credential that is being taken in the place of the one that there is.
const NEXT_SEED: &str = "next.seed";

/// Why there is no identity.
#[derive(Debug, thiserror::Error)]
pub enum IdentityError {
    /// No device was enrolled into this folder.
    #[error("no device is enrolled in {}; run `trayline-agent enrol` first", .0.display())]
    NotEnrolled(PathBuf),
    /// `identity.json` or `device.seed` is not as it was written.
    #[error("the device's identity is damaged; remove `device.seed` and `identity.json` and enrol again")]
    Damaged,
    /// A file cannot be read or written.
    #[error("the device's identity cannot be read or written")]
    Disk(#[from] io::Error),
}
