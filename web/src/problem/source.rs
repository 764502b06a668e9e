//! Which problem an error of the database or of the broker is.

use broker_config::{AppendError, ReadError};

use super::{Problem, Thing};

impl From<sqlx::Error> for Problem {
    fn from(error: sqlx::Error) -> Self {
        match constraint(&error) {
            Some(
                "contacts_customer_id_fkey"
                | "enrolment_keys_customer_id_fkey"
                | "asset_groups_customer_id_fkey"
                | "tickets_customer_id_fkey",
            ) => Self::NoSuch(Thing::Customer),
            Some("canned_replies_by_shortcut") => Self::ShortcutTaken,
            Some("security_groups_by_name") => Self::GroupNameTaken,
            Some("security_group_members_security_group_id_fkey") => Self::NoSuch(Thing::SecurityGroup),
            Some("security_group_members_technician_id_fkey") => Self::NoSuch(Thing::Technician),
            Some("assets_asset_group_id_fkey") => Self::NoSuch(Thing::AssetGroup),
            Some("assets_contact_id_fkey") => Self::NoSuch(Thing::Contact),
            Some(
                "assets_policy_id_fkey"
                | "asset_groups_policy_id_fkey"
                | "customers_policy_id_fkey"
                | "enrolment_keys_policy_id_fkey"
                | "installation_global_policy_id_fkey",
            ) => Self::NoSuch(Thing::Policy),
            _ if is_away(&error) => Self::DatabaseUnavailable(error.into()),
            _ => Self::internal(error),
        }
    }
}

fn constraint(error: &sqlx::Error) -> Option<&str> {
    error.as_database_error()?.constraint()
}

/// Whether the database is away or shutting down, rather than refusing this statement.
fn is_away(error: &sqlx::Error) -> bool {
    match error {
        sqlx::Error::Database(error) => {
            error.code().is_some_and(|code| ["08", "53", "57"].iter().any(|class| code.starts_with(class)))
        }
        sqlx::Error::Io(_)
        | sqlx::Error::Tls(_)
        | sqlx::Error::Protocol(_)
        | sqlx::Error::PoolTimedOut
        | sqlx::Error::PoolClosed
        | sqlx::Error::WorkerCrashed => true,
        _ => false,
    }
}

impl From<ReadError> for Problem {
    fn from(error: ReadError) -> Self {
        match error {
            ReadError::Unavailable(_) | ReadError::Gone => Self::BrokerUnavailable(error.into()),
            _ => Self::internal(error),
        }
    }
}

impl From<AppendError> for Problem {
    fn from(error: AppendError) -> Self {
        match error {
            AppendError::Unavailable(_) => Self::BrokerUnavailable(error.into()),
            _ => Self::internal(error),
        }
    }
}
