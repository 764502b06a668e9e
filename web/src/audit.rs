//! Noting in the audit log what technicians do.
//!
//! What is written to the database is noted in the same transaction, and what is only read is noted before it is answered:
//! neither happens without its note. What happens on the broker's log is noted afterwards. Should the database be away at that
//! moment, who did it and when still stands on the log.

use broker_config::{Line, TechnicianId};
use serde_json::Value;
use store::audit::{Actor, Deed};

use crate::front::Front;
use crate::remote::Remote;
use crate::signed_in::{Credential, SignedIn};

impl SignedIn {
    /// What this technician does, for the audit log: to which kind of thing, with which id, and what else there is to know. What is done
    /// by an API token says by which.
    pub(crate) fn does(
        &self,
        action: &'static str,
        subject: (&'static str, impl ToString),
        mut details: Value,
    ) -> Deed<'static> {
        let (kind, id) = subject;
        if let (Credential::ApiToken(api_token_id), Value::Object(details)) = (self.credential, &mut details) {
            details.insert("by_api_token".to_owned(), api_token_id.to_string().into());
        }
        Deed {
            action,
            actor: Actor::Technician { technician_id: self.technician_id, name: self.name.clone() },
            address: self.address,
            subject: Some((kind, id.to_string())),
            details,
        }
    }
}

/// What somebody does who is not signed in, for the audit log. Nothing that was typed is part of it; `about` is the technician as whom they
/// do it, if there is one.
pub(crate) fn by_nobody(
    action: &'static str,
    about: Option<TechnicianId>,
    remote: &Remote,
    details: Value,
) -> Deed<'static> {
    let subject = about.map(|technician_id| ("technician", technician_id.to_string()));
    Deed { action, actor: Actor::Nobody, address: remote.ip(), subject, details }
}

/// What a technician does who is only now signing in, for the audit log.
pub(crate) fn at_the_door(
    action: &'static str,
    technician_id: TechnicianId,
    name: Line,
    remote: &Remote,
    details: Value,
) -> Deed<'static> {
    let actor = Actor::Technician { technician_id, name };
    let subject = Some(("technician", technician_id.to_string()));
    Deed { action, actor, address: remote.ip(), subject, details }
}

/// Notes what has happened on the broker's log already.
pub(crate) async fn note(front: &Front, deed: &Deed<'_>) {
    if let Err(error) = store::audit::record(front.db(), deed).await {
        tracing::error!(%error, action = deed.action, "what was done is not in the audit log");
    }
}
