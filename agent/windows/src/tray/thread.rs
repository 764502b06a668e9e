//! The thread that the icon belongs to: a window which nobody sees, and the messages that Windows sends to it.
#![expect(unsafe_code, reason = "Windows is called")]

use std::cell::RefCell;
use std::io;
use std::ptr;
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::thread::JoinHandle;

use windows_sys::Win32::Foundation::{HWND, LPARAM, LRESULT, WPARAM};
use windows_sys::Win32::System::LibraryLoader::GetModuleHandleW;
use windows_sys::Win32::UI::Shell::{NIN_BALLOONUSERCLICK, NIN_SELECT, NINF_KEY};
use windows_sys::Win32::UI::WindowsAndMessaging::{
    CreateWindowExW, DefWindowProcW, DestroyWindow, DispatchMessageW, GetMessageW, KillTimer, MSG, PostMessageW,
    PostQuitMessage, RegisterClassW, RegisterWindowMessageW, SetTimer, WM_APP, WM_CLOSE, WM_CONTEXTMENU, WM_DESTROY,
    WM_TIMER, WNDCLASSW, WS_OVERLAPPED,
};

use super::area::Place;
use super::picture::Icon;
use super::{Action, Face, menu};
use crate::wide;

/// What the thread is told.
pub(super) enum Order {
    Show(Face),
    Notify { title: String, text: String, click: Action },
    TakeBack,
}

/// There are orders.
const ORDERED: u32 = WM_APP;

/// Something was done with the icon.
const TOUCHED: u32 = WM_APP + 1;

const TRY_AGAIN: usize = 1;

/// The pause before the icon is offered again to an area that was not there or did not answer.
const AGAIN_AFTER_MILLISECONDS: u32 = 3000;

/// The thread's window, for others to send messages to.
pub(super) struct Window(HWND);

// SAFETY: the handle is a number; Windows takes messages for a window from every thread.
unsafe impl Send for Window {}
// SAFETY: as above.
unsafe impl Sync for Window {}

impl Window {
    pub(super) fn look(&self) {
        self.send(ORDERED);
    }

    pub(super) fn close(&self) {
        self.send(WM_CLOSE);
    }

    fn send(&self, message: u32) {
        // SAFETY: there are no pointers. It fails when the window is gone, and with it whatever it would have done.
        _ = unsafe { PostMessageW(self.0, message, 0, 0) };
    }
}

/// What the thread knows. Only its window's procedure uses it.
struct Known {
    orders: Receiver<Order>,
    place: Place,
    face: Option<Face>,
    notified: Option<Action>,
    area_made: u32,
}

thread_local! {
    static KNOWN: RefCell<Option<Known>> = const { RefCell::new(None) };
}

/// Starts the thread. It ends when its window is closed.
pub(super) fn start(orders: Receiver<Order>) -> io::Result<(JoinHandle<()>, Window)> {
    let (made, window) = sync_channel(1);
    let thread = std::thread::Builder::new().name("tray".to_owned()).spawn(move || run(orders, &made))?;
    let window = window.recv().map_err(io::Error::other)??;
    Ok((thread, window))
}

fn run(orders: Receiver<Order>, made: &SyncSender<io::Result<Window>>) {
    let window = match make_window() {
        Ok(window) => window,
        Err(error) => {
            // Whoever started the thread waits for this.
            _ = made.send(Err(error));
            return;
        }
    };
    let area_made = wide::text("TaskbarCreated");
    // SAFETY: the text ends with a zero.
    let area_made = unsafe { RegisterWindowMessageW(area_made.as_ptr()) };
    let place = Place::new(window, TOUCHED);
    KNOWN.set(Some(Known { orders, place, face: None, notified: None, area_made }));
    _ = made.send(Ok(Window(window)));
    let mut message = MSG::default();
    // SAFETY: the message is ours. All messages of this thread are wanted; zero is the last, and less an error.
    while unsafe { GetMessageW(&raw mut message, ptr::null_mut(), 0, 0) } > 0 {
        // SAFETY: Windows filled it.
        unsafe { DispatchMessageW(&raw const message) };
    }
}

