//! How much a device may send: so much at once, and so much in the long run.

use broker_config::DeviceTraffic;
use chrono::{DateTime, TimeDelta, Utc};

/// Messages and bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Amount {
    pub(super) messages: i64,
    pub(super) bytes: i64,
}

/// What a device may send at once: a whole outbox that waited for a broker (10,000 messages of 32 MiB), and more.
pub(super) const AT_ONCE: Amount = Amount { messages: 15_000, bytes: 96 * 1024 * 1024 };

/// What it may send in the long run, in every second.
const A_SECOND: Amount = Amount { messages: 50, bytes: 1024 * 1024 };

/// What it costs to connect: as many messages.
const CONNECTING: Amount = Amount { messages: 5, bytes: 0 };

/// For how many seconds at most a device pays for what it sent too much.
const LONGEST_SECONDS: i64 = 60;

/// What a device may still send. Below nothing it may not be connected.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Allowance {
    left: Amount,
    at: DateTime<Utc>,
}

impl Allowance {
    /// All of it.
    pub(super) fn whole(at: DateTime<Utc>) -> Self {
        Self { left: AT_ONCE, at }
    }

    /// The device has sent this, as was counted at `at`.
    pub(super) fn spend(&mut self, sent: Amount, at: DateTime<Utc>) {
        self.earn(at);
        let least = A_SECOND.times(-LONGEST_SECONDS);
        self.left = self.left.minus(sent).at_least(least);
    }

    /// The device has connected.
    pub(super) fn connect(&mut self, at: DateTime<Utc>) {
        self.spend(CONNECTING, at);
    }

    /// Whether it has sent more than it may, and has not paid yet.
    pub(super) fn is_overdrawn(&self) -> bool {
        self.left.messages < 0 || self.left.bytes < 0
    }

    /// Whether all is there again at `at`.
    pub(super) fn is_whole(mut self, at: DateTime<Utc>) -> bool {
        self.earn(at);
        self.left == AT_ONCE
    }

    /// Servers' clocks differ: time that seems to go back earns nothing.
    fn earn(&mut self, at: DateTime<Utc>) {
        let earned = earned_within(at - self.at);
        self.left = Amount {
            messages: AT_ONCE.messages.min(self.left.messages + earned.messages),
            bytes: AT_ONCE.bytes.min(self.left.bytes + earned.bytes),
        };
        self.at = self.at.max(at);
    }
}

/// What was sent over a connection since `before` was counted. Of one that was not counted before: what it has sent more than it
/// may have in the long run.
pub(super) fn news(traffic: &DeviceTraffic, before: Option<Amount>) -> Amount {
    let all = Amount::of(traffic);
    let known = before.unwrap_or_else(|| earned_within(traffic.at - traffic.connected_at));
    all.minus(known).at_least(Amount { messages: 0, bytes: 0 })
}

fn earned_within(time: TimeDelta) -> Amount {
    let milliseconds = time.num_milliseconds().max(0);
    let earned = |a_second: i64| a_second.saturating_mul(milliseconds) / 1000;
    Amount { messages: earned(A_SECOND.messages), bytes: earned(A_SECOND.bytes) }
}

impl Amount {
    /// All that was sent over a connection.
    pub(super) fn of(traffic: &DeviceTraffic) -> Self {
        let count = |count: u64| i64::try_from(count).unwrap_or(i64::MAX);
        Self { messages: count(traffic.messages), bytes: count(traffic.bytes) }
    }

    /// Both together.
    pub(super) fn plus(self, other: Self) -> Self {
        Self { messages: self.messages.saturating_add(other.messages), bytes: self.bytes.saturating_add(other.bytes) }
    }

    fn minus(self, other: Self) -> Self {
        Self { messages: self.messages.saturating_sub(other.messages), bytes: self.bytes.saturating_sub(other.bytes) }
    }

    fn times(self, factor: i64) -> Self {
        Self { messages: self.messages.saturating_mul(factor), bytes: self.bytes.saturating_mul(factor) }
    }

    fn at_least(self, least: Self) -> Self {
        Self { messages: self.messages.max(least.messages), bytes: self.bytes.max(least.bytes) }
    }
}

#[cfg(test)]
mod tests {
    use broker_config::AssetId;

    use super::*;

    fn after(seconds: i64) -> DateTime<Utc> {
        DateTime::UNIX_EPOCH + TimeDelta::seconds(seconds)
    }

    fn messages(messages: i64) -> Amount {
        Amount { messages, bytes: 0 }
    }

    #[test]
    fn a_device_may_send_its_outbox_at_once_and_a_little_for_ever_and_no_more() {
        for (what, sent, overdrawn) in [
            ("an outbox", vec![(0, messages(10_000))], false),
            ("large texts", vec![(0, Amount { messages: 1000, bytes: 32 * 1024 * 1024 })], false),
            ("all that may be at once", vec![(0, messages(15_000))], false),
            ("one more", vec![(0, messages(15_001))], true),
            ("too many bytes", vec![(0, Amount { messages: 1, bytes: AT_ONCE.bytes + 1 })], true),
            ("a little for long", (1..4000).map(|second| (second, messages(50))).collect(), false),
            ("too much for long", (1..4000).map(|second| (second, messages(60))).collect(), true),
        ] {
            let mut allowance = Allowance::whole(after(0));
            for (second, amount) in sent {
                allowance.spend(amount, after(second));
            }
            assert_eq!(allowance.is_overdrawn(), overdrawn, "{what}");
        }
    }

    #[test]
    fn what_was_too_much_is_paid_within_a_minute_whatever_it_was() {
        let mut allowance = Allowance::whole(after(0));
        allowance.spend(messages(i64::MAX), after(0));
        for (second, overdrawn) in [(1, true), (59, true), (61, false), (62, false)] {
            allowance.spend(messages(0), after(second));
            assert_eq!(allowance.is_overdrawn(), overdrawn, "{second}");
        }
        assert!(!allowance.is_whole(after(300)) && allowance.is_whole(after(400)));
    }

    #[test]
    fn whoever_comes_again_and_again_pays_for_each_time() {
        let mut allowance = Allowance::whole(after(0));
        for _ in 0..3000 {
            allowance.connect(after(0));
        }
        assert!(!allowance.is_overdrawn());
        allowance.connect(after(0));
        assert!(allowance.is_overdrawn());
    }

    #[test]
    fn a_clock_that_goes_back_earns_nothing_and_takes_nothing() {
        let mut allowance = Allowance::whole(after(100));
        allowance.spend(messages(15_001), after(40));
        assert!(allowance.is_overdrawn());
        allowance.spend(messages(0), after(101));
        assert!(!allowance.is_overdrawn());
    }

    #[test]
    fn an_old_connection_that_was_never_counted_is_not_taken_for_a_flood() {
        let traffic = |messages, seconds| DeviceTraffic {
            server_id: "NAAA".to_owned(),
            client_id: 7,
            asset_id: AssetId::new(),
            connected_at: after(0),
            at: after(seconds),
            messages,
            bytes: 0,
        };
        for (sent, seconds, before, found) in [
            (20_000, 86_400, None, 0),
            (20_000, 2, None, 19_900),
            (20_000, 86_400, Some(19_000), 1000),
            (5, 10, Some(9), 0),
        ] {
            let found_now = news(&traffic(sent, seconds), before.map(messages));
            assert_eq!(found_now, messages(found), "{sent} within {seconds} s after {before:?}");
        }
    }
}
