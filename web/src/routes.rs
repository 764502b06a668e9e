//! Every route, one file each: method and path, request and answer, one function. Each function extracts, loads, refuses,
//! publishes, answers.

mod add_api_token;
mod add_asset_group;
mod add_canned_reply;
mod add_contact;
mod add_customer;
mod add_enrolment_key;
mod add_policy;
mod add_security_group;
mod add_technician;
mod add_ticket;
mod ask_for_password_reset;
mod assign_chat;
mod begin_provider_sign_in;
mod begin_second_factor;
mod change_asset;
mod change_asset_group;
mod change_canned_reply;
mod change_contact;
mod change_customer;
mod change_notification_settings;
mod change_notification_settings_of;
mod change_password;
mod change_security_group;
mod change_sign_in_settings;
mod change_technician;
mod change_ticket;
mod close_chat;
mod confirm_provider_sign_in;
mod confirm_second_factor;
mod end_other_sessions;
mod end_session;
mod enrol_device;
mod erase_contact;
mod erase_customer;
mod export_audit_log;
mod export_contact;
mod export_customer;
mod export_transcript;
mod finish_provider_sign_in;
mod import_csv;
mod list_api_tokens;
mod list_api_tokens_of;
mod list_archived_chats;
mod list_asset_groups;
mod list_assets;
mod list_audit_log;
mod list_canned_replies;
mod list_chats;
mod list_contacts;
mod list_customers;
mod list_dead_letters;
mod list_deliveries;
mod list_messages;
mod list_notices;
mod list_policies;
mod list_security_groups;
mod list_sessions;
mod list_technicians;
mod list_tickets;
mod list_untold_chats;
mod mark_notices_read;
mod mark_read;
mod open_live;
mod remove_asset_group;
mod remove_canned_reply;
mod remove_policy;
mod remove_second_factor;
mod remove_security_group;
mod remove_webhook;
mod replace_policy;
mod replace_webhook;
mod reset_password;
mod reset_second_factor_of;
mod revoke_api_token;
mod revoke_api_token_of;
mod rotate_webhook_secret;
mod say;
mod search;
mod set_global_policy;
mod set_tabs;
mod set_up;
mod show_account;
mod show_asset;
mod show_chat;
mod show_contact;
mod show_contact_erasure;
mod show_customer;
mod show_customer_erasure;
mod show_effective_policy;
mod show_global_policy;
mod show_notification_settings;
mod show_notification_settings_of;
mod show_openapi;
mod show_session;
mod show_setup;
mod show_sign_in_settings;
mod show_sign_in_ways;
mod show_system;
mod show_tabs;
mod show_ticket;
mod show_webhook;
mod sign_in;
mod sign_out;
mod signal_typing;
mod start_chat;
mod test_webhook;
mod ticket_chat;

use std::time::Duration;

use axum::Router;
use axum::extract::{DefaultBodyLimit, Request};
use axum::http::StatusCode;
use axum::middleware;
use tower_http::compression::CompressionLayer;
use tower_http::request_id::{MakeRequestUuid, PropagateRequestIdLayer, RequestId, SetRequestIdLayer};
use tower_http::timeout::TimeoutLayer;
use tower_http::trace::TraceLayer;
use tracing::Span;
use utoipa_axum::router::{OpenApiRouter, UtoipaMethodRouterExt};
use utoipa_axum::routes;

use crate::front::Front;
use crate::problem::Problem;
use crate::{headers, measure, origin, pages};

/// Where the live socket is.
pub(crate) const LIVE: &str = "/api/v1/live";

/// Where the provider sends browsers back to.
pub(crate) const PROVIDER_RETURN: &str = "/api/v1/session/provider/return";

/// The largest body: a text of 16 KiB whose every byte is escaped, and more.
const BODY_BYTES: usize = 256 * 1024;

/// The largest file to import.
const IMPORT_BYTES: usize = 2 * 1024 * 1024;

/// How long a request may take.
const PATIENCE: Duration = Duration::from_secs(30);

