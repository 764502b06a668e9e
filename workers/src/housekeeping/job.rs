//! The jobs by name.

use std::fmt;
use std::str::FromStr;

/// Something that is done from time to time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Job {
    /// Closes chats in which nothing was said for long.
    CloseIdleChats,
    /// Forgets archived chats after their retention.
    ForgetArchivedChats,
    /// Closes all but one of an asset's open chats.
    CloseOverlappingChats,
    /// Sets unavailable timers that should run and do not.
    SetLostTimers,
    /// Forgets devices' connections that ended long ago.
    ForgetConnections,
    /// Forgets expired sign-ins.
    ForgetSessions,
    /// Wakes whoever delivers when deliveries are overdue.
    RetryDeliveries,
    /// Forgets what technicians were told long ago.
    ForgetNotices,
    /// Adds what was said lately to the index by which texts are searched.
    IndexTexts,
    /// Erases what people and businesses asked to have erased.
    EraseData,
}

impl Job {
    /// Every job.
    pub const ALL: [Self; 10] = [
        Self::CloseIdleChats,
        Self::ForgetArchivedChats,
        Self::CloseOverlappingChats,
        Self::SetLostTimers,
        Self::ForgetConnections,
        Self::ForgetSessions,
        Self::RetryDeliveries,
        Self::ForgetNotices,
        Self::IndexTexts,
        Self::EraseData,
    ];

    /// Its name: in the database, in the configuration and on the command line.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::CloseIdleChats => "close_idle_chats",
            Self::ForgetArchivedChats => "forget_archived_chats",
            Self::CloseOverlappingChats => "close_overlapping_chats",
            Self::SetLostTimers => "set_lost_timers",
            Self::ForgetConnections => "forget_connections",
            Self::ForgetSessions => "forget_sessions",
            Self::RetryDeliveries => "retry_deliveries",
            Self::ForgetNotices => "forget_notices",
            Self::IndexTexts => "index_texts",
            Self::EraseData => "erase_data",
        }
    }
}

impl fmt::Display for Job {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl FromStr for Job {
    type Err = String;

    fn from_str(name: &str) -> Result<Self, String> {
        let names = || Self::ALL.map(Self::name).join(", ");
        Self::ALL.into_iter().find(|job| job.name() == name).ok_or_else(|| format!("not one of: {}", names()))
    }
}
