//! The broker's acknowledgement of a publish into the log.

use broker_config::stream;
use serde::Deserialize;

/// The broker has the fact.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Ack {
    /// Its place in the log.
    pub(crate) seq: u64,
}

/// Why the broker does not have the fact, or why that is not known.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub(crate) enum AckError {
    /// Something was appended meanwhile.
    #[error("the log went on meanwhile")]
    Conflict,
    /// The broker refused it.
    #[error("the broker refused it with error {0}")]
    Refused(u64),
    /// Nobody answered, or it is not an acknowledgement of the log.
    #[error("no acknowledgement of the log")]
    NotAnAck,
}

/// The errors of nats-server when an expected sequence does not match, on one server and, in flight, on a cluster.
const WRONG_LAST_SEQUENCE: [u64; 2] = [10071, 10164];

/// Reads the answer to a publish.
pub(crate) fn read_ack(answer: Option<&[u8]>) -> Result<Ack, AckError> {
    let answer = answer.and_then(|answer| serde_json::from_slice::<Answer>(answer).ok());
    match answer.ok_or(AckError::NotAnAck)? {
        Answer { error: Some(error), .. } if WRONG_LAST_SEQUENCE.contains(&error.err_code) => Err(AckError::Conflict),
        Answer { error: Some(error), .. } => Err(AckError::Refused(error.err_code)),
        Answer { stream: Some(stream), seq: Some(seq), error: None } if stream == stream::CHAT && seq > 0 => {
            Ok(Ack { seq })
        }
        Answer { .. } => Err(AckError::NotAnAck),
    }
}

#[derive(Deserialize)]
struct Answer {
    stream: Option<String>,
    seq: Option<u64>,
    error: Option<Error>,
}

#[derive(Deserialize)]
struct Error {
    err_code: u64,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_acknowledgement_is_read_strictly() {
        let error = |code: u64| {
            format!(r#"{{"error":{{"code":400,"err_code":{code},"description":"x"}},"stream":"CHAT","seq":0}}"#)
        };
        for (answer, read) in [
            (r#"{"stream":"CHAT","seq":7}"#.to_owned(), Ok(Ack { seq: 7 })),
            (r#"{"stream":"CHAT","seq":7,"duplicate":true,"domain":"d"}"#.to_owned(), Ok(Ack { seq: 7 })),
            (error(10071), Err(AckError::Conflict)),
            (error(10164), Err(AckError::Conflict)),
            (error(10077), Err(AckError::Refused(10077))),
            (r#"{"stream":"OTHER","seq":7}"#.to_owned(), Err(AckError::NotAnAck)),
            (r#"{"stream":"CHAT","seq":0}"#.to_owned(), Err(AckError::NotAnAck)),
            (r#"{"stream":"CHAT","seq":"7"}"#.to_owned(), Err(AckError::NotAnAck)),
            (r#"{"kind":"refused.v1","reason":"retry","detail":""}"#.to_owned(), Err(AckError::NotAnAck)),
            (String::new(), Err(AckError::NotAnAck)),
        ] {
            assert_eq!(read_ack(Some(answer.as_bytes())), read, "{answer}");
        }
        assert_eq!(read_ack(None), Err(AckError::NotAnAck));
    }
}
