//! The demo's shop: customers, people, devices, technicians and policies.

use broker_config::{Line, Text};
use store::canned_replies::CannedReply;
use store::demo::{Asset, Contact, Customer, Technician};

use super::device::Place;
use super::names::{CANNED_REPLIES, CUSTOMERS, DEVICES, FIRST, LAST, TECHNICIANS};
use super::policies::Policies;
use super::seed::Seed;

/// How many people each customer has.
const CONTACTS_EACH: usize = 3;

/// How many devices there are, without the simulated one, which enrols by itself and is the 400th.
const ASSETS: usize = 399;

/// The customer that has a policy. Not the one where the simulated device stands, whose chats anybody may take.
const CUSTOMER_WITH_A_DESK: usize = 6;

/// All that stands still.
#[derive(Debug)]
pub struct Shop {
    pub customers: Vec<Customer>,
    pub contacts: Vec<Contact>,
    pub policies: Policies,
    pub assets: Vec<Asset>,
    pub technicians: Vec<Technician>,
    pub canned_replies: Vec<CannedReply>,
}

impl Shop {
    /// The same shop every time.
    pub fn new() -> Self {
        let customers = customers();
        let contacts = contacts(&customers);
        let technicians = technicians();
        let policies = Policies::new(
            customers[CUSTOMER_WITH_A_DESK].customer_id,
            [technicians[1].technician_id, technicians[2].technician_id],
        );
        let assets = assets(&customers, &contacts, &policies);
        Self { customers, contacts, policies, assets, technicians, canned_replies: canned_replies() }
    }

    /// The technician who may do everything.
    pub fn administrator(&self) -> &Technician {
        &self.technicians[0]
    }

    /// Where the simulated device stands.
    pub fn device_place(&self) -> Place {
        Place {
            name: line("HARB-PC-RECEPTION"),
            customer_id: self.customers[0].customer_id,
            contact_id: self.contacts[0].contact_id,
            session_user: session_user(0, &self.contacts[0].name),
        }
    }

    /// The name under which a contact is signed in at a device.
    pub fn session_user_of(&self, asset: &Asset) -> Line {
        let customer = self.customers.iter().position(|customer| customer.customer_id == asset.customer_id);
        let contact = self.contacts.iter().find(|contact| Some(contact.contact_id) == asset.contact_id);
        match contact {
            Some(contact) => session_user(customer.unwrap_or_default(), &contact.name),
            None => line("shared"),
        }
    }
}

/// A name of one line. The demo's are all short and without control characters.
pub fn line(text: &str) -> Line {
    #[expect(clippy::expect_used, reason = "every text comes from this program, and a test makes them all")]
    Line::new(text).expect("a line")
}

fn canned_replies() -> Vec<CannedReply> {
    let mut seed = Seed::of(7);
    let reply = |(shortcut, text): &(&str, &str)| {
        #[expect(clippy::expect_used, reason = "every text comes from this program, and a test makes them all")]
        let text = Text::new(*text).expect("a text");
        CannedReply { canned_reply_id: seed.id(), shortcut: (*shortcut).to_owned(), text }
    };
    CANNED_REPLIES.iter().map(reply).collect()
}

fn customers() -> Vec<Customer> {
    let mut seed = Seed::of(1);
    CUSTOMERS.iter().map(|(name, ..)| Customer { customer_id: seed.id(), name: line(name) }).collect()
}

fn contacts(customers: &[Customer]) -> Vec<Contact> {
    let mut seed = Seed::of(2);
    let mut contacts = Vec::new();
    for (number, customer) in customers.iter().enumerate() {
        for place in 0..CONTACTS_EACH {
            let nth = number * CONTACTS_EACH + place;
            // 40 first names and 40 last ones, shifted against each other at every round, give no name twice.
            let (first, last) = (FIRST[nth * 7 % FIRST.len()], LAST[(nth * 11 + nth / 40) % LAST.len()]);
            let domain = CUSTOMERS[number].2;
            contacts.push(Contact {
                contact_id: seed.id(),
                customer_id: customer.customer_id,
                name: line(&format!("{first} {last}")),
                email: line(&format!("{}.{}@{domain}", plain(first), plain(last))),
                phone: line(&format!("+44 20 7946 0{:03}", seed.below(1000))),
            });
        }
    }
    contacts
}

fn assets(customers: &[Customer], contacts: &[Contact], policies: &Policies) -> Vec<Asset> {
    let mut seed = Seed::of(3);
    (0..ASSETS)
        .map(|nth| {
            let number = nth % customers.len();
            let device = seed.pick(&DEVICES);
            let contact = seed.pick(&contacts[number * CONTACTS_EACH..(number + 1) * CONTACTS_EACH]);
            let (policy_id, asset_group_id, is_shared) = match *device {
                "SRV" => (Some(policies.of_servers.policy_id), None, true),
                "POS" | "TAB" => (None, Some(policies.group.asset_group_id), seed.below(2) == 0),
                _ => (None, None, false),
            };
            Asset {
                asset_id: seed.id(),
                customer_id: customers[number].customer_id,
                contact_id: (!is_shared).then_some(contact.contact_id),
                asset_group_id,
                policy_id,
                name: line(&format!("{}-{device}-{:03}", CUSTOMERS[number].1, nth / customers.len() + 1)),
            }
        })
        .collect()
}

fn technicians() -> Vec<Technician> {
    let mut seed = Seed::of(4);
    let technicians = TECHNICIANS.iter().enumerate().map(|(number, name)| {
        let first = name.split(' ').next().unwrap_or(name);
        Technician {
            technician_id: seed.id(),
            name: line(name),
            email: line(&format!("{}@demo.example", plain(first))),
            is_admin: number == 0,
        }
    });
    technicians.collect()
}

fn session_user(customer: usize, name: &str) -> Line {
    let (first, last) = name.split_once(' ').unwrap_or((name, ""));
    let initial: String = plain(first).chars().take(1).collect();
    line(&format!("{}\\{initial}{}", CUSTOMERS[customer].1, plain(last)))
}

/// A name as it stands in addresses.
fn plain(name: &str) -> String {
    let lower = name.to_lowercase();
    let letters = lower.chars().filter_map(|letter| match letter {
        'á' | 'à' | 'ä' => Some('a'),
        'é' | 'ë' => Some('e'),
        'ö' | 'ø' => Some('o'),
        letter if letter.is_ascii_alphanumeric() => Some(letter),
        _ => None,
    });
    letters.collect()
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    #[test]
    fn the_shop_is_the_same_every_time_and_names_nothing_twice() {
        let (shop, again) = (Shop::new(), Shop::new());
        assert_eq!(shop.assets, again.assets);
        assert_eq!((shop.customers.len(), shop.assets.len(), shop.technicians.len()), (20, ASSETS, 8));
        let names: HashSet<_> = shop.assets.iter().map(|asset| asset.name.to_string()).collect();
        assert_eq!(names.len(), ASSETS);
        let people: HashSet<_> = shop.contacts.iter().map(|contact| contact.email.to_string()).collect();
        assert_eq!(people.len(), shop.contacts.len());
        assert_eq!(&*shop.device_place().session_user, "HARB\\akeller");
    }
}
