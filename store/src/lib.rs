//! The database: its schema and every SQL statement, one module per table or per reader.

pub mod api_tokens;
pub mod archive;
pub mod asset_groups;
pub mod assets;
pub mod attempts;
pub mod audit;
pub mod canned_replies;
pub mod chats;
pub mod connections;
pub mod contacts;
pub mod customers;
pub mod data_subjects;
pub mod deliveries;
pub mod demo;
pub mod enrolment;
pub mod erasures;
pub mod exports;
pub mod floods;
pub mod imports;
pub mod installation;
pub mod jobs;
pub mod messages;
mod named_page;
pub mod notices;
pub mod notification_settings;
pub mod password_resets;
pub mod pings;
pub mod policies;
pub mod projection;
pub mod provider_identities;
pub mod provider_sign_ins;
pub mod rights;
pub mod search;
pub mod second_factors;
pub mod security_groups;
pub mod server;
pub mod sessions;
pub mod setup;
pub mod sync;
pub mod technicians;
pub mod texts;
pub mod tickets;
pub mod untold;
pub mod upkeep;
pub mod webhooks;

use std::str::FromStr;
use std::time::Duration;

use sqlx::PgPool;
use sqlx::migrate::Migrator;
use sqlx::postgres::{PgConnectOptions, PgPoolOptions};

pub use named_page::{NameOrder, NamedPage};

/// The migrations, carried by the binary.
pub static MIGRATOR: Migrator = sqlx::migrate!();

/// How long a caller waits for a connection before its work counts as failed. Short, so that a database that is away is
/// noticed and reported soon; whoever must not give up tries again.
const ACQUIRE_TIMEOUT: Duration = Duration::from_secs(5);

/// A pool of at most `connections` connections to `database_url`. Nothing connects until the first query, so the
/// database may be away when a process starts.
///
/// # Errors
/// When the address cannot be read.
pub fn connect(database_url: &str, connections: u32) -> Result<PgPool, sqlx::Error> {
    let options = PgConnectOptions::from_str(database_url)?.application_name("trayline");
    Ok(PgPoolOptions::new().max_connections(connections).acquire_timeout(ACQUIRE_TIMEOUT).connect_lazy_with(options))
}
