//! Contacts from a file: by address, else by name, within their customer. An empty cell leaves what is there.

use std::collections::BTreeSet;

use broker_config::{ContactId, CustomerId, Line};
use sqlx::PgConnection;
use store::imports::{ImportedContact, ImportedCustomer};

use super::names::{KnownContacts, KnownCustomers, key};
use super::table::{Column, Fault, Row, Table, fault};
use super::{Outcome, Plan};

/// The customers and contacts that a file names, and what it adds and changes.
#[derive(Debug, Clone)]
pub(super) struct Contacts {
    customers: KnownCustomers,
    known: KnownContacts,
    /// The places of those that are new or changed.
    to_write: BTreeSet<usize>,
}

impl Contacts {
    pub(super) fn new(customers: Vec<ImportedCustomer>, contacts: Vec<ImportedContact>) -> Self {
        let (customers, known) = (KnownCustomers::new(customers), KnownContacts::new(contacts));
        Self { customers, known, to_write: BTreeSet::new() }
    }

    /// What the next import finds, in another order.
    #[cfg(test)]
    pub(super) fn written(&self) -> Self {
        let known = KnownContacts::new(self.known.contacts.iter().rev().cloned().collect());
        Self { customers: self.customers.clone(), known, to_write: BTreeSet::new() }
    }

    /// Whom a line is about: who has the address; when nobody has it, who has the name and no address; without an
    /// address, who has the name.
    fn find(&self, customer_id: CustomerId, name: &Line, email: Option<&Line>) -> Result<Option<usize>, Fault> {
        let mut column = "name";
        let mut found = self.known.by_name(customer_id, name).to_vec();
        if let Some(email) = email {
            let who_has_it = self.known.by_email(customer_id, email);
            if who_has_it.is_empty() {
                found.retain(|place| self.known.contacts[*place].email.is_none());
            } else {
                (column, found) = ("email", who_has_it.to_vec());
            }
        }
        match found.as_slice() {
            [] => Ok(None),
            [only] => Ok(Some(*only)),
            _ => Err(fault(column, "the customer has several such contacts")),
        }
    }
}

impl Plan for Contacts {
    const COLUMNS: &'static [Column] = &[
        Column { name: "customer", is_required: true },
        Column { name: "name", is_required: true },
        Column { name: "email", is_required: false },
        Column { name: "phone", is_required: false },
    ];
    const THING: &'static str = "contact";

    async fn load(db: &mut PgConnection, table: &Table) -> sqlx::Result<Self> {
        let customer_names = table.cells(&["customer"]);
        let customers = store::imports::customers(&mut *db, &customer_names).await?;
        let contacts = store::imports::contacts(db, &customer_names, &table.cells(&["name", "email"])).await?;
        Ok(Self::new(customers, contacts))
    }

    fn take(&mut self, row: &Row) -> Result<Outcome, Fault> {
        let customer_id = self.customers.of(row)?;
        let (name, email, phone) = (row.required("name")?, row.cell("email")?, row.cell("phone")?);
        let Some(place) = self.find(customer_id, &name, email.as_ref())? else {
            let contact = ImportedContact { contact_id: ContactId::new(), customer_id, name, email, phone };
            self.to_write.insert(self.known.add(contact));
            return Ok(Outcome::Created);
        };
        let old = &self.known.contacts[place];
        let contact = ImportedContact {
            contact_id: old.contact_id,
            customer_id,
            name: if key(&name) == key(&old.name) { old.name.clone() } else { name },
            email: old.email.clone().or(email),
            phone: phone.or_else(|| old.phone.clone()),
        };
        if *old == contact {
            return Ok(Outcome::Unchanged);
        }
        self.known.replace(place, contact);
        self.to_write.insert(place);
        Ok(Outcome::Changed)
    }

    async fn write(&self, db: &mut PgConnection) -> sqlx::Result<()> {
        let contacts: Vec<_> = self.to_write.iter().map(|place| &self.known.contacts[*place]).collect();
        store::imports::write_contacts(db, &contacts).await
    }
}
