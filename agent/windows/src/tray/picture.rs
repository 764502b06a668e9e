//! The icon's picture.
#![expect(unsafe_code, reason = "Windows is called")]

use std::io;
use std::ptr;

use windows_sys::Win32::UI::WindowsAndMessaging::{CreateIcon, DestroyIcon, GetSystemMetrics, HICON, SM_CXSMICON};

use super::Picture;

/// A picture in Windows' hands, until it is dropped.
pub(super) struct Icon(HICON);

impl Icon {
    pub(super) fn new(picture: &Picture) -> io::Result<Self> {
        let side = usize::from(picture.size);
        if picture.pixels.len() != side * side * 4 {
            return Err(io::ErrorKind::InvalidInput.into());
        }
        // The mask of icons without alpha; its lines end at whole pairs of bytes.
        let mask = vec![0_u8; side.div_ceil(16) * 2 * side];
        let side = i32::from(picture.size);
        // SAFETY: both pieces of memory are as long as a picture of this size needs, which was looked at above.
        let icon = unsafe { CreateIcon(ptr::null_mut(), side, side, 1, 32, mask.as_ptr(), picture.pixels.as_ptr()) };
        if icon.is_null() { Err(io::Error::last_os_error()) } else { Ok(Self(icon)) }
    }

    pub(super) fn handle(&self) -> HICON {
        self.0
    }
}

impl Drop for Icon {
    fn drop(&mut self) {
        // SAFETY: it is ours, and is used nowhere any more.
        _ = unsafe { DestroyIcon(self.0) };
    }
}

/// The side of icons in the notification area, in pixels.
#[must_use]
pub fn size() -> u16 {
    // SAFETY: there are no pointers.
    u16::try_from(unsafe { GetSystemMetrics(SM_CXSMICON) }).unwrap_or(16).clamp(16, 256)
}
