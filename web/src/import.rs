//! Imports of customers, contacts and assets from CSV. A file is read, then compared with what is there, line by line, and
//! written only if every line is right. The comparison is done twice, the second time with what the first would leave behind:
//! a file that would change something again the next time contradicts itself, and is refused.

mod assets;
mod contacts;
mod customers;
mod names;
mod report;
mod table;

use sqlx::PgConnection;

use crate::problem::Problem;
use assets::Assets;
use contacts::Contacts;
use customers::Customers;
use table::{Column, Fault, Row, Table};

pub(crate) use report::{ImportReport, Outcome};

/// What a file has.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum ImportKind {
    /// Columns: `name`.
    Customers,
    /// Columns: `customer`, `name`, and perhaps `email` and `phone`.
    Contacts,
    /// Columns: `customer`, `name`, and perhaps `contact`, by name or address.
    Assets,
}

impl ImportKind {
    /// Its word in the address and in the audit log.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Customers => "customers",
            Self::Contacts => "contacts",
            Self::Assets => "assets",
        }
    }
}

/// What is there of a kind, and what the lines of a file do to it.
trait Plan: Sized + Clone {
    /// The columns that a file may have.
    const COLUMNS: &'static [Column];

    /// What they are called.
    const THING: &'static str;

    /// Reads what the lines may be about.
    async fn load(db: &mut PgConnection, table: &Table) -> sqlx::Result<Self>;

    /// Does what a line says.
    fn take(&mut self, row: &Row) -> Result<Outcome, Fault>;

    /// Writes what the lines have added and changed.
    async fn write(&self, db: &mut PgConnection) -> sqlx::Result<()>;
}

/// Imports a file, within the transaction of the caller, unless a line is wrong or it is only a preview.
pub(crate) async fn import(
    db: &mut PgConnection,
    kind: ImportKind,
    file: &[u8],
    is_preview: bool,
) -> Result<ImportReport, Problem> {
    match kind {
        ImportKind::Customers => run::<Customers>(db, file, is_preview).await,
        ImportKind::Contacts => run::<Contacts>(db, file, is_preview).await,
        ImportKind::Assets => run::<Assets>(db, file, is_preview).await,
    }
}

async fn run<P: Plan>(db: &mut PgConnection, file: &[u8], is_preview: bool) -> Result<ImportReport, Problem> {
    let table = match Table::read(file, P::COLUMNS) {
        Ok(table) => table,
        Err(table::Unreadable::Header(fault)) => return Ok(ImportReport::of_header(fault)),
        Err(table::Unreadable::File(detail)) => return Err(Problem::Malformed(detail)),
    };
    if !is_preview {
        store::imports::lock(&mut *db).await?;
    }
    let mut plan = P::load(&mut *db, &table).await?;
    let report = compare(&mut plan, &table);
    if !is_preview && report.is_right() {
        plan.write(db).await?;
    }
    Ok(report)
}

/// What the lines do.
fn compare<P: Plan>(plan: &mut P, table: &Table) -> ImportReport {
    let mut report = ImportReport::default();
    for row in &table.rows {
        report.add(row, take(plan, row));
    }
    if report.is_right() {
        let mut again = plan.clone();
        for row in &table.rows {
            if !matches!(take(&mut again, row), Ok(Outcome::Unchanged)) {
                let reason = format!("another line says something else about the same {}", P::THING);
                report.refuse(row, Fault { column: None, reason });
            }
        }
    }
    report
}

fn take<P: Plan>(plan: &mut P, row: &Row) -> Result<Outcome, Fault> {
    match &row.fault {
        Some(fault) => Err(fault.clone()),
        None => plan.take(row),
    }
}

#[cfg(test)]
mod tests;
