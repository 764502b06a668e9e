//! Every text that the resident agent shows, in one place for translators. The window has its own.

/// The chat's entry while no policy is known.
pub(crate) const LIVE_CHAT: &str = "Live Chat";

/// The last entry of the menu.
pub(crate) const ABOUT: &str = "About";

/// Who one talks to while the organisation is not known.
pub(crate) const SUPPORT: &str = "Support";

/// Who says what a policy says, or Trayline itself.
pub(crate) const AUTOMATIC: &str = "Automatic message";

/// The notification's button and its default action.
#[cfg(target_os = "linux")]
pub(crate) const OPEN: &str = "Open";

/// There is no way to the technicians.
pub(crate) const OFFLINE: &str = "Offline. What you write is sent later.";

/// The server does not take this device any more.
pub(crate) const REFUSED: &str = "This device is not known to the server any more. Please tell your administrator.";

/// There is a way, and nothing new.
pub(crate) const ONLINE: &str = "Online";

/// Under the icon, when something is unread.
pub(crate) fn unread(count: usize) -> String {
    match count {
        1 => "1 unread message".to_owned(),
        _ => format!("{count} unread messages"),
    }
}

/// Above what several messages say.
pub(crate) fn from(name: &str, count: usize) -> String {
    match count {
        1 => name.to_owned(),
        _ => format!("{name} ({count} messages)"),
    }
}
