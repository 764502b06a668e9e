//! The desktop's notification service, as the agent sees it.

use std::collections::HashMap;
use std::sync::{Arc, Mutex};

use zbus::object_server::SignalEmitter;
use zbus::zvariant::OwnedValue;
use zbus::{Connection, interface};

const PATH: &str = "/org/freedesktop/Notifications";

/// One notification.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Notified {
    pub replaces: u32,
    pub title: String,
    pub text: String,
}

/// Everything that was shown, and what was taken back.
#[derive(Clone)]
pub struct Notifications {
    shown: Arc<Mutex<Vec<Notified>>>,
    taken_back: Arc<Mutex<Vec<u32>>>,
    bus: Connection,
}

struct Service {
    shown: Arc<Mutex<Vec<Notified>>>,
    taken_back: Arc<Mutex<Vec<u32>>>,
}

#[interface(name = "org.freedesktop.Notifications")]
impl Service {
    #[expect(clippy::too_many_arguments, reason = "the interface is not ours")]
    fn notify(
        &self,
        app_name: String,
        replaces: u32,
        app_icon: String,
        title: String,
        text: String,
        actions: Vec<String>,
        hints: HashMap<String, OwnedValue>,
        expire_timeout: i32,
    ) -> u32 {
        drop((app_name, app_icon, actions, hints, expire_timeout));
        let mut shown = self.shown.lock().unwrap();
        shown.push(Notified { replaces, title, text });
        if replaces == 0 { u32::try_from(shown.len()).unwrap() } else { replaces }
    }

    fn close_notification(&self, id: u32) {
        self.taken_back.lock().unwrap().push(id);
    }

    #[zbus(signal)]
    async fn action_invoked(emitter: &SignalEmitter<'_>, id: u32, action_key: &str) -> zbus::Result<()>;
}

impl Notifications {
    pub async fn start(bus: &Connection) -> Self {
        let (shown, taken_back) = (Arc::default(), Arc::default());
        let service = Service { shown: Arc::clone(&shown), taken_back: Arc::clone(&taken_back) };
        bus.object_server().at(PATH, service).await.unwrap();
        bus.request_name("org.freedesktop.Notifications").await.unwrap();
        Self { shown, taken_back, bus: bus.clone() }
    }

    pub fn shown(&self) -> Vec<Notified> {
        self.shown.lock().unwrap().clone()
    }

    pub fn taken_back(&self) -> Vec<u32> {
        self.taken_back.lock().unwrap().clone()
    }

    /// The person clicks a notification.
    pub async fn click(&self, id: u32) {
        let emitter = SignalEmitter::new(&self.bus, PATH).unwrap();
        Service::action_invoked(&emitter, id, "default").await.unwrap();
    }
}
