//! The command line of the benchmark, and how much it does.

use std::path::PathBuf;
use std::time::Duration;

use clap::Parser;

/// Measures Trayline with real processes, prints a table and writes JSON.
#[derive(Debug, Parser)]
pub struct Options {
    /// Smaller numbers: under two minutes, and noisier.
    #[arg(long)]
    pub quick: bool,

    /// Only these parts, such as `ab`; `g` is everything again with many messages stored.
    #[arg(long, value_name = "PARTS", default_value = "abcdefghi")]
    pub only: String,

    /// Where the figures go.
    #[arg(long, value_name = "FILE", default_value = "target/bench.json")]
    pub json: PathBuf,

    /// Where the databases live while it runs; on a real disk, since every commit waits for it.
    #[arg(long, value_name = "FOLDER", default_value = "/var/tmp")]
    pub folder: PathBuf,

    /// Runs the agents of this file until standard input ends: how the benchmark measures them in a process of their own.
    #[arg(long, hide = true, value_name = "FILE")]
    pub hold_agents: Option<PathBuf>,
}

impl Options {
    /// Whether this part is wanted.
    pub(super) fn wants(&self, part: char) -> bool {
        self.only.contains(part)
    }

    pub(super) fn scale(&self) -> Scale {
        if self.quick { Scale::QUICK } else { Scale::FULL }
    }
}

/// How much of everything.
#[derive(Debug, Clone, Copy)]
pub(super) struct Scale {
    /// Messages in one round at full load.
    pub(super) messages: usize,
    /// Rounds at full load, of each kind, by turns.
    pub(super) rounds: usize,
    /// How long one stretch at a steady rate lasts. Each rate has [`Scale::STRETCHES`] of each kind, by turns.
    pub(super) stretch: Duration,
    /// Requests of each kind.
    pub(super) requests: usize,
    /// Messages stored when everything is measured a second time.
    pub(super) stored: usize,
    /// Open chats when lists are measured.
    pub(super) open: usize,
    /// How many idle devices.
    pub(super) idle: [usize; 2],
    /// How long they are watched.
    pub(super) watched: Duration,
    /// How long the agent of a session is watched without its window.
    pub(super) session: Duration,
    /// How many agents in one process.
    pub(super) agents: usize,
}

impl Scale {
    pub(super) const STRETCHES: usize = 2;

    const FULL: Self = Self {
        messages: 200_000,
        rounds: 3,
        stretch: Duration::from_secs(10),
        requests: 500,
        stored: 2_000_000,
        open: 10_000,
        idle: [1_000, 10_000],
        watched: Duration::from_mins(1),
        session: Duration::from_mins(10),
        agents: 1_000,
    };

    const QUICK: Self = Self {
        messages: 40_000,
        rounds: 1,
        stretch: Duration::from_secs(3),
        requests: 100,
        stored: 150_000,
        open: 2_000,
        idle: [200, 1_000],
        watched: Duration::from_secs(5),
        session: Duration::from_secs(5),
        agents: 100,
    };
}
