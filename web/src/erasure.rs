//! Asking that what is kept of a person or a business is erased, and looking how far that is.

use broker_config::{ErasureId, Line};
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use serde_json::json;
use store::data_subjects::DataSubject;
use store::erasures;
use utoipa::ToSchema;

use crate::front::Front;
use crate::problem::Problem;
use crate::signed_in::SignedIn;

/// Who is to be erased, once more and by name, so that nobody is by mistake.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct EraseRequest {
    /// The name as it is kept.
    pub name: Line,
}

/// The last erasure of somebody.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct LastErasure {
    /// It; null when nobody has asked for one.
    #[schema(required)]
    pub erasure: Option<Erasure>,
}

/// An erasure that was asked for.
#[derive(Debug, Serialize, ToSchema)]
#[expect(clippy::struct_field_names, reason = "one name per thing everywhere")]
pub(crate) struct Erasure {
    /// Which.
    pub erasure_id: ErasureId,
    /// When it was asked for.
    pub requested_at: DateTime<Utc>,
    /// When nothing was left; null while it goes on.
    #[schema(required)]
    pub finished_at: Option<DateTime<Utc>>,
    /// How many chats were erased so far.
    pub chats: u64,
}

impl From<erasures::Erasure> for Erasure {
    fn from(row: erasures::Erasure) -> Self {
        let erasures::Erasure { erasure_id, requested_at, finished_at, chats } = row;
        Self { erasure_id, requested_at, finished_at, chats: chats.cast_unsigned() }
    }
}

/// Asks for an erasure if `asked` is the name that is kept. The audit log has no name.
pub(crate) async fn request(
    front: &Front,
    technician: &SignedIn,
    subject: DataSubject,
    name: &Line,
    asked: &EraseRequest,
) -> Result<Erasure, Problem> {
    if *name != asked.name {
        return Err(Problem::OtherName);
    }
    let (_, last_seq) = front.log().bounds().await?;
    let mut transaction = front.db().begin().await?;
    let erasure = erasures::request(&mut transaction, subject, last_seq).await?;
    let (action, kind) = match subject {
        DataSubject::Contact(_) => ("contact.erased", "contact"),
        DataSubject::Customer(_) => ("customer.erased", "customer"),
    };
    let deed = technician.does(action, (kind, subject.id()), json!({ "erasure_id": erasure.erasure_id }));
    store::audit::record(&mut *transaction, &deed).await?;
    transaction.commit().await?;
    Ok(erasure.into())
}

/// The last erasure of somebody.
pub(crate) async fn last(front: &Front, subject: DataSubject) -> Result<LastErasure, Problem> {
    let erasure = erasures::last_of(front.db(), subject).await?;
    Ok(LastErasure { erasure: erasure.map(Erasure::from) })
}
