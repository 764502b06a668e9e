//! The tray of Windows.

use std::sync::Arc;

use tokio::sync::mpsc;
use windows_desktop::tray::{self, Action, Picture};

use crate::resident::face::{Face, Item, Wish};
use crate::resident::icon;

/// The icon as Windows is given it.
pub(crate) struct Icon {
    tray: Arc<tray::Tray>,
    wishes: mpsc::Sender<Wish>,
}

impl Icon {
    pub(crate) fn start(face: &Face, wishes: mpsc::Sender<Wish>) -> std::io::Result<Self> {
        let icon = Self { tray: Arc::new(tray::Tray::start()?), wishes };
        icon.show(face);
        Ok(icon)
    }

    /// What notifications come out of.
    pub(crate) fn tray(&self) -> Arc<tray::Tray> {
        Arc::clone(&self.tray)
    }

    pub(crate) fn show(&self, face: &Face) {
        let items = face.items.iter().map(|item| match item {
            Item::Separator => tray::Item::Separator,
            Item::Entry { title, wish } => tray::Item::Entry { title: title.clone(), action: self.action(wish) },
        });
        let size = tray::size();
        self.tray.show(tray::Face {
            picture: Picture { size, pixels: backwards(icon::draw(size, face.look)) },
            tooltip: format!("{}\n{}", face.title, face.note),
            items: items.collect(),
            click: face.click.as_ref().map(|wish| self.action(wish)),
        });
    }

    fn action(&self, wish: &Wish) -> Action {
        let (wish, wishes) = (wish.clone(), self.wishes.clone());
        Arc::new(move || {
            if wishes.try_send(wish.clone()).is_err() {
                tracing::warn!("a click was dropped: too many wait");
            }
        })
    }
}

/// Windows wants the four bytes of each pixel the other way round.
fn backwards(mut pixels: Vec<u8>) -> Vec<u8> {
    for pixel in pixels.chunks_exact_mut(4) {
        pixel.reverse();
    }
    pixels
}
