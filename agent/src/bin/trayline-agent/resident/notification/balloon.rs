//! Notifications of Windows: they come out of the tray's icon, and Windows shows them as it shows all.

use std::sync::Arc;

use tokio::sync::{mpsc, watch};
use windows_desktop::tray::Tray;

use crate::resident::attention::News;
use crate::resident::face::Wish;

/// Shows what is to be shown until nobody has anything to show any more. Without an icon there is no way to.
pub(super) async fn follow(
    mut news: watch::Receiver<Option<News>>,
    icon: Option<Arc<Tray>>,
    wishes: mpsc::Sender<Wish>,
) {
    let Some(icon) = icon else { return };
    while news.changed().await.is_ok() {
        match news.borrow_and_update().clone() {
            Some(News { title, text, .. }) => {
                let wishes = wishes.clone();
                // A full queue has a wish already.
                icon.notify(title, text, Arc::new(move || _ = wishes.try_send(Wish::Chat(None))));
            }
            None => icon.take_back(),
        }
    }
}
