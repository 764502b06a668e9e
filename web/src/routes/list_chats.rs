//! `GET /api/v1/chats`: the open chats.

use axum::Json;
use axum::extract::State;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use crate::cursor;
use crate::extract::Query;
use crate::front::Front;
use crate::may::{May, UseChat};
use crate::problem::Problem;
use crate::shape::{ChatRow, ProblemDetails};

/// Which of the open chats.
#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct ListChats {
    /// Which of them; all when absent.
    #[param(inline)]
    filter: Option<ChatFilter>,
    /// Only those with this in the name of the customer, contact or asset, or in a message; in any case.
    search: Option<String>,
    /// How many at most; 50 when absent, never more than 200.
    limit: Option<u32>,
    /// The `next_cursor` of the page before.
    cursor: Option<String>,
}

/// Which of the open chats.
#[derive(Debug, Clone, Copy, Default, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum ChatFilter {
    /// Every one that the technician sees.
    #[default]
    All,
    /// Those that the technician has.
    Mine,
    /// Those that the technician has and has not read.
    MineUnread,
    /// Those that nobody has.
    Unassigned,
}

/// A page of open chats, newest activity first.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ChatPage {
    /// The chats.
    chats: Vec<ChatRow>,
    /// How many there are by filter, whatever is searched for.
    counts: ChatCounts,
    /// Where the next page begins, if there is one.
    #[schema(required)]
    next_cursor: Option<String>,
    /// Up to which sequence the answer has everything: what to open the live socket after.
    upto: u64,
}

/// How many open chats there are.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ChatCounts {
    /// Every one.
    all: u64,
    /// Those that the technician has.
    mine: u64,
    /// Those that the technician has and has not read.
    mine_unread: u64,
    /// Those that nobody has.
    unassigned: u64,
}

/// Lists open chats.
#[utoipa::path(
    get,
    path = "/api/v1/chats",
    tag = "chats",
    params(ListChats),
    responses(
        (status = 200, body = ChatPage),
        (status = 403, description = "`/problems/no-chat-rights`", body = ProblemDetails, content_type = "application/problem+json"),
        (status = "default", body = ProblemDetails, content_type = "application/problem+json"),
    ),
    security(("session" = [])),
)]
pub(crate) async fn list_chats(
    State(front): State<Front>,
    May { technician, .. }: May<UseChat>,
    Query(asked): Query<ListChats>,
) -> Result<Json<ChatPage>, Problem> {
    let filter = asked.filter.unwrap_or_default().into();
    let search = cursor::search(asked.search)?;
    let before: Option<i64> = asked.cursor.as_deref().map(cursor::read).transpose()?;
    let limit = cursor::limit(asked.limit);
    let upto = front.log().persisted_upto().await?;

    let (db, viewer) = (front.db(), technician.viewer());
    let counts = store::chats::counts(db, viewer).await?;
    let mut chat_ids = store::chats::page(db, viewer, filter, search.as_deref(), before, limit + 1).await?;
    let page = usize::try_from(limit).unwrap_or(usize::MAX);
    let has_more = chat_ids.len() > page;
    chat_ids.truncate(page);
    let rows = store::chats::rows(db, viewer, &chat_ids).await?;

    let last = rows.last().filter(|_| has_more);
    Ok(Json(ChatPage {
        next_cursor: last.map(|row| cursor::write(&row.last_seq)),
        chats: rows.into_iter().map(ChatRow::from).collect(),
        counts: counts.into(),
        upto,
    }))
}

impl From<ChatFilter> for store::chats::ChatFilter {
    fn from(filter: ChatFilter) -> Self {
        match filter {
            ChatFilter::All => Self::All,
            ChatFilter::Mine => Self::Mine,
            ChatFilter::MineUnread => Self::MineUnread,
            ChatFilter::Unassigned => Self::Unassigned,
        }
    }
}

impl From<store::chats::ChatCounts> for ChatCounts {
    fn from(counts: store::chats::ChatCounts) -> Self {
        Self {
            all: counts.all.cast_unsigned(),
            mine: counts.mine.cast_unsigned(),
            mine_unread: counts.mine_unread.cast_unsigned(),
            unassigned: counts.unassigned.cast_unsigned(),
        }
    }
}
