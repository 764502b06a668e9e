//! Opening a page in the person's own browser.

use std::process::Stdio;

use tokio::process::Command;

use super::face::is_web_page;

/// The platform's own way to open an address; the address is the last argument.
#[cfg(target_os = "linux")]
const OPENER: (&str, &[&str]) = ("xdg-open", &[]);
#[cfg(target_os = "macos")]
const OPENER: (&str, &[&str]) = ("open", &[]);
#[cfg(windows)]
const OPENER: (&str, &[&str]) = ("rundll32.exe", &["url.dll,FileProtocolHandler"]);

/// Opens a page. What is not one is refused, wherever it came from.
pub(crate) fn open(address: &str) {
    if !is_web_page(address) {
        tracing::warn!("an address was not opened: only http and https are");
        return;
    }
    let (program, arguments) = OPENER;
    let mut command = Command::new(program);
    command.args(arguments).arg(address).stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
    match command.spawn() {
        // Waited for, so that it does not stay as a zombie.
        Ok(mut opener) => drop(tokio::spawn(async move { opener.wait().await })),
        Err(error) => tracing::warn!(error = &error as &dyn std::error::Error, program, "no browser was started"),
    }
}
