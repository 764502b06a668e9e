//! Why a device does not get what it asks for. Nothing here says whose key it showed.

use axum::http::StatusCode;
use store::enrolment::EntryRefusal;

/// Why a device is refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub(crate) enum DeviceRefusal {
    #[error("The enrolment key is not known here. Look whether all of it was copied.")]
    UnknownKey,
    #[error("The enrolment key was revoked. Ask whoever gave it to you for another one.")]
    KeyRevoked,
    #[error("The enrolment key has expired. Ask whoever gave it to you for another one.")]
    KeyExpired,
    #[error(
        "The enrolment key has let in as many devices as it was made for. Ask whoever gave it to you for another one."
    )]
    KeyUsedUp,
    #[error("This machine is enrolled already, and the enrolment key lets in new machines alone.")]
    MachineEnrolled,
    #[error("This device's credential was revoked. To enrol the device again, forget its identity first.")]
    Revoked,
}

impl DeviceRefusal {
    /// The status, the last part of the `type`, and the title.
    pub(super) fn kind(self) -> (StatusCode, &'static str, &'static str) {
        match self {
            Self::UnknownKey => (StatusCode::FORBIDDEN, "enrolment-refused", "Enrolment refused"),
            Self::KeyRevoked => (StatusCode::FORBIDDEN, "enrolment-key-revoked", "Enrolment key revoked"),
            Self::KeyExpired => (StatusCode::FORBIDDEN, "enrolment-key-expired", "Enrolment key expired"),
            Self::KeyUsedUp => (StatusCode::FORBIDDEN, "enrolment-key-used-up", "Enrolment key used up"),
            Self::MachineEnrolled => (StatusCode::CONFLICT, "machine-enrolled", "Machine enrolled already"),
            Self::Revoked => (StatusCode::FORBIDDEN, "device-revoked", "Device revoked"),
        }
    }
}

impl From<EntryRefusal> for DeviceRefusal {
    fn from(refusal: EntryRefusal) -> Self {
        match refusal {
            EntryRefusal::NoSuchKey => Self::UnknownKey,
            EntryRefusal::KeyRevoked => Self::KeyRevoked,
            EntryRefusal::KeyExpired => Self::KeyExpired,
            EntryRefusal::KeyUsedUp => Self::KeyUsedUp,
            EntryRefusal::DeviceRevoked => Self::Revoked,
            EntryRefusal::MachineKnown => Self::MachineEnrolled,
        }
    }
}
