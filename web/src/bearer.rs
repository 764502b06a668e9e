//! API tokens that requests come with, as `Authorization: Bearer …`.

use axum::http::{HeaderMap, header};
use chrono::TimeDelta;

use crate::attempts;
use crate::front::Front;
use crate::problem::Problem;
use crate::remote::Remote;
use crate::secret::Secret;
use crate::signed_in::{Credential, SignedIn};

const SCHEME: &str = "bearer ";

/// How long a token lasts at most.
pub(crate) const LONGEST: TimeDelta = TimeDelta::days(366);

/// How many a technician has at most, expired or not.
pub(crate) const MOST: i64 = 50;

/// How exactly it is known when a token was used last.
const TOUCH: TimeDelta = TimeDelta::minutes(1);

/// The token that a request came with, whether it is one of ours or not. A request that has one is judged by it alone, whatever
/// cookie it has as well.
pub(crate) fn presented(headers: &HeaderMap) -> Option<&[u8]> {
    let (scheme, token) = headers.get(header::AUTHORIZATION)?.as_bytes().split_at_checked(SCHEME.len())?;
    scheme.eq_ignore_ascii_case(SCHEME.as_bytes()).then(|| token.trim_ascii())
}

/// The technician as whom a token acts, with what both may do. One that is not good is counted as a wrong password is.
pub(crate) async fn technician(front: &Front, token: &[u8], remote: &Remote) -> Result<SignedIn, Problem> {
    let now = front.now();
    let Some(holder) = store::api_tokens::holder(front.db(), &Secret::hash_of(token), now).await? else {
        attempts::at_api_token(front, remote).await?;
        return Err(Problem::WrongApiToken);
    };
    if holder.last_used_at.is_none_or(|last_used_at| last_used_at < now - TOUCH) {
        store::api_tokens::touch(front.db(), holder.api_token_id, remote.address().as_deref(), now).await?;
    }
    Ok(SignedIn {
        technician_id: holder.technician_id,
        name: holder.name,
        email: holder.email,
        rights: holder.rights.and(holder.scopes),
        credential: Credential::ApiToken(holder.api_token_id),
        since: None,
        lacks_second_factor: false,
        address: remote.ip(),
    })
}

#[cfg(test)]
mod tests {
    use axum::http::HeaderValue;

    use super::*;

    #[test]
    fn a_token_is_what_follows_the_word_bearer() {
        for (header, token) in [
            (Some("Bearer trayline_abc"), Some("trayline_abc")),
            (Some("bearer  trayline_abc "), Some("trayline_abc")),
            (Some("Bearer "), Some("")),
            (Some("Bearer"), None),
            (Some("Basic dXNlcjpwYXNz"), None),
            (Some("Bearer\u{e9}trayline"), None),
            (None, None),
        ] {
            let mut headers = HeaderMap::new();
            if let Some(header) = header {
                headers.insert(header::AUTHORIZATION, HeaderValue::from_str(header).unwrap());
            }
            assert_eq!(presented(&headers), token.map(str::as_bytes), "{header:?}");
        }
    }
}
