//! Texts and numbers in the registry.
#![expect(unsafe_code, reason = "Windows is called")]

use std::ffi::c_void;
use std::io;
use std::ptr;

use windows_sys::Win32::Foundation::{ERROR_FILE_NOT_FOUND, ERROR_SUCCESS, WIN32_ERROR};
use windows_sys::Win32::System::Registry::{
    HKEY, HKEY_CURRENT_USER, HKEY_LOCAL_MACHINE, REG_SZ, RRF_RT_REG_DWORD, RRF_RT_REG_SZ, RegDeleteKeyValueW,
    RegGetValueW, RegSetKeyValueW,
};

use crate::wide;

/// Whose part of the registry.
#[derive(Debug, Clone, Copy)]
pub enum Hive {
    /// The machine's. Only administrators write there.
    Machine,
    /// The person's.
    Person,
}

/// The longest text that is read, in UTF-16 units.
const LONGEST: usize = 1024;

/// Writes a text; the key is made when it is missing.
///
/// # Errors
/// When this person may not, or the registry fails.
pub fn write(hive: Hive, key: &str, name: &str, text: &str) -> io::Result<()> {
    let (key, name, text) = (wide::text(key), wide::text(name), wide::text(text));
    let bytes = u32::try_from(size_of_val(&*text)).map_err(io::Error::other)?;
    // SAFETY: all texts end with a zero, and the last has this many bytes.
    let status = unsafe {
        RegSetKeyValueW(of(hive), key.as_ptr(), name.as_ptr(), REG_SZ, text.as_ptr().cast::<c_void>(), bytes)
    };
    result(status)
}

/// Removes a value. It may be gone already.
///
/// # Errors
/// When this person may not, or the registry fails.
pub fn remove(hive: Hive, key: &str, name: &str) -> io::Result<()> {
    let (key, name) = (wide::text(key), wide::text(name));
    // SAFETY: both texts end with a zero.
    match unsafe { RegDeleteKeyValueW(of(hive), key.as_ptr(), name.as_ptr()) } {
        ERROR_FILE_NOT_FOUND => Ok(()),
        status => result(status),
    }
}

/// The text there, if there is one.
#[must_use]
pub fn text(hive: Hive, key: &str, name: &str) -> Option<String> {
    let (key, name) = (wide::text(key), wide::text(name));
    let mut room = [0_u16; LONGEST];
    let mut bytes = u32::try_from(size_of_val(&room)).ok()?;
    // SAFETY: both texts end with a zero, and the room has this many bytes; Windows ends what it writes with a zero.
    let status = unsafe {
        RegGetValueW(
            of(hive),
            key.as_ptr(),
            name.as_ptr(),
            RRF_RT_REG_SZ,
            ptr::null_mut(),
            room.as_mut_ptr().cast::<c_void>(),
            &raw mut bytes,
        )
    };
    let text = room.split(|&unit| unit == 0).next()?;
    (status == ERROR_SUCCESS).then(|| String::from_utf16_lossy(text))
}

/// The number there, if there is one.
#[must_use]
pub fn number(hive: Hive, key: &str, name: &str) -> Option<u32> {
    let (key, name) = (wide::text(key), wide::text(name));
    let (mut number, mut bytes) = (0_u32, u32::try_from(size_of::<u32>()).ok()?);
    // SAFETY: both texts end with a zero, and the number has this many bytes.
    let status = unsafe {
        RegGetValueW(
            of(hive),
            key.as_ptr(),
            name.as_ptr(),
            RRF_RT_REG_DWORD,
            ptr::null_mut(),
            (&raw mut number).cast::<c_void>(),
            &raw mut bytes,
        )
    };
    (status == ERROR_SUCCESS).then_some(number)
}

fn of(hive: Hive) -> HKEY {
    match hive {
        Hive::Machine => HKEY_LOCAL_MACHINE,
        Hive::Person => HKEY_CURRENT_USER,
    }
}

fn result(status: WIN32_ERROR) -> io::Result<()> {
    if status == ERROR_SUCCESS { Ok(()) } else { Err(io::Error::from_raw_os_error(status.cast_signed())) }
}
