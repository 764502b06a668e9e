//! Ids with their names, and whose chat it is.

use broker_config::{AssetId, ContactId, CustomerId, Line, TechnicianId};
use serde::Serialize;
use store::assets::Asset;
use utoipa::ToSchema;

/// Whose chat it is.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub(crate) struct ChatHeader {
    /// The device.
    pub asset: AssetName,
    /// The business that has it.
    pub customer: CustomerName,
    /// The person who uses it.
    #[schema(required)]
    pub contact: Option<ContactName>,
}

/// A device and its name.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub(crate) struct AssetName {
    /// Which.
    pub asset_id: AssetId,
    /// Its name.
    pub name: Line,
}

/// A business and its name.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub(crate) struct CustomerName {
    /// Which.
    pub customer_id: CustomerId,
    /// Its name.
    pub name: Line,
}

/// A person and their name.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub(crate) struct ContactName {
    /// Who.
    pub contact_id: ContactId,
    /// Their name.
    pub name: Line,
}

impl ContactName {
    /// The person, if there is one.
    pub(crate) fn of(contact_id: Option<ContactId>, name: Option<Line>) -> Option<Self> {
        Some(Self { contact_id: contact_id?, name: name? })
    }
}

/// A technician and their name.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub(crate) struct TechnicianName {
    /// Who.
    pub technician_id: TechnicianId,
    /// Their name.
    pub name: Line,
}

impl TechnicianName {
    /// The technician, if there is one.
    pub(crate) fn of(technician_id: Option<TechnicianId>, name: Option<Line>) -> Option<Self> {
        Some(Self { technician_id: technician_id?, name: name? })
    }
}

impl From<Asset> for ChatHeader {
    fn from(asset: Asset) -> Self {
        Self {
            asset: AssetName { asset_id: asset.asset_id, name: asset.name },
            customer: CustomerName { customer_id: asset.customer_id, name: asset.customer_name },
            contact: ContactName::of(asset.contact_id, asset.contact_name),
        }
    }
}
