//! Sessions driven by hand, with a page that does as it is told and a clock that nobody waits for.

use std::cell::RefCell;
use std::future::pending;
use std::rc::Rc;
use std::sync::Arc;

use futures_util::stream;
use serde_json::Value;
use tempfile::TempDir;

use super::*;
use crate::base::{ManualClock, NodeId, SessionId, SharedClock, Timestamp};
use crate::config::Config;
use crate::http::{Gate, Origins, TokenKeys};
use crate::infra::shared::Shared;
use crate::runtime::Lifecycle;
use crate::ws_gateway::chat_writer_client::ChatWriterClient;
use crate::ws_gateway::registry::{Mailbox, Registry, Weight};
use crate::ws_gateway::wire::GOODBYE_WITHIN;

/// What a page has been sent.
#[derive(Clone, Default)]
struct Page {
    frames: Rc<RefCell<Vec<Value>>>,
    closed: Rc<RefCell<Option<CloseReason>>>,
    reads_nothing: bool,
}

impl Page {
    fn types(&self) -> Vec<String> {
        let frames = self.frames.borrow();
        frames.iter().map(|frame| frame["t"].as_str().unwrap().to_owned()).collect()
    }
}

impl Socket for Page {
    async fn send(&mut self, text: ByteString) -> Result<(), Gone> {
        if self.reads_nothing {
            pending::<()>().await;
        }
        self.frames.borrow_mut().push(serde_json::from_str(&text).unwrap());
        Ok(())
    }

    async fn pong(&mut self, _: &[u8]) -> Result<(), Gone> {
        Ok(())
    }

    async fn close(&mut self, goodbye: Goodbye) {
        if let Goodbye::Because(reason) = goodbye {
            *self.closed.borrow_mut() = Some(reason);
        }
    }
}

/// A gateway whose chat-writer is never asked.
struct World {
    gateway: Gateway,
    _folder: TempDir,
}

impl World {
    fn new() -> Self {
        let folder = TempDir::new().unwrap();
        let config = Config::load(None, std::iter::empty()).unwrap();
        let clock: SharedClock = Arc::new(ManualClock::at(Timestamp::from_micros(1_000_000_000)));
        let shared = Shared::in_process(&config, &clock);
        let tokens = TokenKeys::open(folder.path(), "test", &clock).unwrap();
        let gateway = Gateway {
            node: NodeId::fresh(),
            rules: Arc::new(config.ws_gateway.clone()),
            chat: Arc::new(config.chat.clone()),
            chat_writer: ChatWriterClient::new(&config.internal, &shared, &tokens).unwrap(),
            gate: Gate { tokens, shared: shared.clone(), origins: Origins::new(Vec::new()) },
            shared,
            registry: Registry::new(5),
            clock,
            lifecycle: Lifecycle::default(),
        };
        Self { gateway, _folder: folder }
    }

    /// Serves a page of a member who has been greeted.
    async fn serve(
        &self,
        page: &mut Page,
        incoming: impl Stream<Item = Message>,
        meanwhile: impl FnOnce(&Mailbox),
    ) -> End {
        let rules = &self.gateway.rules;
        let (id, session) = (SocketId::fresh(), SessionId::fresh());
        let (mailbox, queue) = mailbox(id, session, rules.queue_frames, rules.queue_bytes);
        let member = MemberId::fresh();
        let expires_at = self.gateway.clock.now() + Duration::from_mins(10);
        let claims = AccessClaims { member, session, expires_at };
        let mut session = MemberSession {
            gateway: &self.gateway,
            socket: page,
            id,
            member,
            claims,
            token_ends: token_end(&self.gateway, claims),
            queue,
            heartbeat: Heartbeat::new(rules.heartbeat(), rules.pong_within()),
            messages: Meter::new(rules.messages_per_10s, Duration::from_secs(10)),
            typing: Meter::new(1, rules.typing_every()),
            positions: Meter::new(1, rules.heartbeat() / 2),
            looks: Meter::new(LOOKS_PER_10S, Duration::from_secs(10)),
            looking: None,
        };
        meanwhile(&mailbox);
        session.serve(&mut Box::pin(incoming)).await
    }
}

/// A page that says `pong` at the end of every so many seconds, for ever.
fn pong_every(seconds: u64) -> impl Stream<Item = Message> {
    stream::unfold((), move |()| async move {
        tokio::time::sleep(Duration::from_secs(seconds)).await;
        let pong = ByteString::from_static(r#"{"t":"pong","d":{}}"#);
        Some((Ok(Heard::Text(pong)), ()))
    })
}

#[tokio::test(start_paused = true)]
async fn who_does_not_say_hello_is_hung_up_on_after_five_seconds() {
    let (world, page) = (World::new(), Page::default());
    let began = Instant::now();
    let session = Session::new(world.gateway.clone(), page.clone(), "r".to_owned());

    let end = session.run(stream::pending::<Message>()).await;

    assert_eq!(end, End::HangUp(CloseReason::NoHello));
    assert_eq!(*page.closed.borrow(), Some(CloseReason::NoHello));
    assert_eq!(began.elapsed(), Duration::from_secs(5) + GOODBYE_WITHIN);
}

#[tokio::test(start_paused = true)]
async fn a_page_that_answers_no_ping_is_hung_up_on_within_22_seconds() {
    let (world, mut page) = (World::new(), Page::default());
    let began = Instant::now();

    let end = world.serve(&mut page, stream::pending(), |_| {}).await;

    assert_eq!(end, End::HangUp(CloseReason::NoHeartbeat));
    assert_eq!(page.types(), ["ping"]);
    assert!(began.elapsed() <= Duration::from_secs(22), "{:?}", began.elapsed());
}

#[tokio::test(start_paused = true)]
async fn a_page_that_is_there_stays_until_its_token_ends() {
    let (world, mut page) = (World::new(), Page::default());
    let began = Instant::now();

    let end = world.serve(&mut page, pong_every(9), |_| {}).await;

    assert_eq!(end, End::HangUp(CloseReason::TokenExpired));
    assert_eq!(began.elapsed().as_secs(), 600 + TOKEN_GRACE.as_secs());
}

#[tokio::test(start_paused = true)]
async fn a_page_that_reads_nothing_is_hung_up_on() {
    let world = World::new();
    let mut page = Page { reads_nothing: true, ..Page::default() };
    let within = world.gateway.rules.send_within();
    let began = Instant::now();

    let one_frame = |mailbox: &Mailbox| mailbox.put("{}".into(), Weight::Durable);
    let end = world.serve(&mut page, stream::pending(), one_frame).await;

    assert_eq!(end, End::HangUp(CloseReason::TooSlow));
    assert_eq!(began.elapsed(), within);
}

#[tokio::test(start_paused = true)]
async fn a_process_that_stops_tells_its_pages_when_to_come_back() {
    let (world, mut page) = (World::new(), Page::default());
    world.gateway.lifecycle.request_stop();

    let end = world.serve(&mut page, stream::pending(), |_| {}).await;

    assert_eq!(end, End::HangUp(CloseReason::GoingAway));
    assert_eq!(page.types(), ["goaway"]);
    let pause = page.frames.borrow()[0]["d"]["reconnect_in_ms"].as_u64().unwrap();
    assert!(pause < GO_AWAY_SPREAD_MS);
}

#[tokio::test]
async fn a_session_that_waits_is_small() {
    let world = World::new();
    let session = Session::new(world.gateway.clone(), Page::default(), "r".to_owned());

    let run = session.run(stream::pending::<Message>());

    assert!(size_of_val(&run) < 4 * 1024, "{} bytes for every socket", size_of_val(&run));
}
