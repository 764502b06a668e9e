//! One answer's facts, as many as it carries.

use std::io;

use broker_config::{Logged, Synced, SyncedFact};
use chrono::SubsecRound;

/// How many decimals of a second the database keeps. A fact's time is the same wherever it was read.
const DECIMALS: u16 = 6;

/// Facts by rising sequence, up to a number of bytes.
#[derive(Default)]
pub(super) struct Page {
    facts: Vec<SyncedFact>,
    bytes: usize,
}

impl Page {
    /// Adds a fact, or says up to which sequence the page is complete when the fact is one too many. The first is never
    /// one too many.
    pub(super) fn push(&mut self, logged: Logged) -> Result<(), u64> {
        let fact = SyncedFact::from(Logged { at: logged.at.trunc_subsecs(DECIMALS), ..logged });
        let bytes = encoded_bytes(&fact);
        if !self.facts.is_empty() && self.bytes + bytes > Synced::MAX_FACT_BYTES {
            return Err(fact.seq - 1);
        }
        self.bytes += bytes;
        self.facts.push(fact);
        Ok(())
    }

    /// How many bytes more it may have.
    pub(super) fn room(&self) -> usize {
        Synced::MAX_FACT_BYTES.saturating_sub(self.bytes)
    }

    /// The sequence of the last fact.
    pub(super) fn last_seq(&self) -> Option<u64> {
        self.facts.last().map(|fact| fact.seq)
    }

    pub(super) fn into_facts(self) -> Vec<SyncedFact> {
        self.facts
    }
}

fn encoded_bytes(fact: &SyncedFact) -> usize {
    let mut bytes = Bytes(0);
    // Counting cannot fail, and a fact is always JSON.
    let _ = serde_json::to_writer(&mut bytes, fact);
    bytes.0
}

/// Counts what is written to it.
struct Bytes(usize);

impl io::Write for Bytes {
    fn write(&mut self, written: &[u8]) -> io::Result<usize> {
        self.0 += written.len();
        Ok(written.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}
