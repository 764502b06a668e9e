//! Desktop notifications: one at a time, of the newest messages; a click opens the chat.

use tokio::sync::{mpsc, watch};

use super::attention::News;
use super::face::Wish;
use super::tray::Tray;

#[cfg(windows)]
mod balloon;
#[cfg(target_os = "linux")]
mod freedesktop;

/// Shows notifications beside whatever else the agent does, because the desktop may take its time.
pub(crate) struct Notifier(watch::Sender<Option<News>>);

impl Notifier {
    /// Needs nothing of the desktop before there is something to show. On Windows notifications come out of the tray's icon.
    pub(crate) fn start(tray: &Tray, wishes: mpsc::Sender<Wish>) -> Self {
        let (news, shown) = watch::channel(None);
        #[cfg(target_os = "linux")]
        tokio::spawn(freedesktop::follow(shown, wishes));
        #[cfg(windows)]
        tokio::spawn(balloon::follow(shown, tray.icon(), wishes));
        #[cfg(not(any(target_os = "linux", windows)))]
        drop((shown, wishes));
        #[cfg(not(windows))]
        let _ = tray;
        Self(news)
    }

    /// Shows this instead of what is shown.
    pub(crate) fn show(&self, news: News) {
        // An error means that nobody shows notifications here.
        _ = self.0.send(Some(news));
    }

    /// Takes back what is shown: it has been read.
    pub(crate) fn take_back(&self) {
        self.0.send_if_modified(|news| news.take().is_some());
    }
}
