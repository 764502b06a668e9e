//! Sessions of Windows: terminal servers and fast user switching have several at once.
#![expect(unsafe_code, reason = "Windows is called")]

use std::ffi::c_void;
use std::ptr;

use windows_sys::Win32::System::RemoteDesktop::{
    ProcessIdToSessionId, WTS_CURRENT_SERVER_HANDLE, WTS_CURRENT_SESSION, WTSActive, WTSConnectState, WTSFreeMemory,
    WTSQuerySessionInformationW,
};
use windows_sys::Win32::UI::WindowsAndMessaging::AllowSetForegroundWindow;

/// The number of this process's session. No two sessions that exist have the same.
#[must_use]
pub fn id() -> Option<u32> {
    let mut id = 0;
    // SAFETY: the pointer is to a number of ours.
    let known = unsafe { ProcessIdToSessionId(std::process::id(), &raw mut id) };
    (known != 0).then_some(id)
}

/// Whether somebody sits in front of this session, at the machine or from afar. Yes when Windows does not say.
#[must_use]
pub fn is_active() -> bool {
    let (mut answer, mut bytes) = (ptr::null_mut(), 0);
    // SAFETY: both pointers are to variables of ours; Windows gives us a piece of memory, which we give back below.
    let known = unsafe {
        WTSQuerySessionInformationW(
            WTS_CURRENT_SERVER_HANDLE,
            WTS_CURRENT_SESSION,
            WTSConnectState,
            &raw mut answer,
            &raw mut bytes,
        )
    };
    if known == 0 || answer.is_null() {
        return true;
    }
    let whole = usize::try_from(bytes).is_ok_and(|bytes| bytes >= size_of::<i32>());
    // SAFETY: the answer to this question is one number of four bytes, which are there; it need not be aligned.
    let state = whole.then(|| unsafe { ptr::read_unaligned(answer.cast::<i32>()) });
    // SAFETY: Windows allocated it, and it is not used any more.
    unsafe { WTSFreeMemory(answer.cast::<c_void>()) };
    state.is_none_or(|state| state == WTSActive)
}

/// Lets another process bring its window to the front, as far as this one may.
pub fn let_forward(process_id: u32) {
    // SAFETY: there are no pointers. It fails when this process is not in front itself; then neither may be the other.
    _ = unsafe { AllowSetForegroundWindow(process_id) };
}
