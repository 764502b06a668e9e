//! The tray of Linux desktops: a `StatusNotifierItem` with its menu, over the session's D-Bus.

use std::time::Duration;

use ksni::menu::StandardItem;
use ksni::{Category, Handle, MenuItem, OfflineReason, Status, ToolTip, TrayMethods as _};
use tokio::sync::mpsc;

use super::OTHER_WAY;
use crate::resident::face::{Face, Item, Look, Wish};
use crate::resident::icon;

/// Who shows icons, on the bus.
const WATCHER: &str = "org.kde.StatusNotifierWatcher";

/// How long the bus may take to say.
const PATIENCE: Duration = Duration::from_secs(5);

/// Whether somebody shows icons.
pub(crate) async fn is_there() -> bool {
    let ask = async {
        let bus = zbus::fdo::DBusProxy::new(&zbus::Connection::session().await?).await?;
        Ok::<_, zbus::Error>(bus.name_has_owner(WATCHER.try_into()?).await?)
    };
    matches!(tokio::time::timeout(PATIENCE, ask).await, Ok(Ok(true)))
}

/// The icon as it is on the bus.
pub(crate) struct Icon(Handle<StatusNotifier>);

impl Icon {
    /// Waits for a tray if there is none yet: a panel may start after this program, or be started anew.
    pub(crate) async fn start(face: Face, wishes: mpsc::Sender<Wish>) -> Result<Self, ksni::Error> {
        let item = StatusNotifier { face, wishes };
        Ok(Self(item.assume_sni_available(true).spawn().await?))
    }

    pub(crate) async fn show(&self, face: Face) {
        self.0.update(|item| item.face = face).await;
    }
}

impl Drop for Icon {
    fn drop(&mut self) {
        // Told to go; nobody waits until it has.
        drop(self.0.shutdown());
    }
}

struct StatusNotifier {
    face: Face,
    wishes: mpsc::Sender<Wish>,
}

impl StatusNotifier {
    fn wish(&self, wish: &Wish) {
        if self.wishes.try_send(wish.clone()).is_err() {
            tracing::warn!("a click was dropped: too many wait");
        }
    }
}

impl ksni::Tray for StatusNotifier {
    fn id(&self) -> String {
        "trayline-agent".to_owned()
    }

    fn category(&self) -> Category {
        Category::Communications
    }

    fn title(&self) -> String {
        self.face.title.clone()
    }

    fn status(&self) -> Status {
        if self.face.look.unread { Status::NeedsAttention } else { Status::Active }
    }

    fn icon_pixmap(&self) -> Vec<ksni::Icon> {
        pictures(self.face.look)
    }

    fn attention_icon_pixmap(&self) -> Vec<ksni::Icon> {
        if self.face.look.unread { pictures(self.face.look) } else { Vec::new() }
    }

    fn tool_tip(&self) -> ToolTip {
        ToolTip { title: self.face.title.clone(), description: self.face.note.clone(), ..ToolTip::default() }
    }

    fn activate(&mut self, _: i32, _: i32) {
        if let Some(wish) = &self.face.click {
            self.wish(wish);
        }
    }

    fn menu(&self) -> Vec<MenuItem<Self>> {
        let items = self.face.items.iter().map(|item| match item {
            Item::Separator => MenuItem::Separator,
            Item::Entry { title, wish } => {
                let wish = wish.clone();
                let activate = Box::new(move |tray: &mut Self| tray.wish(&wish));
                // An underscore would mark the next letter as the entry's key.
                StandardItem { label: title.replace('_', "__"), activate, ..StandardItem::default() }.into()
            }
        });
        items.collect()
    }

    fn watcher_online(&self) {
        tracing::info!("the tray is there");
    }

    fn watcher_offline(&self, _: OfflineReason) -> bool {
        tracing::info!("no tray in this session for now; {OTHER_WAY}");
        true
    }
}

fn pictures(look: Look) -> Vec<ksni::Icon> {
    let pictures = icon::SIZES.map(|size| ksni::Icon {
        width: i32::from(size),
        height: i32::from(size),
        data: icon::draw(size, look),
    });
    pictures.into()
}
