//! A browser's live socket.

use broker_config::{AssetId, ChatId, ChatSubject, Fact, Leaf, Read, TabId, TechnicianId};
use futures::{SinkExt, StreamExt};
use serde_json::Value;
use tests::DEADLINE;
use tokio::net::TcpStream;
use tokio_tungstenite::tungstenite::client::IntoClientRequest;
use tokio_tungstenite::tungstenite::handshake::client::Request;
use tokio_tungstenite::tungstenite::{Error, Message};
use tokio_tungstenite::{WebSocketStream, client_async};

use crate::desk::{Desk, Technician};

/// An open socket.
pub struct Socket(WebSocketStream<TcpStream>);

/// A request for the live socket, as a browser would make it.
pub fn request(port: u16, by: Option<&Technician>, after: Option<u64>) -> Request {
    let after = after.map(|after| format!("?after={after}")).unwrap_or_default();
    request_for(port, by, &after)
}

fn request_for(port: u16, by: Option<&Technician>, query: &str) -> Request {
    let mut request = format!("ws://127.0.0.1:{port}/api/v1/live{query}").into_client_request().unwrap();
    if let Some(technician) = by {
        request.headers_mut().insert("cookie", technician.cookie.parse().unwrap());
    }
    request
}

/// Opens a socket, or says what the answer was.
pub async fn connect(port: u16, request: Request) -> Result<Socket, u16> {
    let connection = TcpStream::connect(("127.0.0.1", port)).await.unwrap();
    match client_async(request, connection).await {
        Ok((socket, _)) => Ok(Socket(socket)),
        Err(Error::Http(response)) => Err(response.status().as_u16()),
        Err(error) => panic!("{error}"),
    }
}

impl Socket {
    pub async fn open(port: u16, by: &Technician, after: Option<u64>) -> Self {
        tests::eventually("the front follows the log", || async {
            connect(port, request(port, Some(by), after)).await.is_ok()
        })
        .await;
        connect(port, request(port, Some(by), after)).await.unwrap()
    }

    /// Opens the socket of a tab.
    pub async fn of_tab(port: u16, by: &Technician, tab_id: TabId) -> Self {
        drop(Self::open(port, by, None).await);
        connect(port, request_for(port, Some(by), &format!("?tab={tab_id}"))).await.unwrap()
    }

    /// Says something.
    pub async fn say(&mut self, word: &Value) {
        self.0.send(Message::text(word.to_string())).await.unwrap();
    }

    /// Sends any frame. One that is closed already takes none.
    pub async fn send(&mut self, frame: Message) {
        let _ = self.0.send(frame).await;
    }

    /// The next event; `None` when the socket is closed.
    pub async fn next(&mut self) -> Option<Value> {
        loop {
            let message = tokio::time::timeout(DEADLINE, self.0.next()).await.expect("an event in time");
            match message {
                Some(Ok(Message::Text(text))) => return Some(serde_json::from_str(&text).unwrap()),
                Some(Ok(Message::Ping(_) | Message::Pong(_))) => {}
                Some(Ok(_) | Err(_)) | None => return None,
            }
        }
    }

    /// The next event of a type, whatever comes before it.
    pub async fn next_of(&mut self, sort: &str) -> Value {
        loop {
            let event = self.next().await.unwrap_or_else(|| panic!("closed before {sort}"));
            if event["type"] == sort {
                return event;
            }
        }
    }

    /// The sequences of facts up to `last`, as they come.
    pub async fn facts_upto(&mut self, last: u64) -> Vec<u64> {
        let mut seqs = Vec::new();
        while seqs.last() != Some(&last) {
            seqs.push(self.next_of("fact").await["seq"].as_u64().unwrap());
        }
        seqs
    }
}

/// Appends facts one after the other. The last sequence.
pub async fn append(desk: &Desk, asset_id: AssetId, chat_id: ChatId, facts: usize) -> u64 {
    let subject = ChatSubject::new(asset_id, chat_id, Leaf::ReadTechnician(TechnicianId::new()));
    let mut last = 0;
    for upto in 0..facts as u64 {
        last = desk.bench.web_log.append(&subject, &Fact::Read(Read { upto })).await.unwrap().seq;
    }
    last
}
