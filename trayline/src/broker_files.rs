//! The broker's folder: its keys, its configuration, and the credentials of our own processes.

use std::fs;
use std::path::{Path, PathBuf};

use broker_config::server_config::{NATS_SERVER_CONF, Server, accounts_conf};
use broker_config::{BrokerKeys, DeviceSigner, JwtError, Revoker, Role};
use chrono::{DateTime, SubsecRound, Utc};
use serde::{Deserialize, Serialize};

use crate::private_file::{self, Readers};

/// The file with every key. Nobody needs it but `trayline broker init`.
const KEYS: &str = "keys.json";

/// The file with which the web front admits devices.
const DEVICE_SIGNER: &str = "device-signer.json";

/// The file with which the worker `revocation` has the broker refuse devices.
const REVOKER: &str = "revoker.json";

/// The file with the accounts and their rights, for the server.
const ACCOUNTS: &str = "accounts.conf";

/// The file with what is this server's own: its addresses, where it keeps things, TLS.
const SERVER: &str = "server.conf";

/// How `accounts.conf` begins: with the time at which its tokens were signed.
const SIGNED_AT: &str = "# Signed at ";

/// What was done to a broker's folder.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Made {
    /// It had no keys; it has now.
    New,
    /// It had keys, which were kept.
    Kept,
}

/// Makes `folder` that of a broker, or brings it up to this version. Keys and credentials that are there are kept;
/// the tokens of the accounts are signed again only when the rights have changed, so that what an operator has
/// pushed to a running server since is not replaced by something that looks newer.
pub fn make(folder: &Path, server: &Server, now: DateTime<Utc>) -> Result<Made, BrokerFilesError> {
    fs::create_dir_all(folder).map_err(|source| failed(folder, source))?;
    let (keys, made) = keys(folder)?;
    write(folder, "nats-server.conf", NATS_SERVER_CONF, Readers::All)?;
    write(folder, SERVER, &server.render(), Readers::All)?;
    write(folder, ACCOUNTS, &accounts(folder, &keys, server, now)?, Readers::All)?;
    for role in Role::ALL {
        let name = format!("{}.creds", role.name());
        if !folder.join(&name).exists() {
            write(folder, &name, &keys.role_credentials(role, now)?, Readers::Owner)?;
        }
    }
    let signer =
        SignerFile { seed: keys.device_seed().to_owned(), account: keys.device_signer()?.account().to_owned() };
    write(folder, DEVICE_SIGNER, &json(&signer), Readers::Owner)?;
    let revoker = RevokerFile { seed: keys.revoker_seed().to_owned() };
    write(folder, REVOKER, &json(&revoker), Readers::Owner)?;
    Ok(made)
}

/// The folder's file about the server, if there is one and it says otherwise.
pub fn differing_server(folder: &Path, server: &Server) -> Option<PathBuf> {
    let file = folder.join(SERVER);
    let differs = fs::read_to_string(&file).is_ok_and(|found| found != server.render());
    differs.then_some(file)
}

/// What the web front needs to admit devices, from the folder that [`make`] made.
pub fn device_signer(folder: &Path) -> Result<DeviceSigner, BrokerFilesError> {
    let signer: SignerFile = read(&folder.join(DEVICE_SIGNER))?;
    Ok(DeviceSigner::new(&signer.seed, signer.account)?)
}

/// What the worker `revocation` needs to have the broker refuse devices, from the folder that [`make`] made.
pub fn revoker(folder: &Path) -> Result<Revoker, BrokerFilesError> {
    let revoker: RevokerFile = read(&folder.join(REVOKER))?;
    Ok(Revoker::new(&revoker.seed)?)
}

/// Whether the folder has what [`revoker`] needs.
pub fn has_revoker(folder: &Path) -> bool {
    folder.join(REVOKER).exists()
}

fn keys(folder: &Path) -> Result<(BrokerKeys, Made), BrokerFilesError> {
    let file = folder.join(KEYS);
    if file.exists() {
        let mut keys: BrokerKeys = read(&file)?;
        if keys.complete()? {
            write(folder, KEYS, &json(&keys), Readers::Owner)?;
        }
        return Ok((keys, Made::Kept));
    }
    // Other keys would shut out every device and process that has been let in with these.
    if folder.join(ACCOUNTS).exists() {
        return Err(BrokerFilesError::KeysGone { file });
    }
    let keys = BrokerKeys::generate()?;
    write(folder, KEYS, &json(&keys), Readers::Owner)?;
    Ok((keys, Made::New))
}

