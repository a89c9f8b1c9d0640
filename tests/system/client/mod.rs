//! A page that behaves as `docs/protocol.md` section 6 says a page must, and notes all that happens.

mod connecting;
mod frames;
mod habits;
mod tending;

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use reqwest::Method;
use serde_json::{Value, json};
use tokio::sync::watch;
use tokio::time::{sleep, timeout};
use uuid::Uuid;

use crate::harness::{Answer, BROWSER, Doors, PATIENCE, Page, Person, SEOUL};
use crate::history::{Event, Line, Noted, Record};
use crate::processes::{ACCESS_TOKEN, System};
use crate::stopwatch;

pub use habits::Habits;

/// How often the page looks whether there is something to do, if it does not know before when there will be.
const LOOK: Duration = Duration::from_millis(250);
/// Before a request over HTTP is repeated at another node.
const REPEAT_PAUSE: Duration = Duration::from_millis(100);
/// How long one request over HTTP may take, and how long a request is repeated at other nodes.
const ANSWER: Duration = Duration::from_secs(3);
const INSIST: Duration = Duration::from_secs(30);

/// What the members of a test are to do now.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Phase {
    /// Write one message after the other.
    Write,
    /// Write no more; see that everything is stored.
    Settle,
    /// Stop.
    End,
}

/// What others may know of a page while it is at work.
#[derive(Debug, Default)]
pub struct Progress {
    /// Messages the member wrote.
    pub written: AtomicUsize,
    /// Messages that have their place.
    pub sent: AtomicUsize,
    /// Messages that are not told to be stored.
    pub waiting: AtomicUsize,
    /// Messages that are.
    pub stored: AtomicUsize,
    /// Messages on the screen.
    pub shown: AtomicUsize,
    /// The process it is connected to; 0 is none.
    pub gateway: AtomicUsize,
    /// Times it was greeted.
    pub greetings: AtomicUsize,
    /// Times it left without being told to.
    pub leaves: AtomicUsize,
    /// Messages it sent once more without a need, and how many of these over another gateway than the first time.
    pub repeats: AtomicUsize,
    pub repeats_elsewhere: AtomicUsize,
    /// Times it asked for what it missed.
    pub syncs: AtomicUsize,
    /// Times it was told to load afresh.
    pub reloads: AtomicUsize,
    /// Access tokens it exchanged for fresh ones.
    pub renewals: AtomicUsize,
    /// Whether it asked for a match.
    pub searching: AtomicBool,
    /// Whether it was shown a proposal.
    pub proposed: AtomicBool,
}

/// A member with a page.
pub struct Client {
    pub person: Person,
    pub room: Option<String>,
    pub progress: Arc<Progress>,
    habits: Habits,
    /// Each with the number of its process.
    gateways: Vec<(usize, Doors)>,
    /// Which of them to connect to.
    at: usize,
    page: Option<Page>,
    /// Since the last greeting.
    lost: u32,
    connect_at: Instant,
    leave_at: Option<Instant>,
    token_life: Duration,
    renew_at: Instant,
    /// When to ask for a match, if there is a reason to.
    search_at: Option<Instant>,
    /// Whether messages are to be written, when the next, and how many were.
    writing: bool,
    write_at: Instant,
    written: usize,
    outbox: Vec<Kept>,
    repeats: Vec<Repeat>,
    /// The message that an answer is awaited for.
    asked: Option<(u64, Instant)>,
    ask_at: Instant,
    screen: BTreeMap<i64, Line>,
    places: HashMap<Uuid, i64>,
    /// Something after this place may be missing.
    hole: Option<i64>,
    syncing: Option<u64>,
    notes: Vec<Noted>,
}

/// A message that was not told to be stored.
struct Kept {
    id: Uuid,
    text: String,
    /// When it has to go over the wire (again).
    due: Instant,
    /// Whether it did.
    tried: bool,
}

/// A message that is sent once more, though nothing demands it.
struct Repeat {
    id: Uuid,
    text: String,
    due: Instant,
    /// The process it was sent to the first time.
    gateway: usize,
}

impl Client {
    /// Signs up; the page will connect to the gateways in this order.
    pub async fn sign_up(system: &System, name: &str, gateways: &[usize]) -> Self {
        let doors = system.doors();
        let email = format!("{name}@example.com");
        let post = |path: &str, body: &Value| {
            let request = reqwest::Client::new().post(doors.url(path)).header("cookie", BROWSER);
            Answer::of(request.json(body))
        };
        post("/api/v1/auth/email-codes", &json!({"email": email})).await;
        let code = system.printed_code(&email).await;
        let proved =
            post("/api/v1/auth/email-proofs", &json!({"email": email, "code": code})).await;
        let proof = proved.body["proof"].as_str().unwrap();
        let person = Person::with_proof(doors, name, proof).await;
        person.place(SEOUL).await;
        Self::with(system, person, ACCESS_TOKEN, Habits::default(), gateways)
    }

