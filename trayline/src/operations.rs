//! The listener for operators: `/healthz`, `/readyz`, `/metrics`.

use std::net::SocketAddr;

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::IntoResponse;
use axum::routing::get;
use axum::{Json, Router};
use metrics_exporter_prometheus::PrometheusHandle;
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;

use crate::readiness::Readiness;

/// What Prometheus reads.
const METRICS_TYPE: [(&str, &str); 1] = [("content-type", "text/plain; version=0.0.4; charset=utf-8")];

#[derive(Clone)]
struct Operations {
    readiness: Readiness,
    metrics: PrometheusHandle,
}

/// Serves until `stop`. A process that stops says at `/readyz` that it does.
pub async fn serve(
    listener: TcpListener,
    readiness: Readiness,
    metrics: PrometheusHandle,
    stop: CancellationToken,
) -> std::io::Result<()> {
    let router = Router::new()
        .route("/healthz", get(async || "ok\n"))
        .route("/readyz", get(readyz))
        .route(
            "/metrics",
            get(async |State(operations): State<Operations>| (METRICS_TYPE, operations.metrics.render())),
        )
        .with_state(Operations { readiness, metrics });
    axum::serve(listener, router).with_graceful_shutdown(stop.cancelled_owned()).await
}

async fn readyz(State(operations): State<Operations>) -> impl IntoResponse {
    let ready = operations.readiness.ask().await;
    let status = if ready.ready { StatusCode::OK } else { StatusCode::SERVICE_UNAVAILABLE };
    (status, Json(ready))
}

/// Takes an address to listen on, or says which key to change.
pub async fn listen(address: SocketAddr, key: &'static str) -> Result<TcpListener, ListenError> {
    TcpListener::bind(address).await.map_err(|source| match source.kind() {
        std::io::ErrorKind::AddrInUse => ListenError::Taken { address, key, variable: variable(key) },
        _ => ListenError::Refused { address, key, source },
    })
}

fn variable(key: &str) -> String {
    format!("TRAYLINE__{}", key.replace('.', "__").to_uppercase())
}

/// An address cannot be listened on.
#[derive(Debug, thiserror::Error)]
pub enum ListenError {
    /// Somebody else does already.
    #[error(
        "{address} is taken by another program. Stop that, or choose another address: {key} in the configuration, or {variable}=127.0.0.1:PORT in the environment"
    )]
    Taken {
        /// The address.
        address: SocketAddr,
        /// Where it is configured.
        key: &'static str,
        /// ... in the environment.
        variable: String,
    },
    /// The system does not let us.
    #[error("cannot listen on {address} ({key} in the configuration)")]
    Refused {
        /// The address.
        address: SocketAddr,
        /// Where it is configured.
        key: &'static str,
        /// Why.
        source: std::io::Error,
    },
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_taken_address_is_named_with_the_key_to_change() {
        let taken = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let error = listen(taken.local_addr().unwrap(), "web.listen").await.unwrap_err().to_string();
        assert!(error.contains("TRAYLINE__WEB__LISTEN"), "{error}");
    }
}
