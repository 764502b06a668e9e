//! The tray, whatever the platform: it is given a face to show and says what a person wished.

#[cfg(target_os = "linux")]
mod status_notifier;
#[cfg(windows)]
mod windows;

#[cfg(windows)]
use std::sync::Arc;

use tokio::sync::mpsc;

use super::face::{Face, Wish};

/// How many wishes may wait. A person clicks seldom; what is beyond that is dropped.
pub(crate) const WISH_CAPACITY: usize = 8;

/// The icon in the tray, where there is a way to show one. Gone when dropped.
pub(crate) struct Tray {
    #[cfg(target_os = "linux")]
    icon: Option<status_notifier::Icon>,
    #[cfg(windows)]
    icon: Option<windows::Icon>,
}

impl Tray {
    /// Shows the icon as soon as there is a tray. Where there cannot be one, that is logged with the other way to the chat,
    /// and the rest of the agent works all the same.
    #[cfg(any(target_os = "linux", windows))]
    #[cfg_attr(windows, expect(clippy::unused_async, reason = "other systems take their time"))]
    pub(crate) async fn start(face: Face, wishes: mpsc::Sender<Wish>) -> Self {
        #[cfg(target_os = "linux")]
        let started = status_notifier::Icon::start(face, wishes).await;
        #[cfg(windows)]
        let started = windows::Icon::start(&face, wishes);
        let icon = match started {
            Ok(icon) => Some(icon),
            Err(error) => {
                tracing::warn!(error = &error as &dyn std::error::Error, "no tray in this session; {OTHER_WAY}");
                None
            }
        };
        Self { icon }
    }

    /// Shows no icon: there is none for this platform.
    #[cfg(not(any(target_os = "linux", windows)))]
    pub(crate) async fn start(_: Face, _: mpsc::Sender<Wish>) -> Self {
        tracing::warn!("no tray on this platform; {OTHER_WAY}");
        Self {}
    }

    /// Shows another face.
    #[cfg(target_os = "linux")]
    pub(crate) async fn show(&self, face: Face) {
        if let Some(icon) = &self.icon {
            icon.show(face).await;
        }
    }

    /// Shows another face.
    #[cfg(windows)]
    #[expect(clippy::unused_async, reason = "other systems take their time")]
    pub(crate) async fn show(&self, face: Face) {
        if let Some(icon) = &self.icon {
            icon.show(&face);
        }
    }

    /// Shows nothing.
    #[cfg(not(any(target_os = "linux", windows)))]
    pub(crate) async fn show(&self, _: Face) {}

    /// What notifications come out of.
    #[cfg(windows)]
    pub(crate) fn icon(&self) -> Option<Arc<windows_desktop::tray::Tray>> {
        self.icon.as_ref().map(windows::Icon::tray)
    }
}

/// Whether this session has a tray now.
pub(crate) async fn is_there() -> bool {
    #[cfg(target_os = "linux")]
    return status_notifier::is_there().await;
    #[cfg(windows)]
    return windows_desktop::tray::is_there();
    #[cfg(not(any(target_os = "linux", windows)))]
    return false;
}

/// How the chat opens without a tray.
const OTHER_WAY: &str = "the chat opens by the application menu's entry or by `trayline-agent tray --open`";
