//! Asking a proxy to let one through.

use std::io;

use tokio::io::AsyncWriteExt as _;
use tokio::net::TcpStream;

use super::head;
use crate::proxy::Proxy;

/// A connection to `host`, with the proxy in between.
pub(super) async fn through(proxy: &Proxy, host: &str, port: u16) -> io::Result<TcpStream> {
    let mut stream = TcpStream::connect(proxy.place()).await?;
    stream.set_nodelay(true)?;
    stream.write_all(question(host, port, proxy.authorization().as_deref()).as_bytes()).await?;
    match status(&head::read(&mut stream).await?) {
        Some(200..=299) => Ok(stream),
        Some(status) => Err(io::Error::other(Refused { status })),
        None => Err(io::ErrorKind::InvalidData.into()),
    }
}

fn question(host: &str, port: u16, authorization: Option<&str>) -> String {
    let authorization = authorization.map(|value| format!("Proxy-Authorization: {value}\r\n")).unwrap_or_default();
    format!("CONNECT {host}:{port} HTTP/1.1\r\nHost: {host}:{port}\r\n{authorization}\r\n")
}

fn status(answer: &[u8]) -> Option<u16> {
    let line = answer.split(|&byte| byte == b'\r').next()?;
    let (version, rest) = std::str::from_utf8(line).ok()?.split_once(' ')?;
    version.starts_with("HTTP/1.").then(|| rest.get(..3)?.parse().ok())?
}

/// The proxy does not let this connection through.
#[derive(Debug, thiserror::Error)]
#[error("the proxy refused with status {status}")]
struct Refused {
    status: u16,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_question_names_the_host_and_who_asks() {
        assert_eq!(question("a.example", 443, None), "CONNECT a.example:443 HTTP/1.1\r\nHost: a.example:443\r\n\r\n");
        let known = "CONNECT [::1]:1 HTTP/1.1\r\nHost: [::1]:1\r\nProxy-Authorization: Basic eA==\r\n\r\n";
        assert_eq!(question("[::1]", 1, Some("Basic eA==")), known);
    }

    #[test]
    fn the_answer_is_its_status() {
        for (answer, read) in [
            ("HTTP/1.1 200 Connection established\r\n\r\n", Some(200)),
            ("HTTP/1.0 407 \r\n\r\n", Some(407)),
            ("HTTP/1.1 200\r\n\r\n", Some(200)),
            ("SSH-2.0-x\r\n\r\n", None),
            ("HTTP/1.1 2\r\n\r\n", None),
        ] {
            assert_eq!(status(answer.as_bytes()), read, "{answer}");
        }
    }
}
