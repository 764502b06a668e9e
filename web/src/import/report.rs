//! What an import has done, or would do.

use serde::Serialize;
use serde_json::{Value, json};
use utoipa::ToSchema;

use super::table::{Fault, Row};

/// How many lines the preview has at most.
const MAX_PREVIEW: usize = 100;

/// How many errors are reported at most.
const MAX_ERRORS: usize = 100;

/// What an import has done; with errors, or as a preview, what it would do, and nothing was written.
#[derive(Debug, Default, Serialize, ToSchema)]
pub(crate) struct ImportReport {
    /// How many lines the file has, without the first one, which names the columns, and without empty ones.
    rows: usize,
    /// Of how many something new was made.
    created: usize,
    /// How many have changed something.
    changed: usize,
    /// How many say what is there already.
    unchanged: usize,
    /// What is wrong, at most the first 100.
    errors: Vec<ImportError>,
    /// What became of the first 100 lines.
    preview: Vec<ImportedLine>,
}

/// Something is wrong with a line.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub(crate) struct ImportError {
    /// Which line of the file, 1 for the first.
    line: u64,
    /// In which column; null when it is the line as a whole.
    #[schema(required)]
    column: Option<String>,
    /// What, for people.
    reason: String,
}

/// A line, and what became of it.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ImportedLine {
    /// Which line of the file, 1 for the first.
    line: u64,
    /// What became of it.
    outcome: Outcome,
    /// The name in it.
    name: String,
}

/// What became of a line.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = ImportOutcome)]
pub(crate) enum Outcome {
    /// Something new was made.
    Created,
    /// Something was changed.
    Changed,
    /// It was like this already.
    Unchanged,
    /// Something is wrong with it.
    Refused,
}

impl ImportReport {
    /// Of a file whose first line is wrong.
    pub(super) fn of_header(fault: Fault) -> Self {
        Self { errors: vec![ImportError::new(1, fault)], ..Self::default() }
    }

    /// Whether every line is right.
    pub(crate) fn is_right(&self) -> bool {
        self.errors.is_empty()
    }

    /// How much of what it was, for the audit log.
    pub(crate) fn counts(&self) -> Value {
        json!({ "created": self.created, "changed": self.changed, "unchanged": self.unchanged })
    }

    /// Adds a line.
    pub(super) fn add(&mut self, row: &Row, taken: Result<Outcome, Fault>) {
        self.rows += 1;
        let outcome = taken.unwrap_or_else(|fault| {
            self.refuse(row, fault);
            Outcome::Refused
        });
        match outcome {
            Outcome::Created => self.created += 1,
            Outcome::Changed => self.changed += 1,
            Outcome::Unchanged => self.unchanged += 1,
            Outcome::Refused => {}
        }
        if self.preview.len() < MAX_PREVIEW {
            self.preview.push(ImportedLine { line: row.line, outcome, name: row.text("name").to_owned() });
        }
    }

    /// Adds what is wrong with a line.
    pub(super) fn refuse(&mut self, row: &Row, fault: Fault) {
        if self.errors.len() < MAX_ERRORS {
            self.errors.push(ImportError::new(row.line, fault));
        }
    }
}

impl ImportError {
    fn new(line: u64, fault: Fault) -> Self {
        Self { line, column: fault.column, reason: fault.reason }
    }
}
