//! The notification area: one icon in it, and what comes out of the icon.
#![expect(unsafe_code, reason = "Windows is called")]

use std::ptr;

use windows_sys::Win32::Foundation::HWND;
use windows_sys::Win32::UI::Shell::{
    NIF_ICON, NIF_INFO, NIF_MESSAGE, NIF_SHOWTIP, NIF_TIP, NIIF_INFO, NIIF_RESPECT_QUIET_TIME, NIM_ADD, NIM_DELETE,
    NIM_MODIFY, NIM_SETVERSION, NOTIFY_ICON_MESSAGE, NOTIFYICON_VERSION_4, NOTIFYICONDATAW, NOTIFYICONDATAW_0,
    Shell_NotifyIconW,
};
use windows_sys::Win32::UI::WindowsAndMessaging::FindWindowW;

use super::picture::Icon;
use crate::wide;

/// Whether this session has a notification area now.
#[must_use]
pub fn is_there() -> bool {
    let class = wide::text("Shell_TrayWnd");
    // SAFETY: the text ends with a zero, and no title is given.
    !unsafe { FindWindowW(class.as_ptr(), ptr::null()) }.is_null()
}

/// The icon's place in the area.
pub(super) struct Place {
    /// The window that hears of clicks.
    window: HWND,
    /// The message by which it hears of them.
    message: u32,
    /// The icon there now. None before the area took it.
    icon: Option<Icon>,
}

impl Place {
    pub(super) fn new(window: HWND, message: u32) -> Self {
        Self { window, message, icon: None }
    }

    pub(super) fn window(&self) -> HWND {
        self.window
    }

    /// Puts the icon there, or changes it. False when the area is not there or does not answer.
    pub(super) fn show(&mut self, icon: Icon, tooltip: &str) -> bool {
        let mut asked = self.asked();
        asked.uFlags = NIF_ICON | NIF_MESSAGE | NIF_TIP | NIF_SHOWTIP;
        asked.uCallbackMessage = self.message;
        asked.hIcon = icon.handle();
        wide::fill(&mut asked.szTip, tooltip);
        if self.icon.is_some() && ask(NIM_MODIFY, &asked) {
            self.icon = Some(icon);
            return true;
        }
        if !ask(NIM_ADD, &asked) {
            self.icon = None;
            return false;
        }
        self.icon = Some(icon);
        asked.Anonymous = NOTIFYICONDATAW_0 { uVersion: NOTIFYICON_VERSION_4 };
        ask(NIM_SETVERSION, &asked)
    }

    /// The area was made anew, without our icon.
    pub(super) fn forget(&mut self) {
        self.icon = None;
    }

    pub(super) fn notify(&self, title: &str, text: &str) {
        let mut asked = self.asked();
        asked.uFlags = NIF_INFO;
        asked.dwInfoFlags = NIIF_INFO | NIIF_RESPECT_QUIET_TIME;
        wide::fill(&mut asked.szInfoTitle, title);
        wide::fill(&mut asked.szInfo, text);
        ask(NIM_MODIFY, &asked);
    }

    pub(super) fn take_back(&self) {
        // An empty text takes back what is shown.
        self.notify("", "");
    }

    fn asked(&self) -> NOTIFYICONDATAW {
        let bytes = u32::try_from(size_of::<NOTIFYICONDATAW>()).unwrap_or_default();
        NOTIFYICONDATAW { cbSize: bytes, hWnd: self.window, uID: 1, ..NOTIFYICONDATAW::default() }
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        if self.icon.is_some() {
            ask(NIM_DELETE, &self.asked());
        }
    }
}

fn ask(what: NOTIFY_ICON_MESSAGE, asked: &NOTIFYICONDATAW) -> bool {
    // SAFETY: it says itself how long it is, and its texts end with zeros.
    unsafe { Shell_NotifyIconW(what, &raw const *asked) != 0 }
}
