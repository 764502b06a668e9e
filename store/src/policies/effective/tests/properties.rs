use std::fmt::Debug;

use proptest::collection::vec;
use proptest::option;
use proptest::prelude::*;

use super::*;

fn live_chat() -> impl Strategy<Value = LiveChatSettings> {
    let title = option::of("[a-z]{1,8}".prop_map(|title| Line::new(title).unwrap()));
    let message = option::of("[a-z]{0,8}".prop_map(|message| UnavailableMessage::new(message).unwrap()));
    let technician = any::<u128>().prop_map(|id| TechnicianId::from(Uuid::from_u128(id)));
    let technician = technician.prop_map(|technician_id| Assignment::Technician { technician_id });
    let assignment = option::of(prop_oneof![Just(Assignment::Nobody), technician]);
    let seconds = option::of((1..=UnavailableSeconds::MAX).prop_map(|n| UnavailableSeconds::try_from(n).unwrap()));
    (title, message, assignment, seconds, option::of(any::<bool>())).prop_map(
        |(title, unavailable_message, assignment, unavailable_seconds, is_on)| LiveChatSettings {
            title,
            unavailable_message,
            assignment,
            unavailable_seconds,
            is_on,
        },
    )
}

/// Policies at some of the four levels, with or without menus of Live Chat entries.
fn policies() -> impl Strategy<Value = Vec<PlacedPolicy>> {
    let entry = live_chat().prop_map(|settings| PolicyEntry::live_chat(MenuEntryId::new(), settings));
    let settings = (option::of(vec(entry, 0..3)), live_chat());
    let settings = settings.prop_map(|(menu, live_chat)| PolicySettings { menu, live_chat });
    let levels = [PolicyLevel::Asset, PolicyLevel::AssetGroup, PolicyLevel::Customer, PolicyLevel::Global];
    vec(option::of(settings), levels.len()).prop_map(move |settings| {
        let places = levels.into_iter().zip(settings);
        places.filter_map(|(level, settings)| Some(placed(level, settings?))).collect()
    })
}

/// What one policy says of the entry with this number: by the entry, where the menu is its own, else of all.
fn said<T>(
    policy: &PlacedPolicy,
    is_owner: bool,
    number: usize,
    field: impl Fn(&LiveChatSettings) -> Option<T>,
) -> Option<T> {
    let own = policy.settings.menu.as_ref().filter(|_| is_owner).and_then(|menu| match menu.get(number)?.clone() {
        PolicyEntry::LiveChat { title, unavailable_message, assignment, unavailable_seconds, is_on, .. } => {
            field(&LiveChatSettings { title, unavailable_message, assignment, unavailable_seconds, is_on })
        }
        PolicyEntry::Link { .. } | PolicyEntry::Separator => None,
    });
    own.or_else(|| field(&policy.settings.live_chat))
}

/// The policy that is named says so, and none that is nearer says anything; where none is named, none says anything.
fn check<T: PartialEq + Debug>(
    policies: &[PlacedPolicy],
    number: usize,
    inherited: &Inherited<T>,
    field: impl Fn(&LiveChatSettings) -> Option<T>,
) {
    let owner = policies.iter().position(|policy| policy.settings.menu.is_some());
    let says = |place: usize| said(&policies[place], owner == Some(place), number, &field);
    let place = inherited.from.as_ref().map_or(policies.len(), |from| {
        policies.iter().position(|policy| policy.origin == *from).expect("one of the policies")
    });
    assert!((0..place).all(|nearer| says(nearer).is_none()), "{inherited:?}");
    if place < policies.len() {
        assert_eq!(says(place).as_ref(), Some(&inherited.value));
    }
}

proptest! {
    #[test]
    fn every_field_comes_from_the_nearest_policy_that_sets_it(policies in policies()) {
        let effective = EffectivePolicy::resolve(&policies);
        let owner = policies.iter().find(|policy| policy.settings.menu.is_some());
        prop_assert_eq!(effective.menu_from.as_ref(), owner.map(|policy| &policy.origin));
        for (number, entry) in effective.entries.iter().enumerate() {
            let EffectiveEntry::LiveChat(chat) = entry else { panic!("{entry:?}") };
            check(&policies, number, &chat.title, |chat| chat.title.clone());
            check(&policies, number, &chat.unavailable_message, |chat| chat.unavailable_message.clone());
            check(&policies, number, &chat.assignment, |chat| chat.assignment);
            check(&policies, number, &chat.unavailable_seconds, |chat| chat.unavailable_seconds);
            check(&policies, number, &chat.is_on, |chat| chat.is_on);
        }
    }

    #[test]
    fn a_policy_that_sets_nothing_changes_nothing(policies in policies(), place in 0_usize..5) {
        let mut more = policies.clone();
        more.insert(place.min(policies.len()), placed(PolicyLevel::AssetGroup, PolicySettings::default()));
        prop_assert_eq!(EffectivePolicy::resolve(&more), EffectivePolicy::resolve(&policies));
    }
}
