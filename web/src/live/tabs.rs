//! The tabs whose sockets this process has, and what their leases say.

use std::collections::{BTreeSet, HashMap};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use broker_config::presence::Lease;
use broker_config::{Ping, TabSubject, TechnicianId};
use chrono::{DateTime, Utc};
use tokio::sync::Notify;

/// The tabs of this process. Cheap to clone.
#[derive(Clone, Default)]
pub(super) struct OpenTabs(Arc<Shared>);

#[derive(Default)]
struct Shared {
    tabs: Mutex<Tabs>,
    changed: Notify,
}

#[derive(Default)]
struct Tabs {
    open: HashMap<TabSubject, OpenTab>,
    closed: Vec<Writing>,
    entered: u64,
}

struct OpenTab {
    /// The numbers of its sockets. A tab has one; while it is loaded again, or copied, there may be more.
    sockets: BTreeSet<u64>,
    lease: Lease,
    /// The sequence of the lease, once it was written.
    written: Option<u64>,
    is_due: bool,
}

/// A lease to be written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Writing {
    pub tab: TabSubject,
    pub lease: Lease,
    /// Of a tab that is closing: the sequence of the lease that it had, as far as that is known.
    pub written: Option<u64>,
}

/// One socket's part in its tab.
pub(super) struct TabGuard {
    tabs: OpenTabs,
    tab: TabSubject,
    number: u64,
}

impl OpenTabs {
    /// A tab's socket has opened.
    pub(super) fn enter(&self, tab: TabSubject, now: DateTime<Utc>) -> TabGuard {
        let mut tabs = self.lock();
        tabs.entered += 1;
        let number = tabs.entered;
        let lease = Lease { is_visible: false, seen_at: now, is_closing: false };
        let new = || OpenTab { sockets: BTreeSet::new(), lease, written: None, is_due: true };
        let open = tabs.open.entry(tab).or_insert_with(new);
        open.sockets.insert(number);
        drop(tabs);
        self.0.changed.notify_one();
        TabGuard { tabs: self.clone(), tab, number }
    }

    /// The socket of something that is no tab: it has no lease, and plays nothing.
    pub(super) fn stay_out(&self, tab: TabSubject) -> TabGuard {
        TabGuard { tabs: self.clone(), tab, number: 0 }
    }

    /// Waits until something is to be written.
    pub(super) async fn changed(&self) {
        self.0.changed.notified().await;
    }

    /// All leases are to be written.
    pub(super) fn renew(&self) {
        self.lock().open.values_mut().for_each(|open| open.is_due = true);
    }

    /// Takes what is to be written.
    pub(super) fn take_due(&self) -> Vec<Writing> {
        let mut tabs = self.lock();
        let mut due = std::mem::take(&mut tabs.closed);
        due.retain(|closed| !tabs.open.contains_key(&closed.tab));
        for (tab, open) in tabs.open.iter_mut().filter(|(_, open)| open.is_due) {
            open.is_due = false;
            due.push(Writing { tab: *tab, lease: open.lease, written: None });
        }
        due
    }

    /// A lease was written, with this sequence.
    pub(super) fn written(&self, tab: &TabSubject, seq: u64) {
        if let Some(open) = self.lock().open.get_mut(tab) {
            open.written = Some(seq);
        }
    }

    /// A lease could not be written.
    pub(super) fn not_written(&self, tab: &TabSubject) {
        if let Some(open) = self.lock().open.get_mut(tab) {
            open.is_due = true;
        }
    }