fn accounts(folder: &Path, keys: &BrokerKeys, server: &Server, now: DateTime<Utc>) -> Result<String, BrokerFilesError> {
    let signed = |at: DateTime<Utc>| -> Result<String, BrokerFilesError> {
        let conf = accounts_conf(&keys.accounts(at)?, &server.store_dir);
        Ok(format!("{SIGNED_AT}{}\n{conf}", at.to_rfc3339()))
    };
    let found = fs::read_to_string(folder.join(ACCOUNTS)).unwrap_or_default();
    let signed_at = found.lines().next().and_then(|line| line.strip_prefix(SIGNED_AT)?.parse().ok());
    if let Some(at) = signed_at
        && signed(at)? == found
    {
        return Ok(found);
    }
    signed(now.trunc_subsecs(0))
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct SignerFile {
    seed: String,
    account: String,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct RevokerFile {
    seed: String,
}

fn json(value: &impl Serialize) -> String {
    format!("{:#}\n", serde_json::json!(value))
}

fn read<T: for<'a> Deserialize<'a>>(file: &Path) -> Result<T, BrokerFilesError> {
    let text = fs::read_to_string(file).map_err(|source| failed(file, source))?;
    serde_json::from_str(&text).map_err(|source| BrokerFilesError::Malformed { file: file.to_owned(), source })
}

fn write(folder: &Path, name: &str, contents: &str, readers: Readers) -> Result<(), BrokerFilesError> {
    let file = folder.join(name);
    private_file::write_changed(&file, contents, readers).map_err(|source| failed(&file, source))
}

fn failed(file: &Path, source: std::io::Error) -> BrokerFilesError {
    BrokerFilesError::File { file: file.to_owned(), source }
}

/// Why a broker's folder cannot be made or read.
#[derive(Debug, thiserror::Error)]
pub enum BrokerFilesError {
    /// A file cannot be read or written.
    #[error("cannot read or write {}; `trayline broker init` makes a broker's files", .file.display())]
    File {
        /// The file.
        file: PathBuf,
        /// Why.
        source: std::io::Error,
    },
    /// The keys of a broker that was made before are not there.
    #[error("{} is gone, and this broker was made with it: put it back from where you keep it", .file.display())]
    KeysGone {
        /// The file.
        file: PathBuf,
    },
    /// A file does not hold what it should.
    #[error("{} is damaged: put it back from a backup", .file.display())]
    Malformed {
        /// The file.
        file: PathBuf,
        /// What is wrong.
        source: serde_json::Error,
    },
    /// A key is not one.
    #[error("the broker's keys cannot sign")]
    Key(#[from] JwtError),
}

#[cfg(test)]
mod tests {
    use super::*;

    fn server(folder: &Path) -> Server {
        Server {
            name: "broker".to_owned(),
            host: "127.0.0.1".to_owned(),
            port: 4222,
            websocket_port: None,
            monitoring_port: None,
            tls: None,
            store_dir: folder.to_owned(),
            cluster: None,
        }
    }

    fn contents(folder: &Path) -> Vec<(String, String)> {
        let mut files: Vec<_> = fs::read_dir(folder)
            .unwrap()
            .map(|entry| entry.unwrap().path())
            .map(|file| (file.display().to_string(), fs::read_to_string(file).unwrap()))
            .collect();
        files.sort();
        files
    }

    #[test]
    fn a_second_start_changes_nothing() {
        let folder = tempfile::tempdir().unwrap();
        let (first, later) = (DateTime::UNIX_EPOCH, DateTime::UNIX_EPOCH + chrono::Duration::days(1));
        assert_eq!(make(folder.path(), &server(folder.path()), first).unwrap(), Made::New);
        let files = contents(folder.path());
        assert_eq!(make(folder.path(), &server(folder.path()), later).unwrap(), Made::Kept);
        assert_eq!(contents(folder.path()), files);
        assert!(device_signer(folder.path()).is_ok());
        assert!(revoker(folder.path()).is_ok());
    }

    #[test]
    fn other_options_than_those_of_then_are_seen_before_anything_is_written() {
        let folder = tempfile::tempdir().unwrap();
        let of_then = Server { host: "0.0.0.0".to_owned(), ..server(folder.path()) };
        assert_eq!(differing_server(folder.path(), &of_then), None);
        make(folder.path(), &of_then, DateTime::UNIX_EPOCH).unwrap();
        assert_eq!(differing_server(folder.path(), &of_then), None);
        let file = folder.path().join(SERVER);
        assert_eq!(differing_server(folder.path(), &server(folder.path())), Some(file));
    }

    #[test]
    fn a_folder_of_before_devices_could_be_revoked_gets_what_that_takes() {
        let folder = tempfile::tempdir().unwrap();
        make(folder.path(), &server(folder.path()), DateTime::UNIX_EPOCH).unwrap();
        let file = folder.path().join(KEYS);
        let mut keys: serde_json::Value = read(&file).unwrap();
        keys.as_object_mut().unwrap().remove("revoker");
        fs::write(&file, keys.to_string()).unwrap();
        fs::remove_file(folder.path().join(REVOKER)).unwrap();
        let later = DateTime::UNIX_EPOCH + chrono::Duration::days(1);
        assert_eq!(make(folder.path(), &server(folder.path()), later).unwrap(), Made::Kept);
        assert!(revoker(folder.path()).is_ok());
        assert!(fs::read_to_string(folder.path().join(ACCOUNTS)).unwrap().starts_with("# Signed at 1970-01-02"));
        assert_eq!(read::<serde_json::Value>(&file).unwrap()["device"], keys["device"]);
    }

    #[test]
    fn keys_that_are_kept_elsewhere_are_not_replaced() {
        let folder = tempfile::tempdir().unwrap();
        make(folder.path(), &server(folder.path()), DateTime::UNIX_EPOCH).unwrap();
        fs::remove_file(folder.path().join(KEYS)).unwrap();
        let files = contents(folder.path());
        let again = make(folder.path(), &server(folder.path()), DateTime::UNIX_EPOCH);
        assert!(matches!(again, Err(BrokerFilesError::KeysGone { .. })));
        assert_eq!(contents(folder.path()), files);
    }

    #[test]
    fn accounts_are_signed_again_when_they_are_not_what_this_version_signs() {
        let folder = tempfile::tempdir().unwrap();
        make(folder.path(), &server(folder.path()), DateTime::UNIX_EPOCH).unwrap();
        let file = folder.path().join(ACCOUNTS);
        let first = fs::read_to_string(&file).unwrap();
        fs::write(&file, first.replace("resolver", "resolved")).unwrap();
        make(folder.path(), &server(folder.path()), DateTime::UNIX_EPOCH + chrono::Duration::days(1)).unwrap();
        let second = fs::read_to_string(&file).unwrap();
        assert!(second.starts_with("# Signed at 1970-01-02"), "{second}");
    }
}
