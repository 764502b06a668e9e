//! Devices that send too much: their connections are ended until they have paid, so that nobody waits behind them for long.
//!
//! The broker counts what comes over every connection, stored or not. Every instance asks for the busiest ones and hears of all that
//! end, so that many short ones count like a long one. Each keeps accounts of its own: to end a connection twice does no harm, and what
//! is written down is the same.

use std::time::Duration;

use broker_config::{AskBusiest, Busy, Clock, CutConnection, DeviceConnection, DeviceTraffic, SystemClock, subject};
use futures::StreamExt;
use metrics::counter;
use store::floods::{self, Flood};
use tokio::sync::mpsc;
use tokio::time::MissedTickBehavior;
use tokio_util::sync::CancellationToken;

use super::accounts::{Accounts, Cut};
use super::{NAME, Presence, PresenceError};
use crate::runner::{Backoff, chain};

/// How often servers are asked for their busiest connections.
const LOOK_EVERY: Duration = Duration::from_secs(2);

/// How many connections a server lists, by messages and by bytes. Whoever floods is soon among them.
const BUSIEST: usize = 128;

/// At every so many looks, answers are waited for until all servers are silent: there may be new ones.
const LOOKS_FOR_NEW_SERVERS: usize = 30;

/// How many floods may wait for the database. What is dropped beyond is noted again ten seconds later.
const NOTES_AHEAD: usize = 64;

impl Presence {
    /// Watches until `shutdown`. It outlives the absences of the broker and of the database.
    pub(super) async fn watch_floods(&self, shutdown: &CancellationToken) {
        let (write, notes) = mpsc::channel(NOTES_AHEAD);
        let watch = async move {
            let (mut accounts, mut backoff) = (Accounts::default(), Backoff::default());
            loop {
                match self.watch(&mut accounts, &write, shutdown).await {
                    Ok(()) => return,
                    Err(error) => tracing::warn!(worker = NAME, error = chain(&error), "floods cannot be seen"),
                }
                if backoff.pause(shutdown).await.is_err() {
                    return;
                }
            }
        };
        tokio::join!(watch, self.write_down(notes));
    }

    async fn watch(
        &self,
        accounts: &mut Accounts,
        write: &mpsc::Sender<Flood>,
        shutdown: &CancellationToken,
    ) -> Result<(), PresenceError> {
        let client = self.log.client();
        let mut connected = client.subscribe(subject::DEVICE_CONNECTED).await?;
        let mut ended = client.subscribe(subject::DEVICE_DISCONNECTED).await?;
        let mut ticks = tokio::time::interval(LOOK_EVERY);
        ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
        let (mut servers, mut looks) = (usize::MAX, 0);
        loop {
            tokio::select! {
                () = shutdown.cancelled() => return Ok(()),
                Some(event) = connected.next() => {
                    let connection = DeviceConnection::from_event(&event.payload);
                    if let Some(cut) = connection.and_then(|connection| accounts.connected(&connection)) {
                        self.cut(&cut).await?;
                    }
                }
                Some(event) = ended.next() => {
                    if let Some(traffic) = DeviceTraffic::from_end(&event.payload) {
                        accounts.ended(&traffic);
                    }
                }
                _ = ticks.tick() => {
                    let mut busiest = self.ask(&AskBusiest::new(Busy::ByMessages, BUSIEST), DeviceTraffic::read_busiest, servers).await?;
                    looks += 1;
                    let answered = busiest.len();
                    servers = next_servers(servers, answered, looks);
                    busiest.extend(self.ask(&AskBusiest::new(Busy::ByBytes, BUSIEST), DeviceTraffic::read_busiest, answered).await?);
                    for cut in accounts.listed(&busiest.concat()) {
                        self.cut(&cut).await?;
                    }
                }
                else => return Ok(()),
            }
            for flood in accounts.notes(SystemClock.now()) {
                // Noted again soon.
                _ = write.try_send(flood);
            }
        }
    }

    async fn cut(&self, Cut { server_id, client_id }: &Cut) -> Result<(), PresenceError> {
        #[expect(clippy::expect_used, reason = "the request has string keys and a Vec takes every byte")]
        let request = serde_json::to_vec(&CutConnection { cid: *client_id }).expect("a request is always JSON");
        let client = self.log.client();
        // A server does nothing without somebody to tell of it.
        client.publish_with_reply(subject::cut(server_id), client.new_inbox(), request.into()).await?;
        counter!("trayline_device_cuts_total").increment(1);
        Ok(())
    }

    /// Tells whoever runs the installation.
    async fn write_down(&self, mut notes: mpsc::Receiver<Flood>) {
        while let Some(flood) = notes.recv().await {
            let Flood { asset_id, messages, bytes } = &flood;
            tracing::warn!(asset.id = %asset_id, messages, bytes, "a device sends too much; its connections are cut");
            if let Err(error) = floods::record(&self.db, &flood).await {
                tracing::error!(worker = NAME, error = chain(&error), "a flood is not written down");
            }
        }
    }
}

/// How many servers' answers the next look waits for: as many as answered, or all that there are when one was missing, or when it
/// is time to look for new ones. A number that only shrank would stop the watch for good after one look without an answer.
fn next_servers(asked: usize, answered: usize, looks: usize) -> usize {
    let is_one_missing = answered == 0 || (asked != usize::MAX && answered < asked);
    if is_one_missing || looks.is_multiple_of(LOOKS_FOR_NEW_SERVERS) { usize::MAX } else { answered }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_server_that_did_not_answer_is_waited_for_again() {
        const ALL: usize = usize::MAX;
        for (asked, answered, looks, expected) in [
            (ALL, 3, 1, 3),
            (ALL, 0, 1, ALL),
            (3, 3, 2, 3),
            (3, 2, 2, ALL),
            (3, 0, 2, ALL),
            (3, 3, LOOKS_FOR_NEW_SERVERS, ALL),
        ] {
            assert_eq!(next_servers(asked, answered, looks), expected, "{asked} {answered} {looks}");
        }
    }
}
