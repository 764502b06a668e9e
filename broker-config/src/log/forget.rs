//! Taking a chat out of the log.

use crate::{AssetId, ChatId, TimerKind, subject};

use super::{Log, ReadError};

impl Log {
    /// Takes every fact of a chat out of the log, for good. One that is gone already is no error.
    ///
    /// # Errors
    /// See [`ReadError`].
    pub async fn forget_chat(&self, asset_id: AssetId, chat_id: ChatId) -> Result<(), ReadError> {
        let facts = subject::facts_of(asset_id, chat_id);
        self.stream().await?.purge().filter(facts).await.map_err(ReadError::unavailable)?;
        Ok(())
    }

    /// Takes everything out of the log that stands on the subjects of an asset's chats up to `upto`, also what is no fact and names no chat.
    ///
    /// # Errors
    /// See [`ReadError`].
    pub async fn forget_asset(&self, asset_id: AssetId, upto: u64) -> Result<(), ReadError> {
        let purge = self.stream().await?.purge().filter(subject::chats_of(asset_id));
        purge.sequence(upto.saturating_add(1)).await.map_err(ReadError::unavailable)?;
        Ok(())
    }

    /// Stops every timer of a chat. One that is due already finds nothing to do, and is gone then.
    ///
    /// # Errors
    /// See [`ReadError`].
    pub async fn forget_timers(&self, chat_id: ChatId) -> Result<(), ReadError> {
        for kind in TimerKind::ALL {
            if let Some(running) = self.running_timer(kind, chat_id).await? {
                self.stop_timer(&running).await?;
            }
        }
        Ok(())
    }

    /// Throws away the dead letters about messages up to `upto` on the subjects of these assets' chats, whatever a device put there. How many
    /// there were.
    ///
    /// # Errors
    /// See [`ReadError`].
    pub async fn forget_dead_letters(&self, asset_ids: &[AssetId], upto: u64) -> Result<u64, ReadError> {
        let (mut after, mut forgotten) = (0, 0);
        loop {
            let page = self.dead_letters(after).await?;
            let Some(last) = page.last() else { return Ok(forgotten) };
            after = last.letter_seq;
            for buried in page {
                let of = subject::asset_of(&buried.letter.subject);
                if buried.letter.seq <= upto && of.is_some_and(|asset_id| asset_ids.contains(&asset_id)) {
                    self.discard_dead_letter(buried.letter_seq).await?;
                    forgotten += 1;
                }
            }
        }
    }
}
