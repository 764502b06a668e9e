//! System tray menus: what makes a good policy, and telling devices of a new menu.

use std::collections::HashSet;

use broker_config::{AssetId, subject};
use store::assets::AssetsUnder;
use store::policies::{PolicyEntry, PolicySettings};

use crate::front::Front;
use crate::problem::{Problem, Thing};

/// How many entries a menu may have.
const MAX_ENTRIES: usize = 50;

/// How many devices are told of a new menu per query.
const BATCH: i64 = 1000;

/// Refuses settings that cannot be: a menu that a device could not show, or chats for nobody whom we know.
pub(crate) async fn check(front: &Front, settings: &PolicySettings) -> Result<(), Problem> {
    check_entries(settings.menu.as_deref().unwrap_or_default())?;
    if store::technicians::are_known(front.db(), &settings.assignees()).await? {
        Ok(())
    } else {
        Err(Problem::NoSuch(Thing::Technician))
    }
}

/// Tells one device that its menu changed. It asks for the new one by a sync.
pub(crate) async fn tell_device(front: &Front, asset_id: AssetId) -> Result<(), Problem> {
    let published = front.log().client().publish(subject::config(asset_id), "{}".into()).await;
    published.map_err(|error| Problem::BrokerUnavailable(error.into()))
}

/// Tells all of these devices, after the request was answered: there may be many. A device that is not told learns of its
/// menu by its next sync.
pub(crate) fn tell_devices(front: &Front, under: AssetsUnder) {
    let work = front.clone();
    in_background(front, async move {
        let mut last = None;
        loop {
            let asset_ids = store::assets::under(work.db(), under, last, BATCH).await?;
            tell_each(&work, &asset_ids).await?;
            match asset_ids.last() {
                Some(asset_id) => last = Some(*asset_id),
                None => return Ok(()),
            }
        }
    });
}

/// Tells these devices, like [`tell_devices`].
pub(crate) fn tell_these_devices(front: &Front, asset_ids: Vec<AssetId>) {
    let work = front.clone();
    in_background(front, async move { tell_each(&work, &asset_ids).await });
}

async fn tell_each(front: &Front, asset_ids: &[AssetId]) -> Result<(), Problem> {
    for asset_id in asset_ids {
        tell_device(front, *asset_id).await?;
    }
    Ok(())
}

fn in_background(front: &Front, telling: impl Future<Output = Result<(), Problem>> + Send + 'static) {
    front.background().spawn(async move {
        if let Err(error) = telling.await {
            tracing::warn!(error = &error as &dyn std::error::Error, "not every device was told of its new menu");
        }
    });
}

fn check_entries(menu: &[PolicyEntry]) -> Result<(), Problem> {
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
        assert!(check_entries(&good).is_ok());
        for bad in [
            vec![link(one, "javascript:alert(1)")],
            vec![link(one, "https://a.example"), link(one, "https://b.example")],
            vec![PolicyEntry::Separator; MAX_ENTRIES + 1],
        ] {
            assert!(check_entries(&bad).is_err(), "{bad:?}");
        }
    }
}
