//! `make bench`: measures Trayline with real processes in one run, prints a table and writes JSON. docs/benchmarks.md
//! says what each figure means.

use clap::Parser;
use tests::load::{self, Options};

#[tokio::main]
async fn main() {
    let options = Options::parse();
    if let Some(file) = &options.hold_agents {
        return load::hold_agents(file).await;
    }
    // Dropping what runs stops every process that it started.
    tokio::select! {
        () = load::run(&options) => {}
        _ = tokio::signal::ctrl_c() => eprintln!("stopped"),
    }
}