    fn lock(&self) -> MutexGuard<'_, Tabs> {
        self.0.tabs.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl TabGuard {
    /// Whose tab it is.
    pub(super) fn technician_id(&self) -> TechnicianId {
        self.tab.technician_id
    }

    /// Whether this socket plays the sound of a ping: its tab is the one, and no newer socket says that it is that tab,
    /// as the copy of a tab does.
    pub(super) fn plays(&self, ping: &Ping) -> bool {
        ping.tab_id == Some(self.tab.tab_id)
            && self.tabs.lock().open.get(&self.tab).is_some_and(|open| open.sockets.last() == Some(&self.number))
    }

    /// The tab became visible or hidden.
    pub(super) fn saw(&self, is_visible: bool, now: DateTime<Utc>) {
        if let Some(open) = self.tabs.lock().open.get_mut(&self.tab) {
            open.lease = Lease { is_visible, seen_at: now, is_closing: false };
            open.is_due = true;
        }
        self.tabs.0.changed.notify_one();
    }
}

impl Drop for TabGuard {
    fn drop(&mut self) {
        let mut tabs = self.tabs.lock();
        let Some(open) = tabs.open.get_mut(&self.tab) else { return };
        open.sockets.remove(&self.number);
        if !open.sockets.is_empty() {
            return;
        }
        let Some(OpenTab { lease, written, .. }) = tabs.open.remove(&self.tab) else { return };
        tabs.closed.push(Writing { tab: self.tab, lease: Lease { is_closing: true, ..lease }, written });
        drop(tabs);
        self.tabs.0.changed.notify_one();
    }
}

#[cfg(test)]
mod tests {
    use broker_config::{AssetId, ChatId, TabId};

    use super::*;

    fn tab() -> TabSubject {
        TabSubject { technician_id: TechnicianId::new(), tab_id: TabId::new() }
    }

    fn ping(tab: TabSubject) -> Ping {
        Ping { chat_id: ChatId::new(), asset_id: AssetId::new(), seq: 1, tab_id: Some(tab.tab_id) }
    }

    fn lease(is_visible: bool, is_closing: bool) -> Lease {
        Lease { is_visible, seen_at: DateTime::UNIX_EPOCH, is_closing }
    }

    #[test]
    fn of_a_tab_and_its_copies_one_plays() {
        let (tabs, tab) = (OpenTabs::default(), tab());
        let [first, copy] = [(); 2].map(|()| tabs.enter(tab, DateTime::UNIX_EPOCH));
        assert_eq!((first.plays(&ping(tab)), copy.plays(&ping(tab))), (false, true));
        drop(copy);
        assert!(first.plays(&ping(tab)));
        assert!(!first.plays(&ping(self::tab())));
    }

    #[test]
    fn a_lease_is_due_when_the_tab_opens_when_it_is_seen_when_renewed_and_when_it_closes() {
        let (tabs, tab) = (OpenTabs::default(), tab());
        let writing = |lease, written| vec![Writing { tab, lease, written }];
        let open = tabs.enter(tab, DateTime::UNIX_EPOCH);
        assert_eq!(tabs.take_due(), writing(lease(false, false), None));
        assert_eq!(tabs.take_due(), []);
        tabs.written(&tab, 7);
        open.saw(true, DateTime::UNIX_EPOCH);
        assert_eq!(tabs.take_due(), writing(lease(true, false), None));
        tabs.not_written(&tab);
        assert_eq!(tabs.take_due(), writing(lease(true, false), None));
        tabs.renew();
        assert_eq!(tabs.take_due(), writing(lease(true, false), None));
        drop(open);
        assert_eq!(tabs.take_due(), writing(lease(true, true), Some(7)));
        assert_eq!(tabs.take_due(), []);
    }

    #[test]
    fn what_stays_out_has_no_lease_and_plays_nothing() {
        let (tabs, tab) = (OpenTabs::default(), tab());
        let outside = tabs.stay_out(tab);
        outside.saw(true, DateTime::UNIX_EPOCH);
        assert!(!outside.plays(&ping(tab)));
        drop(outside);
        assert_eq!(tabs.take_due(), []);
    }

    #[test]
    fn a_tab_that_is_loaded_again_does_not_close() {
        let (tabs, tab) = (OpenTabs::default(), tab());
        drop(tabs.enter(tab, DateTime::UNIX_EPOCH));
        let _again = tabs.enter(tab, DateTime::UNIX_EPOCH);
        assert_eq!(tabs.take_due(), [Writing { tab, lease: lease(false, false), written: None }]);
    }
}
