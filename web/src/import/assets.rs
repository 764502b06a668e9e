//! Assets from a file: by name, within their customer. An empty cell leaves what is there.

use std::collections::BTreeSet;

use broker_config::{AssetId, ContactId, CustomerId};
use sqlx::PgConnection;
use store::imports::{ImportedAsset, ImportedContact, ImportedCustomer};

use super::names::{ByName, KnownContacts, KnownCustomers};
use super::table::{Column, Fault, Row, Table, fault};
use super::{Outcome, Plan};

/// The customers, contacts and assets that a file names, and what it adds and changes.
#[derive(Debug, Clone)]
pub(super) struct Assets {
    customers: KnownCustomers,
    contacts: KnownContacts,
    known: Vec<ImportedAsset>,
    by_name: ByName<CustomerId>,
    /// The places of those that are new or changed.
    to_write: BTreeSet<usize>,
}

impl Assets {
    pub(super) fn new(
        customers: Vec<ImportedCustomer>,
        contacts: Vec<ImportedContact>,
        assets: Vec<ImportedAsset>,
    ) -> Self {
        let mut by_name = ByName::new();
        for (place, asset) in assets.iter().enumerate() {
            by_name.add(asset.customer_id, &asset.name, place);
        }
        let (customers, contacts) = (KnownCustomers::new(customers), KnownContacts::new(contacts));
        Self { customers, contacts, known: assets, by_name, to_write: BTreeSet::new() }
    }

    /// Who uses the asset, by address or by name, if the line says so.
    fn contact(&self, customer_id: CustomerId, row: &Row) -> Result<Option<ContactId>, Fault> {
        let Some(contact) = row.cell("contact")? else { return Ok(None) };
        let mut found = self.contacts.by_email(customer_id, &contact);
        if found.is_empty() {
            found = self.contacts.by_name(customer_id, &contact);
        }
        match found {
            [only] => Ok(Some(self.contacts.contacts[*only].contact_id)),
            [] => Err(fault("contact", "the customer has no such contact")),
            _ => Err(fault("contact", "the customer has several such contacts")),
        }
    }
}

impl Plan for Assets {
    const COLUMNS: &'static [Column] = &[
        Column { name: "customer", is_required: true },
        Column { name: "name", is_required: true },
        Column { name: "contact", is_required: false },
    ];
    const THING: &'static str = "asset";

    async fn load(db: &mut PgConnection, table: &Table) -> sqlx::Result<Self> {
        let customer_names = table.cells(&["customer"]);
        let customers = store::imports::customers(&mut *db, &customer_names).await?;
        let contacts = store::imports::contacts(&mut *db, &customer_names, &table.cells(&["contact"])).await?;
        let assets = store::imports::assets(db, &customer_names, &table.cells(&["name"])).await?;
        Ok(Self::new(customers, contacts, assets))
    }

    fn take(&mut self, row: &Row) -> Result<Outcome, Fault> {
        let customer_id = self.customers.of(row)?;
        let name = row.required("name")?;
        let contact_id = self.contact(customer_id, row)?;
        match *self.by_name.get(customer_id, &name) {
            [] => {
                let place = self.known.len();
                self.by_name.add(customer_id, &name, place);
                self.known.push(ImportedAsset { asset_id: AssetId::new(), customer_id, name, contact_id });
                self.to_write.insert(place);
                Ok(Outcome::Created)
            }
            [place] if contact_id.is_none() || contact_id == self.known[place].contact_id => Ok(Outcome::Unchanged),
            [place] => {
                self.known[place].contact_id = contact_id;
                self.to_write.insert(place);
                Ok(Outcome::Changed)
            }
            _ => Err(fault("name", "the customer has several assets with this name")),
        }
    }

    async fn write(&self, db: &mut PgConnection) -> sqlx::Result<()> {
        let assets: Vec<_> = self.to_write.iter().map(|place| &self.known[*place]).collect();
        store::imports::write_assets(db, &assets).await
    }
}
