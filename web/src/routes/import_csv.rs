//! `POST /api/v1/imports/{kind}`: imports customers, contacts or assets from a CSV file.

use axum::Json;
use axum::extract::State;
use serde::Deserialize;
use utoipa::IntoParams;

use crate::extract::{Csv, Path, Query};
use crate::front::Front;
use crate::import::{self, ImportKind, ImportReport};
use crate::may::{ManageDirectory, May};
use crate::problem::Problem;
use crate::shape::ProblemDetails;

/// How to import.
#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct ImportCsv {
    /// Whether only to say what would happen; without a preview when absent.
    preview: Option<bool>,
}

/// Imports customers, contacts or assets, all of a file or nothing. The first line names the columns, in any order: `name` for
/// customers; `customer`, `name`, `email` and `phone` for contacts, of which the last two may be missing; `customer`, `name` and
/// `contact` (by name or address) for assets, of which the last may be missing.
///
/// The file is UTF-8 with commas and at most 2 MiB and 20,000 lines long. Names and addresses are compared in any case. A
/// contact is known by its address within its customer, else by its name; an asset by its name within its customer. An
/// empty cell leaves what is there. The same file again changes nothing; a file that could not promise that is refused.
/// Texts are taken as they are.
#[utoipa::path(
    post,
    path = "/api/v1/imports/{kind}",
    tag = "imports",
    params(("kind" = inline(ImportKind), Path, description = "What the file has."), ImportCsv),
    request_body(content = String, content_type = "text/csv"),
    responses(
        (status = 200, description = "What was done. With errors, nothing was.", body = ImportReport),
        (status = 400, description = "`/problems/malformed`: it is not such a file", body = ProblemDetails, content_type = "application/problem+json"),
        (status = 403, description = "`/problems/missing-right`, with the `right`", body = ProblemDetails, content_type = "application/problem+json"),
        (status = 413, description = "`/problems/too-large`", body = ProblemDetails, content_type = "application/problem+json"),
        (status = "default", body = ProblemDetails, content_type = "application/problem+json"),
    ),
    security(("session" = [])),
)]
pub(crate) async fn import_csv(
    State(front): State<Front>,
    May { technician, .. }: May<ManageDirectory>,
    Path(kind): Path<ImportKind>,
    Query(asked): Query<ImportCsv>,
    Csv(file): Csv,
) -> Result<Json<ImportReport>, Problem> {
    let is_preview = asked.preview.unwrap_or(false);
    let mut transaction = front.db().begin().await?;
    let report = import::import(&mut transaction, kind, &file, is_preview).await?;
    if !is_preview && report.is_right() {
        let imported = technician.does("directory.imported", ("import", kind.name()), report.counts());
        store::audit::record(&mut *transaction, &imported).await?;
    }
    transaction.commit().await?;
    Ok(Json(report))
}
