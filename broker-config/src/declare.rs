//! Making the broker's streams and consumers what they must be: says what differs, adds and adjusts, never destroys.

use std::fmt;

use async_nats::jetstream::consumer::Info as ConsumerInfo;
use async_nats::jetstream::context::{ConsumerInfoErrorKind, CreateStreamError, GetStreamErrorKind};
use async_nats::jetstream::stream::{self as nats_stream, Config};
use async_nats::jetstream::{Context, ErrorCode};

use crate::consumer::{self, Declared};
use crate::stream;

/// Something on the broker that is not as declared.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Difference {
    /// Such as `stream CHAT` or `consumer persistence`.
    pub of: String,
    /// Which setting, `None` when the whole thing is missing.
    pub setting: Option<&'static str>,
}

impl fmt::Display for Difference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.setting {
            Some(setting) => write!(f, "{}: {setting} differs", self.of),
            None => write!(f, "{} is missing", self.of),
        }
    }
}

/// What differs from what is declared, for so many replicas. Nothing is changed.
///
/// # Errors
/// See [`DeclareError`].
pub async fn check(jetstream: &Context, replicas: usize) -> Result<Vec<Difference>, DeclareError> {
    let mut differences = Vec::new();
    for declared in stream::all(replicas) {
        match found_stream(jetstream, &declared.name).await? {
            Some(found) => differences.extend(stream_differences(&declared, &found)),
            None => differences.push(missing("stream", &declared.name)),
        }
    }
    for declared in consumer::all() {
        match found_consumer(jetstream, &declared).await? {
            Some(found) => differences.extend(consumer_differences(&declared, &found)),
            None => differences.push(missing("consumer", declared.name)),
        }
    }
    Ok(differences)
}

/// Adds what is missing and adjusts what may be adjusted in place. Says what it found to differ.
///
/// # Errors
/// See [`DeclareError`]; the broker refuses a change that would lose something.
pub async fn apply(jetstream: &Context, replicas: usize) -> Result<Vec<Difference>, DeclareError> {
    let differences = check(jetstream, replicas).await?;
    if differences.is_empty() {
        return Ok(differences);
    }
    for declared in stream::all(replicas) {
        match found_stream(jetstream, &declared.name).await? {
            Some(found) if stream_differences(&declared, &found).is_empty() => {}
            Some(found) => adjust(jetstream, declared, found).await?,
            None => {
                jetstream.create_stream(declared).await?;
            }
        }
    }
    for declared in consumer::all() {
        jetstream
            .create_consumer_on_stream(declared.config, declared.stream)
            .await
            .map_err(|error| DeclareError::Consumer(Box::new(error)))?;
    }
    Ok(differences)
}

/// Changes the declared settings and leaves all others, such as an operator's limits, as they are.
async fn adjust(jetstream: &Context, declared: Config, found: Config) -> Result<(), DeclareError> {
    let adjusted = Config {
        subjects: declared.subjects,
        republish: declared.republish,
        allow_direct: declared.allow_direct,
        allow_rollup: declared.allow_rollup,
        max_messages_per_subject: declared.max_messages_per_subject,
        allow_message_schedules: declared.allow_message_schedules,
        allow_message_ttl: declared.allow_message_ttl,
        subject_delete_marker_ttl: declared.subject_delete_marker_ttl,
        deny_delete: declared.deny_delete,
        max_message_size: declared.max_message_size,
        duplicate_window: declared.duplicate_window,
        discard: declared.discard,
        num_replicas: declared.num_replicas,
        description: declared.description,
        ..found
    };
    jetstream.update_stream(adjusted).await?;
    Ok(())
}

async fn found_stream(jetstream: &Context, name: &str) -> Result<Option<Config>, DeclareError> {
    match jetstream.get_stream(name).await {
        Ok(stream) => Ok(Some(stream.cached_info().config.clone())),
        Err(error) => match error.kind() {
            GetStreamErrorKind::JetStream(answer) if answer.error_code() == ErrorCode::STREAM_NOT_FOUND => Ok(None),
            _ => Err(DeclareError::Unavailable(Box::new(error))),
        },
    }
}

