//! Reports of crashes: where in the program, never with which words, since those may be somebody's.

use std::backtrace::Backtrace;
use std::fs;
use std::panic::PanicHookInfo;
use std::path::{Path, PathBuf};

use broker_config::{Clock, SystemClock};

/// How many reports are kept.
const KEPT: usize = 5;

/// From now on a panic leaves a report in `folder`, and a line in the log.
pub(super) fn report_to(folder: PathBuf) {
    std::panic::set_hook(Box::new(move |panic| {
        let place = place(panic);
        tracing::error!(place, "crashed");
        let report = format!(
            "trayline-agent {}\npanicked at {place}\n{}\n",
            env!("CARGO_PKG_VERSION"),
            Backtrace::force_capture()
        );
        write(&folder, SystemClock.now().timestamp_millis(), &report);
    }));
}

fn place(panic: &PanicHookInfo<'_>) -> String {
    panic.location().map_or_else(|| "an unknown place".to_owned(), ToString::to_string)
}

fn write(folder: &Path, milliseconds: i64, report: &str) {
    // There is no better place to say that a report could not be written.
    _ = fs::write(folder.join(format!("crash-{milliseconds}.txt")), report);
    let mut reports: Vec<_> = folder.read_dir().into_iter().flatten().filter_map(Result::ok).collect();
    reports.retain(|entry| entry.file_name().to_string_lossy().starts_with("crash-"));
    reports.sort_by_key(fs::DirEntry::file_name);
    for old in reports.iter().rev().skip(KEPT) {
        _ = fs::remove_file(old.path());
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_reports_are_kept_and_say_where_but_not_what() {
        let folder = tempfile::tempdir().unwrap();
        for at in 0..6 {
            write(folder.path(), 1_700_000_000_000 + at, "older");
        }
        let (ours, before) = (folder.path().to_owned(), std::panic::take_hook());
        report_to(ours);
        let crashed = std::panic::catch_unwind(|| panic!("somebody's words"));
        std::panic::set_hook(before);

        assert!(crashed.is_err());
        let mut reports: Vec<_> = folder.path().read_dir().unwrap().map(|entry| entry.unwrap().path()).collect();
        reports.sort();
        assert_eq!(reports.len(), KEPT);
        let last = fs::read_to_string(reports.last().unwrap()).unwrap();
        assert!(last.contains("crash.rs:") && !last.contains("somebody's words"), "{last}");
    }
}
