//! Revoking API tokens.

use broker_config::{ApiTokenId, TechnicianId};
use serde_json::json;

use crate::front::Front;
use crate::problem::{Problem, Thing};
use crate::signed_in::SignedIn;

/// Revokes a token of a technician: the next request with it is refused, and its sockets close. The audit log keeps when it was last
/// used, and from where.
pub(crate) async fn revoke(
    front: &Front,
    by: &SignedIn,
    technician_id: TechnicianId,
    api_token_id: ApiTokenId,
) -> Result<(), Problem> {
    let mut transaction = front.db().begin().await?;
    let revoked = store::api_tokens::revoke(&mut *transaction, technician_id, api_token_id).await?;
    let revoked = revoked.ok_or(Problem::NoSuch(Thing::ApiToken))?;
    let details = json!({
        "name": revoked.name,
        "technician_id": technician_id,
        "last_used_at": revoked.last_used_at,
        "last_address": revoked.last_address,
    });
    let deed = by.does("api_token.revoked", ("api_token", api_token_id), details);
    store::audit::record(&mut *transaction, &deed).await?;
    transaction.commit().await?;
    front.live().end_api_token(api_token_id);
    Ok(())
}
