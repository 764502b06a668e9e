//! Taking a chat out of the log.

use crate::{AssetId, ChatId, subject};

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
}
