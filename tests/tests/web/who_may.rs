//! Every route and every message of the live socket by who may have it. The routes come from the router itself: one without a
//! rule here fails.

use std::collections::{BTreeMap, BTreeSet};

use axum::http::{Method, StatusCode};
use serde_json::{Value, json};
use sqlx::PgPool;
use store::rights::{Right, Rights};
use uuid::Uuid;

use crate::desk::Desk;
use crate::socket::{connect, request};

/// For whom a route is.
#[derive(Clone, Copy)]
enum For {
    /// Everybody.
    Anyone,
    /// Every technician.
    Technicians,
    /// Technicians with all of these rights.
    Having(&'static [Right]),
}

use For::{Anyone, Having, Technicians};
use Right::{
    CloseChats, CreateTickets, ExportChats, ManageDirectory, ManageNotifications, ManagePolicies, ManageTechnicians,
    Operate, ReadArchive, ReassignChats, Reply, SeeAllChats, SeeAuditLog, StartChats, UseChat,
};

/// The rule of every route, by its operation.
const RULES: &[(&str, For)] = &[
    ("add_api_token", Technicians),
    ("add_asset_group", Having(&[ManageDirectory])),
    ("add_canned_reply", Having(&[ManagePolicies])),
    ("add_contact", Having(&[ManageDirectory])),
    ("add_customer", Having(&[ManageDirectory])),
    ("add_enrolment_key", Having(&[Operate])),
    ("add_policy", Having(&[ManagePolicies])),
    ("add_security_group", Having(&[ManageTechnicians])),
    ("add_technician", Having(&[ManageTechnicians])),
    ("add_ticket", Having(&[CreateTickets])),
    ("ask_for_password_reset", Anyone),
    ("assign_chat", Having(&[UseChat, ReassignChats])),
    ("begin_provider_sign_in", Anyone),
    ("begin_second_factor", Technicians),
    ("change_asset", Having(&[ManageDirectory])),
    ("change_asset_group", Having(&[ManageDirectory])),
    ("change_canned_reply", Having(&[ManagePolicies])),
    ("change_contact", Having(&[ManageDirectory])),
    ("change_customer", Having(&[ManageDirectory])),
    ("change_notification_settings", Technicians),
    ("change_notification_settings_of", Having(&[ManageNotifications])),
    ("change_password", Technicians),
    ("change_security_group", Having(&[ManageTechnicians])),
    ("change_sign_in_settings", Having(&[ManageTechnicians])),
    ("change_technician", Having(&[ManageTechnicians])),
    ("change_ticket", Having(&[CreateTickets])),
    ("close_chat", Having(&[UseChat, CloseChats])),
    ("confirm_provider_sign_in", Anyone),
    ("confirm_second_factor", Technicians),
    ("end_other_sessions", Technicians),
    ("end_session", Technicians),
    ("enrol_device", Anyone),
    ("erase_contact", Having(&[ManageDirectory, Operate])),
    ("erase_customer", Having(&[ManageDirectory, Operate])),
    ("export_audit_log", Having(&[SeeAuditLog])),
    ("export_contact", Having(&[UseChat, SeeAllChats, ReadArchive, ExportChats, ManageDirectory])),
    ("export_customer", Having(&[UseChat, SeeAllChats, ReadArchive, ExportChats, ManageDirectory])),
    ("export_transcript", Having(&[UseChat, ExportChats])),
    ("finish_provider_sign_in", Anyone),
    ("import_csv", Having(&[ManageDirectory])),
    ("list_api_tokens", Technicians),
    ("list_api_tokens_of", Having(&[ManageTechnicians])),
    ("list_archived_chats", Having(&[UseChat, ReadArchive])),
    ("list_asset_groups", Technicians),
    ("list_assets", Technicians),
    ("list_audit_log", Having(&[SeeAuditLog])),
    ("list_canned_replies", Technicians),
    ("list_chats", Having(&[UseChat])),
    ("list_contacts", Technicians),
    ("list_customers", Technicians),
    ("list_dead_letters", Having(&[Operate])),
    ("list_deliveries", Having(&[UseChat])),
    ("list_messages", Having(&[UseChat])),
    ("list_notices", Having(&[UseChat])),
    ("list_policies", Technicians),
    ("list_security_groups", Technicians),
    ("list_sessions", Technicians),
    ("list_technicians", Technicians),
    ("list_tickets", Technicians),
    ("list_untold_chats", Having(&[UseChat, SeeAllChats, Operate])),
    ("mark_notices_read", Having(&[UseChat])),
    ("mark_read", Having(&[UseChat])),
    ("open_live", Having(&[UseChat])),
    ("remove_asset_group", Having(&[ManageDirectory])),
    ("remove_canned_reply", Having(&[ManagePolicies])),
    ("remove_policy", Having(&[ManagePolicies])),
    ("remove_second_factor", Technicians),
    ("remove_security_group", Having(&[ManageTechnicians])),
    ("remove_webhook", Technicians),
    ("replace_policy", Having(&[ManagePolicies])),
    ("replace_webhook", Technicians),
    ("reset_password", Anyone),
    ("reset_second_factor_of", Having(&[ManageTechnicians])),
    ("revoke_api_token", Technicians),
    ("revoke_api_token_of", Having(&[ManageTechnicians])),
    ("rotate_webhook_secret", Technicians),
    ("say", Having(&[UseChat, Reply])),
    ("search", Technicians),
    ("set_global_policy", Having(&[ManagePolicies])),
    ("set_up", Anyone),
    ("set_tabs", Having(&[Operate])),
    ("show_account", Technicians),
    ("show_asset", Technicians),
    ("show_chat", Having(&[UseChat])),
    ("show_contact", Technicians),
    ("show_contact_erasure", Technicians),
    ("show_customer", Technicians),
    ("show_customer_erasure", Technicians),
    ("show_effective_policy", Technicians),
    ("show_global_policy", Technicians),
    ("show_notification_settings", Technicians),
    ("show_notification_settings_of", Having(&[ManageNotifications])),
    ("show_openapi", Anyone),
    ("show_session", Technicians),
    ("show_setup", Anyone),
    ("show_sign_in_settings", Having(&[ManageTechnicians])),
    ("show_sign_in_ways", Anyone),
    ("show_system", Having(&[Operate])),
    ("show_tabs", Technicians),
    ("show_ticket", Technicians),
    ("show_webhook", Technicians),
    ("sign_in", Anyone),
    ("sign_out", Technicians),
    ("signal_typing", Having(&[UseChat, Reply])),
    ("start_chat", Having(&[UseChat, StartChats])),
    ("test_webhook", Technicians),
    ("ticket_chat", Having(&[UseChat, CreateTickets])),
];

/// What the live socket says: all of it to those alone who may use chat. Of messages about chats, more is decided chat by chat.
const SAID_BY_THE_SOCKET: [&str; 13] = [
    "asset_presence",
    "chat_hidden",
    "closing",
    "fact",
    "heartbeat",
    "notice",
    "ping",
    "reached",
    "ready",
    "reset",
    "stored",
    "technician_presence",
    "typing",
];

/// What a browser may say on it.
const SAID_BY_BROWSERS: [&str; 1] = ["visible"];

pub struct Route {
    pub operation: String,
    pub method: Method,
    pub path: String,
}

pub fn document() -> Value {
    serde_json::from_str(&web::openapi().to_json().unwrap()).unwrap()
}

/// Every route that there is, with an id in the address that nothing has.
pub fn routes() -> Vec<Route> {
    let mut routes = Vec::new();
    for (path, item) in document()["paths"].as_object().unwrap() {
        let parts = path
            .split('/')
            .map(|part| if part.starts_with('{') { Uuid::now_v7().to_string() } else { part.to_owned() });
        let path = parts.collect::<Vec<_>>().join("/");
        for (method, operation) in item.as_object().unwrap() {
            let method = method.to_uppercase().parse().unwrap();
            let operation = operation["operationId"].as_str().unwrap().to_owned();
            routes.push(Route { operation, method, path: path.clone() });
        }
    }
    // Whoever signs out can be asked nothing more.
    routes.sort_by_key(|route| route.operation == "sign_out");
    routes
}

/// A body that says enough for the rule to be looked at, where that depends on it.
fn body(operation: &str) -> Value {
    match operation {
        "assign_chat" => json!({ "technician_id": null, "expected_seq": 0 }),
        _ => json!({}),
    }
}

#[test]
fn every_route_has_a_rule_and_every_rule_a_route() {
    let routes: Vec<_> = routes().into_iter().map(|route| route.operation).collect();
    let ruled: BTreeSet<_> = RULES.iter().map(|(operation, _)| (*operation).to_owned()).collect();
    assert_eq!(routes.iter().cloned().collect::<BTreeSet<_>>(), ruled);
    assert_eq!((routes.len(), RULES.len()), (ruled.len(), ruled.len()));
}

#[test]
fn every_message_of_the_socket_is_known_here() {
    let schemas = &document()["components"]["schemas"];
    let types = |schema: &str| {
        let sorts = schemas[schema]["oneOf"].as_array().unwrap().iter();
        let names = sorts.map(|of| of["properties"]["type"]["enum"][0].as_str().unwrap().to_owned());
        names.collect::<BTreeSet<_>>()
    };
    assert_eq!(types("LiveEvent"), SAID_BY_THE_SOCKET.map(ToOwned::to_owned).into());
    assert_eq!(types("LiveWord"), SAID_BY_BROWSERS.map(ToOwned::to_owned).into());
}

#[sqlx::test(migrator = "store::MIGRATOR")]
async fn every_route_is_for_those_for_whom_it_is_meant(db: PgPool) {
    let desk = Desk::new(db).await;
    let rules: BTreeMap<_, _> = RULES.iter().copied().collect();
    let admin = desk.admin("Ada").await;
    let without_rights = desk.technician_who_may("Nora", []).await;
    let mut lacking = BTreeMap::new();
    for right in Right::ALL {
        let others = Rights::all().iter().filter(|other| *other != right);
        lacking.insert(right, desk.technician_who_may(&format!("No {}", right.name()), others).await);
    }
    for Route { operation, method, path } in routes() {
        let call = async |by| desk.call(by, method.clone(), &path, Some(body(&operation))).await.status;
        let is_let_in = |status: StatusCode| ![StatusCode::UNAUTHORIZED, StatusCode::FORBIDDEN].contains(&status);

        let rule = rules[operation.as_str()];
        let needed = match rule {
            Anyone => {
                assert!(is_let_in(call(None).await), "{operation}");
                continue;
            }
            Technicians => &[][..],
            Having(rights) => rights,
        };
        assert_eq!(call(None).await, StatusCode::UNAUTHORIZED, "{operation}");
        assert_eq!(is_let_in(call(Some(&without_rights)).await), needed.is_empty(), "{operation}");
        for right in needed {
            assert_eq!(
                call(Some(&lacking[right])).await,
                StatusCode::FORBIDDEN,
                "{operation} without {}",
                right.name()
            );
        }
        let exactly = desk.technician_who_may(&operation, needed.iter().copied()).await;
        for who in [&exactly, &admin] {
            assert!(is_let_in(call(Some(who)).await), "{operation}");
        }
    }
}

#[sqlx::test(migrator = "store::MIGRATOR")]
async fn the_socket_opens_for_who_may_use_chat_and_for_nobody_else(db: PgPool) {
    let desk = Desk::new(db).await;
    let served = desk.serve().await;
    let (ada, una) = (desk.admin("Ada").await, desk.technician_who_may("Una", [UseChat]).await);
    let others = Rights::all().iter().filter(|right| *right != UseChat);
    let nora = desk.technician_who_may("Nora", others).await;
    let _ = crate::socket::Socket::open(served.port, &ada, None).await;
    for (who, refusal) in [(None, Some(401)), (Some(&nora), Some(403)), (Some(&una), None), (Some(&ada), None)] {
        assert_eq!(connect(served.port, request(served.port, who, None)).await.err(), refusal);
    }
}
