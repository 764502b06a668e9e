//! `GET /api/v1/openapi.json`: the description of this API.

use std::sync::LazyLock;

use axum::http::header;
use axum::response::IntoResponse;

/// The document, which never changes while the process runs.
static DOCUMENT: LazyLock<String> = LazyLock::new(|| crate::openapi().to_json().unwrap_or_default());

/// Describes the API. It needs no session.
#[utoipa::path(
    get,
    path = "/api/v1/openapi.json",
    tag = "description",
    responses((status = 200, description = "An OpenAPI document.", content_type = "application/json", body = Object)),
)]
pub(crate) async fn show_openapi() -> impl IntoResponse {
    ([(header::CONTENT_TYPE, "application/json")], DOCUMENT.as_str())
}
