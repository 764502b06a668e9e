//! `docs/asyncapi.yaml` says what the contract says: the same subjects, the same shapes.

use std::collections::BTreeSet;
use std::fmt::Debug;

use broker_config::{
    Author, ChatSubject, Closed, Fact, LiveSubject, Menu, MenuEntry, Reached, Read, Receipt, Receipts, SyncAnswer,
    SyncRefusal, SyncRefused, SyncRequest, Synced, SyncedFact, Text, Typing, permission, subject,
};
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};

const ASSET: &str = "019a0000-0000-7000-8000-000000000001";
const CHAT: &str = "019a0000-0000-7000-8000-000000000002";
const TECHNICIAN: &str = "019a0000-0000-7000-8000-000000000003";

fn document() -> Value {
    yaml_serde::from_str(include_str!("../../../docs/asyncapi.yaml")).unwrap()
}

/// The addresses that devices use at the broker in one direction: to `send` on, or to `receive` from.
fn addresses(document: &Value, action: &str) -> Vec<String> {
    let operations = document["operations"].as_object().unwrap().values();
    let operations = operations.filter(|operation| operation["action"] == action);
    let channels = operations.map(|operation| &document["channels"][last_step(&operation["channel"])]);
    let at_the_broker = channels.filter(|channel| !channel["address"].as_str().unwrap().starts_with('/'));
    at_the_broker.map(|channel| channel["address"].as_str().unwrap().to_owned()).collect()
}

fn last_step(reference: &Value) -> &str {
    reference["$ref"].as_str().unwrap().rsplit('/').next().unwrap()
}

/// The subjects that the broker allows every device, with `{{name()}}` where its id stands.
fn allowed(direction: &str) -> BTreeSet<String> {
    serde_json::from_value(serde_json::to_value(permission::device()).unwrap()[direction]["allow"].take()).unwrap()
}

/// An address as a pattern of rights: the asset is the name in the JWT, every other parameter may be anything.
fn pattern(address: &str) -> String {
    let tokens = address.replace("{asset_id}", "{{name()}}");
    let tokens =
        tokens.split('.').map(|token| if token.starts_with('{') && token != "{{name()}}" { "*" } else { token });
    tokens.collect::<Vec<_>>().join(".")
}

/// Whether `allowed` covers a pattern: token by token, or by its `>`.
fn covers(allowed: &str, pattern: &str) -> bool {
    let mut left = pattern.split('.');
    for token in allowed.split('.') {
        match (token, left.next()) {
            (">", Some(_)) => return true,
            ("*", Some(_)) => {}
            (token, Some(found)) if token == found => {}
            _ => return false,
        }
    }
    left.next().is_none()
}

/// The payloads of a message's examples.
fn examples(document: &Value, message: &str) -> Vec<Value> {
    let examples = document["components"]["messages"][message]["examples"].as_array().unwrap();
    examples.iter().map(|example| example["payload"].clone()).collect()
}

fn reads_what_it_writes<T: Serialize + DeserializeOwned + Debug>(example: &Value) {
    let read: T = serde_json::from_value(example.clone()).unwrap_or_else(|error| panic!("{error}: {example}"));
    assert_eq!(&serde_json::to_value(&read).unwrap(), example);
}

fn id<T: DeserializeOwned>(text: &str) -> T {
    serde_json::from_value(json!(text)).unwrap()
}

#[test]
fn a_device_may_publish_on_every_address_that_it_is_told_to_send_to_and_on_no_other() {
    let addresses = addresses(&document(), "send");
    assert_eq!(addresses.iter().map(|address| pattern(address)).collect::<BTreeSet<_>>(), allowed("pub"));
}

