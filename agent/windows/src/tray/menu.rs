//! The icon's menu, while it is open.
#![expect(unsafe_code, reason = "Windows is called")]

use std::ptr;

use windows_sys::Win32::Foundation::HWND;
use windows_sys::Win32::UI::WindowsAndMessaging::{
    AppendMenuW, CreatePopupMenu, DestroyMenu, MF_SEPARATOR, MF_STRING, PostMessageW, SetForegroundWindow,
    TPM_NONOTIFY, TPM_RETURNCMD, TPM_RIGHTBUTTON, TrackPopupMenu, WM_NULL,
};

use super::{Action, Item};
use crate::wide;

/// Opens the menu at this place of the screen, waits until it is closed, and gives what was chosen.
pub(super) fn choose(window: HWND, (x, y): (i32, i32), items: &[Item]) -> Option<Action> {
    // SAFETY: the window is this thread's; the menu is ours, and is given back below; texts live through their calls and
    // end with a zero; no rectangle is given.
    let chosen = unsafe {
        let menu = CreatePopupMenu();
        if menu.is_null() {
            return None;
        }
        for (at, item) in items.iter().enumerate() {
            match item {
                Item::Separator => AppendMenuW(menu, MF_SEPARATOR, 0, ptr::null()),
                // Numbers begin at one; zero stands for nothing.
                Item::Entry { title, .. } => AppendMenuW(menu, MF_STRING, at + 1, label(title).as_ptr()),
            };
        }
        // A menu closes by a click elsewhere only when its window is in front.
        SetForegroundWindow(window);
        let chosen = TrackPopupMenu(menu, TPM_RETURNCMD | TPM_NONOTIFY | TPM_RIGHTBUTTON, x, y, 0, window, ptr::null());
        // Without it the next menu would close at once, as Windows documents.
        PostMessageW(window, WM_NULL, 0, 0);
        DestroyMenu(menu);
        chosen
    };
    match items.get(usize::try_from(chosen).ok()?.checked_sub(1)?)? {
        Item::Entry { action, .. } => Some(action.clone()),
        Item::Separator => None,
    }
}

/// An ampersand would mark the next letter as the entry's key.
fn label(title: &str) -> Vec<u16> {
    wide::text(&title.replace('&', "&&"))
}
