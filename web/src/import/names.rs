//! What is there, by name in any case.

use std::collections::HashMap;

use broker_config::CustomerId;
use store::imports::{ImportedContact, ImportedCustomer};

use super::table::{Fault, Row, fault};

/// Places of things, by a name in any case.
#[derive(Debug, Clone)]
pub(super) struct ByName<K = ()> {
    places: HashMap<(K, String), Vec<usize>>,
}

impl<K: Eq + std::hash::Hash> ByName<K> {
    pub(super) fn new() -> Self {
        Self { places: HashMap::new() }
    }

    pub(super) fn add(&mut self, of: K, name: &str, place: usize) {
        self.places.entry((of, key(name))).or_default().push(place);
    }

    pub(super) fn remove(&mut self, of: K, name: &str, place: usize) {
        if let Some(places) = self.places.get_mut(&(of, key(name))) {
            places.retain(|there| *there != place);
        }
    }

    pub(super) fn get(&self, of: K, name: &str) -> &[usize] {
        self.places.get(&(of, key(name))).map_or(&[], Vec::as_slice)
    }
}

/// The customers that a file names.
#[derive(Debug, Clone)]
pub(super) struct KnownCustomers {
    customers: Vec<ImportedCustomer>,
    by_name: ByName,
}

impl KnownCustomers {
    pub(super) fn new(customers: Vec<ImportedCustomer>) -> Self {
        let mut by_name = ByName::new();
        for (place, customer) in customers.iter().enumerate() {
            by_name.add((), &customer.name, place);
        }
        Self { customers, by_name }
    }

    /// The one that a line names in its column `customer`.
    pub(super) fn of(&self, row: &Row) -> Result<CustomerId, Fault> {
        let name = row.required("customer")?;
        match self.by_name.get((), &name) {
            [only] => Ok(self.customers[*only].customer_id),
            [] => Err(fault("customer", "there is no such customer")),
            _ => Err(fault("customer", "there are several customers with this name")),
        }
    }
}

/// Contacts by name and by address.
#[derive(Debug, Clone)]
pub(super) struct KnownContacts {
    pub contacts: Vec<ImportedContact>,
    by_name: ByName<CustomerId>,
    by_email: ByName<CustomerId>,
}

impl KnownContacts {
    pub(super) fn new(contacts: Vec<ImportedContact>) -> Self {
        let mut known = Self { contacts: Vec::new(), by_name: ByName::new(), by_email: ByName::new() };
        for contact in contacts {
            known.add(contact);
        }
        known
    }

    /// Adds a contact. Their place.
    pub(super) fn add(&mut self, contact: ImportedContact) -> usize {
        let place = self.contacts.len();
        self.contacts.push(contact);
        self.index(place);
        place
    }

    /// Puts another in the place of a contact.
    pub(super) fn replace(&mut self, place: usize, contact: ImportedContact) {
        let old = std::mem::replace(&mut self.contacts[place], contact);
        self.by_name.remove(old.customer_id, &old.name, place);
        if let Some(email) = &old.email {
            self.by_email.remove(old.customer_id, email, place);
        }
        self.index(place);
    }

    pub(super) fn by_name(&self, customer_id: CustomerId, name: &str) -> &[usize] {
        self.by_name.get(customer_id, name)
    }

    pub(super) fn by_email(&self, customer_id: CustomerId, email: &str) -> &[usize] {
        self.by_email.get(customer_id, email)
    }

    fn index(&mut self, place: usize) {
        let contact = &self.contacts[place];
        self.by_name.add(contact.customer_id, &contact.name, place);
        if let Some(email) = &contact.email {
            self.by_email.add(contact.customer_id, email, place);
        }
    }
}

/// What two spellings of a name have in common.
pub(super) fn key(name: &str) -> String {
    name.to_lowercase()
}
