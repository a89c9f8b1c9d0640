//! The room log, in this process.

use std::collections::{BTreeMap, HashMap, VecDeque};
use std::sync::Mutex;
use std::time::Duration;

use async_trait::async_trait;
use tokio::sync::Notify;
use tokio::time::timeout;

use crate::base::{MemberId, RoomId, SharedClock, Timestamp};
use crate::config::Config;
use crate::infra::shared::{
    Append, Kept, LogEntry, LogPosition, NewMessage, RoomEntry, RoomLog, SharedResult, Tail,
};
use crate::protocol::{Message, Place};

use super::lock;

/// Entries put aside that are kept for the operator to see.
const ASIDE_MAX: usize = 1000;
/// How many appends pass between two looks for silent rooms.
const CLEAR_EVERY: u64 = 4096;

/// The room log, in this process.
pub struct MemoryRoomLog {
    clock: SharedClock,
    recent_max: usize,
    room_life: Duration,
    backlog_max: usize,
    /// After how long an entry that was taken and not acknowledged may be taken again.
    take_over: Duration,
    state: Mutex<State>,
    appended: Notify,
}

#[derive(Default)]
struct State {
    rooms: HashMap<RoomId, Room>,
    /// What waits to be stored, by number: numbers rise in the order of the appends.
    waiting: BTreeMap<u64, LogEntry>,
    /// What a writer has taken, and until when it is its own.
    taken: HashMap<u64, (Timestamp, LogEntry)>,
    aside: VecDeque<(LogEntry, String)>,
    next_number: u64,
}

struct Room {
    members: [MemberId; 2],
    open: bool,
    recent: VecDeque<Message>,
    /// The place of the newest message, whether it is still at hand or not.
    last: Place,
    /// Messages of this room that are not stored yet.
    unstored: usize,
    used_at: Timestamp,
}

impl MemoryRoomLog {
    /// An empty log.
    #[must_use]
    pub fn new(config: &Config, clock: &SharedClock) -> Self {
        Self {
            clock: clock.clone(),
            recent_max: config.chat.recent_messages,
            room_life: config.chat.recent(),
            backlog_max: config.chat.backlog_max,
            take_over: config.chat_writer.take_over(),
            state: Mutex::default(),
            appended: Notify::new(),
        }
    }

    fn append_now(&self, new: NewMessage) -> Append {
        let now = self.clock.now();
        let state = &mut *lock(&self.state);
        if state.next_number % CLEAR_EVERY == CLEAR_EVERY - 1 {
            let life = self.room_life;
            state.rooms.retain(|_, room| room.unstored > 0 || now.since(room.used_at) < life);
        }
        let waits = state.waiting.len() + state.taken.len();
        let Some(room) = state.rooms.get_mut(&new.room) else { return Append::NotAtHand };
        if !room.members.contains(&new.from) {
            return Append::NotAMember;
        }
        if let Some(known) = room.recent.iter().rev().find(|known| known.id == new.id) {
            let own = known.from == new.from;
            return if own { Append::Repeat(known.clone()) } else { Append::IdTaken };
        }
        if new.again && room.recent.front().is_some_and(|oldest| oldest.prev != 0) {
            return Append::NotRecognised;
        }
        if !room.open {
            return Append::Closed;
        }
        if waits >= self.backlog_max {
            return Append::Busy;
        }
        let message = room.place(new, now);
        room.trim(self.recent_max);
        let (number, members) = (state.next_number, room.members);
        state.next_number += 1;
        let at = LogPosition { bucket: 0, time: 0, number };
        let entry = LogEntry { at, message: message.clone(), members };
        state.waiting.insert(number, entry);
        Append::Placed { message, members }
    }

    fn take_now(&self, max: usize) -> Vec<LogEntry> {
        let now = self.clock.now();
        let state = &mut *lock(&self.state);
        let late: Vec<u64> = state
            .taken
            .iter()
            .filter(|(_, (until, _))| *until <= now)
            .map(|(number, _)| *number)
            .collect();
        for number in late {
            if let Some((_, entry)) = state.taken.remove(&number) {
                state.waiting.insert(number, entry);
            }
        }
        let mut batch = Vec::with_capacity(max.min(state.waiting.len()));
        while batch.len() < max
            && let Some((number, entry)) = state.waiting.pop_first()
        {
            state.taken.insert(number, (now + self.take_over, entry.clone()));
            batch.push(entry);
        }
        batch
    }
}

