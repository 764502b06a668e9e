//! The OpenAPI document: the routes describe themselves, this frames them.

use broker_config::TabId;
use utoipa::openapi::security::{ApiKey, ApiKeyValue, SecurityScheme};
use utoipa::{Modify, OpenApi};

use crate::live::{LiveEvent, LiveWord};
use crate::routes;

#[derive(OpenApi)]
#[openapi(
    info(
        title = "Trayline",
        description = "Chats between technicians in a browser and people at managed devices. Errors are problem details \
            (RFC 9457) whose `type` never changes.",
        license(name = "Apache-2.0"),
        contact(),
    ),
    components(schemas(LiveEvent, LiveWord, TabId)),
    modifiers(&SessionCookie),
)]
struct Frame;

struct SessionCookie;

impl Modify for SessionCookie {
    fn modify(&self, document: &mut utoipa::openapi::OpenApi) {
        let description =
            "Set by `sign_in`. Its name is `__Host-trayline_session` when the front is at an https address.";
        let cookie = ApiKey::Cookie(ApiKeyValue::with_description("trayline_session", description));
        let components = document.components.get_or_insert_default();
        components.add_security_scheme("session", SecurityScheme::ApiKey(cookie));
    }
}

/// The document without its routes.
pub(crate) fn frame() -> utoipa::openapi::OpenApi {
    Frame::openapi()
}

/// The description of every route, and of the live socket's events as the schema `LiveEvent`.
#[must_use]
pub fn openapi() -> utoipa::openapi::OpenApi {
    routes::api().into_openapi()
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    /// `UPDATE=1 cargo test -p web openapi` writes the document.
    #[test]
    fn the_checked_in_document_is_the_one_that_is_served() {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs/openapi.json");
        let document = crate::openapi().to_pretty_json().unwrap() + "\n";
        if std::env::var_os("UPDATE").is_some() {
            std::fs::write(&path, &document).unwrap();
        }
        let checked_in = std::fs::read_to_string(&path).unwrap_or_default();
        assert!(checked_in == document, "docs/openapi.json is stale: UPDATE=1 cargo test -p web openapi");
    }
}
