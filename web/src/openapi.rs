//! The OpenAPI document: the routes describe themselves, this frames them.

use broker_config::TabId;
use utoipa::openapi::path::Operation;
use utoipa::openapi::security::{
    ApiKey, ApiKeyValue, HttpAuthScheme, HttpBuilder, SecurityRequirement, SecurityScheme,
};
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
    modifiers(&Credentials),
)]
struct Frame;

/// What only a session may do, because it changes how somebody signs in.
const NOT_BY_API_TOKEN: [&str; 13] = [
    "add_api_token",
    "add_technician",
    "begin_second_factor",
    "change_password",
    "change_sign_in_settings",
    "confirm_second_factor",
    "end_other_sessions",
    "end_session",
    "remove_second_factor",
    "reset_second_factor_of",
    "revoke_api_token",
    "revoke_api_token_of",
    "sign_out",
];

struct Credentials;

impl Modify for Credentials {
    fn modify(&self, document: &mut utoipa::openapi::OpenApi) {
        let description =
            "Set by `sign_in`. Its name is `__Host-trayline_session` when the front is at an https address.";
        let cookie = ApiKey::Cookie(ApiKeyValue::with_description("trayline_session", description));
        let components = document.components.get_or_insert_default();
        components.add_security_scheme("session", SecurityScheme::ApiKey(cookie));
        let description = "An API token, made by `add_api_token`. It may do what its scopes and its technician's rights \
            both allow; without the right that a request takes, the answer is 403.";
        let token = HttpBuilder::new().scheme(HttpAuthScheme::Bearer).description(Some(description)).build();
        components.add_security_scheme("api_token", SecurityScheme::Http(token));
    }
}

/// The document without its routes.
pub(crate) fn frame() -> utoipa::openapi::OpenApi {
    Frame::openapi()
}

/// The description of every route, and of the live socket's events as the schema `LiveEvent`.
#[must_use]
pub fn openapi() -> utoipa::openapi::OpenApi {
    let mut document = routes::api().into_openapi();
    for item in document.paths.paths.values_mut() {
        let methods = [&mut item.get, &mut item.put, &mut item.post, &mut item.delete, &mut item.patch];
        methods.into_iter().flatten().for_each(let_api_tokens_in);
    }
    document
}

/// Whatever takes a session takes an API token in its place, but for what only a session may do.
fn let_api_tokens_in(operation: &mut Operation) {
    let takes_token = !operation.operation_id.as_deref().is_some_and(|id| NOT_BY_API_TOKEN.contains(&id));
    if let Some(security) = operation.security.as_mut().filter(|_| takes_token) {
        security.push(SecurityRequirement::new("api_token", Vec::<String>::new()));
    }
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
