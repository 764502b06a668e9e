//! The benchmark: what Trayline takes and costs, measured on real processes in one run, so that its figures can be
//! compared with each other.

mod agents;
mod bare;
mod credentials;
mod fill;
mod fleet;
mod ground;
mod idle;
mod installation;
mod latency;
mod messages;
mod options;
mod pace;
mod plans;
mod postgres;
mod process;
mod report;
mod requests;
mod resident;
mod socket;
mod throughput;
mod usage;

pub use agents::hold_agents;
pub use options::Options;

use std::time::Duration;

use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};

use fleet::Fleet;
use installation::Installation;
use options::Scale;
use report::Report;
use socket::Technician;

/// How many devices talk at the steady rates, each in a chat of its own.
const TALKING: usize = 400;

/// How many assets have chats in the archive, those of the talking devices among them.
const ARCHIVED_ASSETS: usize = 4_000;

/// How long processes have to come to rest before they count as idle.
const REST: Duration = Duration::from_secs(3);

/// Runs the benchmark.
///
/// # Panics
/// When something is missing or does not do what it should: then there are no figures.
pub async fn run(options: &Options) {
    let files = raise_limit_of_files();
    let scale = options.scale();
    let mut report = Report::new(options.quick);
    if options.wants('d') {
        idle_devices(options, &scale, files, &mut report).await;
    }
    if options.wants('i') {
        session(options, &scale, &mut report).await;
    }
    report.progress("starting broker, database, workers and web front");
    let installation = Installation::start(&options.folder).await;
    let asset_ids = installation.add_assets(ARCHIVED_ASSETS).await;
    let technician = Technician::sign_in(&installation).await;
    tokio::time::sleep(REST).await;
    if options.wants('e') {
        report.memory(&installation, "idle, empty");
    }

    let mut fleet = Fleet::connect(&installation, &asset_ids[..TALKING]).await;
    steady(options, &installation, &mut fleet, &technician, "nothing stored", &mut report).await;
    if options.wants('a') {
        throughput::measure(&installation, &scale, &mut report).await;
        report.memory(&installation, "after full load");
    }
    if options.wants('g') {
        let when = format!("{} messages stored", scale.stored);
        fill::fill(&installation, &asset_ids, scale.stored, &mut report).await;
        steady(options, &installation, &mut fleet, &technician, &when, &mut report).await;
        if options.wants('a') {
            throughput::measure_again(&installation, &scale, &when, &mut report).await;
        }
    }
    if options.wants('h') {
        let when = format!("{} open chats", scale.open);
        fill::open(&installation, scale.open, &mut report).await;
        requests::measure_lists(&technician, &scale, &when, &mut report).await;
        plans::explain(&installation, &technician, &mut report).await;
    }
    report.finish(&installation, &options.json);
}

/// Connected devices that say nothing, on a broker of their own: one that has been under load keeps memory that would hide
/// theirs.
async fn idle_devices(options: &Options, scale: &Scale, files: u64, report: &mut Report) {
    report.progress("starting a broker for idle devices");
    let installation = Installation::start(&options.folder).await;
    tokio::time::sleep(REST).await;
    idle::measure(&installation, scale, files, report).await;
    let asset_ids = installation.add_assets(scale.agents).await;
    agents::measure(&installation, &asset_ids, scale, report).await;
}

/// One agent as it is shipped, on a Trayline of its own with nothing else to do.
async fn session(options: &Options, scale: &Scale, report: &mut Report) {
    report.progress("starting a Trayline for the agent in a session");
    let installation = Installation::start(&options.folder).await;
    let asset_ids = installation.add_assets(1).await;
    resident::measure(&installation, asset_ids[0], scale, report).await;
}

/// What must not depend on `when`, that is on how much is stored.
async fn steady(
    options: &Options,
    installation: &Installation,
    fleet: &mut Fleet,
    technician: &Technician,
    when: &str,
    report: &mut Report,
) {
    let scale = options.scale();
    fleet.open_chats(installation).await;
    if options.wants('b') || options.wants('c') {
        latency::measure(installation, fleet, technician, &scale, when, report).await;
    }
    if options.wants('f') {
        requests::measure(fleet, technician, &scale, when, report).await;
    }
}

/// Thousands of devices need thousands of sockets, here and in the broker, which inherits the limit. Says how many files each
/// process may have open.
fn raise_limit_of_files() -> u64 {
    let limit = getrlimit(Resource::Nofile);
    let raised = Rlimit { current: limit.maximum, maximum: limit.maximum };
    let limit = match setrlimit(Resource::Nofile, raised) {
        Ok(()) => limit.maximum,
        Err(error) => {
            eprintln!("the limit of open files stays at {:?}: {error}", limit.current);
            limit.current
        }
    };
    limit.unwrap_or(u64::MAX)
}
