//! A dozen members, and the matchers that serve them.

use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::{Duration, Instant};

use diesel::QueryableByName;
use diesel::RunQueryDsl;
use diesel::connection::SimpleConnection;
use diesel::sql_types::{BigInt, Binary};
use futures_util::FutureExt;
use futures_util::future::join_all;
use rand::RngExt;
use rand::rngs::StdRng;
use rand_chat::base::{
    Clock, ManualClock, MemberId, NodeId, Place, ProposalId, RoomId, SharedClock, SystemClock,
    Timestamp,
};
use rand_chat::chat;
use rand_chat::http::TokenKeys;
use rand_chat::infra::db::Conn;
use rand_chat::infra::shared::{Inbox, Joined, Key, Proposal};
use rand_chat::infra::{Db, DbError, Freshness, Infra, Shared};
use rand_chat::matcher::{self, Matching};
use rand_chat::protocol::{Answer, Sex, Wish};
use uuid::Uuid;

use crate::adapters::Adapter;
use crate::harness::config_of;

use crate::ledger::Ledger;

pub const MEMBERS: usize = 12;
pub const WISHES: usize = 8;

/// How long sockets and places are kept, without being noted again.
const NOTED_AGAIN: Duration = Duration::from_secs(20);
const FOR_EVER: Duration = Duration::from_hours(24 * 3_650);

/// One step that somebody takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step {
    /// Asks to be matched, with one of the wishes.
    Join(usize, usize),
    Leave(usize),
    Accept(usize),
    Decline(usize),
    /// Its page shows the proposal.
    See(usize),
    /// Its socket is lost.
    Lose(usize),
    ComeBack(usize),
    /// Leaves a room that it is in.
    LeaveRoom(usize),
    /// A matcher looks for what is overdue.
    Sweep,
    /// So many milliseconds pass.
    Tick(u64),
}

impl Step {
    /// Who takes it.
    pub const fn who(self) -> Option<usize> {
        match self {
            Self::Join(who, _)
            | Self::Leave(who)
            | Self::Accept(who)
            | Self::Decline(who)
            | Self::See(who)
            | Self::Lose(who)
            | Self::ComeBack(who)
            | Self::LeaveRoom(who) => Some(who),
            Self::Sweep | Self::Tick(_) => None,
        }
    }
}

/// Where a member stands.
pub type Standing = (Option<Joined>, Option<Proposal>);

/// A room as the database has it.
#[derive(Clone, Debug)]
pub struct Room {
    pub id: RoomId,
    pub proposal: ProposalId,
    pub members: [MemberId; 2],
    pub is_open: bool,
}

pub struct World {
    pub clock: Arc<ManualClock>,
    pub members: Vec<MemberId>,
    pub matchers: Vec<(Matching, Shared)>,
    pub db: Db,
    node: NodeId,
    inbox: Inbox,
    connected: Vec<bool>,
    noted_at: Instant,
    _folder: tempfile::TempDir,
}

#[derive(QueryableByName)]
struct Row {
    #[diesel(sql_type = BigInt)]
    number: i64,
    #[diesel(sql_type = Binary)]
    id: Vec<u8>,
    #[diesel(sql_type = Binary)]
    proposal_id: Vec<u8>,
    #[diesel(sql_type = Binary)]
    member_low: Vec<u8>,
    #[diesel(sql_type = Binary)]
    member_high: Vec<u8>,
    #[diesel(sql_type = BigInt)]
    is_open: i64,
}

/// A future that may die on the way, like the process it is in.
struct Mortal<F> {
    polls_left: Option<u32>,
    future: Pin<Box<F>>,
}

impl<F: Future> Future for Mortal<F> {
    type Output = ();

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<()> {
        match &mut self.polls_left {
            Some(0) => return Poll::Ready(()),
            Some(left) => *left -= 1,
            None => {}
        }
        self.future.as_mut().poll(cx).map(|_| ())
    }
}

impl World {
    pub async fn new(adapter: Adapter, matchers: usize) -> Self {
        // What is walked through here is no matter of disks.
        let folder = tempfile::tempdir_in("/dev/shm").or_else(|_| tempfile::tempdir()).unwrap();
        let mut settings = adapter.settings();
        settings.push(("storage__data_dir", folder.path().display().to_string()));
        settings.push(("matching__tickets_per_minute", "10000000".to_owned()));
        let config = config_of(&settings);
        let manual = Arc::new(ManualClock::at(SystemClock.now()));
        let clock: SharedClock = manual.clone();

        let first = Shared::open(&config, &clock).unwrap();
        let infra = Infra::open(&config, first.clone(), &clock).unwrap();
        infra.db.migrate().await.unwrap();
        let tokens = TokenKeys::open(&config.keys_dir(), &config.auth.issuer, &clock).unwrap();
        let matcher = |shared: Shared| {
            let infra = Infra { shared: shared.clone(), ..infra.clone() };
            (Matching::new(&config, &infra, &tokens, &clock), shared)
        };
        let mut all = vec![matcher(first.clone())];
        for _ in 1..matchers {
            all.push(matcher(Shared::open(&config, &clock).unwrap()));
        }

        let members: Vec<MemberId> = (0..MEMBERS).map(|_| MemberId::fresh()).collect();
        for (number, member) in members.iter().enumerate() {
            add(&infra.db, number, *member).await;
            let place = serde_json::to_string(&place(number)).unwrap();
            first.values.put(Key::Place(*member), place, FOR_EVER).await.unwrap();
        }
        let node = NodeId::fresh();
        let world = Self {
            clock: manual,
            inbox: first.inboxes.open(node).await.unwrap(),
            matchers: all,
            db: infra.db,
            node,
            connected: vec![true; MEMBERS],
            noted_at: Instant::now(),
            members,
            _folder: folder,
        };
        world.note_sockets().await;
        world
    }

