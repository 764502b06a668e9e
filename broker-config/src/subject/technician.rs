//! Subjects of what concerns one technician and is not stored.

use std::fmt;
use std::str::FromStr;

use crate::TechnicianId;

use super::MalformedSubject;

/// The subject of something that one technician is told. No asset's id is the word `tech`, so no device hears it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct TechnicianSubject {
    /// Who.
    pub technician_id: TechnicianId,
    /// What it is about.
    pub leaf: TechnicianLeaf,
}

/// What a technician is told.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum TechnicianLeaf {
    /// `ping`: the ping worker.
    Ping,
    /// `rights`: web. What they may do has changed.
    Rights,
    /// `notice`: the notification worker.
    Notice,
}

impl fmt::Display for TechnicianSubject {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let leaf = match self.leaf {
            TechnicianLeaf::Ping => "ping",
            TechnicianLeaf::Rights => "rights",
            TechnicianLeaf::Notice => "notice",
        };
        write!(f, "live.tech.{}.{leaf}", self.technician_id)
    }
}

impl FromStr for TechnicianSubject {
    type Err = MalformedSubject;

    fn from_str(subject: &str) -> Result<Self, MalformedSubject> {
        let rest = subject.strip_prefix("live.tech.").ok_or(MalformedSubject)?;
        let (technician, leaf) = rest.split_once('.').ok_or(MalformedSubject)?;
        let leaf = match leaf {
            "ping" => TechnicianLeaf::Ping,
            "rights" => TechnicianLeaf::Rights,
            "notice" => TechnicianLeaf::Notice,
            _ => return Err(MalformedSubject),
        };
        Ok(Self { technician_id: technician.parse().map_err(|_| MalformedSubject)?, leaf })
    }
}
