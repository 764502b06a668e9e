//! Where an installation is on Linux and its kin.

use std::fs;
use std::io;
use std::os::unix::fs::{PermissionsExt as _, symlink};
use std::path::{Path, PathBuf};

use anyhow::Context as _;

use super::files::{TIMER, TIMER_WANTED, placed};
use super::{System, place, remove};
use crate::environment::Environment;

/// Who may install.
pub(super) const WHO_MAY: &str = "root";

/// Whether the installation sees to it that the device takes another credential in time.
pub(super) const RENEWS: bool = true;

/// Where the certificates of the installation's own authority are kept, below the root folder.
const AUTHORITY: &str = "etc/trayline-agent/authority.pem";

/// The system, or one that is being prepared in a folder.
struct Unix {
    root: PathBuf,
    identity_folder: PathBuf,
}

/// The system below `root`.
#[expect(clippy::unnecessary_wraps, reason = "not every system can be prepared in a folder")]
pub(super) fn below(root: Option<&Path>, environment: &Environment) -> anyhow::Result<impl System> {
    let root = root.unwrap_or(Path::new("/")).to_owned();
    let folder = environment.system_folder();
    let identity_folder = root.join(folder.strip_prefix("/").unwrap_or(&folder));
    Ok(Unix { root, identity_folder })
}

impl System for Unix {
    fn identity_folder(&self) -> PathBuf {
        self.identity_folder.clone()
    }

    fn authority(&self) -> PathBuf {
        self.root.join(AUTHORITY)
    }

    /// A system that is being prepared in a folder will run on another machine.
    fn machine_hash(&self) -> Option<String> {
        if self.root == Path::new("/") { agent::machine_hash(&self.root) } else { None }
    }

    /// Nothing: only root makes a folder there.
    fn prepare(&self) -> anyhow::Result<()> {
        Ok(())
    }

    /// The application menu has an entry as well.
    fn start_with_sessions(&self, program: &Path) -> anyhow::Result<()> {
        // As it is called once that system runs.
        let below = program.strip_prefix(self.root.canonicalize()?);
        let program = below.map_or_else(|_| program.to_owned(), |below| Path::new("/").join(below));
        for file in placed(&self.root, &program) {
            place(self, &file.path, file.contents.as_bytes())?;
        }
        link(&self.root.join(TIMER_WANTED), Path::new(TIMER))
    }

    fn start_no_more(&self) -> anyhow::Result<()> {
        remove(&self.root.join(TIMER_WANTED))?;
        for file in placed(&self.root, Path::new("")) {
            remove(&file.path)?;
        }
        Ok(())
    }

    fn open_to_everybody(&self, path: &Path) -> io::Result<()> {
        let mode = if path.is_dir() { 0o755 } else { 0o644 };
        fs::set_permissions(path, fs::Permissions::from_mode(mode))
    }
}

/// Makes a link in the place of one that may be there.
fn link(path: &Path, to: &Path) -> anyhow::Result<()> {
    remove(path)?;
    let make = || -> io::Result<()> {
        if let Some(folder) = path.parent() {
            fs::create_dir_all(folder)?;
        }
        symlink(to, path)
    };
    make().with_context(|| format!("{} cannot be made; is this run as {WHO_MAY}?", path.display()))
}
