//! Where an installation is on Windows.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use anyhow::Context as _;
use windows_desktop::registry::{self, Hive};

use super::System;
use crate::environment::Environment;

/// Who may install.
pub(super) const WHO_MAY: &str = "administrator";

/// Whether the installation sees to it that the device takes another credential in time: people of the device cannot write it.
pub(super) const RENEWS: bool = false;

/// What Windows starts with every session.
const RUN: &str = r"Software\Microsoft\Windows\CurrentVersion\Run";

/// Our value there.
const NAME: &str = "Trayline";

/// The program that is started: it has no console.
const STARTER: &str = "trayline-tray.exe";

/// Rights to the folder of the identity: the system and administrators do what they want, people of the device read. Without
/// them, whoever signs in could put another identity there.
const RIGHTS: [&str; 7] = [
    "/inheritance:r",
    "/grant:r",
    "*S-1-5-18:(OI)(CI)F",
    "/grant:r",
    "*S-1-5-32-544:(OI)(CI)F",
    "/grant:r",
    "*S-1-5-32-545:(OI)(CI)RX",
];

/// Those of its folder, and no other.
const INHERITED: [&str; 1] = ["/reset"];

/// Administrators, as owner.
const OWNER: [&str; 2] = ["/setowner", "*S-1-5-32-544"];

struct Windows {
    identity_folder: PathBuf,
}

/// The system; it cannot be prepared in a folder.
pub(super) fn below(root: Option<&Path>, environment: &Environment) -> anyhow::Result<impl System> {
    anyhow::ensure!(root.is_none(), "--root is not for Windows");
    Ok(Windows { identity_folder: environment.system_folder() })
}

impl System for Windows {
    fn identity_folder(&self) -> PathBuf {
        self.identity_folder.clone()
    }

    fn authority(&self) -> PathBuf {
        self.identity_folder.join("authority.pem")
    }

    /// None: what Windows knows of the machine is not read yet.
    fn machine_hash(&self) -> Option<String> {
        None
    }

    /// Makes the folder, with its rights, before a key is in it. One that somebody else made before is taken from them, with
    /// what they put there.
    fn prepare(&self) -> anyhow::Result<()> {
        let folder = &self.identity_folder;
        fs::create_dir_all(folder)
            .with_context(|| format!("{} cannot be made; is this run as {WHO_MAY}?", folder.display()))?;
        rights(folder, &OWNER)?;
        rights(folder, &RIGHTS)?;
        for entry in fs::read_dir(folder)? {
            let file = entry?.path();
            rights(&file, &OWNER)?;
            rights(&file, &INHERITED)?;
        }
        Ok(())
    }

    fn start_with_sessions(&self, program: &Path) -> anyhow::Result<()> {
        // Unquoted, a blank in the path would name another program.
        let line = format!("\"{}\"", program.with_file_name(STARTER).display());
        registry::write(Hive::Machine, RUN, NAME, &line).with_context(registry_closed)
    }

    fn start_no_more(&self) -> anyhow::Result<()> {
        registry::remove(Hive::Machine, RUN, NAME).with_context(registry_closed)
    }

    /// Nothing: files have the rights of their folder.
    fn open_to_everybody(&self, _: &Path) -> io::Result<()> {
        Ok(())
    }
}

fn registry_closed() -> String {
    format!("the registry cannot be written; is this run as {WHO_MAY}?")
}

fn rights(folder: &Path, arguments: &[&str]) -> anyhow::Result<()> {
    let mut command = Command::new("icacls.exe");
    command.arg(folder).args(arguments).stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
    let status = command.status().context("icacls")?;
    anyhow::ensure!(status.success(), "the rights of {} cannot be set; is this run as {WHO_MAY}?", folder.display());
    Ok(())
}
