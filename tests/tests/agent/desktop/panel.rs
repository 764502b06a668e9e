//! A panel with a tray, as the agent sees it; and the agent's icon, as a panel sees it.

use std::collections::HashMap;
use std::sync::{Arc, Mutex};

use tests::eventually;
use zbus::zvariant::{OwnedValue, Structure, Value};
use zbus::{Connection, Proxy, interface};

/// The tray of a panel. Icons may come before it and after it.
pub struct Panel {
    registered: Arc<Mutex<Vec<String>>>,
    bus: Connection,
}

struct Watcher(Arc<Mutex<Vec<String>>>);

#[interface(name = "org.kde.StatusNotifierWatcher")]
impl Watcher {
    fn register_status_notifier_item(&self, service: String) {
        self.0.lock().unwrap().push(service);
    }

    #[zbus(property)]
    fn is_status_notifier_host_registered(&self) -> bool {
        self.0.lock().is_ok()
    }
}

impl Panel {
    pub async fn start(bus: &Connection) -> Self {
        let registered = Arc::default();
        let watcher = Watcher(Arc::clone(&registered));
        bus.object_server().at("/StatusNotifierWatcher", watcher).await.unwrap();
        bus.request_name("org.kde.StatusNotifierWatcher").await.unwrap();
        Self { registered, bus: bus.clone() }
    }

    /// The icon that came last, once one has come.
    pub async fn item(&self) -> Item {
        eventually("an icon comes", async || !self.registered.lock().unwrap().is_empty()).await;
        let service = self.registered.lock().unwrap().last().unwrap().clone();
        self.at(service).await
    }

    /// The icon of this process, once it has come.
    pub async fn item_of(&self, pid: u32) -> Option<Item> {
        let name = format!("org.kde.StatusNotifierItem-{pid}-");
        let service = self.registered.lock().unwrap().iter().find(|service| service.starts_with(&name)).cloned();
        match service {
            Some(service) => Some(self.at(service).await),
            None => None,
        }
    }

    async fn at(&self, service: String) -> Item {
        let at = |path: &'static str, interface: &'static str| {
            let (bus, service) = (self.bus.clone(), service.clone());
            async move {
                zbus::proxy::Builder::<Proxy<'static>>::new(&bus)
                    .destination(service)
                    .and_then(|proxy| proxy.path(path))
                    .and_then(|proxy| proxy.interface(interface))
                    .unwrap()
                    .cache_properties(zbus::proxy::CacheProperties::No)
                    .build()
                    .await
                    .unwrap()
            }
        };
        Item {
            item: at("/StatusNotifierItem", "org.kde.StatusNotifierItem").await,
            menu: at("/MenuBar", "com.canonical.dbusmenu").await,
        }
    }
}

/// An icon in the tray.
pub struct Item {
    item: Proxy<'static>,
    menu: Proxy<'static>,
}

type Layout = (u32, (i32, HashMap<String, OwnedValue>, Vec<OwnedValue>));
type Picture = (i32, i32, Vec<u8>);

impl Item {
    /// Title and text of the tooltip.
    pub async fn tooltip(&self) -> (String, String) {
        let tooltip: (String, Vec<Picture>, String, String) = self.item.get_property("ToolTip").await.unwrap();
        (tooltip.2, tooltip.3)
    }

    pub async fn status(&self) -> String {
        self.item.get_property("Status").await.unwrap()
    }

    /// The icon's pictures.
    pub async fn pictures(&self) -> Vec<Picture> {
        self.item.get_property("IconPixmap").await.unwrap()
    }

    /// What stands in the menu; a separator is `---`.
    pub async fn labels(&self) -> Vec<String> {
        self.entries().await.into_iter().map(|(_, label)| label).collect()
    }

    /// Chooses an entry of the menu.
    pub async fn choose(&self, label: &str) {
        let entries = self.entries().await;
        let (id, _) = entries.iter().find(|(_, other)| other == label).unwrap_or_else(|| panic!("{entries:?}"));
        self.menu.call::<_, _, ()>("Event", &(id, "clicked", Value::from(""), 0_u32)).await.unwrap();
    }

    /// Clicks the icon itself.
    pub async fn click(&self) {
        self.item.call::<_, _, ()>("Activate", &(0, 0)).await.unwrap();
    }

    async fn entries(&self) -> Vec<(i32, String)> {
        let none: Vec<&str> = Vec::new();
        let (_, (_, _, children)): Layout = self.menu.call("GetLayout", &(0, -1, none)).await.unwrap();
        children.into_iter().map(entry).collect()
    }
}

fn entry(child: OwnedValue) -> (i32, String) {
    let fields = Structure::try_from(child).unwrap().into_fields();
    let [Value::I32(id), Value::Dict(properties), _] = fields.as_slice() else { panic!("{fields:?}") };
    let kind: Option<String> = properties.get(&"type").unwrap();
    match kind.as_deref() {
        Some("separator") => (*id, "---".to_owned()),
        _ => (*id, properties.get::<_, String>(&"label").unwrap().unwrap_or_default()),
    }
}
