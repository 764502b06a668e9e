//! The demo's policies, one at every level: for everyone, for a customer, for a group of devices and for single ones.

use broker_config::{AssetGroupId, CustomerId, MenuEntryId, TechnicianId};
use store::asset_groups::AssetGroup;
use store::demo::Asset;
use store::policies::{
    Assignment, LiveChatSettings, Policy, PolicyEntry, PolicySettings, UnavailableMessage, UnavailableSeconds,
};

use super::seed::Seed;
use super::shop::line;

/// The entries of all menus but the chat.
const GUIDES: (&str, &str) = ("Guides", "https://guides.demo.example");
const STATUS: (&str, &str) = ("Service status", "https://status.demo.example");

/// Policies, and where they are.
#[derive(Debug)]
pub struct Policies {
    /// What the installation's policy says.
    pub everyone: PolicySettings,
    /// For the devices of one customer, whose chats go to a technician of their own.
    pub of_customer: (CustomerId, Policy),
    /// For tills and tablets, where somebody stands and waits.
    pub of_group: Policy,
    /// The group of these.
    pub group: AssetGroup,
    /// For servers, each by itself.
    pub of_servers: Policy,
}

impl Policies {
    /// The same ones every time. The customer's chats go to the first technician, those from servers to the second.
    pub fn new(customer_id: CustomerId, technicians: [TechnicianId; 2]) -> Self {
        let mut seed = Seed::of(5);
        let everyone = PolicySettings {
            menu: Some(menu(&mut seed, "Ask IT for help", LiveChatSettings::default(), &[GUIDES, STATUS])),
            live_chat: LiveChatSettings {
                unavailable_message: Some(message(
                    "Nobody is at the desk right now. We have your message and answer it.",
                )),
                ..LiveChatSettings::default()
            },
        };
        let [of_customer, from_servers] =
            technicians.map(|technician_id| Some(Assignment::Technician { technician_id }));
        let of_customer = PolicySettings {
            menu: None,
            live_chat: LiveChatSettings {
                title: Some(line("Ask your IT desk")),
                assignment: of_customer,
                unavailable_seconds: seconds(300),
                ..LiveChatSettings::default()
            },
        };
        let hurried = LiveChatSettings { unavailable_seconds: seconds(60), ..LiveChatSettings::default() };
        let of_group =
            PolicySettings { menu: Some(menu(&mut seed, "Help!", hurried, &[STATUS])), ..PolicySettings::default() };
        let of_servers = PolicySettings {
            menu: Some(menu(&mut seed, "Ask IT for help", LiveChatSettings::default(), &[])),
            live_chat: LiveChatSettings { assignment: from_servers, ..LiveChatSettings::default() },
        };

        let mut policy = |name: &str, settings| Policy { policy_id: seed.id(), name: line(name), settings };
        let of_customer = (customer_id, policy("Customers with a desk of their own", of_customer));
        let (of_group, of_servers) = (policy("Tills and tablets", of_group), policy("Servers", of_servers));
        let group = AssetGroup {
            asset_group_id: seed.id::<AssetGroupId>(),
            customer_id: None,
            name: line("Tills and tablets"),
            policy_id: Some(of_group.policy_id),
        };
        Self { everyone, of_customer, of_group, group, of_servers }
    }

    /// All but what the installation's policy says.
    pub fn all(&self) -> [Policy; 3] {
        [self.of_customer.1.clone(), self.of_group.clone(), self.of_servers.clone()]
    }

    /// The entry by which a chat is opened on this device.
    pub fn entry_of(&self, asset: &Asset) -> Option<MenuEntryId> {
        let settings = if asset.policy_id.is_some() {
            &self.of_servers.settings
        } else if asset.asset_group_id.is_some() {
            &self.of_group.settings
        } else {
            &self.everyone
        };
        settings.menu.iter().flatten().find_map(|entry| match entry {
            PolicyEntry::LiveChat { entry_id, .. } => Some(*entry_id),
            PolicyEntry::Link { .. } | PolicyEntry::Separator => None,
        })
    }
}

fn menu(seed: &mut Seed, title: &str, chat: LiveChatSettings, links: &[(&str, &str)]) -> Vec<PolicyEntry> {
    let chat = LiveChatSettings { title: Some(line(title)), ..chat };
    let mut entries = vec![PolicyEntry::live_chat(seed.id(), chat)];
    if !links.is_empty() {
        entries.push(PolicyEntry::Separator);
    }
    for (title, url) in links {
        entries.push(PolicyEntry::Link { entry_id: seed.id(), title: line(title), url: line(url) });
    }
    entries
}

#[expect(clippy::expect_used, reason = "every text comes from this program, and a test makes them all")]
fn message(text: &str) -> UnavailableMessage {
    UnavailableMessage::new(text).expect("a text")
}

fn seconds(seconds: u32) -> Option<UnavailableSeconds> {
    UnavailableSeconds::try_from(seconds).ok()
}
