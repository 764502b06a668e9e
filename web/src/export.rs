//! Everything that is kept of a person or a business, as a file of JSON lines. It is read from the database page by page, so that a long one
//! is never held.

use std::collections::VecDeque;

use axum::BoxError;
use axum::body::{Body, Bytes};
use axum::http::header;
use axum::response::{IntoResponse, Response};
use broker_config::ChatId;
use futures::{Stream, TryStreamExt, stream};
use serde::Serialize;
use serde_json::{Value, json};
use sqlx::PgPool;
use sqlx::types::Uuid;
use store::data_subjects::DataSubject;
use store::exports::{self, Exported};

use crate::front::Front;
use crate::problem::Problem;
use crate::shape::Message;
use crate::signed_in::SignedIn;

/// How many objects, or messages, are read at a time.
const PAGE_ROWS: i64 = 100;

/// How many assets are read at a time: each comes with all its connections, of which there may be a hundred thousand.
const PAGE_ASSETS: i64 = 1;

/// How many ids of chats are read at a time.
const PAGE_CHATS: i64 = 500;

/// A message of an export.
#[derive(Serialize)]
struct ExportedMessage {
    r#type: &'static str,
    chat_id: ChatId,
    #[serde(flatten)]
    message: Message,
}

/// What is written next.
enum Next {
    Customer,
    Contacts(Option<Uuid>),
    Assets(Option<Uuid>),
    Tickets(Option<Uuid>),
    /// The chats of which the ids were read, and after which one there are more.
    Chats(VecDeque<ChatId>, Option<ChatId>),
    /// The messages of a chat after a sequence, and then the other chats.
    Messages(ChatId, i64, VecDeque<ChatId>, Option<ChatId>),
    End,
}

/// An export that is being written.
struct Writing {
    db: PgPool,
    subject: DataSubject,
    next: Option<Next>,
    lines: u64,
}

/// The file, once it is noted that it was asked for.
pub(crate) async fn answer(front: &Front, technician: &SignedIn, subject: DataSubject) -> Result<Response, Problem> {
    let (action, kind, id) = match subject {
        DataSubject::Contact(contact_id) => ("contact.exported", "contact", contact_id.uuid()),
        DataSubject::Customer(customer_id) => ("customer.exported", "customer", customer_id.uuid()),
    };
    store::audit::record(front.db(), &technician.does(action, (kind, id), json!({}))).await?;
    let file = format!("attachment; filename=\"{kind}-{id}.jsonl\"");
    let headers = [(header::CONTENT_TYPE, "application/x-ndjson"), (header::CONTENT_DISPOSITION, &file)];
    Ok((headers, Body::from_stream(write(front.db().clone(), subject))).into_response())
}

/// Writes it in pieces. When the database fails in between, the answer breaks off, without its last line.
fn write(db: PgPool, subject: DataSubject) -> impl Stream<Item = Result<Bytes, BoxError>> {
    let writing = Writing { db, subject, next: Some(Next::Customer), lines: 0 };
    stream::try_unfold(writing, Writing::piece).inspect_err(|error| {
        tracing::error!(error = error.as_ref() as &dyn std::error::Error, "an export broke off");
    })
}

impl Writing {
    /// The next piece. One without a line is as good as none and is followed by another.
    async fn piece(mut self) -> Result<Option<(Bytes, Self)>, BoxError> {
        let Some(next) = self.next.take() else { return Ok(None) };
        let mut piece = Vec::new();
        let (db, subject) = (&self.db, self.subject);
        let next = match next {
            Next::Customer => {
                let customer = exports::customer(db, subject).await?;
                self.lines += objects(&mut piece, customer.into_iter().map(|customer| customer.object))?;
                Some(Next::Contacts(None))
            }
            Next::Contacts(after) => {
                let page = exports::contacts(db, subject, after, PAGE_ROWS).await?;
                Some(self.page(&mut piece, page)?.map_or(Next::Assets(None), |last| Next::Contacts(Some(last))))
            }
            Next::Assets(after) => {
                let page = exports::assets(db, subject, after, PAGE_ASSETS).await?;
                Some(self.page(&mut piece, page)?.map_or(Next::Tickets(None), |last| Next::Assets(Some(last))))
            }
            Next::Tickets(after) => {
                let page = exports::tickets(db, subject, after, PAGE_ROWS).await?;
                let chats = || Next::Chats(VecDeque::new(), None);
                Some(self.page(&mut piece, page)?.map_or_else(chats, |last| Next::Tickets(Some(last))))
            }
            Next::Chats(chat_ids, after) => Some(self.chat(&mut piece, chat_ids, after).await?),
            Next::Messages(chat_id, after, chat_ids, last_chat) => {
                let messages = store::messages::after(db, chat_id, after, true, PAGE_ROWS).await?;
                let last = messages.last().map(|message| message.seq);
                let messages = messages.into_iter().map(Message::from);
                let line = |message| ExportedMessage { r#type: "message", chat_id, message };
                self.lines += objects(&mut piece, messages.map(line))?;
                Some(match last {
                    Some(last) => Next::Messages(chat_id, last, chat_ids, last_chat),
                    None => Next::Chats(chat_ids, last_chat),
                })
            }
            Next::End => {
                objects(&mut piece, [json!({ "type": "end", "lines": self.lines })].into_iter())?;
                None
            }
        };
        self.next = next;
        Ok(Some((piece.into(), self)))
    }

    /// Writes a page. The id of its last object; `None` when it has none.
    fn page(&mut self, piece: &mut Vec<u8>, page: Vec<Exported>) -> Result<Option<Uuid>, BoxError> {
        let last = page.last().map(|exported| exported.id);
        self.lines += objects(piece, page.into_iter().map(|exported| exported.object))?;
        Ok(last)
    }

    /// Writes the next chat without its messages, which come next.
    async fn chat(
        &mut self,
        piece: &mut Vec<u8>,
        mut chat_ids: VecDeque<ChatId>,
        mut after: Option<ChatId>,
    ) -> Result<Next, BoxError> {
        if chat_ids.is_empty() {
            chat_ids = exports::chat_ids(&self.db, self.subject, after, PAGE_CHATS).await?.into();
            after = chat_ids.back().copied();
        }
        let Some(chat_id) = chat_ids.pop_front() else { return Ok(Next::End) };
        // It may have been forgotten meanwhile.
        let chat: Option<Value> = exports::chat(&self.db, chat_id).await?;
        self.lines += objects(piece, chat.into_iter())?;
        Ok(Next::Messages(chat_id, 0, chat_ids, after))
    }
}

/// Writes objects, a line each, and says how many.
fn objects(piece: &mut Vec<u8>, objects: impl Iterator<Item = impl Serialize>) -> serde_json::Result<u64> {
    let mut lines = 0;
    for object in objects {
        serde_json::to_writer(&mut *piece, &object)?;
        piece.push(b'\n');
        lines += 1;
    }
    Ok(lines)
}
