//! The bench: a real broker and a real database for every test.

mod bench;
mod broker;
mod certificates;
mod device;
pub mod load;
mod postgres;
mod program;
mod proxy;

pub use bench::Bench;
pub use broker::TestBroker;
pub use certificates::Certificates;
pub use device::{Acknowledged, TestDevice};
pub use postgres::TestPostgres;
pub use program::Program;
pub use proxy::TestProxy;

use std::time::Duration;

/// How long a test waits for something that should happen at once. A limit for hanging tests, never a measure.
pub const DEADLINE: Duration = Duration::from_mins(1);

/// Waits until `condition` holds.
///
/// # Panics
/// When it does not hold within [`DEADLINE`]; `what` is then the message.
pub async fn eventually(what: &str, mut condition: impl AsyncFnMut() -> bool) {
    let waited = tokio::time::timeout(DEADLINE, async {
        while !condition().await {
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    });
    assert!(waited.await.is_ok(), "not within {DEADLINE:?}: {what}");
}

/// A port that was free a moment ago.
///
/// # Panics
/// When the machine has none.
#[must_use]
pub fn free_port() -> u16 {
    let listener = std::net::TcpListener::bind(("127.0.0.1", 0)).expect("a free port");
    listener.local_addr().expect("its address").port()
}
