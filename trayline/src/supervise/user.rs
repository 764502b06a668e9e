//! The user that Postgres runs as: it refuses to run as root.

use std::fs;
use std::os::unix::fs::{MetadataExt, chown};
use std::path::Path;

/// Users that Postgres may run as, the best first.
const CANDIDATES: [&str; 2] = ["postgres", "nobody"];

/// A user of the operating system.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct User {
    /// What it is called.
    pub name: String,
    /// Its number.
    pub uid: u32,
    /// The number of its group.
    pub gid: u32,
}

impl User {
    /// As whom to run what refuses to be run by root; `None` when we are not root.
    pub fn instead_of_root() -> Result<Option<Self>, NoUser> {
        if !rustix::process::geteuid().is_root() {
            return Ok(None);
        }
        let accounts = fs::read_to_string("/etc/passwd").map_err(NoUser::Unreadable)?;
        CANDIDATES.iter().find_map(|name| Self::find(&accounts, name)).map(Some).ok_or(NoUser::None)
    }

    fn find(accounts: &str, name: &str) -> Option<Self> {
        let line = accounts.lines().find(|line| line.split(':').next() == Some(name))?;
        let mut fields = line.split(':').skip(2);
        let uid = fields.next()?.parse().ok()?;
        let gid = fields.next()?.parse().ok()?;
        Some(Self { name: name.to_owned(), uid, gid })
    }

    /// Whether this user may enter `folder`, which must exist.
    pub fn may_enter(&self, folder: &Path) -> bool {
        let Ok(folder) = folder.canonicalize() else { return false };
        folder.ancestors().all(|ancestor| {
            fs::metadata(ancestor).is_ok_and(|found| {
                let bit = match found {
                    ref found if found.uid() == self.uid => 0o100,
                    ref found if found.gid() == self.gid => 0o010,
                    _ => 0o001,
                };
                found.mode() & bit != 0
            })
        })
    }

    /// Gives `file` to this user.
    pub fn own(&self, file: &Path) -> std::io::Result<()> {
        chown(file, Some(self.uid), Some(self.gid))
    }
}

/// There is nobody that Postgres could run as.
#[derive(Debug, thiserror::Error)]
pub enum NoUser {
    /// Neither of the usual users exists.
    #[error(
        "Postgres refuses to run as root, and there is neither a user `postgres` nor a user `nobody`. Run as another user than root"
    )]
    None,
    /// The list of users cannot be read.
    #[error("cannot read the list of users")]
    Unreadable(#[source] std::io::Error),
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt;

    use super::*;

    #[test]
    fn users_are_found_by_name() {
        let accounts = "root:x:0:0:root:/root:/bin/bash\npostgresql:x:7:8::/:/bin/sh\npostgres:x:101:104:PostgreSQL:/var:/bin/sh\n";
        let postgres = User { name: "postgres".to_owned(), uid: 101, gid: 104 };
        assert_eq!(User::find(accounts, "postgres"), Some(postgres));
        assert_eq!(User::find(accounts, "nobody"), None);
    }

    #[test]
    fn a_folder_below_one_that_is_closed_cannot_be_entered() {
        let top = tempfile::tempdir().unwrap();
        let below = top.path().join("below");
        fs::create_dir(&below).unwrap();
        let somebody = User { name: "somebody".to_owned(), uid: 4_000_000, gid: 4_000_000 };
        for (mode, may) in [(0o700, false), (0o711, true)] {
            fs::set_permissions(top.path(), fs::Permissions::from_mode(mode)).unwrap();
            fs::set_permissions(&below, fs::Permissions::from_mode(0o755)).unwrap();
            assert_eq!(somebody.may_enter(&below), may, "{mode:o}");
        }
    }
}