    fn shared(&self) -> &Shared {
        &self.matchers[0].1
    }

    async fn note_sockets(&self) {
        for (who, _) in self.connected.iter().enumerate().filter(|(_, connected)| **connected) {
            self.shared().inboxes.connect(self.members[who], self.node).await.unwrap();
        }
    }

    /// Takes steps at the same time, each on one of the matchers. Those with a life die on the way.
    pub async fn take(&mut self, steps: &[Step], lives: &[Option<u32>], random: &mut StdRng) {
        if self.noted_at.elapsed() > NOTED_AGAIN {
            self.noted_at = Instant::now();
            self.note_sockets().await;
        }
        for step in steps {
            match *step {
                Step::Lose(who) => self.connected[who] = false,
                Step::ComeBack(who) => self.connected[who] = true,
                _ => {}
            }
        }
        let taking = steps.iter().zip(lives).map(|(step, life)| {
            let matcher = random.random_range(0..self.matchers.len());
            // The sockets are no matcher's, and do not die with one.
            let is_socket = matches!(step, Step::Lose(_) | Step::ComeBack(_));
            let polls_left = if is_socket { None } else { *life };
            Mortal { polls_left, future: Box::pin(self.step(*step, matcher)) }
        });
        join_all(taking).await;
        while let Some(item) = self.inbox.next().now_or_never() {
            assert!(item.is_some(), "the inbox stays open");
        }
    }

    async fn step(&self, step: Step, matcher: usize) {
        let (matching, shared) = &self.matchers[matcher];
        let now = self.clock.now();
        match step {
            Step::Join(who, wish_number) => {
                let joined = matcher::join(matching, self.members[who], wish(wish_number)).await;
                assert!(
                    matches!(joined, Ok(_) | Err(matcher::MatcherError::ProposalOpen)),
                    "{joined:?}"
                );
            }
            Step::Leave(who) => {
                let left = matcher::leave(matching, self.members[who]).await;
                assert!(
                    matches!(left, Ok(()) | Err(matcher::MatcherError::ProposalOpen)),
                    "{left:?}"
                );
            }
            Step::Accept(who) => self.answer(matcher, who, Answer::Accept).await,
            Step::Decline(who) => self.answer(matcher, who, Answer::Decline).await,
            Step::See(who) => {
                let member = self.members[who];
                let open = shared.pool.proposal_of(member).await.unwrap();
                // A page also says so of a proposal that is over.
                let proposal = open.map_or_else(ProposalId::fresh, |open| open.id);
                shared.note_seen(member, proposal, now).await.unwrap();
            }
            Step::Lose(who) => {
                shared.inboxes.disconnect(self.members[who], self.node).await.unwrap();
                shared.lose_if_gone(self.members[who], now).await.unwrap();
            }
            Step::ComeBack(who) => {
                shared.inboxes.connect(self.members[who], self.node).await.unwrap();
                shared.pool.regain(self.members[who]).await.unwrap();
            }
            Step::LeaveRoom(who) => {
                let member = self.members[who];
                let (rooms, _) = self.rooms(i64::MAX).await;
                let mut own = rooms.iter().filter(|room| room.members.contains(&member));
                if let Some(room) = own.next() {
                    let left = chat::leave_room(&self.db, shared, room.id, member, now).await;
                    // The partner may leave it at the same moment.
                    assert!(
                        matches!(left, Ok(()) | Err(chat::ChatError::RoomNotFound(_))),
                        "{left:?}"
                    );
                }
            }
            Step::Sweep => matcher::sweep(matching).await.unwrap(),
            Step::Tick(ms) => self.clock.advance(Duration::from_millis(ms)),
        }
    }

    async fn answer(&self, matcher: usize, who: usize, answer: Answer) {
        let (matching, shared) = &self.matchers[matcher];
        let member = self.members[who];
        let Some(open) = shared.pool.proposal_of(member).await.unwrap() else { return };
        let token = &open.offers[open.side(member).unwrap()].token;
        let answered = matcher::answer(matching, open.id, member, token, answer).await;
        assert!(
            matches!(answered, Ok(_) | Err(matcher::MatcherError::ProposalOver)),
            "{:?}",
            answered.err()
        );
    }

