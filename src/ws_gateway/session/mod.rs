//! The life of one socket: `hello`, then frames both ways, until either side ends it.

mod greeting;
mod position;
mod presence;
mod requests;

use std::time::Duration;

use bytestring::ByteString;
use futures_util::{Stream, StreamExt};
use tokio::time::{Instant, sleep_until, timeout};
use tracing::{Instrument, debug, info_span, warn};

use crate::base::{MemberId, SocketId};
use crate::http::{AccessClaims, Problem, ProblemCode};
use crate::protocol::{
    BadFrame, ClientFrame, CloseReason, Pong, Request, ServerFrame, answer_text, push_text,
};

use super::Gateway;
use super::heartbeat::{Beat, Heartbeat};
use super::meter::Meter;
use super::registry::{Queue, mailbox};
use super::socket::{Goodbye, Socket};
use super::wire::{Gone, Heard, goodbye};

use presence::Looking;

/// How long a page whose token ran out may still take to renew it.
const TOKEN_GRACE: Duration = Duration::from_secs(5);
/// How often a page may say that it shows another room.
const LOOKS_PER_10S: u32 = 20;
/// Pages that are told to go away come back spread over this time.
const GO_AWAY_SPREAD_MS: u64 = 3000;

/// Why a session ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum End {
    /// The connection to the page is gone.
    Lost,
    /// The page leaves and waits for our answer.
    Goodbye(Option<u16>),
    /// We hang up.
    HangUp(CloseReason),
}

impl From<Gone> for End {
    fn from(_: Gone) -> Self {
        Self::Lost
    }
}

/// What comes in: something the page said, or why we hang up.
type Message = Result<Heard, CloseReason>;

/// A socket before anybody knows whose it is.
pub(super) struct Session<S> {
    gateway: Gateway,
    socket: S,
    id: SocketId,
    request_id: String,
}

/// A socket of a member.
struct MemberSession<'a, S> {
    gateway: &'a Gateway,
    socket: &'a mut S,
    id: SocketId,
    member: MemberId,
    claims: AccessClaims,
    token_ends: Instant,
    queue: Queue,
    heartbeat: Heartbeat,
    messages: Meter,
    typing: Meter,
    positions: Meter,
    looks: Meter,
    looking: Option<Looking>,
}

impl<S: Socket> Session<S> {
    pub(super) fn new(mut gateway: Gateway, socket: S, request_id: String) -> Self {
        gateway.chat_writer = gateway.chat_writer.on_behalf_of(&request_id);
        Self { gateway, socket, id: SocketId::fresh(), request_id }
    }

    /// Serves the socket until either side ends it.
    pub(super) async fn run(mut self, mut incoming: impl Stream<Item = Message> + Unpin) -> End {
        let span = info_span!("socket", request.id = %self.request_id, socket.id = %self.id);
        async move {
            metrics::gauge!("sockets").increment(1.0);
            let end = self.serve(&mut incoming).await;
            metrics::gauge!("sockets").decrement(1.0);
            match end {
                End::HangUp(reason) => {
                    let code = reason.code().to_string();
                    metrics::counter!("sockets_closed_total", "code" => code).increment(1);
                    self.socket.close(Goodbye::Because(reason)).await;
                    goodbye(&mut incoming).await;
                }
                End::Goodbye(code) => {
                    self.socket.close(Goodbye::Answer(code)).await;
                }
                End::Lost => {}
            }
            debug!(?end, "socket ended");
            end
        }
        .instrument(span)
        .await
    }

