//! The words after `trayline jobs`.

use clap::{Args, Subcommand};
use workers::housekeeping::Job;

#[derive(Debug, Args)]
pub struct Jobs {
    #[command(subcommand)]
    pub command: Option<RunJob>,
}

#[derive(Debug, Subcommand)]
pub enum RunJob {
    /// Run a job now, in this process, unless an instance is running it.
    Run {
        /// Its name, as `trayline jobs` says it.
        #[arg(value_name = "NAME")]
        job: Job,
    },
}
