mod properties;

use broker_config::TechnicianId;

use super::*;

/// A policy at this level, named after it.
fn placed(level: PolicyLevel, settings: PolicySettings) -> PlacedPolicy {
    let policy_name = Line::new(format!("{level:?}")).unwrap();
    let policy_id = PolicyId::from(Uuid::from_u128(level as u128));
    PlacedPolicy { origin: PolicyOrigin { level, policy_id, policy_name }, settings }
}

fn titled(title: &str) -> LiveChatSettings {
    LiveChatSettings { title: Some(Line::new(title).unwrap()), ..LiveChatSettings::default() }
}

/// A policy that says this of every Live Chat entry, and whose own menu has one entry that says that.
#[expect(clippy::option_option, reason = "no menu, an entry without a title and one with a title are three things")]
fn policy(of_all: Option<&str>, entry: Option<Option<&str>>) -> PolicySettings {
    let settings = |title: Option<&str>| title.map_or_else(LiveChatSettings::default, titled);
    PolicySettings {
        menu: entry.map(|title| vec![PolicyEntry::live_chat(MenuEntryId::from(Uuid::nil()), settings(title))]),
        live_chat: settings(of_all),
    }
}

#[test]
fn the_nearest_policy_that_sets_a_title_decides_and_an_entry_comes_before_its_own_policy() {
    use PolicyLevel::{Asset, AssetGroup, Customer, Global};
    for (what, policies, title, from, menu_from) in [
        ("no policy at all", vec![], BUILT_IN_TITLE, None, None),
        ("nothing is set", vec![placed(Global, policy(None, None))], BUILT_IN_TITLE, None, None),
        ("the entry", vec![placed(Global, policy(Some("all"), Some(Some("own"))))], "own", Some(Global), Some(Global)),
        ("its policy", vec![placed(Global, policy(Some("all"), Some(None)))], "all", Some(Global), Some(Global)),
        (
            "a nearer policy before the entry",
            vec![placed(Asset, policy(Some("near"), None)), placed(Global, policy(None, Some(Some("own"))))],
            "near",
            Some(Asset),
            Some(Global),
        ),
        (
            "the entry before a farther policy",
            vec![placed(AssetGroup, policy(None, Some(Some("own")))), placed(Customer, policy(Some("far"), None))],
            "own",
            Some(AssetGroup),
            Some(AssetGroup),
        ),
        (
            "a farther policy where the entry and its policy say nothing",
            vec![placed(AssetGroup, policy(None, Some(None))), placed(Customer, policy(Some("far"), None))],
            "far",
            Some(Customer),
            Some(AssetGroup),
        ),
        (
            "never the entry of a farther menu",
            vec![placed(Customer, policy(None, Some(None))), placed(Global, policy(None, Some(Some("other"))))],
            BUILT_IN_TITLE,
            None,
            Some(Customer),
        ),
        (
            "the built-in menu with what a policy says of all",
            vec![placed(Asset, policy(None, None)), placed(Customer, policy(Some("all"), None))],
            "all",
            Some(Customer),
            None,
        ),
    ] {
        let effective = EffectivePolicy::resolve(&policies);
        let resolved = &effective.live_chat(None).unwrap().title;
        let level = |origin: &Option<PolicyOrigin>| origin.as_ref().map(|origin| origin.level);
        assert_eq!((&*resolved.value, level(&resolved.from)), (title, from), "{what}");
        assert_eq!(level(&effective.menu_from), menu_from, "{what}");
    }
}

#[test]
fn what_nobody_sets_is_built_in() {
    let effective = EffectivePolicy::resolve(&[]);
    let entry_id = MenuEntryId::from(BUILT_IN_ENTRY);
    let expected = EffectiveLiveChat {
        entry_id,
        title: Inherited { value: Line::new("Live chat").unwrap(), from: None },
        unavailable_message: Inherited { value: UnavailableMessage::new(BUILT_IN_MESSAGE).unwrap(), from: None },
        assignment: Inherited { value: Assignment::Nobody, from: None },
        unavailable_seconds: Inherited { value: UnavailableSeconds::try_from(180).unwrap(), from: None },
        is_on: Inherited { value: true, from: None },
    };
    assert_eq!(effective.live_chat(None), Some(&expected));
    assert_eq!(effective.menu().0, [MenuEntry::LiveChat { entry_id, title: expected.title.value.clone() }]);
}

#[test]
fn an_empty_menu_and_an_empty_message_and_nobody_are_set() {
    let silent = LiveChatSettings {
        unavailable_message: Some(UnavailableMessage::new("").unwrap()),
        assignment: Some(Assignment::Nobody),
        ..LiveChatSettings::default()
    };
    let loud = LiveChatSettings {
        unavailable_message: Some(UnavailableMessage::new("Later!").unwrap()),
        assignment: Some(Assignment::Technician { technician_id: TechnicianId::new() }),
        ..LiveChatSettings::default()
    };
    let near = placed(PolicyLevel::Asset, PolicySettings { menu: None, live_chat: silent });
    let far = placed(PolicyLevel::Global, PolicySettings { menu: None, live_chat: loud });
    let effective = EffectivePolicy::resolve(&[near, far.clone()]);
    let chat = effective.live_chat(None).unwrap();
    assert_eq!((chat.unavailable_message.value.text(), chat.assignment.value), (None, Assignment::Nobody));

    let none = placed(PolicyLevel::Asset, PolicySettings { menu: Some(vec![]), ..PolicySettings::default() });
    let effective = EffectivePolicy::resolve(&[none, far]);
    assert_eq!((effective.menu(), effective.live_chat(None)), (Menu(vec![]), None));
}

#[test]
fn an_entry_that_is_off_is_not_shown_and_still_answers_for_its_chats() {
    let [off, on] = [MenuEntryId::new(), MenuEntryId::new()];
    let is_off = LiveChatSettings { is_on: Some(false), ..titled("off") };
    let menu =
        vec![PolicyEntry::live_chat(off, is_off), PolicyEntry::Separator, PolicyEntry::live_chat(on, titled("on"))];
    let settings = PolicySettings { menu: Some(menu), ..PolicySettings::default() };
    let effective = EffectivePolicy::resolve(&[placed(PolicyLevel::Global, settings)]);

    let title = Line::new("on").unwrap();
    assert_eq!(effective.menu().0, [MenuEntry::Separator, MenuEntry::LiveChat { entry_id: on, title }]);
    for (opened_by, entry_id) in [(None, on), (Some(off), off), (Some(on), on), (Some(MenuEntryId::new()), on)] {
        assert_eq!(effective.live_chat(opened_by).unwrap().entry_id, entry_id, "{opened_by:?}");
    }
}

#[test]
fn a_menu_of_before_inheritance_is_read_and_a_misspelt_word_is_not() {
    let entry_id = MenuEntryId::new();
    let entry = PolicyEntry::live_chat(entry_id, titled("Help"));
    let stored = serde_json::json!({ "type": "live_chat", "entry_id": entry_id, "title": "Help" });
    assert_eq!(serde_json::from_value::<PolicyEntry>(stored.clone()).unwrap(), entry);
    assert_eq!(serde_json::to_value(entry).unwrap(), stored);
    let misspelt = serde_json::json!({ "type": "live_chat", "entry_id": entry_id, "unavailable_second": 3 });
    assert!(serde_json::from_value::<PolicyEntry>(misspelt).is_err());
    for seconds in [0, UnavailableSeconds::MAX + 1] {
        let beyond = serde_json::json!({ "unavailable_seconds": seconds });
        assert!(serde_json::from_value::<LiveChatSettings>(beyond).is_err(), "{seconds}");
    }
}
