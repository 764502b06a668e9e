//! The pages: what npm built, embedded.

use axum::extract::Request;
use axum::http::{HeaderValue, Method, StatusCode, header};
use axum::response::{IntoResponse, Response};
use data_encoding::{BASE64, HEXLOWER};
use rust_embed::{EmbeddedFile, RustEmbed};
use sha2::{Digest, Sha256};

use crate::headers::content_security_policy;
use crate::problem::{Problem, Thing};

/// The page that every address of the front shows; its script looks at the address.
const INDEX: &str = "index.html";

/// Files under it are named by a hash of what they hold.
const IMMUTABLE: &str = "_app/immutable/";

#[derive(RustEmbed)]
#[folder = "ui/build"]
struct Built;

/// Whatever no route is for: a file of the front, its page, or nothing.
pub(crate) async fn page(request: Request) -> Response {
    let path = request.uri().path().trim_start_matches('/');
    if path == "api" || path.starts_with("api/") {
        return Problem::NoSuch(Thing::Page).into_response();
    }
    if !matches!(*request.method(), Method::GET | Method::HEAD) {
        return Problem::MethodNotAllowed.into_response();
    }
    match Built::get(path) {
        Some(file) if path != INDEX => asset(&request, path, file),
        None if path.starts_with("_app/") => Problem::NoSuch(Thing::Page).into_response(),
        _ => index(),
    }
}

fn index() -> Response {
    let Some(file) = Built::get(INDEX) else {
        return (StatusCode::NOT_FOUND, "This binary was built without its pages. `make up` builds both.\n")
            .into_response();
    };
    let policy = content_security_policy(&inline_script_hashes(&String::from_utf8_lossy(&file.data)));
    let headers = [
        (header::CONTENT_TYPE, "text/html; charset=utf-8"),
        (header::CACHE_CONTROL, "no-cache"),
        (header::CONTENT_SECURITY_POLICY, &policy),
    ];
    (headers, file.data).into_response()
}

fn asset(request: &Request, path: &str, file: EmbeddedFile) -> Response {
    let cached = if path.starts_with(IMMUTABLE) { "public, max-age=31536000, immutable" } else { "no-cache" };
    let tag = format!("\"{}\"", HEXLOWER.encode(&file.metadata.sha256_hash()));
    let headers =
        [(header::CONTENT_TYPE, file.metadata.mimetype()), (header::CACHE_CONTROL, cached), (header::ETAG, &tag)];
    let known = request.headers().get(header::IF_NONE_MATCH);
    if known.is_some_and(|known: &HeaderValue| known.as_bytes() == tag.as_bytes()) {
        return (StatusCode::NOT_MODIFIED, headers).into_response();
    }
    (headers, file.data).into_response()
}

/// The hashes of the scripts that stand in the page itself, as a content security policy names them. They are taken from
/// the page that is served, so a page and its policy always fit.
fn inline_script_hashes(page: &str) -> Vec<String> {
    let mut hashes = Vec::new();
    let mut rest = page;
    while let Some(begin) = rest.find("<script") {
        rest = &rest[begin + "<script".len()..];
        let Some((attributes, after)) = rest.split_once('>') else { break };
        let Some((script, after)) = after.split_once("</script>") else { break };
        if !attributes.contains("src=") {
            hashes.push(BASE64.encode(&Sha256::digest(script)));
        }
        rest = after;
    }
    hashes
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn inline_scripts_are_hashed_and_others_are_not() {
        let page = "<head><script src=\"/a.js\"></script></head><script>\nalert(1)\n</script><script type=\"module\">2</script>";
        let hash = |script: &str| BASE64.encode(&Sha256::digest(script));
        assert_eq!(inline_script_hashes(page), [hash("\nalert(1)\n"), hash("2")]);
        assert_eq!(inline_script_hashes("<p>no script</p>"), Vec::<String>::new());
    }
}
