//! What holds for one asset: each setting from the nearest policy that sets it.

#[cfg(test)]
mod tests;

use broker_config::{Line, Menu, MenuEntry, MenuEntryId, PolicyId};
use serde::Serialize;
use uuid::Uuid;

use super::{Assignment, LiveChatSettings, PolicyEntry, PolicySettings, UnavailableMessage, UnavailableSeconds};

/// The only entry of the menu where no policy sets one.
const BUILT_IN_ENTRY: Uuid = Uuid::from_u128(0x019a_ac00_0000_7000_8000_0000_0000_0001);

/// The title of a Live Chat entry where no policy sets one.
const BUILT_IN_TITLE: &str = "Live chat";

/// What is said when nobody answers in time and no policy says what.
const BUILT_IN_MESSAGE: &str = "Nobody is available right now. Your message has been kept and will be answered.";

/// Where a policy is in effect, nearest first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum PolicyLevel {
    /// For one asset.
    Asset,
    /// For the assets of a group.
    AssetGroup,
    /// For the assets of a customer.
    Customer,
    /// For every asset.
    Global,
}

/// The policy from which a setting comes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct PolicyOrigin {
    /// Where it is in effect.
    pub level: PolicyLevel,
    /// Which policy.
    pub policy_id: PolicyId,
    /// Its name.
    pub policy_name: Line,
}

/// A policy that is in effect for an asset.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PlacedPolicy {
    /// Which, and where.
    pub origin: PolicyOrigin,
    /// What it sets.
    pub settings: PolicySettings,
}

/// A setting as it holds, and whence.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Inherited<T> {
    /// What holds.
    pub value: T,
    /// The policy that says so; none when it is built in.
    #[cfg_attr(feature = "openapi", schema(required))]
    pub from: Option<PolicyOrigin>,
}

/// What holds for one asset.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct EffectivePolicy {
    /// The policy whose menu it is; none when it is the built-in one.
    #[cfg_attr(feature = "openapi", schema(required))]
    pub menu_from: Option<PolicyOrigin>,
    /// The menu's entries, in order, those that are off too.
    pub entries: Vec<EffectiveEntry>,
}

/// One entry of the menu.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(tag = "type", rename_all = "snake_case")]
#[expect(clippy::large_enum_variant, reason = "menus are short, and most of their entries are chats")]
pub enum EffectiveEntry {
    /// Opens the chat.
    LiveChat(EffectiveLiveChat),
    /// Opens a web page.
    Link {
        /// The entry.
        entry_id: MenuEntryId,
        /// What the client reads in the menu.
        title: Line,
        /// An `http` or `https` address.
        url: Line,
    },
    /// A line between entries.
    Separator,
}

/// A Live Chat entry with all that holds for it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct EffectiveLiveChat {
    /// The entry, as `opened` names it.
    pub entry_id: MenuEntryId,
    /// What the client reads in the menu.
    pub title: Inherited<Line>,
    /// What is said when nobody answers in time; nothing when empty.
    pub unavailable_message: Inherited<UnavailableMessage>,
    /// Who gets a new chat.
    pub assignment: Inherited<Assignment>,
    /// After how many seconds without an answer the message is said.
    pub unavailable_seconds: Inherited<UnavailableSeconds>,
    /// Whether the entry is shown.
    pub is_on: Inherited<bool>,
}

impl EffectivePolicy {
    /// Resolves the policies of an asset, nearest first.
    ///
    /// The menu is that of the nearest policy that sets one. Each field of a Live Chat entry comes from the nearest policy
    /// that sets it; at the policy whose menu it is, what the entry says itself comes before what that policy says of all.
    #[must_use]
    pub fn resolve(policies: &[PlacedPolicy]) -> Self {
        let owner = policies.iter().position(|policy| policy.settings.menu.is_some());
        let menu = owner.and_then(|owner| policies[owner].settings.menu.clone()).unwrap_or_else(built_in_menu);
        let entries = menu.into_iter().map(|entry| match entry {
            PolicyEntry::LiveChat { entry_id, title, unavailable_message, assignment, unavailable_seconds, is_on } => {
                let own = LiveChatSettings { title, unavailable_message, assignment, unavailable_seconds, is_on };
                EffectiveEntry::LiveChat(Chain { policies, owner, own: &own }.resolve(entry_id))
            }
            PolicyEntry::Link { entry_id, title, url } => EffectiveEntry::Link { entry_id, title, url },
            PolicyEntry::Separator => EffectiveEntry::Separator,
        });
        let entries = entries.collect();
        Self { menu_from: owner.map(|owner| policies[owner].origin.clone()), entries }
    }

