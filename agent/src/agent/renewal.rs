//! Asking for another credential now and then, and looking whether somebody else of this device has taken one.

use std::io;
use std::time::Duration;

use tokio::sync::mpsc::WeakSender;

use super::driver::Command;
use crate::backoff::jittered;
use crate::identity::{Identity, IdentityError, Rotated, RotationError, rotate};

/// Does so for as long as the agent runs.
pub(super) async fn renew(identity: Identity, pause: Duration, agent: WeakSender<Command>) {
    loop {
        tokio::time::sleep(jittered(pause)).await;
        if agent.strong_count() == 0 {
            return;
        }
        match rotate(identity.clone(), false).await {
            Ok(Rotated::NotDue) => {}
            Ok(Rotated::Done(_)) => tracing::info!("this device has another credential"),
            Err(error) if is_not_ours(&error) => {
                tracing::debug!("the credential belongs to the system, which renews it");
            }
            Err(error) => tracing::info!(error = &error as &dyn std::error::Error, "no other credential; trying again"),
        }
        let Some(agent) = agent.upgrade() else { return };
        if agent.send(Command::Renew).await.is_err() {
            return;
        }
    }
}

/// Whether the identity is one that this person may read and not write.
fn is_not_ours(error: &RotationError) -> bool {
    let (RotationError::Disk(error) | RotationError::Identity(IdentityError::Disk(error))) = error else {
        return false;
    };
    matches!(error.kind(), io::ErrorKind::PermissionDenied | io::ErrorKind::ReadOnlyFilesystem)
}
