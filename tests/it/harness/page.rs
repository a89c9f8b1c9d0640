//! A member's page, as far as its socket is concerned.

use std::collections::VecDeque;

use futures_util::{SinkExt, StreamExt};
use serde_json::{Value, json};
use tokio::net::TcpStream;
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::tungstenite::client::IntoClientRequest;
use tokio_tungstenite::{MaybeTlsStream, WebSocketStream, connect_async};
use uuid::Uuid;

use super::{Doors, PATIENCE, frames};

/// A page with a socket.
pub struct Page {
    socket: WebSocketStream<MaybeTlsStream<TcpStream>>,
    next_id: u64,
    pushes: VecDeque<Value>,
    says_seen: bool,
    /// What `hello` was answered with.
    pub ready: Value,
}

impl Page {
    /// A page that has not said anything.
    pub async fn silent(doors: &Doors) -> Self {
        Self::connected(doors).await.expect("a gateway takes the page")
    }

    /// A page that has not said anything; none if nobody takes it.
    pub async fn connected(doors: &Doors) -> Option<Self> {
        let address = doors.url("/ws").replacen("http", "ws", 1);
        let mut request = address.into_client_request().unwrap();
        let headers = request.headers_mut();
        headers.insert("sec-websocket-protocol", "randchat.v1".parse().unwrap());
        headers.insert("origin", doors.origin().parse().unwrap());
        let (socket, _) = connect_async(request).await.ok()?;
        let (pushes, ready) = (VecDeque::new(), Value::Null);
        Some(Self { socket, next_id: 1, pushes, says_seen: true, ready })
    }

    /// A page that has said who it is, and perhaps what it has already.
    pub async fn greeted(doors: &Doors, access: &str, since: Option<i64>) -> Self {
        let mut page = Self::silent(doors).await;
        let resume = since.map(|since| json!({"since": since}));
        page.ready = page.ask("hello", json!({"token": access, "resume": resume})).await;
        assert_eq!(page.ready["t"], "ready", "{}", page.ready);
        page.ready = page.ready["d"].take();
        if page.ready["proposal"].is_object() {
            let proposal = page.ready["proposal"].clone();
            page.say_seen(&proposal).await;
        }
        page
    }

    /// Sends any text.
    pub async fn say(&mut self, text: impl Into<String>) {
        self.socket.send(Message::text(text.into())).await.unwrap();
    }

    pub async fn say_bytes(&mut self, bytes: Vec<u8>) {
        self.socket.send(Message::binary(bytes)).await.unwrap();
    }

    /// Sends a request and waits for its answer; pushes that come before are kept.
    pub async fn ask(&mut self, t: &str, d: Value) -> Value {
        let asked = json!({"t": t, "d": d});
        let id = self.request(t, d).await;
        loop {
            let frame = tokio::time::timeout(PATIENCE, self.frame()).await;
            let frame = frame.unwrap_or_else(|_| panic!("no answer to {t} comes"));
            if frame["id"] == id {
                if frame["t"] != "err" {
                    frames::from_page(&asked);
                }
                return frame;
            }
            self.pushes.push_back(frame);
        }
    }

    /// Sends a request without waiting.
    pub async fn request(&mut self, t: &str, d: Value) -> u64 {
        self.try_request(t, d).await.expect("the socket is there")
    }

    /// Sends a request without waiting; none if the socket is gone.
    pub async fn try_request(&mut self, t: &str, d: Value) -> Option<u64> {
        let id = self.next_id;
        self.next_id += 1;
        let text = json!({"t": t, "id": id, "d": d}).to_string();
        self.socket.send(Message::text(text)).await.ok()?;
        Some(id)
    }

    /// Says something in a room and returns the contents of `sent`.
    pub async fn send(&mut self, room: &str, text: &str) -> Value {
        let answer = self.send_as(room, Uuid::now_v7(), text).await;
        assert_eq!(answer["t"], "sent", "{answer}");
        answer["d"].clone()
    }

    pub async fn send_as(&mut self, room: &str, cid: Uuid, text: &str) -> Value {
        self.ask("send", json!({"room": room, "cid": cid, "text": text})).await
    }

    /// The contents of the next push of a type; others that come before are dropped.
    pub async fn push(&mut self, t: &str) -> Value {
        let mut dropped = Vec::new();
        loop {
            let Some(frame) = self.next_push_in_time().await else {
                panic!("no {t} comes, only {dropped:?}");
            };
            if frame["t"] == t {
                return frame["d"].clone();
            }
            dropped.push(frame["t"].to_string());
        }
    }

    /// The next push of any type.
    pub async fn next_push(&mut self) -> Value {
        self.next_push_in_time().await.expect("a frame comes")
    }

    async fn next_push_in_time(&mut self) -> Option<Value> {
        match self.pushes.pop_front() {
            Some(frame) => Some(frame),
            None => tokio::time::timeout(PATIENCE, self.frame()).await.ok(),
        }
    }

    /// Every push that came before the answer to a request sent now.
    pub async fn pushes_so_far(&mut self) -> Vec<Value> {
        self.ask("pong", json!({})).await;
        self.pushes.drain(..).collect()
    }

    /// Waits until the other side hangs up; the code it gave.
    pub async fn closed(&mut self) -> u16 {
        loop {
            let next = tokio::time::timeout(PATIENCE, self.socket.next()).await;
            match next.expect("the other side hangs up") {
                Some(Ok(Message::Close(Some(frame)))) => return frame.code.into(),
                Some(Ok(_)) => {}
                other => panic!("expected a close frame, got {other:?}"),
            }
        }
    }

    /// Hangs up, if the socket is still there, and waits for nothing.
    pub async fn say_goodbye(&mut self) {
        let _ = self.socket.close(None).await;
    }

    /// Hangs up and waits until the other side knows.
    pub async fn leave(mut self) {
        self.say_goodbye().await;
        while let Some(Ok(_)) = self.socket.next().await {}
    }

    async fn frame(&mut self) -> Value {
        let frame = self.frame_or_end().await;
        let frame =
            frame.unwrap_or_else(|code| panic!("expected a frame, but the socket ended: {code:?}"));
        if self.says_seen && frame["t"] == "match.proposed" {
            self.say_seen(&frame["d"]).await;
        }
        frame
    }

    /// Says that a proposal is on the screen, unless the socket is gone.
    pub async fn say_seen(&mut self, proposal: &Value) {
        let text = json!({"t": "seen", "d": {"proposal": proposal["id"]}}).to_string();
        let _ = self.socket.send(Message::text(text)).await;
    }

    /// From now on a proposal that comes is not on the screen.
    pub const fn look_away(&mut self) {
        self.says_seen = false;
    }

    /// The next frame as it comes, or the code of the close frame, if there was one. Can be dropped at
    /// any time.
    pub async fn frame_or_end(&mut self) -> Result<Value, Option<u16>> {
        loop {
            match self.socket.next().await {
                Some(Ok(Message::Text(text))) => {
                    let frame = serde_json::from_str(&text).unwrap();
                    frames::to_page(&frame);
                    return Ok(frame);
                }
                Some(Ok(Message::Ping(_) | Message::Pong(_))) => {}
                Some(Ok(Message::Close(frame))) => return Err(frame.map(|frame| frame.code.into())),
                Some(Ok(other)) => panic!("expected text, got {other:?}"),
                Some(Err(_)) | None => return Err(None),
            }
        }
    }
}
