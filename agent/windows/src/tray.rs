//! An icon in the notification area with its menu, and notifications that come out of it.

mod area;
mod menu;
mod picture;
mod thread;

use std::fmt;
use std::io;
use std::sync::{Arc, mpsc};
use std::thread::JoinHandle;

use thread::Order;

/// What is done when something is chosen or clicked. It must not wait.
pub type Action = Arc<dyn Fn() + Send + Sync>;

/// What the icon shows.
#[derive(Clone)]
pub struct Face {
    /// The icon.
    pub picture: Picture,
    /// What is said beside the icon; what has no room is left out.
    pub tooltip: String,
    /// The menu, from top to bottom.
    pub items: Vec<Item>,
    /// What a click on the icon does.
    pub click: Option<Action>,
}

/// A square picture.
#[derive(Clone)]
pub struct Picture {
    /// Its side, in pixels.
    pub size: u16,
    /// Blue, green, red and alpha of each pixel, line by line.
    pub pixels: Vec<u8>,
}

/// One line of the menu.
#[derive(Clone)]
pub enum Item {
    /// A line between entries.
    Separator,
    /// Something to choose.
    Entry {
        /// What it is called.
        title: String,
        /// What choosing it does.
        action: Action,
    },
}

/// The icon. It has a thread of its own, because Windows asks for one that does nothing else. Gone when dropped.
pub struct Tray {
    orders: mpsc::Sender<Order>,
    window: thread::Window,
    thread: Option<JoinHandle<()>>,
}

impl fmt::Debug for Tray {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Tray(..)")
    }
}

impl Tray {
    /// Shows nothing yet.
    ///
    /// # Errors
    /// When Windows gives no window, to which the icon would belong.
    pub fn start() -> io::Result<Self> {
        let (orders, receiver) = mpsc::channel();
        let (thread, window) = thread::start(receiver)?;
        Ok(Self { orders, window, thread: Some(thread) })
    }

    /// Shows this. Where there is no notification area yet, the icon appears with it.
    pub fn show(&self, face: Face) {
        self.order(Order::Show(face));
    }

    /// Shows a notification instead of the one that may be there; what has no room is left out.
    pub fn notify(&self, title: String, text: String, click: Action) {
        self.order(Order::Notify { title, text, click });
    }

    /// Takes the notification back, if there is one.
    pub fn take_back(&self) {
        self.order(Order::TakeBack);
    }

    fn order(&self, order: Order) {
        // An error means that the thread has ended, and with it the session.
        if self.orders.send(order).is_ok() {
            self.window.look();
        }
    }
}

impl Drop for Tray {
    fn drop(&mut self) {
        self.window.close();
        if let Some(thread) = self.thread.take() {
            // A panic there was reported there.
            _ = thread.join();
        }
    }
}

pub use area::is_there;
/// The side of icons in the notification area, in pixels.
pub use picture::size;
