//! Somebody comes back from the provider.

use axum_extra::extract::cookie::CookieJar;
use broker_config::{Line, TechnicianId};
use serde_json::json;
use sqlx::PgConnection;
use store::provider_identities::{self, Known};

use super::admission::{Admission, Person, admit};
use super::refusal::Refusal;
use super::settings::{OidcSettings, SecondFactorAsked, UnknownPeople};
use super::way;
use crate::attempts;
use crate::audit;
use crate::front::Front;
use crate::problem::Problem;
use crate::remote::Remote;
use crate::secret::Secret;
use crate::session::{self, Entrant, SecondFactor, Way};

/// What becomes of somebody who comes back and may come in.
pub(crate) enum Arrival {
    /// They are in.
    In {
        /// The `Set-Cookie` of their session.
        session: String,
    },
    /// They have to give a code of their authenticator.
    Waits {
        /// By which their browser is known until then.
        browser: Secret,
    },
}

/// Why somebody is not in.
#[derive(Debug)]
pub(crate) enum NotIn {
    /// They may not come in.
    Refused(Refusal),
    /// It could not be decided.
    Failed(Problem),
}

/// Lets somebody in who comes back with this, or says why not. Whoever was sent by us and does not come in is noted in the audit log.
pub(crate) async fn arrive(
    front: &Front,
    remote: &Remote,
    jar: &CookieJar,
    state: Option<String>,
    code: Option<String>,
) -> Result<Arrival, NotIn> {
    let provider = front.provider()?;
    let browser_hash = way::browser_of(jar, front).ok_or(Refusal::Lost)?;
    let state = state.ok_or(Refusal::Lost)?;
    let back = store::provider_sign_ins::take(front.db(), &browser_hash, &Secret::hash_of(&state)).await?;
    let back = back.ok_or(Refusal::Lost)?;
    let found = async {
        let code = code.ok_or(Refusal::ByProvider)?;
        let person = provider.person(code, back, front.now()).await?;
        let known = admitted(front, provider.settings(), &person, remote).await?;
        Ok((known, person.has_second_factor))
    };
    match found.await {
        Ok((known, has_second_factor)) => enter(front, remote, jar, known, has_second_factor).await,
        Err(NotIn::Refused(refusal)) => {
            let details = json!({ "way": Way::Provider, "reason": refusal.slug() });
            store::audit::record(front.db(), &audit::by_nobody("sign_in.failed", None, remote, details)).await?;
            Err(NotIn::Refused(refusal))
        }
        Err(failed) => Err(failed),
    }
}

/// The technician as whom somebody comes in, made or linked if they are here for the first time.
async fn admitted(front: &Front, settings: &OidcSettings, person: &Person, remote: &Remote) -> Result<Entering, NotIn> {
    let (issuer, subject) = (settings.issuer.as_str(), person.subject.as_str());
    let mut transaction = front.db().begin().await?;
    let by_subject = provider_identities::by_subject(&mut *transaction, issuer, subject).await?;
    let by_email = match &person.verified_email {
        Some(email) => provider_identities::by_email(&mut *transaction, issuer, email).await?,
        None => None,
    };
    let (technician_id, name) = match admit(person, by_subject, by_email, settings)? {
        Admission::Again(Known { technician_id, name, .. }) => return Ok(Entering { technician_id, name }),
        Admission::First(Known { technician_id, name, .. }) => (technician_id, name),
        Admission::New(email) => add(&mut transaction, settings, person, email, remote).await?,
    };
    if !provider_identities::link(&mut *transaction, issuer, subject, technician_id).await? {
        return Err(Refusal::LinkedElsewhere.into());
    }
    let details = json!({ "issuer": issuer, "subject": subject });
    let deed = audit::at_the_door("provider_identity.linked", technician_id, name.clone(), remote, details);
    store::audit::record(&mut *transaction, &deed).await?;
    transaction.commit().await?;
    Ok(Entering { technician_id, name })
}

/// A technician who comes in.
struct Entering {
    technician_id: TechnicianId,
    name: Line,
}

async fn add(
    db: &mut PgConnection,
    settings: &OidcSettings,
    person: &Person,
    email: String,
    remote: &Remote,
) -> Result<(TechnicianId, Line), NotIn> {
    let UnknownPeople::Join(group) = &settings.unknown_people else { return Err(Refusal::Unknown.into()) };
    let Some(group) = store::security_groups::by_name(&mut *db, group).await? else {
        tracing::error!("the security group of oidc.unknown_people_group is not there");
        return Err(Refusal::Unknown.into());
    };
    let unbelievable = |error| NotIn::Refused(Refusal::Unbelievable(Box::new(error)));
    let email = Line::new(email).map_err(unbelievable)?;
    let name = person.name.clone().and_then(|name| Line::new(name).ok()).unwrap_or_else(|| email.clone());
    let added = store::technicians::add_without_password(&mut *db, &name, &email, &[group]).await?;
    let technician_id = added.ok_or(Refusal::LinkedElsewhere)?;
    let details = json!({ "name": name, "security_group_ids": [group] });
    let deed = audit::at_the_door("technician.added", technician_id, name.clone(), remote, details);
    store::audit::record(db, &deed).await?;
    Ok((technician_id, name))
}

async fn enter(
    front: &Front,
    remote: &Remote,
    jar: &CookieJar,
    Entering { technician_id, name }: Entering,
    has_second_factor: bool,
) -> Result<Arrival, NotIn> {
    let asked = front.provider()?.settings().second_factor;
    let second_factor = if is_asked_here(asked, has_second_factor) {
        let ours = store::second_factors::of(front.db(), technician_id).await?;
        if ours.is_some_and(|ours| ours.is_confirmed) {
            let browser = Secret::new("");
            store::provider_sign_ins::wait(front.db(), &browser.hash(), technician_id, way::LASTS).await?;
            return Ok(Arrival::Waits { browser });
        }
        SecondFactor::None
    } else {
        SecondFactor::AtProvider
    };
    attempts::came_in(front, remote).await?;
    let mut transaction = front.db().begin().await?;
    let entrant = Entrant { technician_id, name, way: Way::Provider, second_factor };
    let session = session::begin(front, &mut transaction, entrant, remote, jar).await?;
    transaction.commit().await?;
    Ok(Arrival::In { session })
}

/// Whether our own second factor is asked for.
fn is_asked_here(asked: SecondFactorAsked, provider_has_checked: bool) -> bool {
    match asked {
        SecondFactorAsked::Never => false,
        SecondFactorAsked::UnlessByProvider => !provider_has_checked,
        SecondFactorAsked::Always => true,
    }
}

impl From<Refusal> for NotIn {
    fn from(refusal: Refusal) -> Self {
        Self::Refused(refusal)
    }
}

impl From<Problem> for NotIn {
    fn from(problem: Problem) -> Self {
        Self::Failed(problem)
    }
}

impl From<sqlx::Error> for NotIn {
    fn from(error: sqlx::Error) -> Self {
        Self::Failed(error.into())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn our_own_second_factor_is_asked_for_as_the_operator_says() {
        use SecondFactorAsked::{Always, Never, UnlessByProvider};
        for (asked, checked, expected) in [
            (Never, false, false),
            (Never, true, false),
            (UnlessByProvider, false, true),
            (UnlessByProvider, true, false),
            (Always, false, true),
            (Always, true, true),
        ] {
            assert_eq!(is_asked_here(asked, checked), expected, "{asked:?} {checked}");
        }
    }
}
