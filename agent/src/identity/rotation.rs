//! Taking another credential in the place of the one that there is.
//!
//! The new key is on the disk before it is asked for, the token that belongs to it is put in place in one step, and whichever
//! token is there, its key is beside it: killed at any point, the device has a credential that works, and the next attempt
//! goes on from there.

use std::fs;
use std::io;
use std::path::Path;

use broker_config::rotation_claim;
use data_encoding::BASE64URL_NOPAD;
use nkeys::KeyPair;
use serde::Serialize;

use super::enrol::{Answer, Problem, client};
use super::{IDENTITY, Identity, IdentityError, NEXT_SEED, SEED, Seed, read_key};
use crate::{fault, private_files};

/// What came of the question for another credential.
#[derive(Debug)]
pub enum Rotated {
    /// The one that there is is good for long.
    NotDue,
    /// There is another one, which is kept.
    Done(Box<Identity>),
}

/// Asks the server for another credential for the device, on the way that this identity knows, and keeps it in the identity's folder. Without `insists`, the server gives one only when
/// it is time, or an administrator wants it. The old one is good for a day more.
///
/// # Errors
/// See [`RotationError`]. The device has the credential then that it had.
pub async fn rotate(identity: Identity, insists: bool) -> Result<Rotated, RotationError> {
    let rotated = tokio::task::spawn_blocking(move || rotate_blocking(&identity, insists));
    rotated.await.map_err(|_| RotationError::Unreadable)?
}

fn rotate_blocking(running: &Identity, insists: bool) -> Result<Rotated, RotationError> {
    let folder = running.folder.as_deref().ok_or(RotationError::NoFolder)?;
    let lock = private_files::options().create(true).append(true).open(folder.join(LOCK))?;
    lock.lock()?;
    settle(folder)?;
    let identity = Identity::load(folder)?;
    let server = identity.server.clone().ok_or(RotationError::NoServer)?;
    let held = identity.key_pair()?;
    let next = next_key(folder)?;
    fault::point();
    let signature = held.sign(rotation_claim(&next.public_key()).as_bytes()).map_err(|_| IdentityError::Damaged)?;
    let request = Request {
        public_key: &held.public_key(),
        new_public_key: &next.public_key(),
        signature: BASE64URL_NOPAD.encode(&signature),
        insists,
    };
    let Some(answer) = post(&server, running, &request)? else {
        fs::remove_file(folder.join(NEXT_SEED))?;
        return Ok(Rotated::NotDue);
    };
    fault::point();
    let seed = next.seed().map_err(|_| IdentityError::Damaged)?;
    let rotated = Identity {
        asset_id: answer.asset_id,
        broker_urls: answer.broker_urls,
        jwt: answer.jwt,
        seed: Seed::new(seed),
        ..identity
    };
    rotated.save(folder)?;
    fault::point();
    settle(folder)?;
    Ok(Rotated::Done(Box::new(rotated)))
}

/// If the token in `folder` belongs to the newer of the two keys there, the older one goes.
pub(super) fn settle(folder: &Path) -> Result<(), IdentityError> {
    let Some(next) = read_key(&folder.join(NEXT_SEED))? else { return Ok(()) };
    if let Ok(identity) = Identity::load(folder)
        && identity.key_pair()?.public_key() == next.public_key()
    {
        private_files::rename(&folder.join(NEXT_SEED), &folder.join(SEED))?;
    }
    Ok(())
}

/// The new key: that of an attempt before, which the server may have taken, else another one. Whoever may read the identity may read it.
fn next_key(folder: &Path) -> Result<KeyPair, IdentityError> {
    if let Some(next) = read_key(&folder.join(NEXT_SEED))? {
        return Ok(next);
    }
    let next = KeyPair::new_user();
    let seed = next.seed().map_err(|_| IdentityError::Damaged)?;
    private_files::write_like(&folder.join(NEXT_SEED), seed.as_bytes(), &folder.join(IDENTITY))?;
    Ok(next)
}

/// None when nothing is due.
fn post(server: &str, running: &Identity, request: &Request<'_>) -> Result<Option<Answer>, RotationError> {
    let url = format!("{}/api/v1/device-credentials", server.trim_end_matches('/'));
    let answer = client(running.certificate_authority.as_deref(), running.proxy.as_ref())?.post(url).send_json(request);
    let mut answer = answer.map_err(|error| RotationError::Unreachable(Box::new(error)))?;
    let status = answer.status().as_u16();
    match status {
        204 => Ok(None),
        200 => Ok(Some(answer.body_mut().read_json().map_err(|_| RotationError::Unreadable)?)),
        _ => {
            let problem = answer.body_mut().read_json::<Problem>().unwrap_or_default();
            match problem.kind.as_str() {
                "/problems/device-revoked" => Err(RotationError::Revoked),
                _ => Err(RotationError::Server { status, title: problem.title }),
            }
        }
    }
}

/// Taken by whoever is at it, so that there is one new key at a time.
const LOCK: &str = "rotation.lock";

#[derive(Serialize)]
struct Request<'a> {
    public_key: &'a str,
    new_public_key: &'a str,
    signature: String,
    insists: bool,
}

/// Why there is no other credential.
#[derive(Debug, thiserror::Error)]
pub enum RotationError {
    /// The credential was revoked, or somebody else has taken another one for it.
    #[error(
        "the server does not take this device's credential any more: it was cut off by an administrator, or is on another device as well"
    )]
    Revoked,
    /// The identity is kept nowhere.
    #[error("the device's identity is in no folder")]
    NoFolder,
    /// It is not known where the server is.
    #[error("the device was enrolled by a version that did not keep the server's address; enrol it again")]
    NoServer,
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
    /// The device's files are not as they should be.
    #[error(transparent)]
    Identity(#[from] IdentityError),
    /// They cannot be read or written.
    #[error("the device's identity cannot be read or written")]
    Disk(#[from] io::Error),
}
