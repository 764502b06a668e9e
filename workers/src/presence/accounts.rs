//! What devices have sent and still may: the accounts by which floods are found.

use std::collections::{BTreeMap, BTreeSet};

use broker_config::{AssetId, DeviceConnection, DeviceTraffic};
use chrono::{DateTime, TimeDelta, Utc};
use store::floods::Flood;

use super::allowance::{Allowance, Amount, news};

/// How often it is written down that a device sends too much, for as long as it does.
const NOTE_EVERY: TimeDelta = TimeDelta::seconds(10);

/// A connection that is to be ended.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Cut {
    pub(super) server_id: String,
    pub(super) client_id: i64,
}

/// Accounts of the devices that sent something lately.
#[derive(Debug, Default)]
pub(super) struct Accounts {
    assets: BTreeMap<AssetId, Account>,
    /// What was counted of connections that are open.
    counted: BTreeMap<(String, i64), Amount>,
}

#[derive(Debug)]
struct Account {
    allowance: Allowance,
    /// Since the account was opened.
    sent: Amount,
    noted_at: Option<DateTime<Utc>>,
}

impl Accounts {
    /// A device has connected. It is cut at once when it has not paid yet.
    pub(super) fn connected(&mut self, connection: &DeviceConnection) -> Option<Cut> {
        let at = connection.connected_at;
        let allowance = &mut self.account(connection.asset_id, at).allowance;
        allowance.connect(at);
        let cut = Cut { server_id: connection.server_id.clone(), client_id: connection.client_id };
        allowance.is_overdrawn().then_some(cut)
    }

    /// A connection has ended, over which so much came.
    pub(super) fn ended(&mut self, traffic: &DeviceTraffic) {
        self.count(traffic);
        self.counted.remove(&(traffic.server_id.clone(), traffic.client_id));
    }

    /// The busiest connections of some servers, each once or more. Which of them are to be cut.
    pub(super) fn listed(&mut self, busiest: &[DeviceTraffic]) -> BTreeSet<Cut> {
        for traffic in busiest {
            self.count(traffic);
        }
        let servers: BTreeSet<_> = busiest.iter().map(|traffic| &traffic.server_id).collect();
        let listed: BTreeSet<_> = busiest.iter().map(|traffic| (&traffic.server_id, traffic.client_id)).collect();
        self.counted.retain(|(server, client), _| !servers.contains(server) || listed.contains(&(server, *client)));
        if let Some(now) = busiest.iter().map(|traffic| traffic.at).max() {
            self.assets.retain(|_, account| !account.allowance.is_whole(now));
        }
        let overdrawn = busiest.iter().filter(|traffic| self.is_overdrawn(traffic.asset_id));
        overdrawn.map(|of| Cut { server_id: of.server_id.clone(), client_id: of.client_id }).collect()
    }

    /// What is to be written down now.
    pub(super) fn notes(&mut self, now: DateTime<Utc>) -> Vec<Flood> {
        let mut notes = Vec::new();
        for (asset_id, account) in &mut self.assets {
            let is_due = account.noted_at.is_none_or(|noted_at| now - noted_at >= NOTE_EVERY);
            if account.allowance.is_overdrawn() && is_due {
                account.noted_at = Some(now);
                let Amount { messages, bytes } = account.sent;
                notes.push(Flood { asset_id: *asset_id, messages, bytes });
            }
        }
        notes
    }

    fn count(&mut self, traffic: &DeviceTraffic) {
        let key = (traffic.server_id.clone(), traffic.client_id);
        let sent = news(traffic, self.counted.insert(key, Amount::of(traffic)));
        let account = self.account(traffic.asset_id, traffic.at);
        account.sent = account.sent.plus(sent);
        account.allowance.spend(sent, traffic.at);
    }

    fn account(&mut self, asset_id: AssetId, at: DateTime<Utc>) -> &mut Account {
        let whole =
            || Account { allowance: Allowance::whole(at), sent: Amount { messages: 0, bytes: 0 }, noted_at: None };
        self.assets.entry(asset_id).or_insert_with(whole)
    }

