//! The system tray menu of a device, as its policy says and as it is shown.

use serde::{Deserialize, Serialize};

use crate::{Line, MenuEntryId};

/// The entries of a tray menu, in the order in which they are shown.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(transparent)]
pub struct Menu(pub Vec<MenuEntry>);

/// One entry of a tray menu.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum MenuEntry {
    /// Opens the chat.
    LiveChat {
        /// The entry, as `opened` names it.
        entry_id: MenuEntryId,
        /// What the client reads in the menu.
        title: Line,
    },
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
