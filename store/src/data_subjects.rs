//! Of whom data is kept: whose it is to have it exported and erased.

use broker_config::{ContactId, CustomerId};
use sqlx::types::Uuid;

/// A person at a customer, or a whole customer.
///
/// A person's are the chats of the assets that they use now, and those whose transcripts belong to tickets for them. A customer's
/// are the chats of its assets.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DataSubject {
    /// A person.
    Contact(ContactId),
    /// A business, with everybody there.
    Customer(CustomerId),
}

impl DataSubject {
    /// The word for it in the audit log.
    #[must_use]
    pub fn kind(self) -> &'static str {
        match self {
            Self::Contact(_) => "contact",
            Self::Customer(_) => "customer",
        }
    }

    /// Its id.
    #[must_use]
    pub fn id(self) -> Uuid {
        match self {
            Self::Contact(contact_id) => contact_id.uuid(),
            Self::Customer(customer_id) => customer_id.uuid(),
        }
    }

    pub(crate) fn contact(self) -> Option<Uuid> {
        match self {
            Self::Contact(contact_id) => Some(contact_id.uuid()),
            Self::Customer(_) => None,
        }
    }

    pub(crate) fn customer(self) -> Option<Uuid> {
        match self {
            Self::Contact(_) => None,
            Self::Customer(customer_id) => Some(customer_id.uuid()),
        }
    }
}
