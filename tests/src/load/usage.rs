//! What processes use, by `/proc`.

use std::collections::BTreeMap;
use std::fs;
use std::path::PathBuf;

use serde::Serialize;

/// Clock ticks in a second of `/proc/{pid}/stat`: 100 on every Linux that people run.
const TICKS: f64 = 100.0;

/// The memory of a process, or of a family of them, in bytes.
#[derive(Debug, Clone, Copy, Default, Serialize)]
pub(super) struct Memory {
    /// What is in memory. Pages that several processes share count in each.
    pub(super) resident: u64,
    /// What is in memory and shared with nobody.
    pub(super) private: u64,
}

/// The memory of a process and its children.
pub(super) fn memory(pid: u32) -> Memory {
    let mut memory = Memory::default();
    for pid in family(pid) {
        // A child may have ended meanwhile.
        let Ok(rollup) = fs::read_to_string(format!("/proc/{pid}/smaps_rollup")) else { continue };
        memory.resident += kilobytes(&rollup, "Rss:") * 1024;
        memory.private += (kilobytes(&rollup, "Private_Clean:") + kilobytes(&rollup, "Private_Dirty:")) * 1024;
    }
    memory
}

/// The CPU time that a process and its children have used, in seconds.
pub(super) fn cpu_seconds(pid: u32) -> f64 {
    family(pid).into_iter().map(cpu_seconds_alone).sum()
}

/// How often each thread of a process and of its children gave its core away, by the thread's folder.
#[derive(Debug)]
pub(super) struct ContextSwitches(BTreeMap<PathBuf, u64>);

impl ContextSwitches {
    pub(super) fn of(pid: u32) -> Self {
        Self(family(pid).into_iter().flat_map(threads).collect())
    }

    /// How many there were since `before`, but for threads that ended meanwhile.
    pub(super) fn since(&self, before: &Self) -> u64 {
        let earlier = |thread| before.0.get(thread).copied().unwrap_or_default();
        self.0.iter().map(|(thread, switches)| switches.saturating_sub(earlier(thread))).sum()
    }
}

/// The threads of a process, and how often each gave its core away.
fn threads(pid: u32) -> impl Iterator<Item = (PathBuf, u64)> {
    let threads = fs::read_dir(format!("/proc/{pid}/task")).into_iter().flatten().flatten();
    threads.filter_map(|thread| {
        let status = fs::read_to_string(thread.path().join("status")).ok()?;
        Some((thread.path(), number(&status, "voluntary_ctxt_switches:")?))
    })
}

/// The CPU time that a process has used, without its children, in seconds.
pub(super) fn cpu_seconds_alone(pid: u32) -> f64 {
    let stat = fs::read_to_string(format!("/proc/{pid}/stat")).unwrap_or_default();
    // The second field is the program's name in brackets, which may have spaces.
    let fields: Vec<_> = stat.rsplit_once(')').unwrap_or_default().1.split_whitespace().collect();
    let field = |index: usize| fields.get(index).and_then(|ticks| ticks.parse::<f64>().ok()).unwrap_or_default();
    (field(11) + field(12)) / TICKS
}

fn family(pid: u32) -> Vec<u32> {
    let children = fs::read_to_string(format!("/proc/{pid}/task/{pid}/children")).unwrap_or_default();
    let children = children.split_whitespace().filter_map(|child| child.parse().ok());
    std::iter::once(pid).chain(children).collect()
}

fn kilobytes(rollup: &str, field: &str) -> u64 {
    number(rollup, field).unwrap_or_default()
}

/// The number after `field`, at the beginning of a line.
fn number(lines: &str, field: &str) -> Option<u64> {
    let line = lines.lines().find_map(|line| line.strip_prefix(field))?;
    line.trim().trim_end_matches(" kB").parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn threads_that_end_take_nothing_from_what_the_others_did() {
        let switches = |threads: &[(&str, u64)]| {
            ContextSwitches(threads.iter().map(|(thread, switches)| (PathBuf::from(thread), *switches)).collect())
        };
        let (before, after) = (switches(&[("1", 5), ("2", 40)]), switches(&[("1", 7), ("3", 1)]));
        assert_eq!(after.since(&before), 3);
    }

    #[test]
    fn this_process_uses_memory_and_time() {
        let pid = std::process::id();
        let memory = memory(pid);
        assert!(memory.private > 0 && memory.resident > memory.private, "{memory:?}");
        let (before, switches) = (cpu_seconds(pid), ContextSwitches::of(pid));
        std::thread::sleep(std::time::Duration::from_millis(1));
        assert!(ContextSwitches::of(pid).since(&switches) > 0, "sleeping gives the core away");
        let began = std::time::Instant::now();
        while cpu_seconds(pid) < before + 0.05 {
            assert!(began.elapsed() < crate::DEADLINE, "no CPU time is counted");
        }
    }
}
