//! Telling the sockets which technicians come online and go offline.

use std::collections::BTreeSet;

use broker_config::TechnicianId;
use broker_config::presence::{Leases, Online};

use super::event::LiveEvent;
use super::hub::Hub;

/// Tells all sockets who comes and goes, for as long as it is polled. Who is online when the process starts, the list of
/// technicians tells.
pub(super) async fn tell(online: &Online, hub: &Hub) {
    let mut changes = online.changes();
    let mut told: Option<BTreeSet<TechnicianId>> = None;
    loop {
        let now = changes.borrow_and_update().as_ref().map(Leases::online);
        if let (Some(told), Some(now)) = (&told, &now) {
            for technician_id in told.symmetric_difference(now).copied() {
                let is_online = now.contains(&technician_id);
                hub.tell(&LiveEvent::TechnicianPresence { technician_id, is_online });
            }
        }
        told = now.or(told);
        if changes.changed().await.is_err() {
            return;
        }
    }
}
