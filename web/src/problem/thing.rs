//! What a request can name, and how its absence is told.

/// What a request named and does not exist.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Thing {
    ApiToken,
    Asset,
    AssetGroup,
    CannedReply,
    Chat,
    Contact,
    Customer,
    Device,
    EnrolmentKey,
    Page,
    Policy,
    Provider,
    SecurityGroup,
    Session,
    Technician,
    Ticket,
    Webhook,
}

impl Thing {
    /// How it is called after "There is no".
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::ApiToken => "such API token",
            Self::Asset => "such asset",
            Self::AssetGroup => "such group of assets of this customer",
            Self::CannedReply => "such canned reply",
            Self::Chat => "such chat",
            Self::Contact => "such contact of this customer",
            Self::Customer => "such customer",
            Self::Device => "enrolled device of this asset",
            Self::EnrolmentKey => "such enrolment key",
            Self::Page => "such address",
            Self::Policy => "such policy",
            Self::Provider => "provider to sign in by way of",
            Self::SecurityGroup => "such security group",
            Self::Session => "such session of yours",
            Self::Technician => "such technician",
            Self::Ticket => "such ticket",
            Self::Webhook => "webhook of yours",
        }
    }

    /// The last part of the `type`.
    pub(super) fn slug(self) -> &'static str {
        match self {
            Self::ApiToken => "no-such-api-token",
            Self::Asset => "no-such-asset",
            Self::AssetGroup => "no-such-asset-group",
            Self::CannedReply => "no-such-canned-reply",
            Self::Chat => "no-such-chat",
            Self::Contact => "no-such-contact",
            Self::Customer => "no-such-customer",
            Self::Device => "no-such-device",
            Self::EnrolmentKey => "no-such-enrolment-key",
            Self::Page => "no-such-address",
            Self::Policy => "no-such-policy",
            Self::Provider => "no-such-provider",
            Self::SecurityGroup => "no-such-security-group",
            Self::Session => "no-such-session",
            Self::Technician => "no-such-technician",
            Self::Ticket => "no-such-ticket",
            Self::Webhook => "no-such-webhook",
        }
    }
}