/// Every route, with its description.
pub(crate) fn api() -> OpenApiRouter<Front> {
    OpenApiRouter::with_openapi(crate::openapi::frame())
        .routes(routes!(show_session::show_session, sign_in::sign_in, sign_out::sign_out))
        .routes(routes!(show_sign_in_ways::show_sign_in_ways))
        .routes(routes!(
            begin_provider_sign_in::begin_provider_sign_in,
            confirm_provider_sign_in::confirm_provider_sign_in
        ))
        .routes(routes!(finish_provider_sign_in::finish_provider_sign_in))
        .routes(routes!(show_setup::show_setup, set_up::set_up))
        .routes(routes!(ask_for_password_reset::ask_for_password_reset))
        .routes(routes!(reset_password::reset_password))
        .routes(routes!(show_account::show_account))
        .routes(routes!(begin_second_factor::begin_second_factor, confirm_second_factor::confirm_second_factor))
        .routes(routes!(remove_second_factor::remove_second_factor))
        .routes(routes!(change_password::change_password))
        .routes(routes!(list_sessions::list_sessions, end_other_sessions::end_other_sessions))
        .routes(routes!(end_session::end_session))
        .routes(routes!(list_api_tokens::list_api_tokens, add_api_token::add_api_token))
        .routes(routes!(revoke_api_token::revoke_api_token))
        .routes(routes!(list_chats::list_chats, start_chat::start_chat))
        .routes(routes!(list_archived_chats::list_archived_chats))
        .routes(routes!(show_chat::show_chat))
        .routes(routes!(export_transcript::export_transcript))
        .routes(routes!(list_messages::list_messages, say::say))
        .routes(routes!(mark_read::mark_read))
        .routes(routes!(assign_chat::assign_chat))
        .routes(routes!(close_chat::close_chat))
        .routes(routes!(signal_typing::signal_typing))
        .routes(routes!(ticket_chat::ticket_chat))
        .routes(routes!(list_tickets::list_tickets, add_ticket::add_ticket))
        .routes(routes!(show_ticket::show_ticket, change_ticket::change_ticket))
        .routes(routes!(list_customers::list_customers, add_customer::add_customer))
        .routes(routes!(show_customer::show_customer, change_customer::change_customer))
        .routes(routes!(list_contacts::list_contacts, add_contact::add_contact))
        .routes(routes!(show_contact::show_contact, change_contact::change_contact))
        .routes(routes!(show_contact_erasure::show_contact_erasure, erase_contact::erase_contact))
        .routes(routes!(show_customer_erasure::show_customer_erasure, erase_customer::erase_customer))
        .routes(routes!(export_contact::export_contact))
        .routes(routes!(export_customer::export_customer))
        .routes(routes!(list_assets::list_assets))
        .routes(routes!(show_asset::show_asset, change_asset::change_asset))
        .routes(routes!(show_effective_policy::show_effective_policy))
        .routes(routes!(list_asset_groups::list_asset_groups, add_asset_group::add_asset_group))
        .routes(routes!(change_asset_group::change_asset_group, remove_asset_group::remove_asset_group))
        .routes(routes!(list_policies::list_policies, add_policy::add_policy))
        .routes(routes!(replace_policy::replace_policy, remove_policy::remove_policy))
        .routes(routes!(show_global_policy::show_global_policy, set_global_policy::set_global_policy))
        .routes(routes!(list_technicians::list_technicians, add_technician::add_technician))
        .routes(routes!(change_technician::change_technician))
        .routes(routes!(reset_second_factor_of::reset_second_factor_of))
        .routes(routes!(show_sign_in_settings::show_sign_in_settings, change_sign_in_settings::change_sign_in_settings))
        .routes(routes!(list_api_tokens_of::list_api_tokens_of))
        .routes(routes!(revoke_api_token_of::revoke_api_token_of))
        .routes(routes!(list_security_groups::list_security_groups, add_security_group::add_security_group))
        .routes(routes!(change_security_group::change_security_group, remove_security_group::remove_security_group))
        .routes(routes!(list_audit_log::list_audit_log))
        .routes(routes!(export_audit_log::export_audit_log))
        .routes(routes!(import_csv::import_csv).layer(DefaultBodyLimit::max(IMPORT_BYTES)))
        .routes(routes!(show_tabs::show_tabs, set_tabs::set_tabs))
        .routes(routes!(list_canned_replies::list_canned_replies, add_canned_reply::add_canned_reply))
        .routes(routes!(change_canned_reply::change_canned_reply, remove_canned_reply::remove_canned_reply))
        .routes(routes!(search::search))
        .routes(routes!(add_enrolment_key::add_enrolment_key))
        .routes(routes!(enrol_device::enrol_device))
        .routes(routes!(show_system::show_system))
        .routes(routes!(list_dead_letters::list_dead_letters))
        .routes(routes!(list_untold_chats::list_untold_chats))
        .routes(routes!(
            show_notification_settings::show_notification_settings,
            change_notification_settings::change_notification_settings
        ))
        .routes(routes!(
            show_notification_settings_of::show_notification_settings_of,
            change_notification_settings_of::change_notification_settings_of
        ))
        .routes(routes!(list_notices::list_notices))
        .routes(routes!(mark_notices_read::mark_notices_read))
        .routes(routes!(show_webhook::show_webhook, replace_webhook::replace_webhook, remove_webhook::remove_webhook))
        .routes(routes!(rotate_webhook_secret::rotate_webhook_secret))
        .routes(routes!(test_webhook::test_webhook))
        .routes(routes!(list_deliveries::list_deliveries))
        .routes(routes!(show_openapi::show_openapi))
        .routes(routes!(open_live::open_live))
}

/// The routes, the pages, and what all of them go through.
pub(crate) fn router(front: &Front) -> Router {
    let (router, _) = api().split_for_parts();
    router
        .method_not_allowed_fallback(async || Problem::MethodNotAllowed)
        .fallback(pages::page)
        .with_state(front.clone())
        .layer(DefaultBodyLimit::max(BODY_BYTES))
        .layer(middleware::from_fn_with_state(front.clone(), origin::refuse_foreign))
        .layer(TimeoutLayer::with_status_code(StatusCode::SERVICE_UNAVAILABLE, PATIENCE))
        .layer(CompressionLayer::new())
        .layer(middleware::from_fn_with_state(front.clone(), headers::secure))
        .layer(middleware::from_fn(measure::measure))
        .layer(TraceLayer::new_for_http().make_span_with(span))
        .layer(PropagateRequestIdLayer::x_request_id())
        .layer(SetRequestIdLayer::x_request_id(MakeRequestUuid))
}

/// What a log line of a request says about it. Never the address as it was sent: it may hold what somebody searches for.
fn span(request: &Request) -> Span {
    let request_id = request.extensions().get::<RequestId>().and_then(|id| id.header_value().to_str().ok());
    tracing::info_span!(
        "request",
        request.id = request_id,
        method = %request.method(),
        route = measure::route(request),
        chat.id = tracing::field::Empty,
    )
}
