//! Desktop notifications: one at a time, of the newest messages; a click opens the chat.

use tokio::sync::{mpsc, watch};

use super::attention::News;
use super::face::Wish;

#[cfg(target_os = "linux")]
mod freedesktop;

/// Shows notifications beside whatever else the agent does, because the desktop may take its time.
pub(crate) struct Notifier(watch::Sender<Option<News>>);

impl Notifier {
    /// Needs nothing of the desktop before there is something to show.
    pub(crate) fn start(wishes: mpsc::Sender<Wish>) -> Self {
        let (news, shown) = watch::channel(None);
        #[cfg(target_os = "linux")]
        tokio::spawn(freedesktop::follow(shown, wishes));
        #[cfg(not(target_os = "linux"))]
        drop((shown, wishes));
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
