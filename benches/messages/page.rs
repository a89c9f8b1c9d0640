//! A page that says things and notes when what came.

use std::collections::HashMap;

use futures_util::stream::{SplitSink, SplitStream};
use futures_util::{SinkExt, StreamExt};
use serde_json::{Value, json};
use tokio::net::TcpStream;
use tokio::time::Instant;
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::tungstenite::client::IntoClientRequest;
use tokio_tungstenite::{MaybeTlsStream, WebSocketStream, connect_async_with_config};
use uuid::Uuid;

use crate::process::ORIGIN;
use crate::talk::Outcome;

const TEXT: &str = "오늘 노을 봤어요? 정말 예뻤어요. Did you see it too?";

type Socket = WebSocketStream<MaybeTlsStream<TcpStream>>;

pub struct Page {
    room: String,
    write: SplitSink<Socket, Message>,
    pub read: SplitStream<Socket>,
    /// What was asked for with this number was to be sent then.
    asked: HashMap<u64, Instant>,
    /// The same for what is not stored.
    unstored: HashMap<Uuid, Instant>,
    /// Times in texts count from here.
    since: Instant,
    next_id: u64,
    /// What came of it all.
    pub outcome: Outcome,
}

impl Page {
    /// Connects and says who it is. All pages are given the same `since`.
    pub async fn open(gateway: &str, room: String, token: &str, since: Instant) -> Self {
        let address = format!("{}/ws", gateway.replacen("http", "ws", 1));
        let mut request = address.into_client_request().unwrap();
        let headers = request.headers_mut();
        headers.insert("sec-websocket-protocol", "randchat.v1".parse().unwrap());
        headers.insert("origin", ORIGIN.parse().unwrap());
        // As browsers do, without waiting for acknowledgements.
        let (mut socket, _) = connect_async_with_config(request, None, true).await.unwrap();
        let hello = json!({"t": "hello", "id": 1, "d": {"token": token}}).to_string();
        socket.send(Message::text(hello)).await.unwrap();
        let ready = socket.next().await.unwrap().unwrap();
        let ready: Value = serde_json::from_str(ready.to_text().unwrap()).unwrap();
        assert_eq!(ready["t"], "ready", "{ready}");
        let (write, read) = socket.split();
        let (asked, unstored, outcome) = Default::default();
        Self { room, write, read, asked, unstored, since, next_id: 2, outcome }
    }

    /// Says something that was to be said at `due`. Whether the socket took it.
    pub async fn say(&mut self, due: Instant) -> bool {
        let (cid, id) = (Uuid::now_v7(), self.next_id);
        self.next_id += 1;
        let text = format!("{} {TEXT}", (due - self.since).as_nanos());
        let frame =
            json!({"t": "send", "id": id, "d": {"room": self.room, "cid": cid, "text": text}});
        self.asked.insert(id, due);
        self.unstored.insert(cid, due);
        self.outcome.sent += 1;
        self.write.send(Message::text(frame.to_string())).await.is_ok()
    }

    /// Notes what came. Whether it was good news.
    pub fn note(&mut self, message: &Message) -> bool {
        let Ok(text) = message.to_text() else { return true };
        let Ok(frame) = serde_json::from_str::<Value>(text) else { return false };
        let (now, d) = (Instant::now(), &frame["d"]);
        match frame["t"].as_str() {
            Some("sent") => {
                let due = self.asked.remove(&frame["id"].as_u64().unwrap()).unwrap();
                self.outcome.to_sent.add(now - due);
            }
            Some("message") => {
                let due = d["text"].as_str().unwrap().split(' ').next().unwrap();
                let due = std::time::Duration::from_nanos(due.parse().unwrap());
                self.outcome.to_partner.add(now - (self.since + due));
            }
            Some("stored") => {
                for id in d["ids"].as_array().unwrap() {
                    if let Some(due) = self.unstored.remove(&id.as_str().unwrap().parse().unwrap())
                    {
                        self.outcome.to_stored.add(now - due);
                    }
                }
            }
            Some("err") => return false,
            _ => {}
        }
        true
    }

    /// Whether everything that it said is stored.
    pub fn is_done(&self) -> bool {
        self.asked.is_empty() && self.unstored.is_empty()
    }
}
