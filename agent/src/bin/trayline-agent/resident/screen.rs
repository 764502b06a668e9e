//! Whether this session is the one in front of the screen, where several people are signed in.

#[cfg(target_os = "linux")]
use std::time::Duration;

/// How long the system may take to say.
#[cfg(target_os = "linux")]
const PATIENCE: Duration = Duration::from_secs(2);

#[cfg(target_os = "linux")]
#[zbus::proxy(
    interface = "org.freedesktop.login1.Session",
    default_service = "org.freedesktop.login1",
    default_path = "/org/freedesktop/login1/session/auto",
    gen_blocking = false
)]
trait LoginSession {
    #[zbus(property(emits_changed_signal = "false"))]
    fn active(&self) -> zbus::Result<bool>;
}

/// Asks the system. Where it does not know of sessions, there is one, and it is this one.
#[cfg(target_os = "linux")]
pub(crate) async fn is_active() -> bool {
    let ask = async {
        let session = LoginSessionProxy::new(&zbus::Connection::system().await?).await?;
        session.active().await
    };
    match tokio::time::timeout(PATIENCE, ask).await {
        Ok(Ok(active)) => active,
        Ok(Err(_)) | Err(_) => true,
    }
}

/// Asks the system. Yes when it does not say.
#[cfg(windows)]
#[expect(clippy::unused_async, reason = "other systems take their time")]
pub(crate) async fn is_active() -> bool {
    windows_desktop::session::is_active()
}

/// This platform is not asked.
#[cfg(not(any(target_os = "linux", windows)))]
pub(crate) async fn is_active() -> bool {
    true
}

/// A person asked for this process's window: it may come to the front. Where the system leaves that to the program in front,
/// that program has to say so.
#[cfg(windows)]
pub(crate) fn let_forward(process_id: u32) {
    windows_desktop::session::let_forward(process_id);
}

/// This system does not ask.
#[cfg(not(windows))]
pub(crate) fn let_forward(_: u32) {}
