//! Comparing what is known with the broker's own lists of open connections.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::atomic::Ordering;
use std::time::Duration;

use broker_config::{AskConnections, AssetId, DeviceConnection, OpenConnections, subject};
use chrono::{DateTime, Utc};
use futures::StreamExt;
use serde::Serialize;
use store::connections::{self, Connections};
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;

use crate::runner::chain;

use super::{NAME, Presence, PresenceError};

/// How often all is compared.
const EVERY: Duration = Duration::from_mins(1);

/// How often is looked whether this process has connected to the broker again. It costs the reading of a counter.
const LOOK: Duration = Duration::from_millis(250);

/// How long after this process has connected again a server that does not answer counts as gone: devices have as long to
/// connect to the one that took its place, so that those who do never seem to leave.
const RETURN: Duration = Duration::from_secs(10);

/// How long to wait for a server's answer, after the one before it.
const SILENCE: Duration = Duration::from_secs(1);

/// How many connections one answer lists, and how many of them are listed again by the next one: if connections end
/// between two answers, others move up into the part that was listed already.
const PAGE: usize = 1024;
const OVERLAP: usize = 128;

/// The servers that answered, with what they listed.
type Listed = BTreeMap<String, ServerConnections>;

/// What one server listed.
#[derive(Debug, PartialEq, Eq)]
struct ServerConnections {
    /// When it began to answer.
    at: DateTime<Utc>,
    connections: BTreeMap<i64, DeviceConnection>,
}

/// What is to be written about one server.
#[derive(Debug, PartialEq, Eq)]
struct Difference {
    /// Open there, and not known to be.
    found: Vec<DeviceConnection>,
    /// Known to be open, and not open there.
    missing: Vec<i64>,
}

impl Presence {
    /// Compares until `shutdown`.
    pub(super) async fn reconcile(&self, shutdown: &CancellationToken) {
        let statistics = self.log.client().statistics();
        let mut connects = 0;
        let mut due = Instant::now();
        loop {
            let now = statistics.connects.load(Ordering::Relaxed);
            if now != connects {
                connects = now;
                self.compare(false).await;
                due = Instant::now() + RETURN;
            } else if Instant::now() >= due {
                self.compare(true).await;
                due = Instant::now() + EVERY.mul_f64(rand::random_range(0.8..=1.0));
            }
            tokio::select! {
                () = shutdown.cancelled() => return,
                () = tokio::time::sleep(LOOK) => {}
            }
        }
    }

    /// Compares once. With `all`, servers that do not answer are gone.
    async fn compare(&self, all: bool) {
        match self.try_compare(all).await {
            Ok(changed) if changed > 0 => tracing::info!(worker = NAME, assets = changed, "presence was mended"),
            Ok(_) => {}
            Err(error) => tracing::warn!(worker = NAME, error = chain(&error), "presence cannot be compared"),
        }
    }

    async fn try_compare(&self, all: bool) -> Result<usize, PresenceError> {
        let listed = self.list().await?;
        let mut changed = BTreeSet::new();
        for (server_id, listed) in &listed {
            let known = connections::open_at(&self.db, server_id).await?;
            changed.extend(self.mend(server_id, listed.at, difference(listed, &known)).await?);
        }
        // Where no server answers, the broker is away: who is connected is then not known.
        if all && !listed.is_empty() {
            let server_ids: Vec<_> = listed.into_keys().collect();
            changed.extend(connections::miss_other_servers(&self.db, &server_ids).await?);
        }
        let changed: Vec<_> = changed.into_iter().collect();
        self.tell(&changed).await?;
        Ok(changed.len())
    }

    async fn mend(
        &self,
        server_id: &str,
        at: DateTime<Utc>,
        Difference { found, missing }: Difference,
    ) -> Result<Vec<AssetId>, PresenceError> {
        let mut changed = connections::miss(&self.db, server_id, &missing, at).await?;
        for found in found.chunks(super::BATCH) {
            let found: Connections = found.iter().cloned().collect();
            connections::record(&self.db, &found, Some(at)).await?;
            changed.extend(found.asset_ids());
        }
        Ok(changed)
    }

    /// Asks every server for all of its connections.
    async fn list(&self) -> Result<Listed, PresenceError> {
        let mut listed = Listed::new();
        let (mut offset, mut servers) = (0, usize::MAX);
        loop {
            let pages = self.ask(&AskConnections::new(offset, PAGE), OpenConnections::read, servers).await?;
            servers = pages.len();
            let more = pages.iter().any(|page| page.total > offset + PAGE);
            for OpenConnections { server_id, at, connections, .. } in pages {
                let server = listed.entry(server_id).or_insert(ServerConnections { at, connections: BTreeMap::new() });
                server.connections.extend(connections.into_iter().map(|open| (open.client_id, open)));
            }
            if !more {
                return Ok(listed);
            }
            offset += PAGE - OVERLAP;
        }
    }

    /// Every server's answer, until as many have answered or they are silent.
    pub(super) async fn ask<A>(
        &self,
        ask: &impl Serialize,
        read: impl Fn(&[u8]) -> Option<A>,
        servers: usize,
    ) -> Result<Vec<A>, PresenceError> {
        let client = self.log.client();
        let inbox = client.new_inbox();
        let mut answers = client.subscribe(inbox.clone()).await?;
        #[expect(clippy::expect_used, reason = "the question has string keys and a Vec takes every byte")]
        let question = serde_json::to_vec(ask).expect("a question is always JSON");
        client.publish_with_reply(subject::DEVICE_CONNECTIONS, inbox, question.into()).await?;
        let mut pages = Vec::new();
        while pages.len() < servers
            && let Ok(Some(answer)) = tokio::time::timeout(SILENCE, answers.next()).await
        {
            pages.extend(read(&answer.payload));
        }
        Ok(pages)
    }
}

/// What a server's list says otherwise than what is known.
fn difference(listed: &ServerConnections, known: &[i64]) -> Difference {
    let known: BTreeSet<_> = known.iter().copied().collect();
    let found = listed.connections.values().filter(|open| !known.contains(&open.client_id)).cloned().collect();
    let missing = known.into_iter().filter(|client_id| !listed.connections.contains_key(client_id)).collect();
    Difference { found, missing }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn open(client_id: i64) -> DeviceConnection {
        DeviceConnection {
            server_id: "NAAA".to_owned(),
            client_id,
            asset_id: AssetId::from(uuid::Uuid::from_u128(client_id.unsigned_abs().into())),
            address: None,
            connected_at: DateTime::UNIX_EPOCH,
            disconnected_at: None,
            agent_version: None,
        }
    }

    #[test]
    fn only_what_differs_is_written() {
        let all = |connections: &[i64]| connections.iter().map(|id| (*id, open(*id))).collect();
        for (listed, known, found, missing) in [
            (&[][..], &[][..], vec![], vec![]),
            (&[1, 2], &[1, 2], vec![], vec![]),
            (&[1, 2], &[2], vec![open(1)], vec![]),
            (&[2], &[1, 2, 3], vec![], vec![1, 3]),
            (&[4], &[5], vec![open(4)], vec![5]),
        ] {
            let listed = ServerConnections { at: DateTime::UNIX_EPOCH, connections: all(listed) };
            assert_eq!(difference(&listed, known), Difference { found, missing }, "{listed:?} {known:?}");
        }
    }
}