/// A window that is never shown. Not one for messages alone: those do not hear that the area was made anew.
fn make_window() -> io::Result<HWND> {
    let name = wide::text("TraylineTray");
    // SAFETY: the name ends with a zero and outlives both calls; the procedure is a function that is always there.
    let window = unsafe {
        let module = GetModuleHandleW(ptr::null());
        let class = WNDCLASSW {
            lpfnWndProc: Some(heard),
            hInstance: module,
            lpszClassName: name.as_ptr(),
            ..WNDCLASSW::default()
        };
        // It fails when it was registered before, and then it is there.
        RegisterClassW(&raw const class);
        let (none, nothing) = (ptr::null_mut(), ptr::null_mut());
        CreateWindowExW(0, name.as_ptr(), name.as_ptr(), WS_OVERLAPPED, 0, 0, 0, 0, none, nothing, module, ptr::null())
    };
    if window.is_null() { Err(io::Error::last_os_error()) } else { Ok(window) }
}

/// Windows calls this with each message, on the thread, and again while a menu is open.
unsafe extern "system" fn heard(window: HWND, message: u32, first: WPARAM, second: LPARAM) -> LRESULT {
    match message {
        ORDERED => with(Known::obey),
        WM_TIMER => with(|known| known.show(window)),
        TOUCHED => touched(window, first, second),
        WM_CLOSE => {
            KNOWN.set(None);
            // SAFETY: the window is this thread's.
            _ = unsafe { DestroyWindow(window) };
        }
        // SAFETY: there are no pointers.
        WM_DESTROY => unsafe { PostQuitMessage(0) },
        _ if with_or(false, |known| known.area_made == message) => with(|known| {
            known.place.forget();
            known.show(window);
        }),
        // SAFETY: these are the very arguments that Windows gave.
        _ => return unsafe { DefWindowProcW(window, message, first, second) },
    }
    0
}

/// What was done is in the second argument's low half; where, in the halves of the first.
fn touched(window: HWND, first: WPARAM, second: LPARAM) {
    const BY_KEY: u32 = NIN_SELECT | NINF_KEY;
    let action = match u32::from(low_half(second.cast_unsigned())) {
        NIN_SELECT | BY_KEY => with_or(None, |known| known.face.as_ref()?.click.clone()),
        NIN_BALLOONUSERCLICK => with_or(None, |known| known.notified.take()),
        WM_CONTEXTMENU => {
            let items = with_or(None, |known| Some(known.face.as_ref()?.items.clone())).unwrap_or_default();
            let place = (i32::from(low_half(first).cast_signed()), i32::from(low_half(first >> 16).cast_signed()));
            menu::choose(window, place, &items)
        }
        _ => None,
    };
    // What the thread knows is not held: the action is somebody else's.
    if let Some(action) = action {
        action();
    }
}

#[expect(clippy::cast_possible_truncation, reason = "half of it is what is wanted")]
fn low_half(both: usize) -> u16 {
    both as u16
}

fn with(act: impl FnOnce(&mut Known)) {
    with_or((), act);
}

fn with_or<T>(otherwise: T, act: impl FnOnce(&mut Known) -> T) -> T {
    KNOWN
        .with(|known| match known.try_borrow_mut() {
            Ok(mut known) => known.as_mut().map(act),
            // Windows asks something in the middle of an answer.
            Err(_) => None,
        })
        .unwrap_or(otherwise)
}

impl Known {
    fn obey(&mut self) {
        while let Ok(order) = self.orders.try_recv() {
            match order {
                Order::Show(face) => {
                    self.face = Some(face);
                    self.show(self.place.window());
                }
                Order::Notify { title, text, click } => {
                    self.notified = Some(click);
                    self.place.notify(&title, &text);
                }
                Order::TakeBack => {
                    if self.notified.take().is_some() {
                        self.place.take_back();
                    }
                }
            }
        }
    }

    /// Shows the face, now or as soon as there is an area.
    fn show(&mut self, window: HWND) {
        let Some(face) = &self.face else { return };
        let shown = Icon::new(&face.picture).is_ok_and(|icon| self.place.show(icon, &face.tooltip));
        // SAFETY: the window is this thread's, and no function is given.
        unsafe {
            if shown {
                KillTimer(window, TRY_AGAIN);
            } else {
                SetTimer(window, TRY_AGAIN, AGAIN_AFTER_MILLISECONDS, None);
            }
        }
    }
}