    /// The menu as devices show it: without the entries that are off.
    #[must_use]
    pub fn menu(&self) -> Menu {
        let shown = self.entries.iter().filter_map(|entry| match entry {
            EffectiveEntry::LiveChat(chat) => chat
                .is_on
                .value
                .then(|| MenuEntry::LiveChat { entry_id: chat.entry_id, title: chat.title.value.clone() }),
            EffectiveEntry::Link { entry_id, title, url } => {
                Some(MenuEntry::Link { entry_id: *entry_id, title: title.clone(), url: url.clone() })
            }
            EffectiveEntry::Separator => Some(MenuEntry::Separator),
        });
        Menu(shown.collect())
    }

    /// What holds for a chat that was opened by this entry: the entry itself, on or off by now, or the first one that is on
    /// where the chat was opened by none or by one that is no longer there.
    #[must_use]
    pub fn live_chat(&self, entry_id: Option<MenuEntryId>) -> Option<&EffectiveLiveChat> {
        let chats = || {
            self.entries.iter().filter_map(|entry| match entry {
                EffectiveEntry::LiveChat(chat) => Some(chat),
                EffectiveEntry::Link { .. } | EffectiveEntry::Separator => None,
            })
        };
        let named = chats().find(|chat| Some(chat.entry_id) == entry_id);
        named.or_else(|| chats().find(|chat| chat.is_on.value))
    }
}

/// Where the fields of one Live Chat entry are looked for.
struct Chain<'a> {
    policies: &'a [PlacedPolicy],
    /// The policy whose menu has the entry.
    owner: Option<usize>,
    /// What the entry says itself.
    own: &'a LiveChatSettings,
}

impl Chain<'_> {
    fn resolve(&self, entry_id: MenuEntryId) -> EffectiveLiveChat {
        EffectiveLiveChat {
            entry_id,
            title: self.nearest(|chat| chat.title.clone(), built_in_title),
            unavailable_message: self.nearest(|chat| chat.unavailable_message.clone(), built_in_message),
            assignment: self.nearest(|chat| chat.assignment, || Assignment::Nobody),
            unavailable_seconds: self.nearest(|chat| chat.unavailable_seconds, || UnavailableSeconds::BUILT_IN),
            is_on: self.nearest(|chat| chat.is_on, || true),
        }
    }

    fn nearest<T>(&self, field: impl Fn(&LiveChatSettings) -> Option<T>, built_in: impl FnOnce() -> T) -> Inherited<T> {
        let set = self.policies.iter().enumerate().find_map(|(place, policy)| {
            let own = if self.owner == Some(place) { field(self.own) } else { None };
            let value = own.or_else(|| field(&policy.settings.live_chat))?;
            Some(Inherited { value, from: Some(policy.origin.clone()) })
        });
        set.unwrap_or_else(|| Inherited { value: built_in(), from: None })
    }
}

fn built_in_menu() -> Vec<PolicyEntry> {
    vec![PolicyEntry::live_chat(MenuEntryId::from(BUILT_IN_ENTRY), LiveChatSettings::default())]
}

#[expect(clippy::expect_used, reason = "the title is a line, as the tests show")]
fn built_in_title() -> Line {
    Line::new(BUILT_IN_TITLE).expect("a line")
}

#[expect(clippy::expect_used, reason = "the message is a text, as the tests show")]
fn built_in_message() -> UnavailableMessage {
    UnavailableMessage::new(BUILT_IN_MESSAGE).expect("a text")
}