#[test]
fn a_device_may_hear_every_address_that_it_is_told_to_receive_from_and_no_right_is_left_out() {
    let document = document();
    let mut addresses = addresses(&document, "receive");
    addresses.push(document["channels"]["inbox"]["address"].as_str().unwrap().to_owned());
    let (rights, patterns) = (allowed("sub"), addresses.iter().map(|address| pattern(address)).collect::<Vec<_>>());
    for pattern in &patterns {
        assert!(rights.iter().any(|right| covers(right, pattern)), "no right to {pattern}");
    }
    for right in &rights {
        assert!(patterns.iter().any(|pattern| covers(right, pattern)), "no address for {right}");
    }
    assert_eq!(subject::inbox_prefix("{asset_id}") + ".{token}", addresses.pop().unwrap());
}

#[test]
fn every_value_of_a_parameter_makes_a_subject_of_the_contract() {
    let document = document();
    for channel in document["channels"].as_object().unwrap().values() {
        let address = channel["address"].as_str().unwrap();
        let mut subjects = vec![address.replace("{asset_id}", ASSET).replace("{chat_id}", CHAT)];
        subjects[0] = subjects[0].replace("{technician_id}", TECHNICIAN);
        for (name, parameter) in channel["parameters"].as_object().into_iter().flatten() {
            if let Some(values) = parameter["enum"].as_array() {
                let values = values.iter().map(|value| value.as_str().unwrap());
                subjects = values.map(|value| subjects[0].replace(&format!("{{{name}}}"), value)).collect();
            }
        }
        for text in subjects {
            let is_one = match text.split('.').next() {
                Some("chat") => text.parse::<ChatSubject>().is_ok(),
                Some("feed") => ChatSubject::from_feed(&text).is_ok(),
                Some("live") => text.parse::<LiveSubject>().is_ok(),
                Some("asset") => text == subject::sync(id(ASSET)) || text == subject::config(id(ASSET)),
                _ => address.starts_with('/') || address.starts_with("_INBOX_"),
            };
            assert!(is_one, "{text}");
        }
    }
}

#[test]
fn every_example_is_read_and_written_again_as_it_is() {
    let document = document();
    for message in ["open", "say", "markRead", "opened", "closed", "said", "technicianRead"] {
        for example in examples(&document, message) {
            let fact = Fact::decode(&serde_json::to_vec(&example).unwrap()).unwrap();
            assert_eq!(serde_json::from_slice::<Value>(&fact.encode()).unwrap(), example);
        }
    }
    for message in ["synced", "syncRefused"] {
        examples(&document, message).iter().for_each(reads_what_it_writes::<SyncAnswer>);
    }
    for message in ["clientTyping", "typing"] {
        examples(&document, message).iter().for_each(reads_what_it_writes::<Typing>);
    }
    examples(&document, "reached").iter().for_each(reads_what_it_writes::<Reached>);
    examples(&document, "syncRequest").iter().for_each(reads_what_it_writes::<SyncRequest>);
    examples(&document, "receipts").iter().for_each(reads_what_it_writes::<Receipts>);
}

#[test]
fn every_example_of_the_feed_belongs_on_its_subject() {
    let document = document();
    for message in ["opened", "closed", "said", "technicianRead"] {
        for example in document["components"]["messages"][message]["examples"].as_array().unwrap() {
            let subject: ChatSubject = example["headers"]["Nats-Subject"].as_str().unwrap().parse().unwrap();
            let fact = Fact::decode(example["payload"].to_string().as_bytes()).unwrap();
            assert!(fact.belongs_on(&subject), "{fact:?}");
        }
    }
}