impl State {
    /// Takes an entry out of the log, stored or not.
    fn finish(&mut self, entry: &LogEntry) {
        let was_there = self.taken.remove(&entry.at.number).is_some()
            || self.waiting.remove(&entry.at.number).is_some();
        if was_there && let Some(room) = self.rooms.get_mut(&entry.message.room) {
            room.unstored = room.unstored.saturating_sub(1);
        }
    }
}

impl Room {
    fn place(&mut self, new: NewMessage, now: Timestamp) -> Message {
        let prev = self.last;
        let NewMessage { room, id, from, said, .. } = new;
        let (kind, text, image) = said.into_fields();
        let seq = now.as_micros().max(prev + 1);
        let sent_at = Timestamp::from_micros(seq);
        let stored = false;
        let message = Message { room, seq, prev, id, from, kind, text, image, sent_at, stored };
        self.recent.push_back(message.clone());
        self.last = seq;
        self.unstored += 1;
        self.used_at = now;
        message
    }

    /// Lets the oldest go, but never one that is not stored: it is nowhere else.
    fn trim(&mut self, max: usize) {
        while self.recent.len() > max && self.recent.front().is_some_and(|first| first.stored) {
            self.recent.pop_front();
        }
    }
}

#[async_trait]
impl RoomLog for MemoryRoomLog {
    async fn append(&self, new: NewMessage) -> SharedResult<Append> {
        let appended = self.append_now(new);
        if matches!(appended, Append::Placed { .. }) {
            self.appended.notify_one();
        }
        Ok(appended)
    }

    async fn fill(&self, entry: RoomEntry) -> SharedResult<()> {
        let RoomEntry { room, members, open, recent } = entry;
        let used_at = self.clock.now();
        let last = recent.last().map_or(0, |last| last.seq);
        let recent = recent.into();
        let filled = Room { members, open, recent, last, unstored: 0, used_at };
        lock(&self.state).rooms.entry(room).or_insert(filled);
        Ok(())
    }

    async fn members(&self, room: RoomId) -> SharedResult<Option<([MemberId; 2], bool)>> {
        Ok(lock(&self.state).rooms.get(&room).map(|room| (room.members, room.open)))
    }

    async fn close(&self, room: RoomId) -> SharedResult<()> {
        if let Some(room) = lock(&self.state).rooms.get_mut(&room) {
            room.open = false;
        }
        Ok(())
    }

    async fn retract(&self, retracted: &Message) -> SharedResult<()> {
        if let Some(room) = lock(&self.state).rooms.get_mut(&retracted.room)
            && let Some(known) = room.recent.iter_mut().find(|known| known.id == retracted.id)
        {
            retracted.clone_into(known);
        }
        Ok(())
    }

    async fn tail(&self, room: RoomId, after: Place) -> SharedResult<Option<Tail>> {
        let state = lock(&self.state);
        let Some(room) = state.rooms.get(&room) else { return Ok(None) };
        let messages: Vec<Message> =
            room.recent.iter().filter(|message| message.seq > after).cloned().collect();
        let complete = room.recent.front().is_none_or(|first| first.prev <= after);
        Ok(Some(Tail { messages, complete }))
    }

    async fn take(&self, max: usize, wait: Duration) -> SharedResult<Vec<LogEntry>> {
        let batch = self.take_now(max);
        if !batch.is_empty() {
            return Ok(batch);
        }
        // Whether somebody called or the time is over: there may be something to take.
        let _ = timeout(wait, self.appended.notified()).await;
        Ok(self.take_now(max))
    }

    async fn acknowledge(&self, stored: &[LogEntry]) -> SharedResult<()> {
        let state = &mut *lock(&self.state);
        for entry in stored {
            state.finish(entry);
            let Some(room) = state.rooms.get_mut(&entry.message.room) else { continue };
            let seq = entry.message.seq;
            if let Some(kept) = room.recent.iter_mut().rev().find(|kept| kept.seq == seq) {
                kept.stored = true;
            }
            room.trim(self.recent_max);
        }
        Ok(())
    }

    async fn set_aside(&self, entry: &LogEntry, reason: &str) -> SharedResult<()> {
        let state = &mut *lock(&self.state);
        state.finish(entry);
        if let Some(room) = state.rooms.get_mut(&entry.message.room) {
            room.recent.retain(|kept| kept.seq != entry.message.seq);
        }
        if state.aside.len() == ASIDE_MAX {
            state.aside.pop_front();
        }
        state.aside.push_back((entry.clone(), reason.to_owned()));
        Ok(())
    }

