//! A chat's present, as the log has it. Workers that apply rules decide by it and not by the fact that woke them, so
//! it does not matter to them in which order facts come, or how often.

use std::collections::BTreeMap;
use std::time::Duration;

use broker_config::{
    AssetId, Assigned, ChatId, ChatSubject, Fact, Last, Leaf, Log, Logged, MenuEntryId, MessageId, Opened, ReadError,
    TechnicianId, subject,
};
use chrono::{DateTime, Utc};
use futures::{StreamExt, TryStreamExt, stream};

/// How often a replica is asked that does not have yet what its leader has delivered already.
const REPLICA_ATTEMPTS: usize = 20;

/// The pause between that.
const REPLICA_PAUSE: Duration = Duration::from_millis(50);

/// How many chats are read at once.
const READS_AT_ONCE: usize = 32;

/// The chats that facts are about, each with the last of their sequences.
pub(crate) fn touched(facts: &[Logged]) -> Vec<(AssetId, ChatId, u64)> {
    let mut chats: BTreeMap<_, u64> = BTreeMap::new();
    for Logged { seq, subject, .. } in facts {
        let last = chats.entry((subject.asset_id, subject.chat_id)).or_default();
        *last = (*last).max(*seq);
    }
    chats.into_iter().map(|((asset_id, chat_id), seq)| (asset_id, chat_id, seq)).collect()
}

/// A chat's present.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ChatState {
    /// The device.
    pub asset_id: AssetId,
    /// The chat.
    pub chat_id: ChatId,
    /// How it began; `None` when it never did.
    pub opened: Option<Opened>,
    /// Whether it has ended.
    pub is_closed: bool,
    /// The last assignment.
    pub assigned: Option<Assigned>,
    /// Its sequence, 0 for none.
    pub assigned_seq: u64,
    /// The sequence of the client's last message, 0 for none. One that this version cannot read counts: a later one may have
    /// made it, and somebody waits.
    pub last_client_seq: u64,
    /// The sequence of the technicians' last message, 0 for none.
    pub last_technician_seq: u64,
    /// The last message that Trayline itself said, and its sequence.
    pub last_system: Option<(u64, MessageId)>,
    /// Since when the client waits for an answer.
    pub waiting: Option<Waiting>,
    /// How far each technician has read.
    pub read_upto: BTreeMap<TechnicianId, u64>,
    /// The sequence of the fact that says so.
    pub read_seq: BTreeMap<TechnicianId, u64>,
    /// The sequence of the chat's last fact: what a compare-and-set on the whole chat expects.
    pub last_seq: u64,
}

/// The client's first message that no technician has answered: an episode of waiting.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Waiting {
    /// Its sequence.
    pub since_seq: u64,
    /// When the broker stored it.
    pub since: DateTime<Utc>,
}

impl ChatState {
    /// Reads it, at least as it was at `seq`: a replica that lags is asked again for a second. A chat that was erased from
    /// the log has no facts.
    ///
    /// # Errors
    /// See [`ReadError`].
    pub async fn read(log: &Log, asset_id: AssetId, chat_id: ChatId, seq: u64) -> Result<Self, ReadError> {
        let filter = subject::facts_of(asset_id, chat_id);
        let mut attempt = 1;
        let state = loop {
            let state = Self::of(asset_id, chat_id, log.last_of_each(&filter).await?);
            if state.last_seq >= seq || attempt == REPLICA_ATTEMPTS {
                break state;
            }
            attempt += 1;
            tokio::time::sleep(REPLICA_PAUSE).await;
        };
        state.with_waiting(log).await
    }

    /// Reads several, each at least as it was at the sequence beside it.
    ///
    /// # Errors
    /// See [`ReadError`].
    pub async fn read_all(log: &Log, chats: Vec<(AssetId, ChatId, u64)>) -> Result<Vec<Self>, ReadError> {
        let mut reading = Vec::with_capacity(chats.len());
        for (asset_id, chat_id, seq) in chats {
            reading.push(Self::read(log, asset_id, chat_id, seq));
        }
        stream::iter(reading).buffer_unordered(READS_AT_ONCE).try_collect().await
    }

    fn of(asset_id: AssetId, chat_id: ChatId, last: Vec<Last>) -> Self {
        let mut state = Self {
            asset_id,
            chat_id,
            opened: None,
            is_closed: false,
            assigned: None,
            assigned_seq: 0,
            last_client_seq: 0,
            last_technician_seq: 0,
            last_system: None,
            waiting: None,
            read_upto: BTreeMap::new(),
            read_seq: BTreeMap::new(),
            last_seq: 0,
        };
        for last in last {
            state.take(last);
        }
        state
    }

    fn take(&mut self, Last { seq, subject, fact }: Last) {
        self.last_seq = self.last_seq.max(seq);
        match (subject.leaf, fact) {
            (Leaf::Opened, Some(Fact::Opened(opened))) => self.opened = Some(opened),
            (Leaf::Closed, _) => self.is_closed = true,
            (Leaf::Assigned, Some(Fact::Assigned(assigned))) => {
                self.assigned = Some(assigned);
                self.assigned_seq = seq;
            }
            (Leaf::SaidClient, _) => self.last_client_seq = seq,
            (Leaf::SaidTechnician, _) => self.last_technician_seq = seq,
            (Leaf::SaidSystem, Some(Fact::Said(said))) => self.last_system = Some((seq, said.message_id)),
            (Leaf::ReadTechnician(technician_id), Some(Fact::Read(read))) => {
                self.read_upto.insert(technician_id, read.upto);
                self.read_seq.insert(technician_id, seq);
            }
            _ => {}
        }
    }

    /// Looks for the client's first message after the technicians' last one. It is there: it is the last one or before it.
    async fn with_waiting(mut self, log: &Log) -> Result<Self, ReadError> {
        if self.is_open() && self.last_client_seq > self.last_technician_seq {
            let said = ChatSubject::new(self.asset_id, self.chat_id, Leaf::SaidClient);
            let first = log.first_after(&said, self.last_technician_seq).await?;
            self.waiting = first.map(|(since_seq, since)| Waiting { since_seq, since });
        }
        Ok(self)
    }

    /// Whether it has begun and not ended.
    #[must_use]
    pub fn is_open(&self) -> bool {
        self.opened.is_some() && !self.is_closed
    }

    /// The menu entry by which the client began it.
    #[must_use]
    pub fn entry_id(&self) -> Option<MenuEntryId> {
        self.opened.as_ref()?.entry_id
    }

    /// Who has it.
    #[must_use]
    pub fn assignee(&self) -> Option<TechnicianId> {
        let to = self.assigned.as_ref()?.to.as_ref()?;
        Some(to.technician_id)
    }

    /// Up to which sequence a technician has read it, 0 for nothing.
    #[must_use]
    pub fn read_upto(&self, technician_id: TechnicianId) -> u64 {
        self.read_upto.get(&technician_id).copied().unwrap_or_default()
    }

    /// Whether the client has said something that the technician has not read.
    #[must_use]
    pub fn is_unread_for(&self, technician_id: TechnicianId) -> bool {
        self.last_client_seq > self.read_upto(technician_id)
    }
}
