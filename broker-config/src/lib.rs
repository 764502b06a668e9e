//! What both ends of Trayline's wire agree on: ids, subjects, facts, streams and rights. No database and no HTTP.

mod clock;
mod fact;
mod ids;
mod live;
mod menu;
pub mod subject;
mod sync;
mod text;

pub use clock::{Clock, StoppedClock, SystemClock};
pub use fact::{
    Assigned, Assignee, Author, Closed, DecodeError, Fact, Noted, Opened, Read, Said, Ticketed,
};
pub use ids::{
    AssetId, ChatId, ContactId, CustomerId, EnrolmentKeyId, MalformedId, MenuEntryId, MessageId, PolicyId,
    TechnicianId, TicketId,
};
pub use live::{Receipt, Receipts, Typing};
pub use menu::{Menu, MenuEntry};
pub use subject::{ChatSubject, Leaf, LiveLeaf, LiveSubject, MalformedSubject};
pub use sync::{SyncAnswer, SyncRefusal, SyncRefused, SyncRequest, Synced, SyncedFact};
pub use text::{Line, Text, TextError};
