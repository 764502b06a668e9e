//! Why somebody does not come in by way of the provider.

use std::error::Error;

type Source = Box<dyn Error + Send + Sync>;

/// Why somebody does not come in by way of the provider. The sign-in page says what to do about it.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Refusal {
    /// What came back is not on a way that this browser was sent, or comes too late.
    #[error("the way to the provider was lost")]
    Lost,
    /// The provider does not answer.
    #[error("the provider does not answer")]
    Away(#[source] Source),
    /// The provider says no.
    #[error("the provider says no")]
    ByProvider,
    /// What the provider says cannot be believed.
    #[error("what the provider says cannot be believed")]
    Unbelievable(#[source] Source),
    /// The provider does not vouch for an address.
    #[error("the provider does not vouch for an address")]
    EmailUnverified,
    /// The address is of a domain that may not sign in.
    #[error("the address is of another domain")]
    ForeignDomain,
    /// They are no technician.
    #[error("they are no technician")]
    Unknown,
    /// The technician with their address is somebody else at the provider.
    #[error("the technician with this address is somebody else at the provider")]
    LinkedElsewhere,
    /// They may no longer sign in.
    #[error("they may no longer sign in")]
    Disabled,
}

impl Refusal {
    /// What the sign-in page and the audit log know it by. It never changes.
    pub(crate) fn slug(&self) -> &'static str {
        match self {
            Self::Lost => "lost",
            Self::Away(_) => "provider-away",
            Self::ByProvider => "by-provider",
            Self::Unbelievable(_) => "unbelievable",
            Self::EmailUnverified => "email-unverified",
            Self::ForeignDomain => "foreign-domain",
            Self::Unknown => "unknown-person",
            Self::LinkedElsewhere => "linked-elsewhere",
            Self::Disabled => "disabled",
        }
    }
}
