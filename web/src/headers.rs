//! Headers that tell browsers what they may do with our answers.

use axum::extract::{Request, State};
use axum::http::{HeaderMap, HeaderName, HeaderValue, header};
use axum::middleware::Next;
use axum::response::Response;

use crate::front::Front;

/// What no document of ours may do, but for its own scripts: see [`content_security_policy`].
const NO_DOCUMENT: &str = "default-src 'none'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'";

/// For how long browsers come by https alone: a year.
const HSTS: &str = "max-age=31536000";

const ALWAYS: [(HeaderName, &str); 5] = [
    (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
    (header::X_FRAME_OPTIONS, "DENY"),
    (header::REFERRER_POLICY, "no-referrer"),
    (HeaderName::from_static("cross-origin-opener-policy"), "same-origin"),
    (HeaderName::from_static("cross-origin-resource-policy"), "same-origin"),
];

/// Adds the headers to every answer.
pub(crate) async fn secure(State(front): State<Front>, request: Request, next: Next) -> Response {
    let is_api = request.uri().path().starts_with("/api");
    let mut response = next.run(request).await;
    let headers = response.headers_mut();
    for (name, value) in ALWAYS {
        headers.insert(name, HeaderValue::from_static(value));
    }
    if front.settings().is_https {
        headers.insert(header::STRICT_TRANSPORT_SECURITY, HeaderValue::from_static(HSTS));
    }
    if is_api {
        add(headers, header::CACHE_CONTROL, "no-store");
    }
    add(headers, header::CONTENT_SECURITY_POLICY, NO_DOCUMENT);
    response
}

fn add(headers: &mut HeaderMap, name: HeaderName, value: &'static str) {
    headers.entry(name).or_insert(HeaderValue::from_static(value));
}

/// The policy of the page: our own scripts, styles and sockets, and the inline scripts with these hashes.
pub(crate) fn content_security_policy(script_hashes: &[String]) -> String {
    let hashes: Vec<String> = script_hashes.iter().map(|hash| format!(" 'sha256-{hash}'")).collect();
    let hashes = hashes.concat();
    format!(
        "default-src 'none'; script-src 'self'{hashes}; style-src 'self'; img-src 'self' data:; font-src 'self'; \
         connect-src 'self'; manifest-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
    )
}
