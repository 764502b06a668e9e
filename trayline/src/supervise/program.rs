//! Finding the servers' programs, and refusing those that are too old.

use std::ffi::OsStr;
use std::path::{Path, PathBuf};
use std::process::Command;

/// The oldest Postgres that Trayline works with.
pub const OLDEST_POSTGRES: u32 = 15;

/// The oldest nats-server that Trayline works with: major, minor.
pub const OLDEST_NATS_SERVER: (u32, u32) = (2, 12);

/// Where the system's packages put the programs of each version of Postgres.
const PACKAGED_POSTGRES: &str = "/usr/lib/postgresql";

/// The nats-server to run: `configured`, or if that is empty the one on `path`.
pub fn nats_server(configured: &Path, path: &OsStr) -> Result<PathBuf, ProgramError> {
    const NEEDED: &str = "nats-server >= 2.12";
    let program = if configured.as_os_str().is_empty() {
        on_path("nats-server", path).ok_or(ProgramError::Missing { needed: NEEDED })?
    } else {
        configured.to_owned()
    };
    let version = version_of(&program)?;
    let mut numbers = version.iter().copied();
    if (numbers.next().unwrap_or(0), numbers.next().unwrap_or(0)) < OLDEST_NATS_SERVER {
        return Err(ProgramError::TooOld { program, version: dotted(&version), needed: NEEDED });
    }
    Ok(program)
}

/// Programs of Postgres, all of one version.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PostgresPrograms {
    /// The server.
    pub postgres: PathBuf,
    /// What makes a new cluster.
    pub initdb: PathBuf,
    /// Their version, such as 15.
    pub major: u32,
}

/// The Postgres to run: that in `configured`, or if that is empty the one on `path`, else the newest packaged one. With
/// `major`, of this version alone, because a cluster can only be opened by the version that made it.
pub fn postgres(configured: &Path, path: &OsStr, major: Option<u32>) -> Result<PostgresPrograms, ProgramError> {
    let folders = if configured.as_os_str().is_empty() {
        let on_path = on_path("postgres", path).and_then(|program| program.parent().map(Path::to_owned));
        on_path.into_iter().chain(packaged()).collect()
    } else {
        vec![configured.to_owned()]
    };
    let mut refused = ProgramError::Missing { needed: "Postgres >= 15" };
    for folder in folders {
        match postgres_in(&folder) {
            Ok(found) if major.is_none_or(|major| major == found.major) => return Ok(found),
            Ok(found) => {
                refused = ProgramError::OtherPostgres { made_by: major.unwrap_or_default(), found: found.major };
            }
            Err(error) if matches!(refused, ProgramError::Missing { .. }) => refused = error,
            Err(_) => {}
        }
    }
    Err(refused)
}

fn postgres_in(folder: &Path) -> Result<PostgresPrograms, ProgramError> {
    let (postgres, initdb) = (folder.join("postgres"), folder.join("initdb"));
    if !initdb.is_file() {
        return Err(ProgramError::Missing { needed: "Postgres >= 15 with initdb" });
    }
    let version = version_of(&postgres)?;
    let major = version.first().copied().unwrap_or(0);
    if major < OLDEST_POSTGRES {
        let version = dotted(&version);
        return Err(ProgramError::TooOld { program: postgres, version, needed: "Postgres >= 15" });
    }
    Ok(PostgresPrograms { postgres, initdb, major })
}

/// The folders of the system's packages, newest first.
fn packaged() -> Vec<PathBuf> {
    let entries = std::fs::read_dir(PACKAGED_POSTGRES).into_iter().flatten().flatten();
    let mut versions: Vec<u32> =
        entries.filter_map(|entry| entry.file_name().to_str().and_then(|name| name.parse().ok())).collect();
    versions.sort_unstable_by(|a, b| b.cmp(a));
    versions.into_iter().map(|version| Path::new(PACKAGED_POSTGRES).join(version.to_string()).join("bin")).collect()
}

/// Links are followed: the program is run by its own name, so it finds what lies beside it.
fn on_path(name: &str, path: &OsStr) -> Option<PathBuf> {
    std::env::split_paths(path).map(|folder| folder.join(name)).find_map(|file| file.canonicalize().ok())
}

