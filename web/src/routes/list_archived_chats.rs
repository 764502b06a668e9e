//! `GET /api/v1/chats/archived`: the chats that have ended.

use axum::Json;
use axum::extract::State;
use broker_config::{AssetId, ContactId, CustomerId};
use serde::{Deserialize, Serialize};
use store::archive::ArchiveFilter;
use utoipa::{IntoParams, ToSchema};

use crate::cursor;
use crate::extract::Query;
use crate::front::Front;
use crate::may::{May, ReadArchive};
use crate::problem::Problem;
use crate::shape::{ChatRow, ProblemDetails};

/// Which of the chats that have ended.
#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct ListArchivedChats {
    /// Only those of this customer's assets.
    customer_id: Option<CustomerId>,
    /// Only those of assets that this contact uses now.
    contact_id: Option<ContactId>,
    /// Only those of this asset.
    asset_id: Option<AssetId>,
    /// Only those with this in the name of the customer, contact or asset, or in a message; in any case.
    search: Option<String>,
    /// How many at most; 50 when absent, never more than 200.
    limit: Option<u32>,
    /// The `next_cursor` of the page before.
    cursor: Option<String>,
}

/// A page of chats that have ended, the last one first.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ArchivedChatPage {
    /// The chats.
    chats: Vec<ChatRow>,
    /// Where the next page begins, if there is one.
    #[schema(required)]
    next_cursor: Option<String>,
}

/// Lists the chats that have ended.
#[utoipa::path(
    get,
    path = "/api/v1/chats/archived",
    tag = "chats",
    params(ListArchivedChats),
    responses(
        (status = 200, body = ArchivedChatPage),
        (status = 403, description = "`/problems/no-chat-rights` or `/problems/missing-right`, with the `right`", body = ProblemDetails, content_type = "application/problem+json"),
        (status = "default", body = ProblemDetails, content_type = "application/problem+json"),
    ),
    security(("session" = [])),
)]
pub(crate) async fn list_archived_chats(
    State(front): State<Front>,
    May { technician, .. }: May<ReadArchive>,
    Query(asked): Query<ListArchivedChats>,
) -> Result<Json<ArchivedChatPage>, Problem> {
    let filter = ArchiveFilter {
        customer_id: asked.customer_id,
        contact_id: asked.contact_id,
        asset_id: asked.asset_id,
        search: cursor::search(asked.search)?,
    };
    let before = asked.cursor.as_deref().map(cursor::read::<i64>).transpose()?;
    let limit = cursor::limit(asked.limit);
    let mut archived = store::archive::page(front.db(), technician.viewer(), &filter, before, limit + 1).await?;

    let next_cursor = cursor::cut_at(&mut archived, limit, |chat| chat.closed_seq);
    let chat_ids: Vec<_> = archived.iter().map(|chat| chat.chat_id).collect();
    let mut rows = store::chats::rows(front.db(), technician.viewer(), &chat_ids).await?;
    rows.sort_by_key(|row| chat_ids.iter().position(|chat_id| *chat_id == row.chat_id));
    Ok(Json(ArchivedChatPage { chats: rows.into_iter().map(ChatRow::from).collect(), next_cursor }))
}
