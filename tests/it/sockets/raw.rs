//! A page that speaks WebSocket by hand, so that it can speak it wrongly.

use std::net::SocketAddr;

use serde_json::{Value, json};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpSocket;
use tokio::net::tcp::{OwnedReadHalf, OwnedWriteHalf};
use tokio::time::timeout;

use crate::harness::{Doors, PATIENCE};

const MASKED: u8 = 0x80;
pub const LAST: u8 = 0x80;
pub const CONTINUES: u8 = 0;
pub const TEXT: u8 = 1;
pub const CLOSE: u8 = 8;
pub const PING: u8 = 9;
pub const PONG: u8 = 10;

/// A page without a WebSocket library.
pub struct RawPage {
    reads: OwnedReadHalf,
    writes: Option<OwnedWriteHalf>,
}

/// A frame with a mask of zeros.
pub fn frame(first: u8, contents: &[u8]) -> Vec<u8> {
    [&head(first, contents.len() as u64)[..], contents].concat()
}

/// The head of a frame that says that so many bytes follow.
pub fn head(first: u8, length: u64) -> Vec<u8> {
    let mut bytes = vec![first];
    match length {
        0..126 => bytes.push(MASKED + u8::try_from(length).unwrap()),
        126..0x1_0000 => {
            bytes.push(MASKED + 126);
            bytes.extend(u16::try_from(length).unwrap().to_be_bytes());
        }
        _ => {
            bytes.push(MASKED + 127);
            bytes.extend(length.to_be_bytes());
        }
    }
    bytes.extend([0; 4]);
    bytes
}

impl RawPage {
    /// A page that has not said anything.
    pub async fn silent(doors: &Doors) -> Self {
        Self::open(doors, TcpSocket::new_v4().unwrap()).await
    }

    /// A page that has said who it is and reads as little ahead as the system allows.
    pub async fn greeted_narrow(doors: &Doors, access: &str) -> Self {
        let socket = TcpSocket::new_v4().unwrap();
        socket.set_recv_buffer_size(4096).unwrap();
        let mut page = Self::open(doors, socket).await;
        page.say(&frame(TEXT | LAST, hello(access).as_bytes())).await;
        assert_eq!(page.push().await["t"], "ready");
        page
    }

    async fn open(doors: &Doors, socket: TcpSocket) -> Self {
        let url = doors.url("/ws");
        let address = url.trim_start_matches("http://").trim_end_matches("/ws");
        let address: SocketAddr = address.parse().unwrap();
        let mut connection = socket.connect(address).await.unwrap();
        let request = format!(
            "GET /ws HTTP/1.1\r\nhost: {address}\r\norigin: {}\r\nconnection: upgrade\r\n\
             upgrade: websocket\r\nsec-websocket-version: 13\r\n\
             sec-websocket-key: dGhlIHNhbXBsZSBub25jZQ==\r\n\
             sec-websocket-protocol: randchat.v1\r\n\r\n",
            doors.origin()
        );
        connection.write_all(request.as_bytes()).await.unwrap();
        let mut answer = Vec::new();
        while !answer.ends_with(b"\r\n\r\n") {
            answer.push(connection.read_u8().await.unwrap());
        }
        assert!(answer.starts_with(b"HTTP/1.1 101 "), "{}", String::from_utf8_lossy(&answer));
        let (reads, writes) = connection.into_split();
        Self { reads, writes: Some(writes) }
    }

    pub async fn say(&mut self, bytes: &[u8]) {
        self.writes.as_mut().unwrap().write_all(bytes).await.unwrap();
    }

    /// Says this and nothing else any more, until nobody takes it.
    pub fn flood(&mut self, bytes: Vec<u8>) {
        let mut writes = self.writes.take().unwrap();
        tokio::spawn(async move {
            // It fails when the other side has had enough.
            let _ = writes.write_all(&bytes).await;
            // This half stays open: who hangs up is the other side.
            writes.forget();
        });
    }

    /// The next frame: its first byte and its contents; none if the connection has ended.
    pub async fn heard(&mut self) -> Option<(u8, Vec<u8>)> {
        let frame = async {
            let first = self.reads.read_u8().await.ok()?;
            let length = match self.reads.read_u8().await.ok()? {
                126 => u64::from(self.reads.read_u16().await.ok()?),
                127 => self.reads.read_u64().await.ok()?,
                length => u64::from(length),
            };
            let mut contents = vec![0; usize::try_from(length).unwrap()];
            self.reads.read_exact(&mut contents).await.ok()?;
            Some((first, contents))
        };
        timeout(PATIENCE, frame).await.expect("a frame comes, or the end")
    }

    /// The next text, or the code of the close frame.
    pub async fn heard_text(&mut self) -> Result<Value, Option<u16>> {
        let (first, contents) = self.heard().await.expect("a close frame comes before the end");
        if first == CLOSE | LAST {
            return Err(code_in(&contents));
        }
        assert_eq!(first, TEXT | LAST, "{contents:?}");
        Ok(serde_json::from_slice(&contents).unwrap())
    }

    /// The next text.
    pub async fn push(&mut self) -> Value {
        self.heard_text().await.expect("a text comes")
    }

    /// Waits for the close frame, and says which code it has.
    pub async fn closed(&mut self) -> Option<u16> {
        loop {
            let (first, contents) = self.heard().await.expect("a close frame comes first");
            if first == CLOSE | LAST {
                return code_in(&contents);
            }
        }
    }
}

fn code_in(contents: &[u8]) -> Option<u16> {
    contents.first_chunk().map(|code| u16::from_be_bytes(*code))
}

/// What a page says first.
pub fn hello(access: &str) -> String {
    json!({"t": "hello", "id": 1, "d": {"token": access}}).to_string()
}
