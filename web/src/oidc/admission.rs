//! Who comes in, by what the provider says of them and what we know.

use store::provider_identities::Known;

use super::refusal::Refusal;
use super::settings::{OidcSettings, UnknownPeople};

/// Somebody, as the provider describes them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Person {
    /// By which the provider knows them for ever.
    pub subject: String,
    /// Their address, if the provider vouches for it.
    pub verified_email: Option<String>,
    /// Their name, as far as it is told.
    pub name: Option<String>,
    /// Whether the provider has checked more than one factor.
    pub has_second_factor: bool,
}

/// How somebody comes in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Admission {
    /// As the technician that they were the last time.
    Again(Known),
    /// As the technician with their address, from now on.
    First(Known),
    /// As a new technician with this address.
    New(String),
}

/// Decides how somebody comes in. `by_subject` is the technician whom they are already, `by_email` the one with their address.
pub(crate) fn admit(
    person: &Person,
    by_subject: Option<Known>,
    by_email: Option<Known>,
    settings: &OidcSettings,
) -> Result<Admission, Refusal> {
    let email = person.verified_email.as_deref();
    if !settings.email_domains.is_empty() {
        let domain = email.and_then(|email| email.rsplit_once('@')).ok_or(Refusal::EmailUnverified)?.1;
        if !settings.email_domains.iter().any(|allowed| allowed.eq_ignore_ascii_case(domain)) {
            return Err(Refusal::ForeignDomain);
        }
    }
    if let Some(known) = by_subject {
        return if known.is_disabled { Err(Refusal::Disabled) } else { Ok(Admission::Again(known)) };
    }
    let email = email.ok_or(Refusal::EmailUnverified)?;
    match by_email {
        Some(known) if known.is_disabled => Err(Refusal::Disabled),
        Some(known) if known.is_linked => Err(Refusal::LinkedElsewhere),
        Some(known) => Ok(Admission::First(known)),
        None if settings.unknown_people == UnknownPeople::Refused => Err(Refusal::Unknown),
        None => Ok(Admission::New(email.to_owned())),
    }
}

#[cfg(test)]
mod tests {
    use broker_config::{Line, TechnicianId};

    use super::super::settings::SecondFactorAsked;
    use super::*;

    fn settings(domains: &[&str], joins: bool) -> OidcSettings {
        OidcSettings {
            issuer: "https://id.example".into(),
            client_id: "trayline".into(),
            client_secret: String::new(),
            name: Line::new("Bluebell").unwrap(),
            email_domains: domains.iter().map(ToString::to_string).collect(),
            unknown_people: if joins {
                UnknownPeople::Join(Line::new("Technicians").unwrap())
            } else {
                UnknownPeople::Refused
            },
            second_factor: SecondFactorAsked::Never,
            certificate_authority: None,
        }
    }

    fn person(email: Option<&str>) -> Person {
        Person { subject: "p1".into(), verified_email: email.map(Into::into), name: None, has_second_factor: false }
    }

    #[test]
    fn who_comes_in_is_decided_by_the_subject_and_only_the_first_time_by_a_verified_address() {
        let technician_id = TechnicianId::new();
        let known = |is_linked, is_disabled| {
            Some(Known { technician_id, name: Line::new("Priya").unwrap(), is_disabled, is_linked })
        };
        let decide = |email, by_subject: Option<Known>, by_email: Option<Known>, domains: &[&str], joins| match admit(
            &person(email),
            by_subject,
            by_email,
            &settings(domains, joins),
        ) {
            Ok(Admission::Again(_)) => "again",
            Ok(Admission::First(_)) => "first",
            Ok(Admission::New(_)) => "new",
            Err(refusal) => refusal.slug(),
        };
        let email = Some("priya@Bluebell.example");
        for (email, by_subject, by_email, domains, joins, expected) in [
            (email, known(true, false), known(true, false), &[][..], false, "again"),
            (None, known(true, false), None, &[], false, "again"),
            (email, known(true, true), None, &[], true, "disabled"),
            (email, None, known(false, false), &[], false, "first"),
            (email, None, known(false, true), &[], true, "disabled"),
            (email, None, known(true, false), &[], true, "linked-elsewhere"),
            (None, None, None, &[], true, "email-unverified"),
            (email, None, None, &[], false, "unknown-person"),
            (email, None, None, &[], true, "new"),
            (email, None, None, &["bluebell.example"], true, "new"),
            (email, None, None, &["example"], true, "foreign-domain"),
            (email, known(true, false), None, &["other.example"], true, "foreign-domain"),
            (None, known(true, false), None, &["bluebell.example"], true, "email-unverified"),
        ] {
            let what = format!("{email:?} {by_subject:?} {by_email:?} {domains:?} {joins}");
            assert_eq!(decide(email, by_subject, by_email, domains, joins), expected, "{what}");
        }
    }
}
