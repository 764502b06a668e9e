//! Cursors: where a list goes on, opaque to clients.

use broker_config::Line;
use data_encoding::BASE64URL_NOPAD;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use store::{NameOrder, NamedPage};
use utoipa::ToSchema;
use uuid::Uuid;

use crate::problem::Problem;

/// How many rows a page has when nobody says.
pub(crate) const USUAL_LIMIT: u32 = 50;

/// How many rows a page has at most.
const MAX_LIMIT: u32 = 200;

/// The last row of a page of a list that is sorted by name.
#[derive(Serialize, Deserialize)]
struct NamedCursor(Line, Uuid);

/// Which name comes first.
#[derive(Debug, Clone, Copy, Default, Deserialize, ToSchema)]
pub(crate) enum NameSort {
    /// From A to Z.
    #[default]
    #[serde(rename = "name")]
    Rising,
    /// From Z to A.
    #[serde(rename = "-name")]
    Falling,
}

impl From<NameSort> for NameOrder {
    fn from(sort: NameSort) -> Self {
        match sort {
            NameSort::Rising => Self::Rising,
            NameSort::Falling => Self::Falling,
        }
    }
}

/// The number of rows to answer with.
pub(crate) fn limit(asked: Option<u32>) -> i64 {
    asked.unwrap_or(USUAL_LIMIT).clamp(1, MAX_LIMIT).into()
}

/// What to search for: nothing when only white space was asked for.
pub(crate) fn search(asked: Option<String>) -> Result<Option<String>, Problem> {
    match asked {
        Some(search) if search.contains('\0') => Err(Problem::Malformed("the search has a NUL character".to_owned())),
        Some(search) => Ok(Some(search.trim().to_owned()).filter(|search| !search.is_empty())),
        None => Ok(None),
    }
}

/// The page of a list that is sorted by name, with one row more than asked for, by which to see whether there is more.
pub(crate) fn named_page(
    asked_search: Option<String>,
    asked_limit: Option<u32>,
    cursor: Option<&str>,
) -> Result<NamedPage, Problem> {
    let after = cursor.map(read::<NamedCursor>).transpose()?;
    Ok(NamedPage {
        search: search(asked_search)?,
        after: after.map(|NamedCursor(name, id)| (name, id)),
        limit: limit(asked_limit) + 1,
    })
}

/// Cuts off the row too many. The cursor of the next page, if there is one.
pub(crate) fn cut<T>(rows: &mut Vec<T>, limit: i64, place: impl Fn(&T) -> (Line, Uuid)) -> Option<String> {
    let limit = usize::try_from(limit).unwrap_or(usize::MAX);
    if rows.len() < limit {
        return None;
    }
    rows.truncate(limit - 1);
    let (name, id) = place(rows.last()?);
    Some(write(&NamedCursor(name, id)))
}

/// The same for a list that is sorted by one unique column, where one row more than `limit` was asked for.
pub(crate) fn cut_at<T, P: Serialize>(rows: &mut Vec<T>, limit: i64, place: impl Fn(&T) -> P) -> Option<String> {
    let limit = usize::try_from(limit).unwrap_or(usize::MAX);
    if rows.len() <= limit {
        return None;
    }
    rows.truncate(limit);
    rows.last().map(|last| write(&place(last)))
}

/// Writes a cursor.
pub(crate) fn write(place: &impl Serialize) -> String {
    BASE64URL_NOPAD.encode(&serde_json::to_vec(place).unwrap_or_default())
}

/// Reads a cursor of ours.
pub(crate) fn read<T: DeserializeOwned>(cursor: &str) -> Result<T, Problem> {
    let place = BASE64URL_NOPAD.decode(cursor.as_bytes()).ok();
    let place = place.and_then(|place| serde_json::from_slice(&place).ok());
    place.ok_or_else(|| Problem::Malformed("the cursor is not one of this list".to_owned()))
}