    async fn serve(&mut self, incoming: &mut (impl Stream<Item = Message> + Unpin)) -> End {
        let gateway = self.gateway.clone();
        let stop = gateway.lifecycle.stop();
        let hello = tokio::select! {
            () = stop.finish() => Err(End::HangUp(CloseReason::GoingAway)),
            hello = timeout(gateway.rules.hello_within(), Box::pin(self.wait_for_hello(incoming))) => {
                hello.unwrap_or(Err(End::HangUp(CloseReason::NoHello)))
            }
        };
        let (hello_id, hello, claims) = match hello {
            Ok(hello) => hello,
            Err(end) => return end,
        };
        let member = claims.member;
        let rules = &gateway.rules;
        let (mailbox, queue) =
            mailbox(self.id, claims.session, rules.queue_frames, rules.queue_bytes);
        gateway.registry.add(member, mailbox);
        let mut session = MemberSession {
            gateway: &gateway,
            socket: &mut self.socket,
            id: self.id,
            member,
            claims,
            token_ends: token_end(&gateway, claims),
            queue,
            heartbeat: Heartbeat::new(rules.heartbeat(), rules.pong_within()),
            messages: Meter::new(rules.messages_per_10s, Duration::from_secs(10)),
            typing: Meter::new(1, rules.typing_every()),
            positions: Meter::new(1, rules.heartbeat() / 2),
            looks: Meter::new(LOOKS_PER_10S, Duration::from_secs(10)),
            looking: None,
        };
        // What happens once or seldom has its room on the heap, and only while it happens: a session is as large as the
        // largest thing that it waits for.
        let end = match Box::pin(session.greet(hello_id, hello)).await {
            Ok(()) => session.serve(incoming).await,
            Err(end) => end,
        };
        Box::pin(session.stop_looking(end)).await;
        if gateway.registry.remove(member, self.id) {
            Box::pin(leave(&gateway, member)).await;
        }
        end
    }

    /// Reads frames until one says `hello` with a good token.
    async fn wait_for_hello(
        &mut self,
        incoming: &mut (impl Stream<Item = Message> + Unpin),
    ) -> Result<(Option<u64>, crate::protocol::Hello, AccessClaims), End> {
        loop {
            let text = match incoming.next().await {
                Some(Ok(Heard::Text(text))) => text,
                Some(Ok(Heard::Ping(payload))) => {
                    self.socket.pong(&payload).await?;
                    continue;
                }
                Some(Ok(Heard::Pong)) => continue,
                other => return Err(end_of(other.as_ref())),
            };
            let Ok(ClientFrame { id, request: Request::Hello(hello) }) = ClientFrame::parse(&text)
            else {
                return Err(End::HangUp(CloseReason::Protocol));
            };
            let problem = match self.gateway.gate.admit(&hello.token).await {
                Ok(claims) => return Ok((id, hello, claims)),
                Err(problem) => problem,
            };
            return Err(End::HangUp(match problem.code() {
                ProblemCode::Unauthenticated => not_admitted(&self.gateway, &hello.token).await,
                ProblemCode::SessionEnded => CloseReason::NotValid,
                _ => CloseReason::Internal,
            }));
        }
    }
}

/// Tells a token that ran out, which a page can renew, from one that was never good.
async fn not_admitted(gateway: &Gateway, token: &str) -> CloseReason {
    match gateway.gate.tokens.check_access(token).await {
        Err(crate::http::TokenError::Expired) => CloseReason::TokenExpired,
        _ => CloseReason::NotValid,
    }
}