    /// A member who is logged in, with a token that lives so long.
    pub fn with(
        system: &System,
        person: Person,
        token_life: Duration,
        mut habits: Habits,
        gateways: &[usize],
    ) -> Self {
        let (now, write_at) = (Instant::now(), habits.write_at());
        Self {
            person,
            room: None,
            progress: Arc::default(),
            habits,
            gateways: gateways.iter().map(|which| (*which, system.gateway(*which))).collect(),
            at: 0,
            page: None,
            lost: 0,
            connect_at: now,
            leave_at: None,
            token_life,
            renew_at: now + token_life / 2,
            search_at: None,
            writing: false,
            write_at,
            written: 0,
            outbox: Vec::new(),
            repeats: Vec::new(),
            asked: None,
            ask_at: now,
            screen: BTreeMap::new(),
            places: HashMap::new(),
            hole: None,
            syncing: None,
            notes: Vec::new(),
        }
    }

    /// Searches and accepts until there is a room.
    pub async fn find_room(&mut self) {
        self.search_at = Some(Instant::now());
        while self.room.is_none() {
            self.step().await;
        }
        self.search_at = None;
    }

    /// Writes a message, which is sent as soon as the ones before it have their places.
    pub fn write(&mut self, text: String) -> Uuid {
        let id = Uuid::now_v7();
        self.note(Event::Wrote { id, text: text.clone() });
        self.outbox.push(Kept { id, text, due: Instant::now(), tried: false });
        self.written += 1;
        id
    }

    /// Goes on until something is so.
    pub async fn until(&mut self, what: &str, so: impl Fn(&Self) -> bool) {
        let begun = Instant::now();
        while !so(self) {
            assert!(begun.elapsed() < PATIENCE, "never: {what}");
            self.step().await;
        }
    }

    /// Whether it has been greeted by a gateway.
    pub fn is_connected(&self) -> bool {
        self.page.is_some()
    }

    /// How many messages are not told to be stored.
    pub fn waiting(&self) -> usize {
        self.outbox.len()
    }

    /// The texts on the screen.
    pub fn texts(&self) -> Vec<&str> {
        self.screen.values().map(|line| &*line.text).collect()
    }

    /// Chats as long as it is told to.
    pub async fn chat(mut self, phase: watch::Receiver<Phase>) -> Self {
        loop {
            let phase = *phase.borrow();
            if phase == Phase::End {
                self.hang_up();
                return self;
            }
            self.writing = phase == Phase::Write;
            if !self.writing {
                self.leave_at = None;
            }
            self.step().await;
        }
    }

    /// What it has to tell.
    pub fn into_record(mut self) -> Record {
        self.hang_up();
        let member = self.person.id.parse().unwrap();
        Record { member, notes: self.notes, screen: self.screen.into_values().collect() }
    }

    /// The whole room as this member reads it over HTTP.
    pub async fn history(&mut self) -> Vec<Line> {
        let room = self.room.clone().unwrap();
        let (mut found, mut after) = (Vec::<Line>::new(), 0);
        loop {
            let path = format!("/api/v1/rooms/{room}/messages?limit=100&after={after}");
            let page = self.insist(Method::GET, &path, Value::Null).await;
            assert_eq!(page.status, 200, "{page:?}");
            found.extend(frames::lines(&page.body["messages"]));
            after = found.last().map_or(0, |line| line.seq);
            if page.body["more"] == false {
                return found;
            }
        }
    }

    /// Asks over HTTP, one node after the other, until somebody answers.
    pub async fn insist(&mut self, method: Method, path: &str, body: Value) -> Answer {
        let begun = Instant::now();
        loop {
            self.renew_if_due().await;
            let request = self.person.request(method.clone(), path).timeout(ANSWER);
            let request = if body.is_null() { request } else { request.json(&body) };
            match Answer::if_any(request).await {
                Some(answer) if answer.status < 500 && answer.status != 401 => return answer,
                other => assert!(begun.elapsed() < INSIST, "{path}: {other:?}"),
            }
            sleep(REPEAT_PAUSE).await;
        }
    }

    fn note(&mut self, event: Event) {
        self.notes.push(Noted { at: stopwatch::now(), event });
    }

    /// Listens no more.
    fn hang_up(&mut self) -> Option<Page> {
        let page = self.page.take()?;
        self.note(Event::Lost);
        Some(page)
    }

    /// How many messages have no place yet.
    fn unsent(&self) -> usize {
        self.outbox.iter().filter(|kept| !self.places.contains_key(&kept.id)).count()
    }

    /// Hears one frame, or nothing until something is due, and does it.
    async fn step(&mut self) {
        let pause = self.next_due().saturating_duration_since(Instant::now()).min(LOOK);
        match &mut self.page {
            None => self.connect().await,
            Some(page) => match timeout(pause, page.frame_or_end()).await {
                Ok(Ok(frame)) => self.on_frame(frame).await,
                Ok(Err(code)) => self.on_lost(code),
                Err(_) => {}
            },
        }
        if self.page.is_some() {
            self.tend().await;
        }
        let progress = &self.progress;
        progress.written.store(self.written, Ordering::Relaxed);
        progress.sent.store(self.written - self.unsent(), Ordering::Relaxed);
        progress.waiting.store(self.outbox.len(), Ordering::Relaxed);
        progress.stored.store(self.written - self.outbox.len(), Ordering::Relaxed);
        progress.shown.store(self.screen.len(), Ordering::Relaxed);
        let gateway = if self.page.is_some() { self.gateway() } else { 0 };
        progress.gateway.store(gateway, Ordering::Relaxed);
    }

    /// The process it is connected to, or will be.
    fn gateway(&self) -> usize {
        self.gateways[self.at].0
    }
}
