//! Whose the keyboard was before a window appeared that the person did not ask for.
//!
//! A window may say that it does not want the keyboard, and many window managers of X11 give it all the same. It then goes
//! back to whoever had it. A window manager that was asked before it had finished may give it once more; so this looks for a
//! while. Wayland's compositors do not give it unasked.

use std::cell::OnceCell;
use std::time::{Duration, Instant};

use x11rb::connection::Connection as _;
use x11rb::errors::ReplyOrIdError;
use x11rb::protocol::xproto::{AtomEnum, ClientMessageEvent, ConnectionExt as _, EventMask, Window};
use x11rb::rust_connection::RustConnection;

/// Who gives a window the keyboard later than this does so because the person wants it.
const UNASKED: Duration = Duration::from_secs(2);

/// The pause between two looks.
pub(super) const LOOK_EVERY: Duration = Duration::from_millis(50);

/// The buttons of a mouse, among all that is held down.
const BUTTONS: u16 = 0x1f00;

/// As what we ask: a program that moves others' windows, which is obeyed at once.
const SOURCE_PAGER: u32 = 2;

/// Who had the keyboard.
pub(super) struct Keyboard {
    connection: RustConnection,
    root: Window,
    active_window: u32,
    holder: Window,
    /// When the window was there to be looked at. It may have taken its time to appear.
    first_look: OnceCell<Instant>,
}

impl Keyboard {
    /// Notes who has the keyboard; `None` without an X server, or when nobody has it.
    pub(super) fn note() -> Option<Self> {
        Self::try_note().ok().flatten()
    }

    fn try_note() -> Result<Option<Self>, Box<dyn std::error::Error>> {
        let (connection, screen) = x11rb::connect(None)?;
        let Some(root) = connection.setup().roots.get(screen).map(|screen| screen.root) else { return Ok(None) };
        let active_window = connection.intern_atom(false, b"_NET_ACTIVE_WINDOW")?.reply()?.atom;
        let holder = active(&connection, root, active_window)?;
        Ok(holder.map(|holder| Self { connection, root, active_window, holder, first_look: OnceCell::new() }))
    }

    /// Gives it back, if the window `ours` has it unasked. False when there is nothing more to look for.
    pub(super) fn give_back(&self, ours: Window) -> bool {
        if self.first_look.get_or_init(Instant::now).elapsed() > UNASKED || self.is_clicked() {
            return false;
        }
        match active(&self.connection, self.root, self.active_window) {
            Ok(Some(active)) if active == ours => self.ask().is_ok(),
            Ok(_) => true,
            Err(_) => false,
        }
    }

    /// Whether a mouse button is held down: the person clicked into the window.
    fn is_clicked(&self) -> bool {
        let asked = self.connection.query_pointer(self.root);
        let answer = asked.ok().and_then(|asked| asked.reply().ok());
        answer.is_some_and(|answer| u16::from(answer.mask) & BUTTONS != 0)
    }

    fn ask(&self) -> Result<(), ReplyOrIdError> {
        let event = ClientMessageEvent::new(32, self.holder, self.active_window, [SOURCE_PAGER, 0, 0, 0, 0]);
        let mask = EventMask::SUBSTRUCTURE_REDIRECT | EventMask::SUBSTRUCTURE_NOTIFY;
        self.connection.send_event(false, self.root, mask, event)?.check()?;
        Ok(())
    }
}

/// The window that has the keyboard, as the window manager says.
fn active(connection: &RustConnection, root: Window, property: u32) -> Result<Option<Window>, ReplyOrIdError> {
    let answer = connection.get_property(false, root, property, AtomEnum::WINDOW, 0, 1)?.reply()?;
    Ok(answer.value32().and_then(|mut windows| windows.next()).filter(|&window| window != 0))
}
