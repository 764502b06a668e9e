//! `trayline-agent install` and `uninstall`: the agent for everybody who signs in on this device, as root.

mod files;

use std::fs;
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use agent::Enrolment;
use anyhow::Context as _;

use crate::arguments::{InstallArguments, UninstallArguments};
use crate::enrolment;
use crate::environment::{Environment, SYSTEM_FOLDER};
use files::placed;

/// Where the certificates of the installation's own authority are kept, below the root folder.
const AUTHORITY: &str = "etc/trayline-agent/authority.pem";

/// Files of the identity. Everybody who signs in on the device speaks for it, so everybody there may read them.
const IDENTITY: [&str; 2] = ["identity.json", "device.seed"];

/// Enrols the device and puts everything into its place. Again does no harm: the device stays the same one.
pub(crate) async fn install(arguments: InstallArguments, environment: &Environment) -> anyhow::Result<ExitCode> {
    let root = arguments.root.unwrap_or_else(|| PathBuf::from("/"));
    let mut enrolment = arguments.enrolment;
    if let Some(given) = &enrolment.certificate_authority {
        let kept = root.join(AUTHORITY);
        place(&kept, &fs::read(given).context("the authority's certificates")?)?;
        enrolment.certificate_authority = Some(kept);
    }
    let folder = identity_folder(&root);
    let enrolment: Enrolment = enrolment::from(enrolment, environment)?;
    let identity = agent::enrol(enrolment, folder.clone()).await?;
    let program = std::env::current_exe()?;
    // As it is called once that system runs.
    let program =
        program.strip_prefix(root.canonicalize()?).map_or(program.clone(), |below| Path::new("/").join(below));
    for file in placed(&root, &program) {
        place(&file.path, file.contents.as_bytes())?;
    }
    // Last, so that whatever was made meanwhile can be read.
    readable(&folder, 0o755)?;
    for file in IDENTITY {
        readable(&folder.join(file), 0o644)?;
    }
    writeln!(io::stdout(), "{}", identity.asset_id)?;
    Ok(ExitCode::SUCCESS)
}

/// Takes everything out of its place again. What people have not sent yet stays with them.
pub(crate) fn uninstall(arguments: &UninstallArguments) -> anyhow::Result<ExitCode> {
    let root = arguments.root.clone().unwrap_or_else(|| PathBuf::from("/"));
    for file in placed(&root, Path::new("")) {
        remove(&file.path)?;
    }
    if !arguments.keep_identity {
        remove(&root.join(AUTHORITY))?;
        for file in IDENTITY {
            remove(&identity_folder(&root).join(file))?;
        }
    }
    Ok(ExitCode::SUCCESS)
}

fn identity_folder(root: &Path) -> PathBuf {
    root.join(SYSTEM_FOLDER.trim_start_matches('/'))
}

fn place(path: &Path, contents: &[u8]) -> anyhow::Result<()> {
    let write = || -> io::Result<()> {
        if let Some(folder) = path.parent() {
            fs::create_dir_all(folder)?;
        }
        // Written beside it first: a session that starts now finds the old one or the new one.
        let new = path.with_extension("new");
        fs::write(&new, contents)?;
        readable(&new, 0o644)?;
        fs::rename(&new, path)
    };
    write().with_context(|| format!("{} cannot be written; is this run as root?", path.display()))
}

fn remove(path: &Path) -> anyhow::Result<()> {
    match fs::remove_file(path) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
        removed => removed.with_context(|| format!("{} cannot be removed", path.display())),
    }
}

fn readable(path: &Path, mode: u32) -> io::Result<()> {
    #[cfg(unix)]
    fs::set_permissions(path, std::os::unix::fs::PermissionsExt::from_mode(mode))?;
    #[cfg(not(unix))]
    let _ = (path, mode);
    Ok(())
}