async fn found_consumer(jetstream: &Context, declared: &Declared) -> Result<Option<ConsumerInfo>, DeclareError> {
    let stream: nats_stream::Stream<()> = jetstream
        .get_stream_no_info(declared.stream)
        .await
        .map_err(|error| DeclareError::Unavailable(Box::new(error)))?;
    match stream.consumer_info(declared.name).await {
        Ok(info) => Ok(Some(info)),
        Err(error) => match error.kind() {
            ConsumerInfoErrorKind::NotFound | ConsumerInfoErrorKind::StreamNotFound => Ok(None),
            _ => Err(DeclareError::Unavailable(Box::new(error))),
        },
    }
}

fn stream_differences(declared: &Config, found: &Config) -> Vec<Difference> {
    let settings = [
        ("subjects", declared.subjects == found.subjects),
        ("republish", declared.republish == found.republish),
        ("allow_direct", declared.allow_direct == found.allow_direct),
        ("allow_rollup", declared.allow_rollup == found.allow_rollup),
        ("allow_msg_schedules", declared.allow_message_schedules == found.allow_message_schedules),
        ("allow_msg_ttl", declared.allow_message_ttl == found.allow_message_ttl),
        ("subject_delete_marker_ttl", declared.subject_delete_marker_ttl == found.subject_delete_marker_ttl),
        ("max_msgs_per_subject", declared.max_messages_per_subject == found.max_messages_per_subject),
        ("deny_delete", declared.deny_delete == found.deny_delete),
        ("max_message_size", declared.max_message_size == found.max_message_size),
        ("duplicate_window", declared.duplicate_window == found.duplicate_window),
        ("discard", declared.discard == found.discard),
        ("num_replicas", declared.num_replicas == found.num_replicas),
        ("storage", declared.storage == found.storage),
        ("retention", declared.retention == found.retention),
    ];
    differing("stream", &declared.name, settings)
}

fn consumer_differences(declared: &Declared, found: &ConsumerInfo) -> Vec<Difference> {
    let Declared { name, config: declared, .. } = declared;
    let found = &found.config;
    let settings = [
        ("filter_subject", declared.filter_subject == found.filter_subject),
        ("filter_subjects", declared.filter_subjects == found.filter_subjects),
        ("deliver_policy", declared.deliver_policy == found.deliver_policy),
        ("ack_policy", declared.ack_policy == found.ack_policy),
        ("ack_wait", declared.ack_wait == found.ack_wait),
        ("max_deliver", declared.max_deliver == found.max_deliver),
        ("max_ack_pending", declared.max_ack_pending == found.max_ack_pending),
    ];
    differing("consumer", name, settings)
}

fn differing<const N: usize>(sort: &str, name: &str, settings: [(&'static str, bool); N]) -> Vec<Difference> {
    let different = settings.into_iter().filter(|(_, same)| !same);
    different.map(|(setting, _)| Difference { of: format!("{sort} {name}"), setting: Some(setting) }).collect()
}

fn missing(sort: &str, name: &str) -> Difference {
    Difference { of: format!("{sort} {name}"), setting: None }
}

/// Why the broker could not be checked or changed.
#[derive(Debug, thiserror::Error)]
pub enum DeclareError {
    /// The broker did not answer, or JetStream is off.
    #[error("the broker's streams cannot be read")]
    Unavailable(#[source] Box<dyn std::error::Error + Send + Sync>),
    /// A stream could not be added, or not adjusted in place.
    #[error("a stream could not be added or adjusted")]
    Stream(#[from] CreateStreamError),
    /// A consumer could not be added or adjusted.
    #[error("a consumer could not be added or adjusted")]
    Consumer(#[source] Box<dyn std::error::Error + Send + Sync>),
}
