//! What processes use, by `/proc`.

use std::fs;

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

/// How often the threads of a process and of its children gave their core away.
pub(super) fn context_switches(pid: u32) -> u64 {
    family(pid).into_iter().flat_map(threads).filter_map(|status| number(&status, "voluntary_ctxt_switches:")).sum()
}

/// What is said of each thread of a process.
fn threads(pid: u32) -> Vec<String> {
    let threads = fs::read_dir(format!("/proc/{pid}/task")).into_iter().flatten().flatten();
    threads.filter_map(|thread| fs::read_to_string(thread.path().join("status")).ok()).collect()
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
    fn this_process_uses_memory_and_time() {
        let pid = std::process::id();
        let memory = memory(pid);
        assert!(memory.private > 0 && memory.resident > memory.private, "{memory:?}");
        let (before, switches) = (cpu_seconds(pid), context_switches(pid));
        std::thread::sleep(std::time::Duration::from_millis(1));
        assert!(context_switches(pid) > switches, "sleeping gives the core away");
        let began = std::time::Instant::now();
        while cpu_seconds(pid) < before + 0.05 {
            assert!(began.elapsed() < crate::DEADLINE, "no CPU time is counted");
        }
    }
}
