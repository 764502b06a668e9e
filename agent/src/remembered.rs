//! What the device was last told about itself, on disk: a start without a network shows the policy's menu all the same.

use std::io;
use std::path::{Path, PathBuf};

use crate::conversation::About;
use crate::private_files;

/// Reads it. What cannot be read counts as nothing: the next sync brings it.
pub(crate) fn recall(folder: &Path) -> Option<About> {
    serde_json::from_slice(&std::fs::read(path(folder)).ok()?).ok()
}

/// Keeps it for the next start.
pub(crate) async fn remember(folder: &Path, about: &About) -> io::Result<()> {
    let (path, contents) = (path(folder), serde_json::to_vec(about)?);
    let write = tokio::task::spawn_blocking(move || private_files::write(&path, &contents));
    write.await.map_err(io::Error::other)?
}

fn path(folder: &Path) -> PathBuf {
    folder.join("about.json")
}

#[cfg(test)]
mod tests {
    use broker_config::{Line, Menu, MenuEntry, MenuEntryId};

    use super::*;

    #[tokio::test]
    async fn it_is_recalled_whole_and_a_file_that_is_not_counts_as_none() {
        let folder = tempfile::tempdir().unwrap();
        assert_eq!(recall(folder.path()), None);
        let line = |text| Line::new(text).unwrap();
        let menu = Menu(vec![
            MenuEntry::LiveChat { entry_id: MenuEntryId::new(), title: line("Ask IT") },
            MenuEntry::Separator,
        ]);
        let about = About { asset_name: line("FRONTDESK-01"), organisation: line("Harbour IT"), menu };
        remember(folder.path(), &about).await.unwrap();
        assert_eq!(recall(folder.path()), Some(about));

        let whole = std::fs::read(path(folder.path())).unwrap();
        for damaged in [&whole[..whole.len() / 2], b"", b"{}"] {
            std::fs::write(path(folder.path()), damaged).unwrap();
            assert_eq!(recall(folder.path()), None);
        }
    }
}
