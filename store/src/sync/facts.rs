//! Facts as the log said them, put together again from the rows that came of them.

use broker_config::{
    AssetId, Author, ChatId, ChatSubject, Closed, Fact, Leaf, Logged, MenuEntryId, MessageId, Opened, Read, Said,
    TechnicianId, Text,
};
use chrono::{DateTime, Utc};
use sqlx::PgExecutor;
use sqlx::types::{Json, Uuid};

use crate::projection::bigint;

/// The most facts of one snapshot.
const MAX_FACTS: i64 = 500;

/// About how many bytes a fact has beside its text.
const ENVELOPE_BYTES: i32 = 400;

/// Which facts a device missed.
#[derive(Debug, Clone, Copy)]
pub struct Missed {
    /// Whose.
    pub asset_id: AssetId,
    /// Of this chat alone, if it says one.
    pub chat_id: Option<ChatId>,
    /// After this sequence.
    pub after: u64,
    /// Up to this sequence.
    pub upto: u64,
}

/// Facts by rising sequence.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Snapshot {
    /// The facts that a device may see: states, messages without notes, and how far either side has read.
    pub facts: Vec<Logged>,
    /// Whether there may be more after the last of them, up to what was asked for.
    pub more: bool,
}

/// The facts that were missed, from the first, as many as have about `max_bytes`.
///
/// # Errors
/// When the database is away.
pub async fn missed(db: impl PgExecutor<'_>, missed: &Missed, max_bytes: usize) -> Result<Snapshot, sqlx::Error> {
    let rows = sqlx::query_as!(
        Row,
        r#"
        select
            seq as "seq!", at as "at!", chat_id as "chat_id!: ChatId", leaf as "leaf!", author as "author: Json<Author>",
            id, body as "body: Text", written_at, upto, found as "found!"
        from (
            select
                *,
                count(*) over () as found,
                sum(coalesce(octet_length(body), 0) + $6::int) over (order by seq)
                    - (coalesce(octet_length(body), 0) + $6::int) as bytes_before
            from (
                select opened_seq as seq, opened_at as at, chat_id, 'opened' as leaf, opened_by as author, entry_id as id,
                    null as body, null::timestamptz as written_at, null::bigint as upto
                from chats
                where asset_id = $1
                    and erased_at is null
                    and opened_seq > $3
                    and opened_seq <= $4
                    and ($2::uuid is null or chat_id = $2)
                union all
                select closed_seq, closed_at, chat_id, 'closed', closed_by, null, null, null, null
                from chats
                where asset_id = $1
                    and erased_at is null
                    and closed_seq > $3
                    and closed_seq <= $4
                    and ($2::uuid is null or chat_id = $2)
                union all
                select client_read_seq, client_read_at, chat_id, 'read by client', null, null, null, null, client_read_upto
                from chats
                where asset_id = $1
                    and erased_at is null
                    and client_read_seq > $3
                    and client_read_seq <= $4
                    and ($2::uuid is null or chat_id = $2)
                union all
                select reads.seq, reads.at, chat_id, 'read by technician', null, technician_id, null, null, reads.upto
                from chats
                join reads using (chat_id)
                where asset_id = $1
                    and reads.seq > $3
                    and reads.seq <= $4
                    and ($2::uuid is null or chat_id = $2)
                union all
                select messages.seq, messages.at, chat_id, kind, author, message_id, body, written_at, null
                from chats
                join messages using (chat_id)
                where asset_id = $1
                    and chats.last_seq > $3
                    and messages.seq > $3
                    and messages.seq <= $4
                    and kind <> 'note'
                    and ($2::uuid is null or chat_id = $2)
                order by seq
                limit $5
            ) as missed
        ) as measured
        where bytes_before < $7
        order by seq
        "#,
        missed.asset_id.uuid(),
        missed.chat_id.map(ChatId::uuid),
        bigint(missed.after),
        bigint(missed.upto),
        MAX_FACTS,
        ENVELOPE_BYTES,
        i64::try_from(max_bytes).unwrap_or(i64::MAX),
    )
    .fetch_all(db)
    .await?;

    let found = rows.first().map_or(0, |row| row.found);
    let more = found == MAX_FACTS || i64::try_from(rows.len()).is_ok_and(|taken| taken < found);
    let facts: Result<_, _> = rows.into_iter().map(|row| row.logged(missed.asset_id)).collect();
    Ok(Snapshot { facts: facts?, more })
}

struct Row {
    seq: i64,
    at: DateTime<Utc>,
    chat_id: ChatId,
    leaf: String,
    author: Option<Json<Author>>,
    id: Option<Uuid>,
    body: Option<Text>,
    written_at: Option<DateTime<Utc>>,
    upto: Option<i64>,
    found: i64,
}

impl Row {
    fn logged(self, asset_id: AssetId) -> Result<Logged, sqlx::Error> {
        let (seq, at, chat_id) = (self.seq.cast_unsigned(), self.at, self.chat_id);
        let leaf = self.leaf.clone();
        let (leaf, fact) = self.fact().ok_or_else(|| sqlx::Error::Decode(format!("a row of {leaf:?}").into()))?;
        let subject = ChatSubject::new(asset_id, chat_id, leaf);
        Ok(Logged { seq, at, subject, fact })
    }

    fn fact(self) -> Option<(Leaf, Fact)> {
        let by = self.author.map(|author| author.0);
        let read = self.upto.map(|upto| Fact::Read(Read { upto: upto.cast_unsigned() }));
        let leaf = match self.leaf.as_str() {
            "opened" => {
                let entry_id = self.id.map(MenuEntryId::from);
                return Some((Leaf::Opened, Fact::Opened(Opened { by: by?, entry_id })));
            }
            "closed" => return Some((Leaf::Closed, Fact::Closed(Closed { by: by? }))),
            "read by client" => return Some((Leaf::ReadClient, read?)),
            "read by technician" => return Some((Leaf::ReadTechnician(TechnicianId::from(self.id?)), read?)),
            "client" => Leaf::SaidClient,
            "technician" => Leaf::SaidTechnician,
            "system" => Leaf::SaidSystem,
            _ => return None,
        };
        let message_id = MessageId::from(self.id?);
        let said = Said { message_id, by: by?, text: self.body?, written_at: self.written_at? };
        Some((leaf, Fact::Said(said)))
    }
}
