//! Reading bodies, queries and paths, with problems for answers when they cannot be read.

use axum::Json;
use axum::body::Bytes;
use axum::extract::rejection::{BytesRejection, JsonRejection};
use axum::extract::{FromRequest, FromRequestParts, Request};
use axum::http::request::Parts;
use axum::http::{StatusCode, header};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Deserializer};

use crate::problem::Problem;

/// A JSON body.
pub(crate) struct Body<T>(pub T);

impl<S: Send + Sync, T: DeserializeOwned> FromRequest<S> for Body<T> {
    type Rejection = Problem;

    async fn from_request(request: Request, state: &S) -> Result<Self, Problem> {
        match Json::from_request(request, state).await {
            Ok(Json(body)) => Ok(Self(body)),
            Err(JsonRejection::BytesRejection(BytesRejection::FailedToBufferBody(error)))
                if error.status() == StatusCode::PAYLOAD_TOO_LARGE =>
            {
                Err(Problem::TooLarge)
            }
            Err(rejection) => Err(Problem::Malformed(rejection.body_text())),
        }
    }
}

/// A body in CSV, as it came.
pub(crate) struct Csv(pub Bytes);

impl<S: Send + Sync> FromRequest<S> for Csv {
    type Rejection = Problem;

    async fn from_request(request: Request, state: &S) -> Result<Self, Problem> {
        let content_type = request.headers().get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok());
        if !content_type.is_some_and(is_csv) {
            return Err(Problem::Malformed("the body is not text/csv".to_owned()));
        }
        match Bytes::from_request(request, state).await {
            Ok(body) => Ok(Self(body)),
            Err(error) if error.status() == StatusCode::PAYLOAD_TOO_LARGE => Err(Problem::TooLarge),
            Err(rejection) => Err(Problem::Malformed(rejection.body_text())),
        }
    }
}

fn is_csv(content_type: &str) -> bool {
    content_type.split(';').next().is_some_and(|kind| kind.trim().eq_ignore_ascii_case("text/csv"))
}

/// The part of the address after `?`.
pub(crate) struct Query<T>(pub T);

impl<S: Send + Sync, T: DeserializeOwned> FromRequestParts<S> for Query<T> {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Problem> {
        let query = axum::extract::Query::from_request_parts(parts, state).await;
        query.map(|query| Self(query.0)).map_err(|rejection| Problem::Malformed(rejection.body_text()))
    }
}

/// The ids in the address.
pub(crate) struct Path<T>(pub T);

impl<S: Send + Sync, T: DeserializeOwned + Send> FromRequestParts<S> for Path<T> {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Problem> {
        let path = axum::extract::Path::from_request_parts(parts, state).await;
        path.map(|path| Self(path.0)).map_err(|rejection| Problem::Malformed(rejection.body_text()))
    }
}

/// Reads a field that may be absent, null or there, together with `#[serde(default)]`: tells a null from what is absent.
pub(crate) fn present<'de, T: Deserialize<'de>, D: Deserializer<'de>>(deserializer: D) -> Result<Option<T>, D::Error> {
    T::deserialize(deserializer).map(Some)
}
