//! The index of what was said, for searching: kept up from time to time, behind the messages themselves.

use sqlx::{PgConnection, PgPool};

/// The advisory lock of the index: shared by those who add to it, held alone by who takes texts out for good. Whoever adds to it reads messages
/// only once they have it, so a text that was erased is not added again.
const INDEX_LOCK: i64 = 0x7465_7874_7321;

/// How many texts a search takes from the index. With more, nearly every chat has what is looked for, and it is quicker to
/// look into one chat after the other, newest first, until there are enough. `offset 0` keeps Postgres to that order.
pub(crate) const MANY: i64 = 5000;

/// What is looked for in texts, and how.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct TextPart<'a> {
    /// As somebody wrote it.
    pub part: &'a str,
    /// A pattern for `like` that the index understands.
    pub like: String,
    /// Whether the index knows it. What is shorter than a trigram has to be looked for in one chat after the other.
    pub is_indexed: bool,
}

/// How many characters it takes to find a part of a text by the index.
const TRIGRAM: usize = 3;

impl<'a> TextPart<'a> {
    /// Texts with `part` in them, in any case.
    pub fn new(part: &'a str) -> Self {
        Self { part, like: format!("%{}%", literally(part)), is_indexed: part.chars().nth(TRIGRAM - 1).is_some() }
    }
}

/// A pattern for `like` that matches these characters and no others.
pub(crate) fn literally(part: &str) -> String {
    let mut pattern = String::with_capacity(part.len());
    for character in part.chars() {
        if matches!(character, '%' | '_' | '\\') {
            pattern.push('\\');
        }
        pattern.push(character);
    }
    pattern
}

/// Adds what was stored to the index, oldest first, until these are at least so many `messages`. Says how many they were.
/// Somebody else who does the same at the same time takes others, or none.
///
/// # Errors
/// When the database fails.
pub async fn index(db: &PgPool, messages: i64) -> sqlx::Result<u64> {
    let mut transaction = db.begin().await?;
    sqlx::query!("select pg_advisory_xact_lock_shared($1)", INDEX_LOCK).execute(&mut *transaction).await?;
    let indexed = sqlx::query_scalar!(
        r#"with summed as (
               select batch, sum(messages) over (order by batch) - messages as before
               from texts_to_index
           ), taken as (
               delete from texts_to_index
               where batch in (select batch from summed where before < $1)
               returning chat_ids, message_ids
           ), listed as (
               select distinct chat_id, message_id
               from taken
               cross join lateral unnest(chat_ids, message_ids) as each (chat_id, message_id)
           ), kept as (
               insert into message_texts (chat_id, message_id, body)
               select m.chat_id, m.message_id, lower(m.body)
               from listed
               join messages m using (chat_id, message_id)
               on conflict (chat_id, message_id) do update
               set body = excluded.body
               returning 1
           )
           select count(*) as "count!"
           from kept"#,
        messages,
    )
    .fetch_one(&mut *transaction)
    .await?;
    transaction.commit().await?;
    Ok(indexed.cast_unsigned())
}

/// Waits until nobody adds to the index, and lets nobody do so until the transaction ends.
pub(crate) async fn keep_index_still(db: &mut PgConnection) -> sqlx::Result<()> {
    sqlx::query!("select pg_advisory_xact_lock($1)", INDEX_LOCK).execute(db).await?;
    Ok(())
}

#[cfg(test)]
mod tests;
