//! Customers from a file: by name. One that is there stays as it is.

use broker_config::CustomerId;
use sqlx::PgConnection;
use store::imports::ImportedCustomer;

use super::names::ByName;
use super::table::{Column, Fault, Row, Table};
use super::{Outcome, Plan};

/// The customers that a file names, and those that it adds.
#[derive(Debug, Clone)]
pub(super) struct Customers {
    by_name: ByName,
    new: Vec<ImportedCustomer>,
}

impl Customers {
    pub(super) fn new(known: &[ImportedCustomer]) -> Self {
        let mut by_name = ByName::new();
        for (place, customer) in known.iter().enumerate() {
            by_name.add((), &customer.name, place);
        }
        Self { by_name, new: Vec::new() }
    }
}

impl Plan for Customers {
    const COLUMNS: &'static [Column] = &[Column { name: "name", is_required: true }];
    const THING: &'static str = "customer";

    async fn load(db: &mut PgConnection, table: &Table) -> sqlx::Result<Self> {
        Ok(Self::new(&store::imports::customers(db, &table.cells(&["name"])).await?))
    }

    fn take(&mut self, row: &Row) -> Result<Outcome, Fault> {
        let name = row.required("name")?;
        if !self.by_name.get((), &name).is_empty() {
            return Ok(Outcome::Unchanged);
        }
        self.by_name.add((), &name, self.new.len());
        self.new.push(ImportedCustomer { customer_id: CustomerId::new(), name });
        Ok(Outcome::Created)
    }

    async fn write(&self, db: &mut PgConnection) -> sqlx::Result<()> {
        store::imports::write_customers(db, &self.new.iter().collect::<Vec<_>>()).await
    }
}
