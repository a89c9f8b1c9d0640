//! A server that says back what it hears, on the WebSocket layer of the gateway and nothing else: what
//! `.ci/conformance` puts the Autobahn test suite to. No part of the program.
//!
//! It takes bytes as well as texts, which the gateway refuses with 1003: half of the suite is about bytes. And it counts
//! no frames, because the suite sends floods that are allowed.
#![expect(clippy::print_stdout, reason = "says where it listens")]

use std::net::TcpListener;
use std::time::Duration;

use actix_web::web::{self, Payload};
use actix_web::{App, HttpRequest, HttpResponse};
use futures_util::StreamExt;
use rand_chat::http::{ServerRules, serve as serve_app};
use rand_chat::protocol::CloseReason;
use rand_chat::ws_gateway::wire::{Gone, Heard, Incoming, Limits, Outgoing, goodbye, open};
use tokio_util::task::TaskTracker;

/// The limit of the gateway, at `/` ...
const OWN_LIMIT: usize = 16 * 1024;
/// ... and one that the whole suite keeps, at `/any-size`.
const ANY_SIZE: usize = 32 * 1024 * 1024;

/// How an echo ends.
enum End {
    Left,
    Goodbye(Option<u16>),
    HangUp(CloseReason),
}

impl From<Gone> for End {
    fn from(_: Gone) -> Self {
        Self::Left
    }
}

#[actix_web::main]
async fn main() -> std::io::Result<()> {
    let app = || {
        let at = |bytes_max| web::get().to(move |request, body| upgrade(request, body, bytes_max));
        App::new().route("/", at(OWN_LIMIT)).route("/any-size", at(ANY_SIZE))
    };
    let listener = TcpListener::bind(("127.0.0.1", 0))?;
    println!("{}", listener.local_addr()?);
    let within = Duration::from_secs(5);
    let rules = ServerRules {
        threads: 1,
        keep_alive: within,
        headers_within: within,
        sockets_max: 100,
        stop_within: within,
    };
    serve_app(listener, rules, &TaskTracker::new(), app)?.await
}

async fn upgrade(request: HttpRequest, body: Payload, bytes_max: usize) -> HttpResponse {
    let limits = Limits { bytes_max, frames_per_minute: u32::MAX };
    let Some((response, outgoing, incoming)) = open(&request, body, limits).await else {
        return HttpResponse::BadRequest().finish();
    };
    actix_web::rt::spawn(serve(outgoing, incoming));
    response
}

async fn serve(mut outgoing: Outgoing, mut incoming: Incoming) {
    let end = loop {
        if let Err(end) = echo(&mut outgoing, incoming.next().await).await {
            break end;
        }
    };
    match end {
        End::Left => {}
        End::Goodbye(code) => outgoing.close(code.map(|code| (code, ""))).await,
        End::HangUp(reason) => {
            outgoing.close(Some((reason.code(), reason.text()))).await;
            goodbye(&mut incoming).await;
        }
    }
}

async fn echo(
    outgoing: &mut Outgoing,
    heard: Option<Result<Heard, CloseReason>>,
) -> Result<(), End> {
    match heard {
        Some(Ok(Heard::Text(text))) => Ok(outgoing.text(text).await?),
        Some(Ok(Heard::Binary(bytes))) => Ok(outgoing.binary(bytes).await?),
        Some(Ok(Heard::Ping(payload))) => Ok(outgoing.pong(&payload).await?),
        Some(Ok(Heard::Pong)) => Ok(()),
        Some(Ok(Heard::Goodbye(code))) => Err(End::Goodbye(code)),
        Some(Err(reason)) => Err(End::HangUp(reason)),
        None => Err(End::Left),
    }
}
