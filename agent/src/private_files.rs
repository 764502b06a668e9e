//! Files that only their owner may read: keys, credentials and unsent messages.

use std::fs::{self, File, OpenOptions, Permissions};
use std::io::{self, Write as _};
use std::path::Path;

/// How to open or make a file of ours. On Windows the folder's inherited rights protect it.
pub(crate) fn options() -> OpenOptions {
    #[cfg_attr(not(unix), expect(unused_mut, reason = "the folder's rights are its files'"))]
    let mut options = OpenOptions::new();
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options
}

/// Makes a folder of ours and those above it.
pub(crate) fn make_folder(folder: &Path) -> io::Result<()> {
    if folder.is_dir() {
        return Ok(());
    }
    let mut builder = fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(folder)
}

/// Writes a file whole: after a crash there is either the old one or the new one.
pub(crate) fn write(path: &Path, contents: &[u8]) -> io::Result<()> {
    write_for(path, contents, None)
}

fn write_for(path: &Path, contents: &[u8], readers: Option<Permissions>) -> io::Result<()> {
    let new = path.with_extension("new");
    let mut file = options().create(true).write(true).truncate(true).open(&new)?;
    if let Some(readers) = readers {
        file.set_permissions(readers)?;
    }
    file.write_all(contents)?;
    file.sync_all()?;
    drop(file);
    rename(&new, path)
}

/// Gives a file another name, in place of a file that may have it, for good.
pub(crate) fn rename(from: &Path, to: &Path) -> io::Result<()> {
    fs::rename(from, to)?;
    match to.parent() {
        Some(folder) if cfg!(unix) => File::open(folder)?.sync_all(),
        _ => Ok(()),
    }
}

/// Like [`write`], for a file that may be there: whoever may read it now, may read it then.
pub(crate) fn replace(path: &Path, contents: &[u8]) -> io::Result<()> {
    let readers = match fs::metadata(path) {
        Ok(old) => Some(old.permissions()),
        Err(error) if error.kind() == io::ErrorKind::NotFound => None,
        Err(error) => return Err(error),
    };
    write_for(path, contents, readers)
}

/// Writes a file whole, for those who may read another one.
pub(crate) fn write_like(path: &Path, contents: &[u8], other: &Path) -> io::Result<()> {
    write_for(path, contents, Some(fs::metadata(other)?.permissions()))
}
