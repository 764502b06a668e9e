//! The cookie that binds what comes back from the provider to the browser that was sent there.

use std::time::Duration;

use axum_extra::extract::cookie::CookieJar;

use crate::front::Front;
use crate::secret::Secret;

/// How long somebody may take at the provider, and then for a code of their authenticator.
pub(crate) const LASTS: Duration = Duration::from_mins(10);

/// By which the browser is known, if it was sent to the provider.
pub(crate) fn browser_of(jar: &CookieJar, front: &Front) -> Option<[u8; 32]> {
    jar.get(name(front.settings().is_https)).map(|cookie| Secret::hash_of(cookie.value()))
}

/// The `Set-Cookie` of a browser that is sent to the provider. It comes along when the provider sends the browser back, which
/// `SameSite=Strict` would not.
pub(crate) fn cookie(browser: &Secret, is_https: bool) -> String {
    written(browser.reveal(), LASTS.as_secs(), is_https)
}

/// The `Set-Cookie` that makes the browser forget it.
pub(crate) fn no_cookie(is_https: bool) -> String {
    written("", 0, is_https)
}

fn written(value: &str, seconds: u64, is_https: bool) -> String {
    let name = name(is_https);
    let secure = if is_https { "; Secure" } else { "" };
    format!("{name}={value}; Path=/; Max-Age={seconds}; HttpOnly; SameSite=Lax{secure}")
}

fn name(is_https: bool) -> &'static str {
    if is_https { "__Host-trayline_provider" } else { "trayline_provider" }
}
