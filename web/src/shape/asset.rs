//! A managed device, as the API shows it.

use broker_config::{AssetId, Line, PolicyId};
use serde::Serialize;
use store::assets::Asset;
use utoipa::ToSchema;

use super::{ContactName, CustomerName};

/// A managed device.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Asset)]
pub(crate) struct AssetShape {
    /// Which.
    pub asset_id: AssetId,
    /// Its name.
    pub name: Line,
    /// The business that has it.
    pub customer: CustomerName,
    /// The person who uses it.
    #[schema(required)]
    pub contact: Option<ContactName>,
    /// Its settings.
    #[schema(required)]
    pub policy_id: Option<PolicyId>,
}

impl From<Asset> for AssetShape {
    fn from(asset: Asset) -> Self {
        Self {
            asset_id: asset.asset_id,
            name: asset.name,
            customer: CustomerName { customer_id: asset.customer_id, name: asset.customer_name },
            contact: ContactName::of(asset.contact_id, asset.contact_name),
            policy_id: asset.policy_id,
        }
    }
}
