//! How often somebody may try something secret. A success gives the attempt back; too many failures must wait.

use std::time::Duration;

use broker_config::TechnicianId;
use chrono::TimeDelta;
use store::attempts::{self, Limit};

use crate::front::Front;
use crate::problem::Problem;
use crate::remote::Remote;
use crate::secret::Secret;
use crate::signed_in::SignedIn;

const QUARTER_HOUR: Duration = Duration::from_mins(15);

/// Passwords of one account, wherever they are tried.
const OF_ACCOUNT: Limit = Limit { kind: "password.account", attempts: 10, within: QUARTER_HOUR };

/// Passwords from one address, of whatever accounts. A whole office may share one.
const FROM_ADDRESS: Limit = Limit { kind: "password.address", attempts: 60, within: QUARTER_HOUR };

/// API tokens that are not good, from one address.
const API_TOKENS: Limit = Limit { kind: "api_token.address", attempts: 60, within: QUARTER_HOUR };

/// Browsers sent to the provider that have not come in, from one address.
const AT_PROVIDER: Limit = Limit { kind: "provider.address", attempts: 60, within: QUARTER_HOUR };

/// Set-up codes from one address.
const SETUP_CODES: Limit = Limit { kind: "setup_code.address", attempts: 20, within: QUARTER_HOUR };

/// Codes of an authenticator that is to be taken into use.
const CODES: Limit = Limit { kind: "code.account", attempts: 20, within: QUARTER_HOUR };

/// Links for another password: of one account, and from one address.
const RESETS_OF_ACCOUNT: Limit = Limit { kind: "reset.account", attempts: 3, within: QUARTER_HOUR };
const RESETS_FROM_ADDRESS: Limit = Limit { kind: "reset.address", attempts: 30, within: QUARTER_HOUR };

/// Longer passwords are wrong before they are hashed.
pub(crate) const PASSWORD_BYTES: usize = 1024;

/// How long ago a sign-in may be that stands for a password.
const RECENT: TimeDelta = TimeDelta::minutes(15);

/// One attempt at a password, counted.
pub(crate) struct Attempt {
    account: [u8; 32],
    address: [u8; 32],
}

impl Attempt {
    /// Counts an attempt at the password of whoever signs in with `email`, known or not.
    pub(crate) async fn at_password(front: &Front, email: &str, remote: &Remote) -> Result<Self, Problem> {
        let account = Secret::hash_of(&email.trim().to_lowercase());
        let address = Secret::hash_of(&remote.network());
        refuse(attempts::count(front.db(), FROM_ADDRESS, &address).await?)?;
        refuse(attempts::count(front.db(), OF_ACCOUNT, &account).await?)?;
        Ok(Self { account, address })
    }

    /// Counts and makes an attempt at the password of whoever is signed in, before what a stolen session must not do. Whoever has no
    /// password must have signed in a short while ago.
    pub(crate) async fn confirm(
        front: &Front,
        technician: &SignedIn,
        password: Option<String>,
        remote: &Remote,
    ) -> Result<(), Problem> {
        let known = store::technicians::credentials(front.db(), &technician.email).await?;
        let hash = known.and_then(|known| known.password_hash).filter(|_| front.settings().password_sign_in);
        if hash.is_none() && password.is_none() {
            let is_recent = technician.since.is_some_and(|at| front.now() - at < RECENT);
            return if is_recent { Ok(()) } else { Err(Problem::SignInAgain) };
        }
        let password = password.ok_or_else(|| Problem::Malformed("the password is missing".to_owned()))?;
        let attempt = Self::at_password(front, &technician.email, remote).await?;
        if password.len() > PASSWORD_BYTES || !front.passwords().check(password, hash).await? {
            return Err(Problem::WrongCredentials);
        }
        attempt.succeeded(front).await
    }

    /// It was right.
    pub(crate) async fn succeeded(self, front: &Front) -> Result<(), Problem> {
        attempts::forget(front.db(), OF_ACCOUNT, &self.account).await?;
        attempts::take_back(front.db(), FROM_ADDRESS, &self.address).await?;
        Ok(())
    }
}

/// Counts an API token that is not good. Good ones are not counted, nor refused to those who share the address.
pub(crate) async fn at_api_token(front: &Front, remote: &Remote) -> Result<(), Problem> {
    refuse(attempts::count(front.db(), API_TOKENS, &Secret::hash_of(&remote.network())).await?)
}

/// Counts a browser that is sent to the provider.
pub(crate) async fn at_provider(front: &Front, remote: &Remote) -> Result<(), Problem> {
    refuse(attempts::count(front.db(), AT_PROVIDER, &Secret::hash_of(&remote.network())).await?)
}

/// One of those has come in.
pub(crate) async fn came_in(front: &Front, remote: &Remote) -> Result<(), Problem> {
    Ok(attempts::take_back(front.db(), AT_PROVIDER, &Secret::hash_of(&remote.network())).await?)
}

/// Counts an attempt at a set-up code.
pub(crate) async fn at_setup_code(front: &Front, remote: &Remote) -> Result<(), Problem> {
    refuse(attempts::count(front.db(), SETUP_CODES, &Secret::hash_of(&remote.network())).await?)
}

/// Counts an attempt at the code of an authenticator that is to be taken into use.
pub(crate) async fn at_code(front: &Front, technician_id: TechnicianId) -> Result<(), Problem> {
    refuse(attempts::count(front.db(), CODES, &Secret::hash_of(&technician_id.to_string())).await?)
}

/// Counts that somebody asks for a link for another password of whoever signs in with `email`, known or not.
pub(crate) async fn at_asking_for_reset(front: &Front, email: &str, remote: &Remote) -> Result<(), Problem> {
    at_reset(front, remote).await?;
    let account = Secret::hash_of(&email.trim().to_lowercase());
    refuse(attempts::count(front.db(), RESETS_OF_ACCOUNT, &account).await?)
}

/// Counts an attempt at the token of such a link.
pub(crate) async fn at_reset(front: &Front, remote: &Remote) -> Result<(), Problem> {
    refuse(attempts::count(front.db(), RESETS_FROM_ADDRESS, &Secret::hash_of(&remote.network())).await?)
}

/// Counts attempts at a password anew, because there is another one.
pub(crate) async fn forget_passwords(front: &Front, email: &str) -> Result<(), Problem> {
    Ok(attempts::forget(front.db(), OF_ACCOUNT, &Secret::hash_of(&email.to_lowercase())).await?)
}

fn refuse(wait: Option<Duration>) -> Result<(), Problem> {
    match wait {
        Some(retry_after) => Err(Problem::TooManyAttempts { retry_after }),
        None => Ok(()),
    }
}
