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

/// This platform is not asked yet.
#[cfg(not(target_os = "linux"))]
pub(crate) async fn is_active() -> bool {
    true
}