impl<S: Socket> MemberSession<'_, S> {
    async fn serve(&mut self, incoming: &mut (impl Stream<Item = Message> + Unpin)) -> End {
        let stop = self.gateway.lifecycle.stop();
        loop {
            let done = tokio::select! {
                () = stop.finish() => self.go_away().await,
                message = incoming.next() => self.on_message(message).await,
                frame = self.queue.next() => match frame {
                    Ok(frame) => self.send(frame).await,
                    Err(reason) => Err(End::HangUp(reason)),
                },
                beat = self.heartbeat.beat() => self.on_beat(beat).await,
                () = sleep_until(self.token_ends) => Err(End::HangUp(CloseReason::TokenExpired)),
            };
            if let Err(end) = done {
                return end;
            }
        }
    }

    async fn on_message(&mut self, message: Option<Message>) -> Result<(), End> {
        match message {
            Some(Ok(Heard::Text(text))) => {
                self.heartbeat.heard();
                self.on_text(&text).await
            }
            Some(Ok(Heard::Ping(payload))) => {
                self.send_within(async |socket| socket.pong(&payload).await).await
            }
            Some(Ok(Heard::Pong)) => Ok(()),
            other => Err(end_of(other.as_ref())),
        }
    }

    async fn on_text(&mut self, text: &str) -> Result<(), End> {
        let (id, answer) = match ClientFrame::parse(text) {
            Ok(ClientFrame { id, request: Request::Pong(Pong { since }) }) => {
                Box::pin(self.check_position(since)).await?;
                (id, Ok(ServerFrame::Ok {}))
            }
            Ok(ClientFrame { id, request }) => (id, Box::pin(self.on_request(request)).await),
            Err(BadFrame::Shape) => return Err(End::HangUp(CloseReason::Protocol)),
            Err(BadFrame::UnknownType { id }) => (id, Err(Problem::new(ProblemCode::UnknownType))),
            Err(BadFrame::Contents { id, detail }) => {
                (id, Err(Problem::new(ProblemCode::InvalidRequest).detail(detail)))
            }
        };
        let answer = answer.unwrap_or_else(|problem| ServerFrame::Err(problem.into_refusal()));
        match id {
            Some(id) => self.send(answer_text(id, &answer).into()).await,
            None => Ok(()),
        }
    }

    async fn on_beat(&mut self, beat: Beat) -> Result<(), End> {
        match beat {
            Beat::Ping => self.push(&ServerFrame::Ping {}).await,
            Beat::Lost => Err(End::HangUp(CloseReason::NoHeartbeat)),
        }
    }

    async fn go_away(&mut self) -> Result<(), End> {
        let reconnect_in_ms = rand::random_range(0..GO_AWAY_SPREAD_MS);
        self.push(&ServerFrame::GoAway { reconnect_in_ms }).await?;
        Err(End::HangUp(CloseReason::GoingAway))
    }

    async fn push(&mut self, frame: &ServerFrame) -> Result<(), End> {
        self.send(push_text(frame).into()).await
    }

    async fn send(&mut self, text: ByteString) -> Result<(), End> {
        self.send_within(async |socket| socket.send(text).await).await
    }

    async fn send_within(
        &mut self,
        send: impl AsyncFnOnce(&mut S) -> Result<(), Gone>,
    ) -> Result<(), End> {
        timeout(self.gateway.rules.send_within(), send(self.socket))
            .await
            .map_err(|_| End::HangUp(CloseReason::TooSlow))??;
        Ok(())
    }
}

/// When the socket of a token is closed unless a fresh one came.
fn token_end(gateway: &Gateway, claims: AccessClaims) -> Instant {
    Instant::now() + claims.expires_at.since(gateway.clock.now()) + TOKEN_GRACE
}

/// How a socket ends that sent something other than a text or nothing more.
fn end_of(message: Option<&Message>) -> End {
    match message {
        Some(Ok(Heard::Goodbye(code))) => End::Goodbye(*code),
        Some(Ok(_)) => End::HangUp(CloseReason::NotText),
        Some(Err(reason)) => End::HangUp(*reason),
        None => End::Lost,
    }
}

/// Notes that a member has no socket on this node any more.
async fn leave(gateway: &Gateway, member: MemberId) {
    let shared = &gateway.shared;
    let left = async {
        shared.inboxes.disconnect(member, gateway.node).await?;
        shared.lose_if_gone(member, gateway.clock.now()).await
    };
    if let Err(error) = left.await {
        warn!(%error, "a lost socket could not be noted; its entry runs out by itself");
    }
}

#[cfg(test)]
mod tests;
