//! Notifications of Linux desktops, over the session's D-Bus.

use std::collections::HashMap;
use std::time::Duration;

use futures::StreamExt as _;
use tokio::sync::{mpsc, watch};
use zbus::zvariant::Value;

use crate::resident::attention::News;
use crate::resident::face::Wish;
use crate::resident::words;

/// How long the desktop may take to show something.
const PATIENCE: Duration = Duration::from_secs(5);

/// The desktop decides how long a notification stays.
const DESKTOPS_TIME: i32 = -1;

#[zbus::proxy(
    interface = "org.freedesktop.Notifications",
    default_service = "org.freedesktop.Notifications",
    default_path = "/org/freedesktop/Notifications",
    gen_blocking = false
)]
trait Notifications {
    #[expect(clippy::too_many_arguments, reason = "the interface is not ours")]
    fn notify(
        &self,
        app_name: &str,
        replaces_id: u32,
        app_icon: &str,
        summary: &str,
        body: &str,
        actions: &[&str],
        hints: HashMap<&str, Value<'_>>,
        expire_timeout: i32,
    ) -> zbus::Result<u32>;

    fn close_notification(&self, id: u32) -> zbus::Result<()>;

    #[zbus(signal)]
    fn action_invoked(&self, id: u32, action_key: String) -> zbus::Result<()>;
}

/// Shows what is to be shown until nobody has anything to show any more.
pub(super) async fn follow(mut news: watch::Receiver<Option<News>>, wishes: mpsc::Sender<Wish>) {
    let mut desktop: Option<Desktop> = None;
    loop {
        let clicked = async {
            match &mut desktop {
                Some(desktop) => desktop.clicked().await,
                None => std::future::pending().await,
            }
        };
        tokio::select! {
            changed = news.changed() => {
                if changed.is_err() {
                    return;
                }
                let now = news.borrow_and_update().clone();
                if let Err(error) = tokio::time::timeout(PATIENCE, show(&mut desktop, now)).await.unwrap_or_else(|_| Err(late())) {
                    tracing::info!(error = &error as &dyn std::error::Error, "no notification was shown");
                    // The desktop's side may have been started anew.
                    desktop = None;
                }
            }
            clicked = clicked => if clicked {
                // A full queue has a wish already.
                _ = wishes.try_send(Wish::Chat(None));
            } else {
                desktop = None;
            },
        }
    }
}

async fn show(desktop: &mut Option<Desktop>, news: Option<News>) -> zbus::Result<()> {
    match (desktop, news) {
        (None, None) => Ok(()),
        (Some(desktop), None) => desktop.take_back().await,
        (Some(desktop), Some(news)) => desktop.show(&news).await,
        (desktop @ None, Some(news)) => desktop.insert(Desktop::connect().await?).show(&news).await,
    }
}

/// The desktop's notifications, and the one of ours among them.
struct Desktop {
    notifications: NotificationsProxy<'static>,
    clicks: ActionInvokedStream,
    shown: u32,
}

impl Desktop {
    async fn connect() -> zbus::Result<Self> {
        let notifications = NotificationsProxy::new(&zbus::Connection::session().await?).await?;
        let clicks = notifications.receive_action_invoked().await?;
        Ok(Self { notifications, clicks, shown: 0 })
    }

    async fn show(&mut self, news: &News) -> zbus::Result<()> {
        let actions = ["default", words::OPEN];
        let hints =
            HashMap::from([("category", Value::from("im.received")), ("desktop-entry", Value::from("trayline-agent"))]);
        let (title, text) = (news.title.as_str(), without_markup(&news.text));
        let shown = self.notifications.notify(
            words::LIVE_CHAT,
            self.shown,
            "trayline-agent",
            title,
            &text,
            &actions,
            hints,
            DESKTOPS_TIME,
        );
        self.shown = shown.await?;
        Ok(())
    }

    async fn take_back(&mut self) -> zbus::Result<()> {
        match std::mem::take(&mut self.shown) {
            0 => Ok(()),
            shown => self.notifications.close_notification(shown).await,
        }
    }

    /// Waits until ours is clicked; false when the bus is gone. Nothing is lost when the future is dropped.
    async fn clicked(&mut self) -> bool {
        while let Some(click) = self.clicks.next().await {
            if click.args().is_ok_and(|click| click.id == self.shown && self.shown != 0) {
                return true;
            }
        }
        false
    }
}

/// What others wrote, as words: desktops may take some tags for markup.
fn without_markup(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}

fn late() -> zbus::Error {
    zbus::Error::InputOutput(std::sync::Arc::new(std::io::ErrorKind::TimedOut.into()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn markup_in_a_message_is_shown_as_it_was_written() {
        assert_eq!(without_markup("<b>a & b</b>"), "&lt;b&gt;a &amp; b&lt;/b&gt;");
    }
}
