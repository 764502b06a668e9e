//! Typed ids. Each is a UUIDv7, made by whoever makes the thing, so ids sort by the time they were made.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};
use uuid::Uuid;

macro_rules! id {
    ($($(#[$docs:meta])* $name:ident;)+) => {$(
        $(#[$docs])*
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[cfg_attr(feature = "sqlx", derive(sqlx::Type), sqlx(transparent))]
        #[cfg_attr(feature = "openapi", derive(utoipa::ToSchema), schema(value_type = Uuid))]
        #[serde(transparent)]
        pub struct $name(Uuid);

        impl $name {
            /// Makes a new id, later than every id made before it on this machine.
            #[must_use]
            #[expect(clippy::new_without_default, reason = "an id is made on purpose, never by default")]
            pub fn new() -> Self {
                Self(Uuid::now_v7())
            }

            /// The bare UUID, for storage and for crates that do not know this type.
            #[must_use]
            pub fn uuid(self) -> Uuid {
                self.0
            }
        }

        impl From<Uuid> for $name {
            fn from(uuid: Uuid) -> Self {
                Self(uuid)
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.as_hyphenated().fmt(f)
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, "{}({})", stringify!($name), self.0)
            }
        }

        impl FromStr for $name {
            type Err = MalformedId;

            /// Reads the hyphenated lower-case form and no other: an id is part of subjects, where two
            /// spellings would be two chats.
            fn from_str(text: &str) -> Result<Self, MalformedId> {
                let uuid = Uuid::try_parse(text).map_err(|_| MalformedId)?;
                let canonical = uuid.as_hyphenated().encode_lower(&mut Uuid::encode_buffer()) == text;
                if canonical { Ok(Self(uuid)) } else { Err(MalformedId) }
            }
        }
    )+};
}

id! {
    /// A managed device.
    AssetId;
    /// Assets that are set up together.
    AssetGroupId;
    /// One conversation with one asset.
    ChatId;
    /// A message or an internal note, made by its sender before it is first sent.
    MessageId;
    /// A user of the web front.
    TechnicianId;
    /// A business supported.
    CustomerId;
    /// A person at a customer.
    ContactId;
    /// An erasure that was asked for.
    ErasureId;
    /// Settings for assets, among them the system tray menu.
    PolicyId;
    /// One entry of a system tray menu.
    MenuEntryId;
    /// A ticket.
    TicketId;
    /// A key with which new devices enrol.
    EnrolmentKeyId;
    /// A browser's tab that shows the web front.
    TabId;
    /// A notice to one technician.
    NoticeId;
    /// A running process of ours.
    InstanceId;
    /// A notice on its way over one channel.
    DeliveryId;
    /// Technicians who may do the same.
    SecurityGroupId;
    /// A text that technicians say often.
    CannedReplyId;
    /// One place where a technician is signed in.
    SessionId;
    /// A token by which an integration acts as a technician.
    ApiTokenId;
}

/// The text is not a hyphenated lower-case UUID.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not a hyphenated lower-case UUID")]
pub struct MalformedId;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_reads_what_it_writes_and_no_other_spelling() {
        let id = ChatId::new();
        let text = id.to_string();
        assert_eq!(text.parse(), Ok(id));
        for spelling in [text.to_uppercase(), text.replace('-', ""), format!("{{{text}}}"), "*".into(), String::new()] {
            assert_eq!(spelling.parse::<ChatId>(), Err(MalformedId), "{spelling}");
        }
    }
}
