//! The system's word on which session is in front of the screen.

use zbus::{Connection, interface};

struct LoginSession {
    active: bool,
}

#[interface(name = "org.freedesktop.login1.Session")]
impl LoginSession {
    #[zbus(property)]
    fn active(&self) -> bool {
        self.active
    }
}

/// Says so from now on.
pub async fn say(bus: &Connection, active: bool) {
    bus.object_server().at("/org/freedesktop/login1/session/auto", LoginSession { active }).await.unwrap();
    bus.request_name("org.freedesktop.login1").await.unwrap();
}
