//! How many requests there are, and how long they take.

use std::time::Instant;

use axum::extract::{MatchedPath, Request};
use axum::middleware::Next;
use axum::response::Response;

/// Counts a request under its route and status, and its time under its route.
pub(crate) async fn measure(request: Request, next: Next) -> Response {
    let begun = Instant::now();
    let route = route(&request);
    let method = request.method().as_str().to_owned();
    let response = next.run(request).await;

    let status = response.status().as_str().to_owned();
    metrics::counter!("trayline_requests_total", "route" => route.clone(), "method" => method, "status" => status)
        .increment(1);
    metrics::histogram!("trayline_request_seconds", "route" => route).record(begun.elapsed());
    response
}

/// The route as it is declared, so that there are as many names as routes.
pub(crate) fn route(request: &Request) -> String {
    match request.extensions().get::<MatchedPath>() {
        Some(path) => path.as_str().to_owned(),
        None if request.uri().path().starts_with("/api") => "/api/*".to_owned(),
        None => "/*".to_owned(),
    }
}
