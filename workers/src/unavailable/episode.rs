//! The message of an episode of waiting has the same id whoever says it, however often.

use broker_config::{ChatId, MessageId};
use uuid::Uuid;

/// The id of the message that is said when nobody answers the client's message `since_seq`. It is made from the two, so
/// that a repeat is the same message everywhere: on the log, in Postgres, on the screen.
pub(crate) fn message_id(chat_id: ChatId, since_seq: u64) -> MessageId {
    Uuid::new_v5(&chat_id.uuid(), &since_seq.to_be_bytes()).into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_episode_has_one_id_and_two_have_two() {
        let (one, other) = (ChatId::new(), ChatId::new());
        assert_eq!(message_id(one, 7), message_id(one, 7));
        assert_ne!(message_id(one, 7), message_id(one, 8));
        assert_ne!(message_id(one, 7), message_id(other, 7));
    }
}
