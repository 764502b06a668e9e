//! A managed device, as the API shows it.

use broker_config::{AssetGroupId, AssetId, Line, PolicyId};
use chrono::{DateTime, Utc};
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
    /// The group that it is in.
    #[schema(required)]
    pub asset_group_id: Option<AssetGroupId>,
    /// Its own settings, which come before those of its group, its customer and the installation.
    #[schema(required)]
    pub policy_id: Option<PolicyId>,
    /// Whether its device is connected now.
    pub is_connected: bool,
    /// Since when it is connected, or when its last connection ended; null when it never had one.
    #[schema(required)]
    pub seen_at: Option<DateTime<Utc>>,
    /// The address from which it last connected.
    #[schema(required)]
    pub seen_from: Option<String>,
}

impl From<Asset> for AssetShape {
    fn from(asset: Asset) -> Self {
        Self {
            asset_id: asset.asset_id,
            name: asset.name,
            customer: CustomerName { customer_id: asset.customer_id, name: asset.customer_name },
            contact: ContactName::of(asset.contact_id, asset.contact_name),
            asset_group_id: asset.asset_group_id,
            policy_id: asset.policy_id,
            is_connected: asset.is_connected,
            seen_at: asset.seen_at,
            seen_from: asset.seen_from,
        }
    }
}
