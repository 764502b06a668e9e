//! A group of technicians, as the API shows it.

use broker_config::{Line, SecurityGroupId, TechnicianId};
use serde::Serialize;
use store::rights::{Right, Rights};
use store::security_groups::{ADMINISTRATORS, SecurityGroup};
use utoipa::ToSchema;

/// Technicians who may do the same. Who is in several groups has the rights of all.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = SecurityGroup)]
pub(crate) struct SecurityGroupShape {
    /// Which.
    security_group_id: SecurityGroupId,
    /// Its name.
    name: Line,
    /// What its members may do.
    #[schema(value_type = Vec<Right>)]
    rights: Rights,
    /// Who belongs to it, by name, also those who have been disabled.
    technician_ids: Vec<TechnicianId>,
    /// Whether it is part of every installation and cannot be removed.
    is_built_in: bool,
    /// Whether its members may do everything, whatever comes: neither its name nor its rights can be changed.
    is_administrators: bool,
}

impl From<SecurityGroup> for SecurityGroupShape {
    fn from(group: SecurityGroup) -> Self {
        Self {
            is_built_in: group.is_built_in(),
            is_administrators: group.security_group_id.uuid() == ADMINISTRATORS,
            security_group_id: group.security_group_id,
            name: group.name,
            rights: group.rights,
            technician_ids: group.members,
        }
    }
}
