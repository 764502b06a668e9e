//! An HTTP proxy, behind which there are names that only it knows.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

use data_encoding::BASE64;
use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader, copy_bidirectional};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinHandle;

/// Takes `CONNECT` alone, from those who know the password. Gone when dropped.
pub struct TestProxy {
    port: u16,
    asked: Arc<Mutex<Vec<(String, u16)>>>,
    task: JoinHandle<()>,
}

/// Who may ask: a name and a password.
const CREDENTIALS: &str = "ann:p@ss";

impl TestProxy {
    /// Starts one. `behind` says on which port of this machine a name with its port is, such as `chat.inside.example:443`.
    ///
    /// # Panics
    /// When it cannot listen.
    pub async fn start(behind: &[(&str, u16)]) -> Self {
        let listener = TcpListener::bind(("127.0.0.1", 0)).await.expect("a port");
        let port = listener.local_addr().expect("its address").port();
        let behind: BTreeMap<_, _> = behind.iter().map(|(name, port)| ((*name).to_owned(), *port)).collect();
        let (behind, asked) = (Arc::new(behind), Arc::new(Mutex::new(Vec::new())));
        let noted = Arc::clone(&asked);
        let task = tokio::spawn(async move {
            while let Ok((client, _)) = listener.accept().await {
                tokio::spawn(serve(client, Arc::clone(&behind), Arc::clone(&noted)));
            }
        });
        Self { port, asked, task }
    }

    /// Its address, with the right credentials.
    #[must_use]
    pub fn url(&self) -> String {
        self.url_with("ann:p%40ss")
    }

    /// Its address, with these credentials.
    #[must_use]
    pub fn url_with(&self, credentials: &str) -> String {
        format!("http://{credentials}@127.0.0.1:{}", self.port)
    }

    /// For what it was asked, and the status that it answered with.
    #[must_use]
    pub fn asked(&self) -> Vec<(String, u16)> {
        self.asked.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

impl Drop for TestProxy {
    fn drop(&mut self) {
        self.task.abort();
    }
}

async fn serve(client: TcpStream, behind: Arc<BTreeMap<String, u16>>, asked: Arc<Mutex<Vec<(String, u16)>>>) {
    let mut client = BufReader::new(client);
    let (mut question, mut authorized) = (String::new(), false);
    // Who goes away in the middle of a question asked for nothing.
    let Ok(_) = client.read_line(&mut question).await else { return };
    loop {
        let mut header = String::new();
        let Ok(1..) = client.read_line(&mut header).await else { return };
        if header == "\r\n" {
            break;
        }
        let value =
            header.trim_end().split_once(": ").filter(|(name, _)| name.eq_ignore_ascii_case("proxy-authorization"));
        authorized |=
            value.is_some_and(|(_, value)| value == format!("Basic {}", BASE64.encode(CREDENTIALS.as_bytes())));
    }
    let name = question.strip_prefix("CONNECT ").and_then(|rest| rest.split_whitespace().next()).unwrap_or("nothing");
    let port = behind.get(name);
    let status = match (authorized, port) {
        (false, _) => 407,
        (true, None) => 403,
        (true, Some(_)) => 200,
    };
    asked.lock().unwrap_or_else(PoisonError::into_inner).push((name.to_owned(), status));
    let answered = client.write_all(format!("HTTP/1.1 {status} \r\n\r\n").as_bytes()).await;
    if let (200, Some(&port), Ok(())) = (status, port, answered) {
        let Ok(mut server) = TcpStream::connect(("127.0.0.1", port)).await else { return };
        // Either side may go away.
        let _ = copy_bidirectional(&mut client, &mut server).await;
    }
}
