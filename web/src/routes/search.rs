//! `GET /api/v1/search`: customers, contacts, assets and open chats by a part of a name, while somebody types.

use axum::Json;
use axum::extract::State;
use broker_config::{AssetId, ChatId, ContactId, Line};
use serde::{Deserialize, Serialize};
use store::rights::Right;
use store::search::{FoundAsset, FoundContact, FoundCustomer, NamePart};
use utoipa::{IntoParams, ToSchema};

use crate::cursor;
use crate::extract::Query;
use crate::front::Front;
use crate::problem::Problem;
use crate::shape::{ChatRow, ContactName, CustomerName, ProblemDetails};
use crate::signed_in::SignedIn;

/// How many of each are found at most.
const MAX_EACH: i64 = 8;

/// The longest query in bytes. No name is longer.
const MAX_QUERY_BYTES: usize = 256;

/// What to look for.
#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct Search {
    /// A part of a name, or of a contact's address, in any case; their beginning, when it has one or two characters. By
    /// white space alone nothing is found.
    query: String,
}

/// At most eight of each, by name, those first whose name begins with what was asked for.
#[derive(Debug, Default, Serialize, ToSchema)]
pub(crate) struct SearchResults {
    /// Customers.
    customers: Vec<CustomerName>,
    /// Contacts.
    contacts: Vec<ContactResult>,
    /// Assets.
    assets: Vec<AssetResult>,
    /// Open chats by the names of their customers, contacts and assets, newest activity first. Only those that the
    /// technician may see.
    chats: Vec<ChatRow>,
}

/// A contact that was found.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ContactResult {
    /// Who.
    contact_id: ContactId,
    /// Their name.
    name: Line,
    /// Where they work.
    customer: CustomerName,
}

/// An asset that was found.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct AssetResult {
    /// Which.
    asset_id: AssetId,
    /// Its name.
    name: Line,
    /// The business that has it.
    customer: CustomerName,
    /// The person who uses it.
    #[schema(required)]
    contact: Option<ContactName>,
    /// Whether its device is connected now.
    is_connected: bool,
    /// Its open chat. Null for who may not see it.
    #[schema(required)]
    open_chat_id: Option<ChatId>,
}

/// Finds customers, contacts, assets and open chats by name.
#[utoipa::path(
    get,
    path = "/api/v1/search",
    tag = "search",
    params(Search),
    responses(
        (status = 200, body = SearchResults),
        (status = "default", body = ProblemDetails, content_type = "application/problem+json"),
    ),
    security(("session" = [])),
)]
pub(crate) async fn search(
    State(front): State<Front>,
    technician: SignedIn,
    Query(asked): Query<Search>,
) -> Result<Json<SearchResults>, Problem> {
    if asked.query.len() > MAX_QUERY_BYTES {
        return Err(Problem::Malformed(format!("the query has more than {MAX_QUERY_BYTES} bytes")));
    }
    let Some(part) = cursor::search(Some(asked.query))?.map(NamePart::new) else {
        return Ok(Json(SearchResults::default()));
    };
    let (db, viewer) = (front.db(), technician.viewer());
    let customers = store::search::customers(db, &part, MAX_EACH).await?;
    let contacts = store::search::contacts(db, &part, MAX_EACH).await?;
    let mut assets = store::search::assets(db, viewer, &part, MAX_EACH).await?;
    let mut chats = Vec::new();
    if technician.rights.has(Right::UseChat) {
        let chat_ids = store::search::chats(db, viewer, &part, MAX_EACH).await?;
        chats = store::chats::rows(db, viewer, &chat_ids).await?;
    } else {
        for asset in &mut assets {
            asset.open_chat_id = None;
        }
    }
    Ok(Json(SearchResults {
        customers: customers.into_iter().map(CustomerName::from).collect(),
        contacts: contacts.into_iter().map(ContactResult::from).collect(),
        assets: assets.into_iter().map(AssetResult::from).collect(),
        chats: chats.into_iter().map(ChatRow::from).collect(),
    }))
}

impl From<FoundCustomer> for CustomerName {
    fn from(found: FoundCustomer) -> Self {
        Self { customer_id: found.customer_id, name: found.name }
    }
}

impl From<FoundContact> for ContactResult {
    fn from(found: FoundContact) -> Self {
        let customer = CustomerName { customer_id: found.customer_id, name: found.customer_name };
        Self { contact_id: found.contact_id, name: found.name, customer }
    }
}

impl From<FoundAsset> for AssetResult {
    fn from(found: FoundAsset) -> Self {
        Self {
            asset_id: found.asset_id,
            name: found.name,
            customer: CustomerName { customer_id: found.customer_id, name: found.customer_name },
            contact: ContactName::of(found.contact_id, found.contact_name),
            is_connected: found.is_connected,
            open_chat_id: found.open_chat_id,
        }
    }
}
