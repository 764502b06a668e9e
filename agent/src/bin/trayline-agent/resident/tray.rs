//! The tray, whatever the platform: it is given a face to show and says what a person wished.

#[cfg(target_os = "linux")]
mod status_notifier;

use tokio::sync::mpsc;

use super::face::{Face, Wish};

/// How many wishes may wait. A person clicks seldom; what is beyond that is dropped.
pub(crate) const WISH_CAPACITY: usize = 8;

/// The icon in the tray, where there is a way to show one. Gone when dropped.
pub(crate) struct Tray {
    #[cfg(target_os = "linux")]
    icon: Option<status_notifier::Icon>,
}

impl Tray {
    /// Shows the icon as soon as there is a tray. Where there cannot be one, that is logged with the other way to the chat,
    /// and the rest of the agent works all the same.
    #[cfg(target_os = "linux")]
    pub(crate) async fn start(face: Face, wishes: mpsc::Sender<Wish>) -> Self {
        let icon = match status_notifier::Icon::start(face, wishes).await {
            Ok(icon) => Some(icon),
            Err(error) => {
                tracing::warn!(error = &error as &dyn std::error::Error, "no tray in this session; {OTHER_WAY}");
                None
            }
        };
        Self { icon }
    }

    /// Shows no icon: this platform's tray is not written yet.
    #[cfg(not(target_os = "linux"))]
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

    /// Shows nothing.
    #[cfg(not(target_os = "linux"))]
    pub(crate) async fn show(&self, _: Face) {}
}

/// Whether this session has a tray now.
#[cfg(target_os = "linux")]
pub(crate) async fn is_there() -> bool {
    status_notifier::is_there().await
}

/// This platform is not asked yet.
#[cfg(not(target_os = "linux"))]
pub(crate) async fn is_there() -> bool {
    false
}

/// How the chat opens without a tray.
const OTHER_WAY: &str = "the chat opens by the application menu's entry or by `trayline-agent tray --open`";
