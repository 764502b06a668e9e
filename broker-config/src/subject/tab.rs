//! Subjects of the leases of technicians' tabs: the keys of the bucket `PRESENCE`.

use std::fmt;
use std::str::FromStr;

use crate::{TabId, TechnicianId};

use super::MalformedSubject;

/// The key of a tab's lease, with the bucket before it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct TabSubject {
    /// Whose tab.
    pub technician_id: TechnicianId,
    /// Which.
    pub tab_id: TabId,
}

impl fmt::Display for TabSubject {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "$KV.PRESENCE.tech.{}.{}", self.technician_id, self.tab_id)
    }
}

impl FromStr for TabSubject {
    type Err = MalformedSubject;

    fn from_str(subject: &str) -> Result<Self, MalformedSubject> {
        let rest = subject.strip_prefix("$KV.PRESENCE.tech.").ok_or(MalformedSubject)?;
        let (technician, tab) = rest.split_once('.').ok_or(MalformedSubject)?;
        Ok(Self {
            technician_id: technician.parse().map_err(|_| MalformedSubject)?,
            tab_id: tab.parse().map_err(|_| MalformedSubject)?,
        })
    }
}
