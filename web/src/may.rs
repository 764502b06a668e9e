//! What a route demands of who asks: a parameter of its function, beside its method and path.

use std::marker::PhantomData;

use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use store::rights::Right;

use crate::front::Front;
use crate::problem::Problem;
use crate::signed_in::SignedIn;

/// The technician who is asking, with every right that `D` names. Without the first one that is missing, the answer is a 403.
#[derive(Debug, Clone)]
pub(crate) struct May<D> {
    pub technician: SignedIn,
    demand: PhantomData<D>,
}

/// Rights that a route demands.
pub(crate) trait Demand {
    /// All of them are needed.
    const RIGHTS: &'static [Right];

    /// Whether it takes a session, so that no API token will do.
    const IN_SESSION: bool = false;
}

impl<D: Demand + Send> FromRequestParts<Front> for May<D> {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, front: &Front) -> Result<Self, Problem> {
        let technician = SignedIn::from_request_parts(parts, front).await?;
        if D::IN_SESSION {
            technician.session()?;
        }
        for right in D::RIGHTS {
            technician.demand(*right)?;
        }
        Ok(Self { technician, demand: PhantomData })
    }
}

/// Changes how other technicians sign in.
#[derive(Debug, Clone)]
pub(crate) struct ManageSigningIn;

impl Demand for ManageSigningIn {
    const RIGHTS: &'static [Right] = &[Right::ManageTechnicians];
    const IN_SESSION: bool = true;
}

macro_rules! demands {
    ($($(#[$docs:meta])* $name:ident = $($right:ident)+;)+) => {$(
        $(#[$docs])*
        #[derive(Debug, Clone)]
        pub(crate) struct $name;

        impl Demand for $name {
            const RIGHTS: &'static [Right] = &[$(Right::$right),+];
        }
    )+};
}

demands! {
    /// Sees chats, as far as they are theirs to see.
    UseChat = UseChat;
    /// Starts a chat.
    StartChats = UseChat StartChats;
    /// Says something in a chat.
    Reply = UseChat Reply;
    /// Closes a chat.
    CloseChats = UseChat CloseChats;
    /// Makes a ticket from a chat.
    TicketChats = UseChat CreateTickets;
    /// Reads chats that have ended.
    ReadArchive = UseChat ReadArchive;
    /// Exports a chat.
    ExportChats = UseChat ExportChats;
    /// Sees which chats go unnoticed.
    WatchChats = UseChat SeeAllChats Operate;
    /// Creates and changes tickets.
    CreateTickets = CreateTickets;
    /// Changes customers, contacts, assets and their groups.
    ManageDirectory = ManageDirectory;
    /// Takes everything that is kept of somebody out of the house.
    ExportData = UseChat SeeAllChats ReadArchive ExportChats ManageDirectory;
    /// Erases what is kept of somebody.
    EraseData = ManageDirectory Operate;
    /// Changes policies and canned replies.
    ManagePolicies = ManagePolicies;
    /// Changes technicians and what they may do.
    ManageTechnicians = ManageTechnicians;
    /// Sees and changes what others are told of.
    ManageNotifications = ManageNotifications;
    /// Reads the audit log.
    SeeAuditLog = SeeAuditLog;
    /// Lets devices in, and sees how the installation works.
    Operate = Operate;
}