    /// Nothing that is stored: this log and its database are one process, and fail as one.
    async fn kept(&self, after: Option<LogPosition>, max: usize) -> SharedResult<Kept> {
        let state = lock(&self.state);
        let mut kept: Vec<LogEntry> = {
            let taken = state.taken.values().map(|(_, entry)| entry);
            state.waiting.values().chain(taken).cloned().collect()
        };
        kept.retain(|entry| after.is_none_or(|after| entry.at > after));
        kept.sort_unstable_by_key(|entry| entry.at);
        kept.truncate(max);
        Ok(Kept { up_to: kept.last().map(|entry| entry.at), entries: kept })
    }

    async fn backlog(&self) -> SharedResult<usize> {
        let state = lock(&self.state);
        Ok(state.waiting.len() + state.taken.len())
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use proptest::prelude::*;

    use crate::base::{ManualClock, MessageId};
    use crate::infra::shared::Said;

    use super::*;

    struct Bench {
        clock: Arc<ManualClock>,
        log: MemoryRoomLog,
        room: RoomId,
        members: [MemberId; 2],
    }

    impl Bench {
        async fn new(recent_messages: usize, backlog_max: usize) -> Self {
            let clock = Arc::new(ManualClock::at(Timestamp::from_micros(1_000)));
            let shared: SharedClock = clock.clone();
            let mut config = Config::load(None, []).unwrap();
            config.chat.recent_messages = recent_messages;
            config.chat.backlog_max = backlog_max;
            let log = MemoryRoomLog::new(&config, &shared);
            let (room, members) = (RoomId::fresh(), [MemberId::fresh(), MemberId::fresh()]);
            let entry = RoomEntry { room, members, open: true, recent: Vec::new() };
            log.fill(entry).await.unwrap();
            Self { clock, log, room, members }
        }

        fn saying(&self, text: &str) -> NewMessage {
            NewMessage {
                room: self.room,
                id: MessageId::fresh(),
                from: self.members[0],
                said: Said::Text(text.to_owned()),
                again: false,
            }
        }

        async fn placed(&self, text: &str) -> Message {
            match self.log.append(self.saying(text)).await.unwrap() {
                Append::Placed { message, .. } => message,
                other => panic!("expected a place, got {other:?}"),
            }
        }
    }

    #[tokio::test]
    async fn places_rise_even_when_the_clock_stands_still_or_goes_back() {
        let bench = Bench::new(10, 10).await;

        let (first, second) = (bench.placed("1").await, bench.placed("2").await);

        assert_eq!((first.seq, first.prev), (1_000, 0));
        assert_eq!((second.seq, second.prev), (1_001, 1_000));
    }

    #[tokio::test]
    async fn a_resend_gets_the_first_place_and_is_not_logged_again() {
        let bench = Bench::new(10, 10).await;
        let new = bench.saying("hi");
        bench.log.append(new.clone()).await.unwrap();
        bench.clock.advance(Duration::from_secs(5));

        let again = bench.log.append(new).await.unwrap();

        assert!(matches!(again, Append::Repeat(message) if message.seq == 1_000));
        assert_eq!(bench.log.backlog().await.unwrap(), 1);
    }

    #[tokio::test]
    async fn strangers_closed_rooms_and_foreign_ids_are_told_apart() {
        let bench = Bench::new(10, 10).await;
        let known = bench.saying("hi");
        bench.log.append(known.clone()).await.unwrap();

        let by = |from| NewMessage { from, ..bench.saying("x") };
        let stranger = bench.log.append(by(MemberId::fresh())).await.unwrap();
        assert_eq!(stranger, Append::NotAMember);
        let foreign = NewMessage { from: bench.members[1], ..known };
        assert_eq!(bench.log.append(foreign).await.unwrap(), Append::IdTaken);
        let elsewhere = NewMessage { room: RoomId::fresh(), ..bench.saying("x") };
        assert_eq!(bench.log.append(elsewhere).await.unwrap(), Append::NotAtHand);
        bench.log.close(bench.room).await.unwrap();
        assert_eq!(bench.log.append(bench.saying("x")).await.unwrap(), Append::Closed);
    }

    #[tokio::test]
    async fn what_a_dead_writer_took_is_taken_again_in_order() {
        let bench = Bench::new(10, 10).await;
        for text in ["1", "2", "3"] {
            bench.placed(text).await;
        }
        let taken = bench.log.take(2, Duration::ZERO).await.unwrap();
        assert_eq!(taken.len(), 2);
        assert_eq!(bench.log.take(9, Duration::ZERO).await.unwrap().len(), 1);

        bench.clock.advance(bench.log.take_over);
        let again = bench.log.take(9, Duration::ZERO).await.unwrap();

        let texts: Vec<&str> = again.iter().map(|entry| entry.message.text.as_str()).collect();
        assert_eq!(texts, ["1", "2", "3"]);
        bench.log.acknowledge(&again).await.unwrap();
        assert_eq!(bench.log.backlog().await.unwrap(), 0);
    }

    #[tokio::test]
    async fn a_message_that_is_not_stored_is_never_let_go() {
        let bench = Bench::new(2, 10).await;
        for text in ["1", "2", "3", "4"] {
            bench.placed(text).await;
        }
        assert_eq!(bench.log.tail(bench.room, 0).await.unwrap().unwrap().messages.len(), 4);

        let taken = bench.log.take(9, Duration::ZERO).await.unwrap();
        bench.log.acknowledge(&taken).await.unwrap();

        let tail = bench.log.tail(bench.room, 0).await.unwrap().unwrap();
        assert_eq!(tail.messages.len(), 2);
        assert!(!tail.complete, "two are in the database only");
        assert!(tail.messages.iter().all(|message| message.stored));
    }

    #[tokio::test]
    async fn a_full_log_refuses_and_loses_nothing() {
        let bench = Bench::new(10, 2).await;
        bench.placed("1").await;
        bench.placed("2").await;

        assert_eq!(bench.log.append(bench.saying("3")).await.unwrap(), Append::Busy);
        assert_eq!(bench.log.backlog().await.unwrap(), 2);
    }

    /// One step on a log, with messages named by small numbers.
    #[derive(Clone, Copy, Debug)]
    enum Step {
        Send(usize),
        Store(usize),
        Die(usize),
        Wait(u64),
    }

    fn step() -> impl Strategy<Value = Step> {
        prop_oneof![
            6 => (0..40_usize).prop_map(Step::Send),
            2 => (1..9_usize).prop_map(Step::Store),
            1 => (1..9_usize).prop_map(Step::Die),
            1 => (1..12_u64).prop_map(Step::Wait),
        ]
    }

    proptest! {
        #[test]
        fn whatever_dies_every_message_is_stored_once_at_its_place(
            steps in prop::collection::vec(step(), 1..100),
        ) {
            let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build();
            runtime.unwrap().block_on(async {
                let bench = Bench::new(8, 1000).await;
                let ids: Vec<MessageId> = (0..40).map(|_| MessageId::fresh()).collect();
                let mut placed: HashMap<MessageId, Place> = HashMap::new();
                let mut stored: BTreeMap<Place, MessageId> = BTreeMap::new();
                let mut last = 0;
                for step in steps {
                    match step {
                        Step::Send(which) => {
                            let new = NewMessage { id: ids[which], ..bench.saying("x") };
                            match bench.log.append(new).await.unwrap() {
                                Append::Placed { message, .. } => {
                                    // What was let go of may be placed again: the database drops it.
                                    let known = placed.insert(message.id, message.seq);
                                    prop_assert!(known.is_none_or(|seq| stored.contains_key(&seq)));
                                    prop_assert_eq!(message.prev, last);
                                    prop_assert!(message.seq > last);
                                    last = message.seq;
                                }
                                Append::Repeat(message) => {
                                    prop_assert_eq!(placed[&message.id], message.seq);
                                }
                                other => prop_assert!(false, "{:?}", other),
                            }
                        }
                        Step::Store(max) => {
                            let taken = bench.log.take(max, Duration::ZERO).await.unwrap();
                            prop_assert!(taken.is_sorted_by_key(|entry| entry.message.seq));
                            for entry in &taken {
                                stored.insert(entry.message.seq, entry.message.id);
                            }
                            bench.log.acknowledge(&taken).await.unwrap();
                        }
                        Step::Die(max) => {
                            bench.log.take(max, Duration::ZERO).await.unwrap();
                        }
                        Step::Wait(seconds) => bench.clock.advance(Duration::from_secs(seconds)),
                    }
                }
                bench.clock.advance(bench.log.take_over);
                let rest = bench.log.take(1000, Duration::ZERO).await.unwrap();
                stored.extend(rest.iter().map(|entry| (entry.message.seq, entry.message.id)));
                bench.log.acknowledge(&rest).await.unwrap();
                for (id, seq) in placed {
                    prop_assert_eq!(stored.get(&seq), Some(&id));
                }
                prop_assert_eq!(bench.log.backlog().await.unwrap(), 0);
                Ok(())
            })?;
        }
    }
}