    /// Where everybody stands, in one moment of rest.
    pub async fn snapshot(&self) -> Vec<Standing> {
        let pool = &self.shared().pool;
        let all = self.members.iter().map(async |member| {
            let (ticket, proposal) = tokio::join!(pool.ticket(*member), pool.proposal_of(*member));
            (ticket.unwrap(), proposal.unwrap())
        });
        join_all(all).await
    }

    /// The rooms that are open, and those that came after the one with this number; and the number of the last.
    pub async fn rooms(&self, after: i64) -> (Vec<Room>, i64) {
        let query = format!(
            "SELECT rowid AS number, id, proposal_id, member_low, member_high, \
             closed_at IS NULL AS is_open FROM rooms \
             WHERE rowid > {after} OR closed_at IS NULL ORDER BY rowid"
        );
        let rows = self.db.read("test.rooms", Freshness::Latest, move |conn| {
            let query = diesel::sql_query(query);
            let rows: Vec<Row> = match conn.engine() {
                Conn::Sqlite(conn) => query.load(conn)?,
                Conn::Postgres(_) => unreachable!("these tests keep their rooms in SQLite"),
            };
            Ok::<_, DbError>(rows)
        });
        let rows = rows.await.unwrap();
        let last = rows.last().map_or(after, |row| row.number.max(after));
        let uuid = |bytes: &[u8]| Uuid::from_slice(bytes).unwrap();
        let rooms = rows.iter().map(|row| Room {
            id: RoomId::new(uuid(&row.id)),
            proposal: ProposalId::new(uuid(&row.proposal_id)),
            members: [MemberId::new(uuid(&row.member_low)), MemberId::new(uuid(&row.member_high))],
            is_open: row.is_open != 0,
        });
        (rooms.collect(), last)
    }

    /// Everybody is there, time passes, and the matchers see to everything that is overdue. Then nobody waits beside
    /// somebody who fits, and nothing that was decided is left to be done.
    pub async fn come_to_rest(&mut self, ledger: &mut Ledger) {
        self.connected = vec![true; MEMBERS];
        let back = (0..MEMBERS).map(Step::ComeBack);
        for step in back.chain([Step::Tick(6_000)]) {
            self.step(step, 0).await;
            let snapshot = self.snapshot().await;
            ledger.check(self, &[step], snapshot).await.unwrap();
        }
        for matcher in (0..self.matchers.len()).chain([0]) {
            self.step(Step::Sweep, matcher).await;
            let snapshot = self.snapshot().await;
            ledger.check(self, &[Step::Sweep], snapshot).await.unwrap();
        }
        ledger.check_rest(self).await;
    }

    pub fn now(&self) -> Timestamp {
        self.clock.now()
    }

    pub async fn kept_apart(&self, one: MemberId, other: MemberId) -> bool {
        self.shared().pool.kept_apart(one, self.now()).await.unwrap().contains(&other)
    }
}

/// Most are near each other, some a little further away, one at the other end of the world.
fn place(number: usize) -> Place {
    let (latitude, longitude) = match number {
        0..=5 => (37.5665, 126.978),
        6..=8 => (37.5665, 127.069),
        9..=10 => (37.2636, 127.0286),
        _ => (40.7128, -74.006),
    };
    Place { latitude, longitude }
}

fn wish(number: usize) -> Wish {
    let any = Wish::default();
    match number {
        0 => any,
        1 => Wish { max_distance_km: Some(5), ..any },
        2 => Wish { max_distance_km: Some(10), ..any },
        3 => Wish { max_distance_km: Some(100), sex: Some(Sex::Female), ..any },
        4 => Wish { sex: Some(Sex::Male), ..any },
        5 => Wish { max_distance_km: Some(50), age_min: Some(25), age_max: Some(40), ..any },
        6 => Wish { language: Some("en".to_owned()), ..any },
        _ => Wish { max_distance_km: Some(25), ..any },
    }
}

async fn add(db: &Db, number: usize, member: MemberId) {
    let sex = ["female", "male", "undisclosed"][number % 3];
    let birth = ["2001-05-17", "1994-01-01", "1970-01-01"][number / 2 % 3];
    let languages = [r#"["ko"]"#, r#"["ko","en"]"#][number % 2];
    let id = member.as_uuid().simple();
    let row = format!(
        "INSERT INTO members (id, username, nickname, nickname_key, email, email_key, \
         password_hash, birth_date, sex, languages, created_at) VALUES (X'{id}', 'm{number}', \
         'm{number}', 'm{number}', 'm{number}@example.org', 'm{number}@example.org', '-', \
         '{birth}', '{sex}', '{languages}', 0)"
    );
    db.write("test.add", move |conn| match conn.engine() {
        Conn::Sqlite(conn) => Ok::<_, DbError>(conn.batch_execute(&row)?),
        Conn::Postgres(_) => unreachable!("these tests keep their members in SQLite"),
    })
    .await
    .unwrap();
}
