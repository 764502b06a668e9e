//! The figures: collected, printed as a table, written as JSON.

use std::fs;
use std::path::Path;
use std::time::Instant;

use broker_config::{Clock, SystemClock};
use hdrhistogram::Histogram;
use serde::Serialize;
use serde_json::{Map, Value, json};

use super::installation::Installation;
use super::usage::memory;

/// Everything that was measured.
pub(super) struct Report {
    began: Instant,
    quick: bool,
    figures: Vec<Figure>,
    details: Map<String, Value>,
}

/// One figure, from `n` observations.
#[derive(Debug, Clone, Serialize)]
pub(super) struct Figure {
    part: &'static str,
    name: String,
    value: f64,
    unit: &'static str,
    n: usize,
    #[serde(skip_serializing_if = "Option::is_none")]
    aim: Option<Aim>,
    #[serde(skip_serializing_if = "Option::is_none")]
    met: Option<bool>,
}

/// What a figure should be.
#[derive(Debug, Clone, Copy, Serialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Aim {
    AtLeast(f64),
    Under(f64),
}

impl Figure {
    pub(super) fn aims(&mut self, aim: Aim) {
        self.met = Some(match aim {
            Aim::AtLeast(least) => self.value >= least,
            Aim::Under(limit) => self.value < limit,
        });
        self.aim = Some(aim);
    }

    fn row(&self) -> String {
        let Self { part, name, value, unit, n, .. } = self;
        let aim = match (self.aim, self.met) {
            (Some(aim), Some(met)) => {
                let verdict = if met { "met" } else { "MISSED" };
                match aim {
                    Aim::AtLeast(least) => format!("aim >= {least}: {verdict}"),
                    Aim::Under(limit) => format!("aim < {limit}: {verdict}"),
                }
            }
            _ => String::new(),
        };
        let value = if value.abs() < 100.0 { format!("{value:.2}") } else { format!("{value:.0}") };
        format!("{part}  {name:<78} {value:>10} {unit:<12} n={n:<8} {aim}").trim_end().to_owned()
    }
}

impl Report {
    pub(super) fn new(quick: bool) -> Self {
        Self { began: Instant::now(), quick, figures: Vec::new(), details: Map::new() }
    }

    /// Says what is being done.
    pub(super) fn progress(&self, what: &str) {
        eprintln!("[{:>4} s] {what}", self.began.elapsed().as_secs());
    }

    pub(super) fn add(
        &mut self,
        part: &'static str,
        name: &str,
        value: f64,
        unit: &'static str,
        n: usize,
    ) -> &mut Figure {
        let figure = Figure { part, name: name.to_owned(), value, unit, n, aim: None, met: None };
        eprintln!("         {}", figure.row());
        self.figures.push(figure);
        let last = self.figures.len() - 1;
        &mut self.figures[last]
    }

    /// The p50 and the p99 of a histogram of microseconds.
    pub(super) fn add_latency(&mut self, part: &'static str, name: &str, micros: &Histogram<u64>) {
        let n = usize::try_from(micros.len()).unwrap_or(usize::MAX);
        for (quantile, word) in [(0.5, "p50"), (0.99, "p99")] {
            let value = std::time::Duration::from_micros(micros.value_at_quantile(quantile)).as_secs_f64() * 1000.0;
            self.add(part, &format!("{name}, {word}"), value, "ms", n);
        }
    }

    /// What each process uses now.
    pub(super) fn memory(&mut self, installation: &Installation, when: &str) {
        for (name, pid) in installation.processes() {
            let memory = memory(pid);
            let mebibytes = |bytes| super::idle::int(bytes) / 1024.0 / 1024.0;
            self.add("e", &format!("{name}, resident, {when}"), mebibytes(memory.resident), "MiB", 1);
            self.add("e", &format!("{name}, private, {when}"), mebibytes(memory.private), "MiB", 1);
        }
    }

    /// Something for the JSON alone.
    pub(super) fn detail(&mut self, name: &str, value: &Value) {
        self.details.insert(name.to_owned(), value.clone());
    }

    /// Prints the table and writes the file.
    pub(super) fn finish(&self, installation: &Installation, file: &Path) {
        for figure in &self.figures {
            println!("{}", figure.row());
        }
        let seconds = self.began.elapsed().as_secs();
        let report = json!({
            "at": SystemClock.now(),
            "seconds": seconds,
            "quick": self.quick,
            "machine": machine(),
            "postgres": installation.postgres.version,
            "nats_server": installation.client.server_info().version,
            "figures": self.figures,
            "details": self.details,
        });
        if let Some(folder) = file.parent() {
            fs::create_dir_all(folder).expect("a folder");
        }
        fs::write(file, format!("{report:#}\n")).expect("written");
        eprintln!("[{seconds:>4} s] written to {}", file.display());
    }
}

/// A histogram of microseconds, exact to a thousandth, up to a minute.
pub(super) fn histogram() -> Histogram<u64> {
    Histogram::new_with_bounds(1, 60_000_000, 3).expect("good bounds")
}

pub(super) fn median(values: &[f64]) -> f64 {
    let mut values = values.to_owned();
    values.sort_by(f64::total_cmp);
    values[values.len() / 2]
}

fn machine() -> Value {
    let line = |file: &str, key: &str| {
        let text = fs::read_to_string(file).unwrap_or_default();
        let line = text.lines().find_map(|line| line.strip_prefix(key)).unwrap_or_default();
        line.trim_start_matches([' ', '\t', ':']).to_owned()
    };
    json!({
        "cpu": line("/proc/cpuinfo", "model name"),
        "cores": std::thread::available_parallelism().map_or(0, usize::from),
        "memory": line("/proc/meminfo", "MemTotal:"),
        "kernel": fs::read_to_string("/proc/sys/kernel/osrelease").unwrap_or_default().trim(),
    })
}
