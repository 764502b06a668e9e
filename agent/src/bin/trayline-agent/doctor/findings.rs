//! What the doctor says of what it found. Pure.

use std::fmt;
use std::path::Path;

use agent::Trouble;
use broker_config::{AssetId, Synced};
use chrono::TimeDelta;

/// How wrong a clock may be before it is worth a word.
const CLOCK_TOLERANCE: TimeDelta = TimeDelta::minutes(5);

/// How a finding is to be taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Grade {
    /// As it should be.
    Well,
    /// Works, and is worth knowing.
    Note,
    /// Does not work.
    Wrong,
}

/// One thing that was looked at.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Finding {
    pub(crate) grade: Grade,
    what: &'static str,
    words: String,
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let grade = match self.grade {
            Grade::Well => "ok",
            Grade::Note => "note",
            Grade::Wrong => "WRONG",
        };
        write!(f, "{grade:<6}{}: {}", self.what, self.words)
    }
}

fn finding(grade: Grade, what: &'static str, words: impl Into<String>) -> Finding {
    Finding { grade, what, words: words.into() }
}

pub(crate) fn enrolled(asset_id: AssetId) -> Finding {
    finding(Grade::Well, "device", format!("It is enrolled. Its number is {asset_id}."))
}

pub(crate) fn not_enrolled(reason: &str) -> Finding {
    finding(Grade::Wrong, "device", format!("It is not enrolled: {reason}."))
}

pub(crate) fn proxy((host, port): (&str, u16)) -> Finding {
    finding(Grade::Note, "proxy", format!("Connections go through {host}:{port}."))
}

pub(crate) fn server(answer: &Result<Synced, Trouble>) -> Finding {
    let what = "server";
    match answer {
        Ok(synced) => {
            let words = format!("{} answers. It calls this device {}.", &*synced.organisation, &*synced.asset_name);
            finding(Grade::Well, what, words)
        }
        Err(trouble) => finding(Grade::Wrong, what, advice(*trouble)),
    }
}

fn advice(trouble: Trouble) -> &'static str {
    match trouble {
        Trouble::Unreachable => {
            "There is no way to it. Is this device online? If other pages open in the browser, a firewall is in between."
        }
        Trouble::Certificate => {
            "Its certificate is not accepted. Look at this device's clock first, then ask who runs it."
        }
        Trouble::Refused => {
            "It has cut this device off: its credential was revoked or has expired. Ask whoever runs it; the device may have to be enrolled again."
        }
        Trouble::Unknown => {
            "It does not know this device any more, which was removed there. It has to be enrolled again."
        }
        Trouble::Silent => "It is there and does not answer. Whoever runs it should look whether all of Trayline runs.",
    }
}

/// `ahead` is by how much this device's clock is; none when nobody could say.
pub(crate) fn clock(ahead: Option<TimeDelta>) -> Finding {
    let what = "clock";
    match ahead {
        None => finding(Grade::Note, what, "It could not be compared with the server's."),
        Some(ahead) if ahead.abs() < CLOCK_TOLERANCE => finding(Grade::Well, what, "It is right."),
        Some(ahead) => {
            let side = if ahead > TimeDelta::zero() { "ahead" } else { "behind" };
            let minutes = ahead.abs().num_minutes();
            let words =
                format!("It is {minutes} minutes {side}. Messages are sent all the same, but certificates may fail.");
            finding(Grade::Wrong, what, words)
        }
    }
}

/// How many messages wait; none when the journal cannot be read.
pub(crate) fn outbox(waiting: Option<usize>) -> Finding {
    let what = "outbox";
    match waiting {
        None => finding(Grade::Wrong, what, "It cannot be read."),
        Some(0) => finding(Grade::Well, what, "Nothing waits to be sent."),
        Some(1) => finding(Grade::Note, what, "1 message waits to be sent."),
        Some(waiting) => finding(Grade::Note, what, format!("{waiting} messages wait to be sent.")),
    }
}

pub(crate) fn damaged(folder: &Path) -> Finding {
    let words = format!("Part of it could not be read once. That part is kept in {}/outbox.damaged.", folder.display());
    finding(Grade::Note, "outbox", words)
}

pub(crate) fn disk(takes_writes: bool) -> Finding {
    if takes_writes {
        finding(Grade::Well, "disk", "It takes what is written.")
    } else {
        finding(Grade::Wrong, "disk", "It takes no writes: it is full, or the folder is not this person's.")
    }
}

pub(crate) fn agent(is_running: bool) -> Finding {
    if is_running {
        finding(Grade::Well, "agent", "It runs in this session.")
    } else {
        finding(Grade::Wrong, "agent", "It does not run in this session. Sign out and in, or start Live Chat.")
    }
}

pub(crate) fn tray(is_there: bool) -> Finding {
    if is_there {
        finding(Grade::Well, "tray", "This desktop has one.")
    } else {
        finding(Grade::Note, "tray", "This desktop has none. The chat opens by Live Chat in the application menu.")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_finding_is_a_line_to_read_out() {
        for (finding, line) in [
            (outbox(Some(2)), "note  outbox: 2 messages wait to be sent."),
            (tray(true), "ok    tray: This desktop has one."),
            (outbox(None), "WRONG outbox: It cannot be read."),
        ] {
            assert_eq!(finding.to_string(), line);
        }
    }

    #[test]
    fn a_clock_is_wrong_from_five_minutes_on_either_side() {
        for (seconds, grade, words) in [
            (-299, Grade::Well, "It is right."),
            (300, Grade::Wrong, "It is 5 minutes ahead."),
            (-3600, Grade::Wrong, "It is 60 minutes behind."),
        ] {
            let finding = clock(Some(TimeDelta::seconds(seconds)));
            assert_eq!(finding.grade, grade);
            assert!(finding.words.starts_with(words), "{finding}");
        }
        assert_eq!(clock(None).grade, Grade::Note);
    }
}
