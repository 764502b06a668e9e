//! What proves that whoever knows the password also has the authenticator, or a recovery code.

use broker_config::TechnicianId;
use store::second_factors;

use crate::front::Front;
use crate::problem::Problem;
use crate::totp::TotpSecret;
use crate::typed_code::TypedCode;

/// How many recovery codes there are.
const RECOVERY_CODES: usize = 10;

/// Refuses whoever has an authenticator and does not give a good code of it, or a recovery code. Either is used up.
pub(crate) async fn check(front: &Front, technician_id: TechnicianId, code: Option<&str>) -> Result<(), Problem> {
    let factor = second_factors::of(front.db(), technician_id).await?;
    let Some(factor) = factor.filter(|factor| factor.is_confirmed) else { return Ok(()) };
    let code = code.ok_or(Problem::SecondFactorNeeded)?;

    let is_good = match TotpSecret::kept(factor.secret).step_of(code, front.now()) {
        Some(step) => second_factors::use_step(front.db(), technician_id, step).await?,
        None => second_factors::use_recovery_code(front.db(), technician_id, &TypedCode::hash_of(code)).await?,
    };
    if is_good { Ok(()) } else { Err(Problem::WrongCode) }
}

/// New recovery codes: as they are shown once, and what is kept of them.
pub(crate) fn recovery_codes() -> (Vec<String>, Vec<Vec<u8>>) {
    let codes = (0..RECOVERY_CODES).map(|_| TypedCode::new());
    codes.map(|code| (code.reveal(), code.hash().to_vec())).unzip()
}
