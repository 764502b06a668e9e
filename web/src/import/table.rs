//! The lines of a CSV file, by column.

use broker_config::Line;
use csv::{Position, ReaderBuilder, StringRecord};

/// The most lines of a file, without its head.
const MAX_ROWS: usize = 20_000;

/// A column that a file may have.
#[derive(Debug, Clone, Copy)]
pub(super) struct Column {
    pub name: &'static str,
    pub is_required: bool,
}

/// What is wrong, and in which column.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Fault {
    pub column: Option<String>,
    pub reason: String,
}

/// Why a file has no lines to speak of.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Unreadable {
    /// Its first line is wrong.
    Header(Fault),
    /// It is no CSV file, or too long.
    File(String),
}

/// A file.
#[derive(Debug)]
pub(super) struct Table {
    pub rows: Vec<Row>,
}

/// A line of a file.
#[derive(Debug)]
pub(super) struct Row {
    /// Where it begins, 1 for the first of the file.
    pub line: u64,
    /// What is wrong with it, whatever is in its cells.
    pub fault: Option<Fault>,
    /// The cells by column, without white space around them. Empty ones are not here.
    cells: Vec<(&'static str, String)>,
}

impl Table {
    /// Reads a file with a head that names its columns, in any order and any case.
    pub(super) fn read(file: &[u8], columns: &'static [Column]) -> Result<Self, Unreadable> {
        let file = file.strip_prefix(b"\xef\xbb\xbf").unwrap_or(file);
        let file = str::from_utf8(file).map_err(|_| Unreadable::File("the file is not UTF-8".to_owned()))?;
        let mut reader = ReaderBuilder::new().has_headers(false).flexible(true).from_reader(file.as_bytes());
        let mut head: Option<Vec<&'static str>> = None;
        let mut rows = Vec::new();
        for record in reader.records() {
            let record = record.map_err(|error| Unreadable::File(error.to_string()))?;
            let Some(head) = &head else {
                head = Some(read_head(&record, columns).map_err(Unreadable::Header)?);
                continue;
            };
            if rows.len() == MAX_ROWS {
                return Err(Unreadable::File(format!("the file has more than {MAX_ROWS} lines")));
            }
            rows.push(Row::read(&record, head));
        }
        if head.is_none() {
            return Err(Unreadable::Header(Fault { column: None, reason: "the file is empty".to_owned() }));
        }
        Ok(Self { rows })
    }

    /// Every cell of these columns that could be a name: Postgres takes no text with a NUL, not even to compare.
    pub(super) fn cells(&self, columns: &[&str]) -> Vec<String> {
        let cells = self.rows.iter().flat_map(|row| &row.cells);
        let cells = cells.filter(|(column, cell)| columns.contains(column) && Line::new(cell).is_ok());
        cells.map(|(_, cell)| cell.clone()).collect()
    }
}

impl Row {
    fn read(record: &StringRecord, head: &[&'static str]) -> Self {
        let fault = (record.len() != head.len()).then(|| Fault {
            column: None,
            reason: format!("the line has {} cells, the first line has {}", record.len(), head.len()),
        });
        let cells = head.iter().zip(record).map(|(column, cell)| (*column, cell.trim().to_owned()));
        Self {
            line: record.position().map_or(0, Position::line),
            fault,
            cells: cells.filter(|(_, cell)| !cell.is_empty()).collect(),
        }
    }

    /// A cell, as it was written; nothing when it is empty.
    pub(super) fn text(&self, column: &str) -> &str {
        self.cells.iter().find(|(of, _)| *of == column).map_or("", |(_, cell)| cell)
    }

    /// A cell that may be empty.
    pub(super) fn cell(&self, column: &'static str) -> Result<Option<Line>, Fault> {
        match self.text(column) {
            "" => Ok(None),
            text => Line::new(text).map(Some).map_err(|error| fault(column, &error)),
        }
    }

    /// A cell that may not be empty.
    pub(super) fn required(&self, column: &'static str) -> Result<Line, Fault> {
        Line::new(self.text(column)).map_err(|error| fault(column, &error))
    }
}

/// Something is wrong in this column.
pub(super) fn fault(column: &str, reason: &(impl ToString + ?Sized)) -> Fault {
    Fault { column: Some(column.to_owned()), reason: reason.to_string() }
}

fn read_head(record: &StringRecord, columns: &'static [Column]) -> Result<Vec<&'static str>, Fault> {
    let mut head = Vec::new();
    for cell in record {
        let name = cell.trim().to_lowercase();
        match columns.iter().find(|column| column.name == name) {
            Some(column) if head.contains(&column.name) => return Err(fault(&name, "the column is there twice")),
            Some(column) => head.push(column.name),
            None => return Err(fault(cell.trim(), "there is no such column")),
        }
    }
    match columns.iter().find(|column| column.is_required && !head.contains(&column.name)) {
        Some(missing) => Err(fault(missing.name, "the column is missing")),
        None => Ok(head),
    }
}
