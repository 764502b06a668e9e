//! A ticket, as the API shows it.

use broker_config::{AssetId, ChatId, Line, Text, TicketId};
use chrono::{DateTime, Utc};
use serde::Serialize;
use store::rights::Right;
use store::tickets::{TicketAsset, TicketChat, TicketRow, TicketStatus};
use utoipa::ToSchema;

use super::{ContactName, CustomerName, TechnicianName};
use crate::front::Front;
use crate::problem::{Problem, Thing};
use crate::signed_in::SignedIn;

/// A ticket, as lists show it.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Ticket)]
pub(crate) struct TicketShape {
    /// Which.
    pub ticket_id: TicketId,
    /// Its number, as people say it.
    pub number: u64,
    /// What it is about.
    pub subject: Line,
    /// How far the work is.
    pub status: TicketStatus,
    /// The business that it is for.
    pub customer: CustomerName,
    /// The person that it is for.
    #[schema(required)]
    pub contact: Option<ContactName>,
    /// When it was made.
    pub created_at: DateTime<Utc>,
    /// When it was last changed.
    pub updated_at: DateTime<Utc>,
    /// Who works on it.
    #[schema(required)]
    pub assigned_to: Option<TechnicianName>,
}

/// A ticket, with what it is about.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct OneTicket {
    #[serde(flatten)]
    ticket: TicketShape,
    /// What it says at length.
    #[schema(required)]
    description: Option<Text>,
    /// The assets that it is about, by name.
    assets: Vec<TicketAssetShape>,
    /// The chats whose transcripts belong to it, the first one first. Empty for who may not chat.
    chats: Vec<TicketChatShape>,
}

/// An asset that a ticket is about.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = TicketAsset)]
pub(crate) struct TicketAssetShape {
    /// Which.
    asset_id: AssetId,
    /// Its name.
    name: Line,
    /// Whether its device is connected now.
    is_connected: bool,
}

/// A chat whose transcript belongs to a ticket.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = TicketChat)]
pub(crate) struct TicketChatShape {
    /// Which.
    chat_id: ChatId,
    /// When it began.
    opened_at: DateTime<Utc>,
    /// When it ended.
    #[schema(required)]
    closed_at: Option<DateTime<Utc>>,
}

impl OneTicket {
    /// Reads a ticket, as this technician sees it.
    pub(crate) async fn read(front: &Front, technician: &SignedIn, ticket_id: TicketId) -> Result<Self, Problem> {
        let ticket = store::tickets::one(front.db(), ticket_id).await?.ok_or(Problem::NoSuch(Thing::Ticket))?;
        let description = store::tickets::description(front.db(), ticket_id).await?;
        let assets = store::tickets::assets(front.db(), ticket_id).await?;
        let chats = if technician.rights.has(Right::UseChat) {
            store::tickets::chats(front.db(), technician.viewer(), ticket_id).await?
        } else {
            Vec::new()
        };
        Ok(Self {
            ticket: ticket.into(),
            description,
            assets: assets.into_iter().map(TicketAssetShape::from).collect(),
            chats: chats.into_iter().map(TicketChatShape::from).collect(),
        })
    }
}

impl From<TicketRow> for TicketShape {
    fn from(row: TicketRow) -> Self {
        Self {
            ticket_id: row.ticket_id,
            number: row.number.cast_unsigned(),
            subject: row.subject,
            status: row.status,
            customer: CustomerName { customer_id: row.customer_id, name: row.customer_name },
            contact: ContactName::of(row.contact_id, row.contact_name),
            created_at: row.created_at,
            updated_at: row.updated_at,
            assigned_to: TechnicianName::of(row.assigned_to, row.assigned_name),
        }
    }
}

impl From<TicketAsset> for TicketAssetShape {
    fn from(asset: TicketAsset) -> Self {
        Self { asset_id: asset.asset_id, name: asset.name, is_connected: asset.is_connected }
    }
}

impl From<TicketChat> for TicketChatShape {
    fn from(chat: TicketChat) -> Self {
        Self { chat_id: chat.chat_id, opened_at: chat.opened_at, closed_at: chat.closed_at }
    }
}
