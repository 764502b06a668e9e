//! `trayline-agent install` and `uninstall`: the agent for everybody who signs in on this device, as root or administrator.

#[cfg(not(windows))]
mod files;
#[cfg_attr(windows, path = "install/windows.rs")]
#[cfg_attr(not(windows), path = "install/unix.rs")]
mod system;

use std::fs;
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use agent::{Enrolment, Proxy};
use anyhow::Context as _;

use crate::arguments::{InstallArguments, UninstallArguments};
use crate::enrolment;
use crate::environment::Environment;

/// Files of the identity. Everybody who signs in on the device speaks for it, so everybody there may read them.
const IDENTITY: [&str; 2] = ["identity.json", "device.seed"];

/// Files that are beside it while another credential is being taken.
const ROTATION: [&str; 2] = ["next.seed", "rotation.lock"];

/// What an installation needs of the system.
trait System {
    /// Where the device's identity is.
    fn identity_folder(&self) -> PathBuf;

    /// Where the certificates of the installation's own authority are kept.
    fn authority(&self) -> PathBuf;

    /// By which the machine is known again after it was set up anew, if that can be told.
    fn machine_hash(&self) -> Option<String>;

    /// Before anything is there.
    fn prepare(&self) -> anyhow::Result<()>;

    /// From now on, `program` starts with every session.
    fn start_with_sessions(&self, program: &Path) -> anyhow::Result<()>;

    /// What [`System::start_with_sessions`] did is undone.
    fn start_no_more(&self) -> anyhow::Result<()>;

    /// Everybody on the device may read this, and only root or an administrator may change it.
    fn open_to_everybody(&self, path: &Path) -> io::Result<()>;
}

/// Enrols the device and puts everything into its place. Again does no harm: the device stays the same one.
pub(crate) async fn install(
    arguments: InstallArguments,
    proxy: Option<Proxy>,
    environment: &Environment,
) -> anyhow::Result<ExitCode> {
    let system = system::below(arguments.root.as_deref(), environment)?;
    let folder = system.identity_folder();
    system.prepare()?;
    let mut enrolment = arguments.enrolment;
    if let Some(given) = &enrolment.certificate_authority {
        let kept = system.authority();
        place(&system, &kept, &fs::read(given).context("the authority's certificates")?)?;
        enrolment.certificate_authority = Some(kept);
    }
    let mut enrolment: Enrolment = enrolment::from(enrolment, proxy, environment)?;
    enrolment.machine_hash = system.machine_hash();
    enrolment.renews = system::RENEWS;
    let identity = agent::enrol(enrolment, folder.clone()).await?;
    system.start_with_sessions(&std::env::current_exe()?)?;
    // Last, so that whatever was made meanwhile can be read.
    system.open_to_everybody(&folder)?;
    for file in IDENTITY {
        system.open_to_everybody(&folder.join(file))?;
    }
    writeln!(io::stdout(), "{}", identity.asset_id)?;
    Ok(ExitCode::SUCCESS)
}

/// Takes everything out of its place again. What people have not sent yet stays with them.
pub(crate) fn uninstall(arguments: &UninstallArguments, environment: &Environment) -> anyhow::Result<ExitCode> {
    let system = system::below(arguments.root.as_deref(), environment)?;
    system.start_no_more()?;
    if !arguments.keep_identity {
        remove(&system.authority())?;
        for file in IDENTITY.into_iter().chain(ROTATION) {
            remove(&system.identity_folder().join(file))?;
        }
    }
    Ok(ExitCode::SUCCESS)
}

fn place(system: &impl System, path: &Path, contents: &[u8]) -> anyhow::Result<()> {
    let write = || -> io::Result<()> {
        if let Some(folder) = path.parent() {
            fs::create_dir_all(folder)?;
        }
        // Written beside it first: a session that starts now finds the old one or the new one.
        let new = path.with_extension("new");
        fs::write(&new, contents)?;
        system.open_to_everybody(&new)?;
        fs::rename(&new, path)
    };
    write().with_context(|| format!("{} cannot be written; is this run as {}?", path.display(), system::WHO_MAY))
}

fn remove(path: &Path) -> anyhow::Result<()> {
    match fs::remove_file(path) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
        removed => removed.with_context(|| format!("{} cannot be removed", path.display())),
    }
}
