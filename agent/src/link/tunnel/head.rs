//! The head of a request or an answer of HTTP, up to its empty line.

use std::io;

use tokio::io::{AsyncRead, AsyncReadExt as _};

/// The longest that is read.
const MAX_BYTES: usize = 16 * 1024;

const END: &[u8] = b"\r\n\r\n";

/// Reads a head. What comes with it is dropped: of a request nothing is to follow before it is answered, and what a proxy says beside
/// its refusal interests nobody.
pub(super) async fn read(from: &mut (impl AsyncRead + Unpin)) -> io::Result<Vec<u8>> {
    let mut head = Vec::new();
    loop {
        if let Some(end) = head.windows(END.len()).position(|bytes| bytes == END) {
            head.truncate(end + END.len());
            return Ok(head);
        }
        if head.len() >= MAX_BYTES {
            return Err(io::ErrorKind::InvalidData.into());
        }
        if from.read_buf(&mut head).await? == 0 {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
    }
}

/// The same request, made of another host.
pub(super) fn with_host(request: &[u8], host: &str, port: u16) -> Vec<u8> {
    let mut changed = Vec::with_capacity(request.len() + host.len());
    for line in request.split_inclusive(|&byte| byte == b'\n') {
        if line.get(..5).is_some_and(|name| name.eq_ignore_ascii_case(b"host:")) {
            changed.extend_from_slice(format!("Host: {host}:{port}\r\n").as_bytes());
        } else {
            changed.extend_from_slice(line);
        }
    }
    changed
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_host_of_a_request_is_another() {
        let request = b"GET /x HTTP/1.1\r\nhost: 127.0.0.1:9\r\nUpgrade: websocket\r\nX-Host: a\r\n\r\n";
        let changed = b"GET /x HTTP/1.1\r\nHost: chat.example:443\r\nUpgrade: websocket\r\nX-Host: a\r\n\r\n";
        assert_eq!(with_host(request, "chat.example", 443), changed);
    }

    #[tokio::test]
    async fn a_head_without_end_is_refused() {
        for (sent, kind) in [
            (vec![b'x'; 100_000], io::ErrorKind::InvalidData),
            (b"HTTP/1.1 200 OK\r\n".to_vec(), io::ErrorKind::UnexpectedEof),
        ] {
            assert_eq!(read(&mut &sent[..]).await.unwrap_err().kind(), kind);
        }
        assert_eq!(read(&mut &b"a\r\nb\r\n\r\n"[..]).await.unwrap(), b"a\r\nb\r\n\r\n");
        let with_page = b"HTTP/1.1 407 No\r\nContent-Length: 9\r\n\r\n<p>No</p>";
        assert_eq!(read(&mut &with_page[..]).await.unwrap(), with_page[..with_page.len() - 9]);
    }
}
