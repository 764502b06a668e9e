//! What proves that whoever knows the password also has the authenticator, or a recovery code.

use broker_config::TechnicianId;
use serde_json::json;
use store::second_factors;

use crate::audit;
use crate::front::Front;
use crate::problem::Problem;
use crate::remote::Remote;
use crate::session::{SecondFactor, Way};
use crate::totp::TotpSecret;
use crate::typed_code::TypedCode;

/// How many recovery codes there are.
const RECOVERY_CODES: usize = 10;

/// Refuses whoever has an authenticator and does not give a good code of it, or a recovery code. Either is used up; a wrong one is noted in
/// the audit log. Says what was shown.
pub(crate) async fn check(
    front: &Front,
    technician_id: TechnicianId,
    code: Option<&str>,
    way: Way,
    remote: &Remote,
) -> Result<SecondFactor, Problem> {
    let factor = second_factors::of(front.db(), technician_id).await?;
    let Some(factor) = factor.filter(|factor| factor.is_confirmed) else { return Ok(SecondFactor::None) };
    let code = code.ok_or(Problem::SecondFactorNeeded)?;

    let step = TotpSecret::kept(factor.secret).step_of(code, front.now());
    let (shown, is_good) = if let Some(step) = step {
        (SecondFactor::Code, second_factors::use_step(front.db(), technician_id, step).await?)
    } else {
        let hash = TypedCode::hash_of(code);
        (SecondFactor::RecoveryCode, second_factors::use_recovery_code(front.db(), technician_id, &hash).await?)
    };
    if is_good {
        return Ok(shown);
    }
    let details = json!({ "way": way, "reason": "wrong_code" });
    let deed = audit::by_nobody("sign_in.failed", Some(technician_id), remote, details);
    store::audit::record(front.db(), &deed).await?;
    Err(Problem::WrongCode)
}

/// New recovery codes: as they are shown once, and what is kept of them.
pub(crate) fn recovery_codes() -> (Vec<String>, Vec<Vec<u8>>) {
    let codes = (0..RECOVERY_CODES).map(|_| TypedCode::new());
    codes.map(|code| (code.reveal(), code.hash().to_vec())).unzip()
}
