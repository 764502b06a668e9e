//! What both ends of Trayline's wire agree on: ids, subjects, facts, streams and rights. No database and no HTTP.

pub mod account;
mod backlog;
mod batch;
mod clock;
mod connect;
pub mod consumer;
mod dead_letter;
pub mod declare;
mod devices;
mod fact;
#[cfg(test)]
mod foreign_bytes;
mod ids;
mod jwt;
mod lease;
mod live;
mod log;
mod menu;
mod notice;
mod overview;
pub mod permission;
pub mod presence;
mod revocation;
pub mod server_config;
pub mod stream;
pub mod subject;
mod sync;
mod text;
mod timer;
pub mod worker;

pub use account::{BrokerKeys, DeviceSigner};
pub use backlog::{Backlog, OldestFact};
pub use clock::{Clock, StoppedClock, SystemClock};
pub use connect::{BrokerAddress, ConnectError, OLDEST_SERVER, connect};
pub use dead_letter::{Buried, DeadLetter};
pub use devices::{
    AskBusiest, AskConnections, AssetConnected, AssetPresence, Busy, CutConnection, DeviceConnection, DeviceTraffic,
    OpenConnections, agent_name, rotation_claim,
};
pub use fact::{Assigned, Assignee, Author, Closed, DecodeError, Fact, Noted, Opened, Read, Said, Ticketed};
pub use ids::{
    ApiTokenId, AssetGroupId, AssetId, CannedReplyId, ChatId, ContactId, CustomerId, DeliveryId, EnrolmentKeyId,
    ErasureId, InstanceId, MalformedId, MenuEntryId, MessageId, NoticeId, PolicyId, SecurityGroupId, SessionId, TabId,
    TechnicianId, TicketId,
};
pub use jwt::{JwtError, subject_of};
pub use lease::{Counted, WorkerLease};
pub use live::{NoticeHeard, Ping, Reached, Receipt, Receipts, Typing};
pub use log::{AppendError, Appended, AssetState, EXPECTED_SUBJECT, Last, Log, Logged, ReadError, Tail};
pub use menu::{Menu, MenuEntry};
pub use notice::{Notice, NotificationRule};
pub use overview::WorkerOverview;
pub use permission::Role;
pub use revocation::{Refusals, RevocationError, Revoker};
pub use subject::{
    ChatSubject, Leaf, LiveLeaf, LiveSubject, MalformedSubject, TabSubject, TechnicianLeaf, TechnicianSubject,
};
pub use sync::{SyncAnswer, SyncRefusal, SyncRefused, SyncRequest, Synced, SyncedFact};
pub use text::{Line, Text, TextError};
pub use timer::{Due, MalformedDue, RunningTimer, Timer, TimerKind};
