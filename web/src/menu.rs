//! System tray menus: what makes a good one, and telling devices of a new one.

use std::collections::HashSet;

use broker_config::{AssetId, PolicyId, subject};
use store::policies::PolicyEntry;

use crate::front::Front;
use crate::problem::Problem;

/// How many entries a menu may have.
const MAX_ENTRIES: usize = 50;

/// How many devices are told of a new menu per query.
const BATCH: i64 = 1000;

/// Refuses a menu that a device could not show.
pub(crate) fn check(menu: &[PolicyEntry]) -> Result<(), Problem> {
    let refuse = |detail: &str| Err(Problem::Malformed(detail.to_owned()));
    if menu.len() > MAX_ENTRIES {
        return refuse("a menu may have 50 entries");
    }
    let mut entry_ids = HashSet::new();
    for entry in menu {
        let entry_id = match entry {
            PolicyEntry::LiveChat { entry_id, .. } => entry_id,
            PolicyEntry::Link { entry_id, url, .. } => {
                if !(url.starts_with("http://") || url.starts_with("https://")) {
                    return refuse("a link must begin with http:// or https://");
                }
                entry_id
            }
            PolicyEntry::Separator => continue,
        };
        if !entry_ids.insert(entry_id) {
            return refuse("two entries have the same entry_id");
        }
    }
    Ok(())
}

/// Tells one device that its menu changed. It asks for the new one by a sync.
pub(crate) async fn tell_device(front: &Front, asset_id: AssetId) -> Result<(), Problem> {
    let published = front.log().client().publish(subject::config(asset_id), "{}".into()).await;
    published.map_err(|error| Problem::BrokerUnavailable(error.into()))
}

/// Tells every device under a policy, after the request was answered: there may be many. A device that is not told learns
/// of its menu by its next sync.
pub(crate) fn tell_devices_under(front: &Front, policy_id: PolicyId) {
    let work = front.clone();
    front.background().spawn(async move {
        if let Err(error) = tell_all(&work, policy_id).await {
            tracing::warn!(error = &error as &dyn std::error::Error, "not every device was told of its new menu");
        }
    });
}

async fn tell_all(front: &Front, policy_id: PolicyId) -> Result<(), Problem> {
    let mut last = None;
    loop {
        let asset_ids = store::assets::under_policy(front.db(), policy_id, last, BATCH).await?;
        for asset_id in &asset_ids {
            tell_device(front, *asset_id).await?;
        }
        match asset_ids.last() {
            Some(asset_id) => last = Some(*asset_id),
            None => return Ok(()),
        }
    }
}

#[cfg(test)]
mod tests {
    use broker_config::{Line, MenuEntryId};

    use super::*;

    #[test]
    fn a_link_leads_to_the_web_and_entries_differ() {
        let link = |entry_id, url| PolicyEntry::Link {
            entry_id,
            title: Line::new("Help").unwrap(),
            url: Line::new(url).unwrap(),
        };
        let (one, two) = (MenuEntryId::new(), MenuEntryId::new());
        let good = [link(one, "https://help.example"), PolicyEntry::Separator, link(two, "http://help.example")];
        assert!(check(&good).is_ok());
        for bad in [
            vec![link(one, "javascript:alert(1)")],
            vec![link(one, "https://a.example"), link(one, "https://b.example")],
            vec![PolicyEntry::Separator; MAX_ENTRIES + 1],
        ] {
            assert!(check(&bad).is_err(), "{bad:?}");
        }
    }
}
