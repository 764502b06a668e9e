//! Taking over what an agent left that will not come back, such as that of a session on a screen that is gone.

use std::path::Path;

use super::disk::JOURNAL;
use super::{Change, FileDisk, Outbox, OutboxError};

impl Outbox<FileDisk> {
    /// Takes the messages that wait in another folder, unless an agent has it, or there is no room for all of them. Returns how many.
    ///
    /// They are here, on disk, before they are gone there; killed in between, both hold them, and the same message under the same
    /// id is sent twice, which harms nobody.
    pub(crate) fn adopt(&mut self, folder: &Path) -> Result<usize, OutboxError> {
        if !folder.join(JOURNAL).exists() {
            return Ok(0);
        }
        let (mut other, _) = match Self::open(folder) {
            Err(OutboxError::InUse(_)) => return Ok(0),
            opened => opened?,
        };
        let unsent: Vec<_> = other.unsent().cloned().collect();
        if unsent.is_empty() || !self.has_room(unsent.len(), other.text_bytes) {
            return Ok(0);
        }
        let message_ids: Vec<_> = unsent.iter().map(|unsent| unsent.message_id).collect();
        self.commit(unsent.into_iter().map(Change::Accepted).collect())?;
        other.forget(&message_ids);
        Ok(message_ids.len())
    }
}

#[cfg(test)]
mod tests {
    use broker_config::{Author, ChatId, MessageId, Text};

    use super::*;
    use crate::outbox::Unsent;

    fn unsent(text: &str, chat_id: Option<ChatId>) -> Unsent {
        Unsent {
            message_id: MessageId::new(),
            by: Author::Client { session_user: None },
            text: Text::new(text).unwrap(),
            written_at: "2026-01-02T03:04:05Z".parse().unwrap(),
            chat_id,
        }
    }

    fn all(outbox: &Outbox) -> Vec<Unsent> {
        outbox.unsent().cloned().collect()
    }

    #[test]
    fn what_a_gone_agent_left_is_taken_over_once_and_what_a_living_one_has_is_not() {
        let folder = tempfile::tempdir().unwrap();
        let (ours, left) = (folder.path().join("ours"), folder.path().join("left"));
        let messages = vec![unsent("bound", Some(ChatId::new())), unsent("free", None)];
        let (mut other, _) = Outbox::open(&left).unwrap();
        other.commit(messages.iter().cloned().map(Change::Accepted).collect()).unwrap();

        let (mut outbox, _) = Outbox::open(&ours).unwrap();
        assert_eq!(outbox.adopt(&left).unwrap(), 0, "its agent lives");
        drop(other);
        assert_eq!((outbox.adopt(&left).unwrap(), all(&outbox)), (2, messages.clone()));
        assert_eq!(outbox.adopt(&left).unwrap(), 0, "there is nothing more");
        drop(outbox);
        assert_eq!(all(&Outbox::open(&ours).unwrap().0), messages);
        assert_eq!(all(&Outbox::open(&left).unwrap().0), []);
    }

    #[test]
    fn a_folder_without_an_outbox_stays_as_it_is() {
        let folder = tempfile::tempdir().unwrap();
        let empty = folder.path().join("empty");
        let (mut outbox, _) = Outbox::open(&folder.path().join("ours")).unwrap();
        assert_eq!(outbox.adopt(&empty).unwrap(), 0);
        assert!(!empty.exists());
    }
}
