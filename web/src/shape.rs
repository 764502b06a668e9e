//! What several routes answer with.

mod api_token;
mod asset;
mod audit_entry;
mod canned_reply;
mod chat_row;
mod device_token;
mod header;
mod message;
mod problem_details;
mod security_group;
mod ticket;

pub(crate) use api_token::ApiTokenList;
pub(crate) use asset::AssetShape;
pub(crate) use audit_entry::AuditEntry;
pub(crate) use canned_reply::{CannedReplyShape, Shortcut};
pub(crate) use chat_row::{ChatRow, MessageKind};
pub(crate) use device_token::{DeviceToken, user_key};
pub(crate) use header::{AssetName, ChatHeader, ContactName, CustomerName, TechnicianName};
pub(crate) use message::Message;
pub(crate) use problem_details::ProblemDetails;
pub(crate) use security_group::SecurityGroupShape;
pub(crate) use ticket::{OneTicket, TicketShape};
