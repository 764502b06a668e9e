//! The leases that there are, and what follows from them.

use std::collections::{BTreeMap, BTreeSet};

use crate::{TabId, TabSubject, TechnicianId};

use super::Lease;

/// Leases by technician and tab.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Leases {
    tabs: BTreeMap<TechnicianId, BTreeMap<TabId, Lease>>,
    /// Who was online when the broker went away, and has no lease since it is back.
    missing: BTreeSet<TechnicianId>,
}

impl Leases {
    /// A lease was written.
    pub fn put(&mut self, tab: TabSubject, lease: Lease) {
        self.missing.remove(&tab.technician_id);
        self.tabs.entry(tab.technician_id).or_default().insert(tab.tab_id, lease);
    }

    /// A lease has ended.
    pub fn end(&mut self, tab: TabSubject) {
        if let Some(tabs) = self.tabs.get_mut(&tab.technician_id) {
            tabs.remove(&tab.tab_id);
            if tabs.is_empty() {
                self.tabs.remove(&tab.technician_id);
            }
        }
    }

    /// The leases are `found`, after a time in which it was not known what became of them. Whoever has none any more
    /// still counts as online, until [`Leases::settle`].
    #[must_use]
    pub fn after_absence(&self, found: Self) -> Self {
        let missing = self.online().into_iter().filter(|technician_id| !found.tabs.contains_key(technician_id));
        Self { missing: missing.collect(), ..found }
    }

    /// Whoever is still missing is offline.
    pub fn settle(&mut self) {
        self.missing.clear();
    }

    /// Whether a technician has a tab open.
    #[must_use]
    pub fn is_online(&self, technician_id: TechnicianId) -> bool {
        self.tabs.contains_key(&technician_id) || self.missing.contains(&technician_id)
    }

    /// Everybody who has a tab open.
    #[must_use]
    pub fn online(&self) -> BTreeSet<TechnicianId> {
        self.tabs.keys().chain(&self.missing).copied().collect()
    }

    /// The tab that plays a technician's sounds: an open one, if there is one, else one that closed a moment ago, since it
    /// may be loading again; of these a visible one, if there is one, and of these the one that was last looked at.
    #[must_use]
    pub fn tab_to_play(&self, technician_id: TechnicianId) -> Option<TabId> {
        let tabs = self.tabs.get(&technician_id)?.iter();
        let last = tabs.max_by_key(|(tab_id, lease)| (!lease.is_closing, lease.is_visible, lease.seen_at, **tab_id))?;
        Some(*last.0)
    }
}

#[cfg(test)]
mod tests {
    use chrono::{DateTime, TimeDelta};

    use super::*;

    fn lease(second: i64, is_visible: bool) -> Lease {
        Lease { is_visible, seen_at: DateTime::UNIX_EPOCH + TimeDelta::seconds(second), is_closing: false }
    }

    fn tab_of(technician_id: TechnicianId) -> TabSubject {
        TabSubject { technician_id, tab_id: TabId::new() }
    }

    #[test]
    fn a_technician_is_online_until_the_last_lease_has_ended() {
        let technician_id = TechnicianId::new();
        let [first, second] = [tab_of(technician_id), tab_of(technician_id)];
        let mut leases = Leases::default();
        assert!(!leases.is_online(technician_id));
        leases.put(first, lease(1, false));
        leases.put(second, lease(2, false));
        leases.end(first);
        assert!(leases.is_online(technician_id));
        leases.end(second);
        leases.end(second);
        assert_eq!(leases, Leases::default());
    }

    #[test]
    fn the_visible_tab_that_was_last_looked_at_plays() {
        let technician_id = TechnicianId::new();
        let [a, b] = [tab_of(technician_id), tab_of(technician_id)];
        let closing = |lease| Lease { is_closing: true, ..lease };
        for (of_a, of_b, plays) in [
            (lease(1, false), lease(2, false), b),
            (lease(2, false), lease(1, false), a),
            (lease(1, true), lease(2, false), a),
            (lease(1, true), lease(2, true), b),
            (lease(1, false), closing(lease(2, true)), a),
            (closing(lease(1, true)), closing(lease(2, true)), b),
        ] {
            let mut leases = Leases::default();
            leases.put(a, of_a);
            leases.put(b, of_b);
            assert_eq!(leases.tab_to_play(technician_id), Some(plays.tab_id), "{of_a:?} {of_b:?}");
        }
        assert_eq!(Leases::default().tab_to_play(technician_id), None);
    }

    #[test]
    fn an_absence_of_the_broker_makes_nobody_offline_before_it_has_settled() {
        let [stays, returns, absent] = [(); 3].map(|()| tab_of(TechnicianId::new()));
        let (mut before, mut found) = (Leases::default(), Leases::default());
        for tab in [stays, returns, absent] {
            before.put(tab, lease(1, true));
        }
        found.put(stays, lease(1, true));

        let mut leases = before.after_absence(found);
        assert_eq!(leases.online(), before.online());
        assert_eq!(leases.tab_to_play(absent.technician_id), None);
        leases.put(returns, lease(2, true));
        leases.settle();
        assert_eq!(leases.online(), [stays.technician_id, returns.technician_id].into());
    }
}