#[test]
fn every_schema_has_the_members_that_the_type_writes_and_no_other() {
    let client = Author::Client { session_user: Some(id("SHOP\\ann")) };
    let at = "2026-01-02T03:04:05Z".parse().unwrap();
    let fact = Fact::Read(Read { upto: 42 });
    let synced_fact = SyncedFact { seq: 1, at, subject: String::new(), fact: fact.clone() };
    let synced = Synced {
        asset_name: id("FRONTDESK-01"),
        organisation: id("Bluebell Dental"),
        menu: Menu(vec![]),
        open_chat: Some(id(CHAT)),
        state_seq: 1,
        facts: vec![],
        upto: 1,
        more: false,
        stored: vec![],
    };
    let refused = SyncRefused { reason: SyncRefusal::Retry, detail: String::new() };
    let receipt = Receipt { message_id: id(CHAT), seq: 1, at };
    let request = SyncRequest { after: 1, pending: vec![id(CHAT)] };
    let opened = broker_config::Opened { by: client.clone(), entry_id: Some(id(CHAT)) };
    let said = broker_config::Said { message_id: id(CHAT), by: client.clone(), text: id("hi"), written_at: at };
    let chat = MenuEntry::LiveChat { entry_id: id(CHAT), title: id("Chat") };
    let link = MenuEntry::Link { entry_id: id(CHAT), title: id("Help"), url: id("https://help.example.org/") };
    let technician = Author::Technician { technician_id: id(TECHNICIAN), name: id("Priya") };

    let document = document();
    let schemas = &document["components"]["schemas"];
    let of = |schema: &str| schemas[schema].clone();
    let one_of = |schema: &str, place: usize| schemas[schema]["oneOf"][place].clone();
    for (schema, written) in [
        (of("Opened"), json!(Fact::Opened(opened))),
        (of("Closed"), json!(Fact::Closed(Closed { by: client.clone() }))),
        (of("Said"), json!(Fact::Said(said))),
        (of("Read"), json!(fact)),
        (of("Typing"), json!(Typing { technician_id: Some(id(TECHNICIAN)) })),
        (of("Reached"), json!(Reached { delivered_upto: 1, shown_upto: 1 })),
        (of("SyncRequest"), json!(request)),
        (of("Synced"), json!(SyncAnswer::Synced(Box::new(synced)))),
        (of("SyncedFact"), json!(synced_fact)),
        (of("SyncRefused"), json!(SyncAnswer::Refused(refused))),
        (of("Receipts"), json!(Receipts { messages: vec![receipt] })),
        (of("Receipt"), json!(receipt)),
        (one_of("Author", 0), json!(client)),
        (one_of("Author", 1), json!(technician)),
        (one_of("Author", 2), json!(Author::Policy)),
        (one_of("Author", 3), json!(Author::System)),
        (one_of("MenuEntry", 0), json!(chat)),
        (one_of("MenuEntry", 1), json!(link)),
        (one_of("MenuEntry", 2), json!(MenuEntry::Separator)),
    ] {
        let members = |object: &Value| object.as_object().unwrap().keys().cloned().collect::<BTreeSet<_>>();
        assert_eq!(members(&schema["properties"]), members(&written));
        for tag in ["kind", "type"] {
            assert_eq!(schema["properties"][tag]["const"], written[tag]);
        }
    }
}

#[test]
fn every_limit_is_the_one_of_the_contract() {
    let document = document();
    let schemas = &document["components"]["schemas"];
    assert_eq!(schemas["Text"]["x-max-bytes"], Text::MAX_BYTES);
    assert_eq!(schemas["Line"]["x-max-bytes"], broker_config::Line::MAX_BYTES);
    assert_eq!(schemas["SyncRequest"]["properties"]["pending"]["maxItems"], SyncRequest::MAX_PENDING);

    let rights = serde_json::to_value(permission::device()).unwrap();
    let prose = document["info"]["description"].as_str().unwrap();
    assert_eq!(rights["payload"], permission::DEVICE_PAYLOAD_BYTES);
    assert!(prose.contains("more than 131,072 bytes") && permission::DEVICE_PAYLOAD_BYTES == 131_072);
    assert!(prose.contains(&format!("A device may hold {} subscriptions", rights["subs"])));
    let typing = document["operations"]["signalTyping"]["description"].as_str().unwrap();
    assert!(typing.contains(&format!("counts for {} seconds", Typing::SECONDS)));
    assert!(typing.contains("every\n2 seconds") && Typing::SECONDS == 3 * 2);
}
