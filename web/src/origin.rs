//! Refuses what another site makes a browser send.

use axum::extract::{Request, State};
use axum::http::uri::Authority;
use axum::http::{HeaderMap, HeaderName, Method, Uri, header};
use axum::middleware::Next;
use axum::response::Response;

use crate::bearer;
use crate::front::Front;
use crate::problem::Problem;
use crate::routes::LIVE;

/// Requests that change something, and the live socket, must come from our own pages when they come from pages at all. One that has
/// an API token comes from none: no browser adds that by itself.
pub(crate) async fn refuse_foreign(
    State(front): State<Front>,
    request: Request,
    next: Next,
) -> Result<Response, Problem> {
    let only_reads = matches!(*request.method(), Method::GET | Method::HEAD | Method::OPTIONS);
    let acts = !only_reads || request.uri().path() == LIVE;
    let must_be_ours = acts && bearer::presented(request.headers()).is_none();
    if must_be_ours && !is_ours(request.headers(), request.uri(), &front.settings().origin) {
        return Err(Problem::ForeignOrigin);
    }
    Ok(next.run(request).await)
}

/// What browsers say of where a request comes from, even where they say no `Origin`.
const FETCH_SITE: HeaderName = HeaderName::from_static("sec-fetch-site");

/// Whether `Origin` is the public origin, or the host that the request itself names. Without one, whether no browser says that the
/// request comes from another site.
fn is_ours(headers: &HeaderMap, uri: &Uri, public_origin: &str) -> bool {
    let Some(origin) = headers.get(header::ORIGIN) else {
        return headers.get(FETCH_SITE).is_none_or(|site| site == "same-origin" || site == "none");
    };
    let Ok(origin) = origin.to_str() else { return false };
    if origin == public_origin {
        return true;
    }
    let host = headers.get(header::HOST).and_then(|host| host.to_str().ok());
    let host = host.or_else(|| uri.authority().map(Authority::as_str));
    let origin_host = origin.strip_prefix("http://").or_else(|| origin.strip_prefix("https://"));
    match (origin_host, host) {
        (Some(origin_host), Some(host)) => !host.is_empty() && origin_host.eq_ignore_ascii_case(host),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use axum::http::HeaderValue;

    use super::*;

    #[test]
    fn without_an_origin_the_browser_must_not_name_another_site() {
        for (site, ours) in [
            (None, true),
            (Some("same-origin"), true),
            (Some("none"), true),
            (Some("same-site"), false),
            (Some("cross-site"), false),
        ] {
            let mut headers = HeaderMap::new();
            if let Some(site) = site {
                headers.insert(FETCH_SITE, HeaderValue::from_static(site));
            }
            assert_eq!(is_ours(&headers, &Uri::from_static("/"), "https://chat.example.org"), ours, "{site:?}");
        }
    }

    #[test]
    fn only_our_own_origin_is_ours() {
        for (origin, host, ours) in [
            (None, "desk.local:8080", true),
            (Some("https://chat.example.org"), "desk.local:8080", true),
            (Some("http://desk.local:8080"), "desk.local:8080", true),
            (Some("http://desk.local"), "desk.local:8080", false),
            (Some("https://evil.example"), "desk.local:8080", false),
            (Some("https://chat.example.org.evil.example"), "desk.local:8080", false),
            (Some("null"), "desk.local:8080", false),
            (Some("http://"), "", false),
        ] {
            let mut headers = HeaderMap::new();
            headers.insert(header::HOST, HeaderValue::from_static(host));
            if let Some(origin) = origin {
                headers.insert(header::ORIGIN, HeaderValue::from_static(origin));
            }
            let uri = Uri::from_static("/api/v1/session");
            assert_eq!(is_ours(&headers, &uri, "https://chat.example.org"), ours, "{origin:?} at {host}");
        }
    }
}
