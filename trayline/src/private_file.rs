//! Files that are written whole or not at all, and that only their owner reads when they hold a secret.

use std::fs::{self, OpenOptions};
use std::io::Write;
use std::os::unix::fs::OpenOptionsExt;
use std::path::Path;

/// Who may read a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Readers {
    /// Its owner alone.
    Owner,
    /// Everybody.
    All,
}

/// Puts `contents` into `file`, in place of what was there. After a crash it holds the old contents or the new.
pub fn write(file: &Path, contents: &str, readers: Readers) -> std::io::Result<()> {
    let mut name = file.file_name().unwrap_or_default().to_owned();
    name.push(".new");
    let new = file.with_file_name(name);
    match fs::remove_file(&new) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => return Err(error),
        _ => {}
    }
    let mode = match readers {
        Readers::Owner => 0o600,
        Readers::All => 0o644,
    };
    let mut written = OpenOptions::new().write(true).create_new(true).mode(mode).open(&new)?;
    written.write_all(contents.as_bytes())?;
    written.sync_all()?;
    fs::rename(new, file)
}

/// Like [`write()`], but leaves a file alone that has these contents already.
pub fn write_changed(file: &Path, contents: &str, readers: Readers) -> std::io::Result<()> {
    match fs::read_to_string(file) {
        Ok(found) if found == contents => Ok(()),
        _ => write(file, contents, readers),
    }
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt;

    use super::*;

    #[test]
    fn a_file_is_replaced_and_a_secret_is_its_owners_alone() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("seed");
        // What a crash left of an earlier attempt is no obstacle.
        fs::write(folder.path().join("seed.new"), "half").unwrap();
        for contents in ["first", "second"] {
            write(&file, contents, Readers::Owner).unwrap();
            assert_eq!(fs::read_to_string(&file).unwrap(), contents);
        }
        assert_eq!(fs::metadata(&file).unwrap().permissions().mode() & 0o777, 0o600);
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
    }
}
