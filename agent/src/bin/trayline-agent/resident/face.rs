//! What the tray shows: icon, tooltip and menu. Pure, and the same on every platform.

use agent::{About, LinkState};
use broker_config::{MenuEntry, MenuEntryId};

use super::words;

/// What the tray shows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Face {
    /// The icon.
    pub(crate) look: Look,
    /// The tooltip's first line: who one talks to.
    pub(crate) title: String,
    /// The tooltip's second line: what there is to know.
    pub(crate) note: String,
    /// The menu, from top to bottom.
    pub(crate) items: Vec<Item>,
    /// What a click on the icon itself does; nothing where the policy offers no chat and there is none to read.
    pub(crate) click: Option<Wish>,
}

/// How the icon looks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) struct Look {
    /// Whether there is a way to the technicians.
    pub(crate) online: bool,
    /// Whether something is unread.
    pub(crate) unread: bool,
}

/// One line of the menu.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Item {
    /// A line between entries.
    Separator,
    /// Something to choose.
    Entry {
        /// What it is called.
        title: String,
        /// What choosing it asks for.
        wish: Wish,
    },
}

/// What a person asked for, by the tray, a notification or a second start of the program.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Wish {
    /// To see the chat; with the menu's entry that was chosen, if one was.
    Chat(Option<MenuEntryId>),
    /// To see a web page.
    Link(String),
    /// To know what this program is.
    About,
}

/// What is known when the tray is drawn.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Known<'a> {
    /// The connection.
    pub(crate) link: LinkState,
    /// How many messages are unread.
    pub(crate) unread: usize,
    /// Whether a chat is open.
    pub(crate) chatting: bool,
    /// What the device is told about itself, once it has been.
    pub(crate) about: Option<&'a About>,
}

impl Face {
    /// What to show of this.
    pub(crate) fn of(known: Known<'_>) -> Self {
        let mut items = items(known.about);
        let offered = items.iter().find_map(|item| match item {
            Item::Entry { wish: wish @ Wish::Chat(_), .. } => Some(wish.clone()),
            _ => None,
        });
        let something_to_read = known.unread > 0 || known.chatting;
        items.extend([Item::Separator, Item::Entry { title: words::ABOUT.to_owned(), wish: Wish::About }]);
        Self {
            look: Look { online: known.link == LinkState::Online, unread: known.unread > 0 },
            title: known.about.map_or(words::SUPPORT.to_owned(), |about| about.organisation.to_string()),
            note: note(known.link, known.unread),
            items,
            click: offered.or(something_to_read.then_some(Wish::Chat(None))),
        }
    }
}

fn items(about: Option<&About>) -> Vec<Item> {
    let Some(about) = about else {
        // A person who was never online on this device can write all the same.
        return vec![Item::Entry { title: words::LIVE_CHAT.to_owned(), wish: Wish::Chat(None) }];
    };
    let items = about.menu.0.iter().filter_map(|entry| match entry {
        MenuEntry::LiveChat { entry_id, title } => {
            Some(Item::Entry { title: title.to_string(), wish: Wish::Chat(Some(*entry_id)) })
        }
        MenuEntry::Link { title, url, .. } => {
            is_web_page(url).then(|| Item::Entry { title: title.to_string(), wish: Wish::Link(url.to_string()) })
        }
        MenuEntry::Separator => Some(Item::Separator),
    });
    items.collect()
}

fn note(link: LinkState, unread: usize) -> String {
    let unread = (unread > 0).then(|| words::unread(unread));
    let link = match link {
        LinkState::Online => None,
        LinkState::Offline => Some(words::OFFLINE.to_owned()),
        LinkState::Refused => Some(words::REFUSED.to_owned()),
    };
    let notes: Vec<_> = unread.into_iter().chain(link).collect();
    if notes.is_empty() { words::ONLINE.to_owned() } else { notes.join("\n") }
}

/// Whether an address may be opened: nothing but a page of the web, whatever a server says.
pub(crate) fn is_web_page(address: &str) -> bool {
    let scheme = address.split_once("://").map(|(scheme, _)| scheme.to_ascii_lowercase());
    let known = matches!(scheme.as_deref(), Some("http" | "https"));
    known && !address.chars().any(|character| character.is_control() || character.is_whitespace())
}

#[cfg(test)]
mod tests {
    use broker_config::{Line, Menu};

    use super::*;

    fn about(menu: Vec<MenuEntry>) -> About {
        let line = |text| Line::new(text).unwrap();
        About { asset_name: line("FRONTDESK-01"), organisation: line("Harbour IT"), menu: Menu(menu) }
    }

    fn face(link: LinkState, unread: usize, about: Option<&About>) -> Face {
        Face::of(Known { link, unread, chatting: false, about })
    }

    #[test]
    fn the_menu_is_the_policys_in_its_order_with_what_this_program_is_at_its_end() {
        let (chat, link) = (MenuEntryId::new(), MenuEntryId::new());
        let (title, url) = (Line::new("Intranet").unwrap(), Line::new("https://intranet.example").unwrap());
        let about = about(vec![
            MenuEntry::Link { entry_id: link, title, url },
            MenuEntry::Separator,
            MenuEntry::LiveChat { entry_id: chat, title: Line::new("Ask IT").unwrap() },
        ]);
        let entry = |title: &str, wish| Item::Entry { title: title.to_owned(), wish };
        let expected = Face {
            look: Look { online: true, unread: false },
            title: "Harbour IT".to_owned(),
            note: "Online".to_owned(),
            items: vec![
                entry("Intranet", Wish::Link("https://intranet.example".to_owned())),
                Item::Separator,
                entry("Ask IT", Wish::Chat(Some(chat))),
                Item::Separator,
                entry("About", Wish::About),
            ],
            click: Some(Wish::Chat(Some(chat))),
        };
        assert_eq!(face(LinkState::Online, 0, Some(&about)), expected);
    }

    #[test]
    fn the_note_says_what_is_unread_and_whether_there_is_a_way() {
        for (link, unread, note) in [
            (LinkState::Online, 0, "Online"),
            (LinkState::Online, 1, "1 unread message"),
            (LinkState::Offline, 0, "Offline. What you write is sent later."),
            (LinkState::Offline, 2, "2 unread messages\nOffline. What you write is sent later."),
        ] {
            let face = face(link, unread, None);
            assert_eq!((face.note.as_str(), face.title.as_str()), (note, "Support"));
            assert_eq!(face.look, Look { online: link == LinkState::Online, unread: unread > 0 });
        }
    }

    #[test]
    fn a_chat_that_the_policy_does_not_offer_can_be_read_and_not_begun() {
        let none = about(Vec::new());
        for (unread, chatting, click) in
            [(0, false, None), (1, false, Some(Wish::Chat(None))), (0, true, Some(Wish::Chat(None)))]
        {
            let known = Known { link: LinkState::Online, unread, chatting, about: Some(&none) };
            assert_eq!(Face::of(known).click, click, "{unread} {chatting}");
        }
        assert_eq!(face(LinkState::Offline, 0, None).click, Some(Wish::Chat(None)), "nothing known yet");
    }

    #[test]
    fn only_pages_of_the_web_are_opened() {
        for (address, opened) in [
            ("https://a.example/x?y=1", true),
            ("HTTP://a.example", true),
            ("file:///etc/passwd", false),
            ("javascript:alert(1)", false),
            ("--help", false),
            ("https://a.example\n--help", false),
            ("smb://a.example", false),
        ] {
            assert_eq!(is_web_page(address), opened, "{address}");
        }
    }
}