/// The numbers of the first version in what `program --version` prints.
fn version_of(program: &Path) -> Result<Vec<u32>, ProgramError> {
    let ran = Command::new(program).arg("--version").output();
    let output = ran.map_err(|source| ProgramError::DoesNotRun { program: program.to_owned(), source })?;
    Ok(version_in(&String::from_utf8_lossy(&output.stdout)))
}

fn version_in(text: &str) -> Vec<u32> {
    let from_digit = text.trim_start_matches(|c: char| !c.is_ascii_digit());
    let version = from_digit.split(|c: char| !c.is_ascii_digit() && c != '.').next().unwrap_or_default();
    version.split('.').filter_map(|number| number.parse().ok()).collect()
}

fn dotted(version: &[u32]) -> String {
    version.iter().map(u32::to_string).collect::<Vec<_>>().join(".")
}

/// Why a server's program cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum ProgramError {
    /// There is none.
    #[error(
        "there is no {needed} on the path. In a checkout `make setup` gets it; else install it, or name it in the configuration under [up]"
    )]
    Missing {
        /// What is needed.
        needed: &'static str,
    },
    /// It is older than what Trayline works with.
    #[error("{} is version {version}, but {needed} is needed. Install a newer one, or name one in the configuration under [up]", .program.display())]
    TooOld {
        /// The program.
        program: PathBuf,
        /// Its version.
        version: String,
        /// What is needed.
        needed: &'static str,
    },
    /// The cluster was made by another version of Postgres.
    #[error(
        "the database was made by Postgres {made_by}, but only Postgres {found} is here. Install Postgres {made_by} beside it, or name its folder as `postgres_programs` under [up]"
    )]
    OtherPostgres {
        /// The version that made it.
        made_by: u32,
        /// The version that was found.
        found: u32,
    },
    /// It cannot be started.
    #[error("{} does not run", .program.display())]
    DoesNotRun {
        /// The program.
        program: PathBuf,
        /// Why.
        source: std::io::Error,
    },
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt;

    use super::*;

    fn script(folder: &Path, name: &str, prints: &str) {
        let file = folder.join(name);
        std::fs::write(&file, format!("#!/bin/sh\necho '{prints}'\n")).unwrap();
        std::fs::set_permissions(file, std::fs::Permissions::from_mode(0o755)).unwrap();
    }

    #[test]
    fn versions_are_read_from_what_the_programs_print() {
        for (text, version) in [
            ("nats-server: v2.15.1", vec![2, 15, 1]),
            ("postgres (PostgreSQL) 15.18 (Debian 15.18-0+deb12u1)", vec![15, 18]),
            ("postgres (PostgreSQL) 19beta1", vec![19]),
            ("", vec![]),
        ] {
            assert_eq!(version_in(text), version, "{text}");
        }
    }

    #[test]
    fn an_old_nats_server_is_refused_and_a_new_one_taken() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().as_os_str();
        assert!(matches!(nats_server(Path::new(""), path), Err(ProgramError::Missing { .. })));
        script(folder.path(), "nats-server", "nats-server: v2.9.10");
        assert!(matches!(nats_server(Path::new(""), path), Err(ProgramError::TooOld { .. })));
        script(folder.path(), "nats-server", "nats-server: v2.12.0");
        assert!(nats_server(Path::new(""), path).is_ok());
    }

    #[test]
    fn a_cluster_is_opened_only_by_the_postgres_that_made_it() {
        let folder = tempfile::tempdir().unwrap();
        script(folder.path(), "initdb", "initdb");
        script(folder.path(), "postgres", "postgres (PostgreSQL) 17.2");
        assert_eq!(postgres(folder.path(), OsStr::new(""), Some(17)).unwrap().major, 17);
        let refused = postgres(folder.path(), OsStr::new(""), Some(16));
        assert!(matches!(refused, Err(ProgramError::OtherPostgres { made_by: 16, found: 17 })));
        script(folder.path(), "postgres", "postgres (PostgreSQL) 14.2");
        assert!(matches!(postgres(folder.path(), OsStr::new(""), None), Err(ProgramError::TooOld { .. })));
    }
}
