//! What a person has written and not sent, on disk: neither a closed window nor a crash loses it.

use std::io;
use std::path::{Path, PathBuf};

use broker_config::Text;

use crate::private_files;

/// The draft of one session.
#[derive(Debug)]
pub struct Draft {
    path: PathBuf,
    text: String,
}

impl Draft {
    /// Reads the draft that is kept in `folder`. One that cannot be read counts as empty: there is nothing better to show.
    #[must_use]
    pub fn open(folder: &Path) -> Self {
        let path = folder.join("draft.txt");
        let text = std::fs::read_to_string(&path).unwrap_or_default();
        Self { path, text: if text.len() > Text::MAX_BYTES { String::new() } else { text } }
    }

    /// What is written and not sent.
    #[must_use]
    pub fn text(&self) -> &str {
        &self.text
    }

    /// Keeps another text. In memory it is kept even when the disk refuses.
    ///
    /// # Errors
    /// When the disk refuses.
    pub async fn keep(&mut self, text: String) -> io::Result<()> {
        if text == self.text {
            return Ok(());
        }
        let (path, written) = (self.path.clone(), text.clone());
        self.text = text;
        let write = tokio::task::spawn_blocking(move || private_files::write(&path, written.as_bytes()));
        write.await.map_err(io::Error::other)?
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_draft_is_there_when_it_is_opened_again() {
        let folder = tempfile::tempdir().unwrap();
        let mut draft = Draft::open(folder.path());
        assert_eq!(draft.text(), "");
        for text in ["half a sen\n👋", ""] {
            draft.keep(text.to_owned()).await.unwrap();
            assert_eq!((draft.text(), Draft::open(folder.path()).text()), (text, text));
        }
    }

    #[tokio::test]
    async fn a_disk_that_refuses_loses_it_for_the_next_start_alone() {
        let folder = tempfile::tempdir().unwrap();
        let mut draft = Draft::open(&folder.path().join("missing"));
        assert!(draft.keep("half".to_owned()).await.is_err());
        assert_eq!(draft.text(), "half");
    }
}