    fn is_overdrawn(&self, asset_id: AssetId) -> bool {
        self.assets.get(&asset_id).is_some_and(|account| account.allowance.is_overdrawn())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn after(seconds: i64) -> DateTime<Utc> {
        DateTime::UNIX_EPOCH + TimeDelta::seconds(seconds)
    }

    fn sent(asset_id: AssetId, client_id: i64, messages: u64, seconds: i64) -> DeviceTraffic {
        let (connected_at, at) = (after(0), after(seconds));
        DeviceTraffic { server_id: "NAAA".to_owned(), client_id, asset_id, connected_at, at, messages, bytes: 0 }
    }

    fn connection(asset_id: AssetId, client_id: i64, seconds: i64) -> DeviceConnection {
        let (server_id, connected_at) = ("NAAA".to_owned(), after(seconds));
        DeviceConnection {
            server_id,
            client_id,
            asset_id,
            address: None,
            connected_at,
            disconnected_at: None,
            agent_version: None,
        }
    }

    fn cut(client_id: i64) -> Cut {
        Cut { server_id: "NAAA".to_owned(), client_id }
    }

    #[test]
    fn whoever_sends_too_much_is_cut_and_cut_again_until_it_has_paid_and_nobody_else_is() {
        let (flooder, other) = (AssetId::new(), AssetId::new());
        let mut accounts = Accounts::default();
        assert_eq!(accounts.listed(&[sent(flooder, 1, 10_000, 1), sent(other, 2, 300, 1)]), BTreeSet::new());
        let cuts = accounts.listed(&[sent(flooder, 1, 30_000, 3), sent(other, 2, 500, 3)]);
        assert_eq!(cuts, BTreeSet::from([cut(1)]));
        accounts.ended(&sent(flooder, 1, 31_000, 3));

        assert_eq!(accounts.connected(&connection(flooder, 3, 10)), Some(cut(3)));
        assert_eq!(accounts.connected(&connection(other, 4, 10)), None);
        assert_eq!(accounts.connected(&connection(flooder, 5, 70)), None);
    }

    #[test]
    fn many_short_connections_count_like_a_long_one() {
        let flooder = AssetId::new();
        let mut accounts = Accounts::default();
        for client_id in 1..=4 {
            assert_eq!(accounts.connected(&connection(flooder, client_id, 0)), None);
            accounts.ended(&sent(flooder, client_id, 4000, 1));
        }
        assert_eq!(accounts.connected(&connection(flooder, 5, 1)), Some(cut(5)));
    }

    #[test]
    fn a_flood_is_noted_from_time_to_time_with_all_that_was_sent() {
        let flooder = AssetId::new();
        let mut accounts = Accounts::default();
        accounts.listed(&[sent(flooder, 1, 20_000, 0)]);
        let flood = |messages| Flood { asset_id: flooder, messages, bytes: 0 };
        assert_eq!(accounts.notes(after(0)), [flood(20_000)]);
        accounts.listed(&[sent(flooder, 1, 30_000, 5)]);
        assert_eq!(accounts.notes(after(5)), []);
        assert_eq!(accounts.notes(after(10)), [flood(30_000)]);
    }

    #[test]
    fn what_a_server_that_did_not_answer_has_counted_is_not_counted_again() {
        let (device, elsewhere) = (AssetId::new(), AssetId::new());
        let mut accounts = Accounts::default();
        accounts.listed(&[sent(device, 1, 14_000, 0)]);
        let other_server = DeviceTraffic { server_id: "NBBB".to_owned(), ..sent(elsewhere, 1, 5, 2) };
        accounts.listed(&[other_server]);
        assert_eq!(accounts.listed(&[sent(device, 1, 14_100, 4)]), BTreeSet::new());
    }

    #[test]
    fn accounts_of_those_who_send_little_are_closed() {
        let mut accounts = Accounts::default();
        for client_id in 1..100 {
            accounts.connected(&connection(AssetId::new(), client_id, 0));
        }
        accounts.listed(&[sent(AssetId::new(), 100, 10, 60)]);
        assert_eq!((accounts.assets.len(), accounts.counted.len()), (0, 1));
    }
}
