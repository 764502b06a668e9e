//! One page of a list that is sorted by name.

use broker_config::Line;
use uuid::Uuid;

/// Which name comes first in a list that is sorted by name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum NameOrder {
    /// From A to Z.
    #[default]
    Rising,
    /// From Z to A.
    Falling,
}

impl NameOrder {
    pub(crate) fn is_rising(self) -> bool {
        self == Self::Rising
    }
}

/// Which page of a list that is sorted by name: what to look for, and after which row to go on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NamedPage {
    /// Only rows that have this in their name; in any case.
    pub search: Option<String>,
    /// The name and the id of the last row of the page before.
    pub after: Option<(Line, Uuid)>,
    /// How many rows at most.
    pub limit: i64,
}

impl NamedPage {
    pub(crate) fn after_name(&self) -> Option<&str> {
        self.after.as_ref().map(|(name, _)| &**name)
    }

    pub(crate) fn after_id(&self) -> Option<Uuid> {
        self.after.as_ref().map(|(_, id)| *id)
    }
}
