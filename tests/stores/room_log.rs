//! The room log.

use std::collections::BTreeMap;
use std::slice;
use std::time::Duration;

use rand_chat::base::{ImageId, MemberId, MessageId, RoomId, Timestamp};
use rand_chat::infra::Shared;
use rand_chat::infra::shared::{Append, LogEntry, NewMessage, RoomEntry, Said, SharedResult};
use rand_chat::protocol::{ImageView, Message, MessageKind, Place};
use tokio::time::{Instant, sleep};

const WAIT: Duration = Duration::from_millis(100);

/// A room with two members.
#[derive(Clone, Copy)]
struct Room {
    room: RoomId,
    members: [MemberId; 2],
}

impl Room {
    fn fresh() -> Self {
        let mut members = [MemberId::fresh(), MemberId::fresh()];
        members.sort_unstable();
        Self { room: RoomId::fresh(), members }
    }

    async fn open(shared: &Shared) -> Self {
        let this = Self::fresh();
        this.fill(shared, Vec::new()).await;
        this
    }

    async fn fill(self, shared: &Shared, recent: Vec<Message>) {
        let entry = RoomEntry { room: self.room, members: self.members, open: true, recent };
        shared.rooms.fill(entry).await.unwrap();
    }

    fn saying(self, text: &str) -> NewMessage {
        NewMessage {
            room: self.room,
            id: MessageId::fresh(),
            from: self.members[0],
            said: Said::Text(text.to_owned()),
            again: false,
        }
    }

    async fn say(self, shared: &Shared, text: &str) -> Message {
        placed(shared.rooms.append(self.saying(text)).await)
    }

    /// Texts newer than a place.
    async fn texts(self, shared: &Shared, after: Place) -> Option<(Vec<String>, bool)> {
        let tail = shared.rooms.tail(self.room, after).await.unwrap()?;
        Some((tail.messages.into_iter().map(|message| message.text).collect(), tail.complete))
    }
}

fn placed(append: SharedResult<Append>) -> Message {
    match append.unwrap() {
        Append::Placed { message, .. } => message,
        other => panic!("expected a place, got {other:?}"),
    }
}

/// Takes until so many have come.
async fn take(shared: &Shared, count: usize) -> Vec<LogEntry> {
    let begun = Instant::now();
    let mut taken = Vec::new();
    while taken.len() < count {
        assert!(begun.elapsed() < Duration::from_secs(10), "only {} came", taken.len());
        taken.extend(shared.rooms.take(count - taken.len(), WAIT).await.unwrap());
    }
    taken
}

fn texts(entries: &[LogEntry]) -> Vec<&str> {
    entries.iter().map(|entry| entry.message.text.as_str()).collect()
}

on_every_adapter! {
    async fn what_may_have_been_placed_long_ago_is_placed_only_if_it_would_be_known(adapter: Adapter) {
        let shared = adapter.shared(&[("chat__recent_messages", "2")]);
        let room = Room::open(&shared).await;
        let again = async |id| {
            let new = NewMessage { id, again: true, ..room.saying("again") };
            shared.rooms.append(new).await.unwrap()
        };

        let first = placed(Ok(again(MessageId::fresh()).await));
        room.say(&shared, "2").await;
        let last = room.say(&shared, "3").await;
        assert_eq!(again(first.id).await, Append::Repeat(first.clone()), "it waits to be stored");
        shared.rooms.acknowledge(&take(&shared, 3).await).await.unwrap();

        assert_eq!(again(first.id).await, Append::NotRecognised, "it is in the database only");
        assert_eq!(again(MessageId::fresh()).await, Append::NotRecognised, "it may be there");
        let last = Message { stored: true, ..last };
        assert_eq!(again(last.id).await, Append::Repeat(last));
    }

    async fn a_message_gets_its_place_after_the_one_before(adapter: Adapter) {
        let shared = adapter.shared(&[]);
        let room = Room::open(&shared).await;

        let text = "안녕 👋 \"quotes\" \\ | \n {b:1} \u{0}";
        let first = room.say(&shared, text).await;
        let second = room.say(&shared, "2").await;

        assert_eq!((first.prev, second.prev), (0, first.seq));
        assert!(second.seq > first.seq);
        assert_eq!((first.text.as_str(), first.from, first.stored), (text, room.members[0], false));
        assert_eq!(first.sent_at, Timestamp::from_micros(first.seq));
        let tail = shared.rooms.tail(room.room, 0).await.unwrap().unwrap();
        assert_eq!((tail.messages, tail.complete), (vec![first.clone(), second.clone()], true));
        let tail = shared.rooms.tail(room.room, first.seq).await.unwrap().unwrap();
        assert_eq!((tail.messages, tail.complete), (vec![second], true));
        let members = shared.rooms.members(room.room).await.unwrap();
        assert_eq!(members, Some((room.members, true)));
    }

    async fn a_resend_gets_the_first_place_wherever_it_comes(adapter: Adapter) {
        let processes = adapter.processes(2, &[]);
        let room = Room::open(&processes[0]).await;
        let new = room.saying("hi");
        let first = placed(processes[0].rooms.append(new.clone()).await);

        let again = processes[1].rooms.append(new.clone()).await.unwrap();
        assert_eq!(again, Append::Repeat(first.clone()));
        assert_eq!(processes[1].rooms.backlog().await.unwrap(), 1);

        let taken = take(&processes[1], 1).await;
        processes[1].rooms.acknowledge(&taken).await.unwrap();
        let stored = Message { stored: true, ..first };
        assert_eq!(processes[0].rooms.append(new).await.unwrap(), Append::Repeat(stored));
    }

    async fn strangers_closed_rooms_and_foreign_ids_are_told_apart(adapter: Adapter) {
        let shared = adapter.shared(&[]);
        let room = Room::open(&shared).await;
        let known = room.saying("hi");
        placed(shared.rooms.append(known.clone()).await);

        let append = async |new| shared.rooms.append(new).await.unwrap();
        let stranger = NewMessage { from: MemberId::fresh(), ..room.saying("x") };
        assert_eq!(append(stranger).await, Append::NotAMember);
        let foreign = NewMessage { from: room.members[1], ..known.clone() };
        assert_eq!(append(foreign).await, Append::IdTaken);
        assert_eq!(append(Room::fresh().saying("x")).await, Append::NotAtHand);
        shared.rooms.close(room.room).await.unwrap();
        assert_eq!(append(room.saying("x")).await, Append::Closed);
        // It had its place before the room was closed.
        assert!(matches!(append(known).await, Append::Repeat(_)));

        let nowhere = Room::fresh();
        shared.rooms.close(nowhere.room).await.unwrap();
        assert_eq!(shared.rooms.members(nowhere.room).await.unwrap(), None);
        assert_eq!(shared.rooms.tail(nowhere.room, 0).await.unwrap(), None);
    }

    async fn a_room_that_is_filled_goes_on_where_the_database_ends(adapter: Adapter) {
        let shared = adapter.shared(&[]);
        let earlier = Room::open(&shared).await;
        let known = earlier.say(&shared, "known").await;
        let room = Room::fresh();
        let recent = Message { room: room.room, prev: 5, stored: true, from: room.members[0], ..known };
        room.fill(&shared, vec![recent.clone()]).await;
        // Somebody else filled it a moment later.
        room.fill(&shared, Vec::new()).await;

        let next = room.say(&shared, "next").await;

        assert_eq!(next.prev, recent.seq);
        let again = NewMessage { id: recent.id, ..room.saying("known") };
        assert_eq!(shared.rooms.append(again).await.unwrap(), Append::Repeat(recent));
        assert_eq!(room.texts(&shared, 0).await.unwrap(), (vec!["known".into(), "next".into()], false));
        assert!(room.texts(&shared, 5).await.unwrap().1);
    }

    async fn a_picture_is_the_same_wherever_the_log_has_it(adapter: Adapter) {
        let shared = adapter.shared(&[]);
        let room = Room::open(&shared).await;
        let image = ImageView { id: ImageId::fresh(), width: 1600, height: 1200 };
        let new = NewMessage { said: Said::Image(image), ..room.saying("") };

        let placed = placed(shared.rooms.append(new.clone()).await);

        assert_eq!((placed.kind, &*placed.text, placed.image), (MessageKind::Image, "", Some(image)));
        assert_eq!(shared.rooms.append(new).await.unwrap(), Append::Repeat(placed.clone()));
        let taken = take(&shared, 1).await;
        assert_eq!(taken[0].message, placed);
        shared.rooms.acknowledge(&taken).await.unwrap();
        let stored = Message { stored: true, ..placed };
        let tail = shared.rooms.tail(room.room, 0).await.unwrap().unwrap();
        assert_eq!(tail.messages, slice::from_ref(&stored));

        let filled = Room::fresh();
        let stored = Message { room: filled.room, from: filled.members[0], ..stored };
        filled.fill(&shared, vec![stored.clone()]).await;
        let tail = shared.rooms.tail(filled.room, 0).await.unwrap().unwrap();
        assert_eq!(tail.messages, slice::from_ref(&stored));
        let retracted = Message { kind: MessageKind::Retracted, image: None, ..stored };
        shared.rooms.retract(&retracted).await.unwrap();
        let tail = shared.rooms.tail(filled.room, 0).await.unwrap().unwrap();
        assert_eq!(tail.messages, [retracted]);
    }

    async fn what_is_retracted_says_nothing_in_its_old_place(adapter: Adapter) {
        let shared = adapter.shared(&[]);
        let room = Room::open(&shared).await;
        let said = [room.say(&shared, "1").await, room.say(&shared, "2").await, room.say(&shared, "3").await];
        shared.rooms.acknowledge(&take(&shared, 3).await).await.unwrap();
        let retracted = Message {
            kind: MessageKind::Retracted,
            text: String::new(),
            stored: true,
            ..said[1].clone()
        };

        for _ in 0..2 {
            shared.rooms.retract(&retracted).await.unwrap();
        }
        shared.rooms.retract(&Message { id: MessageId::fresh(), ..retracted.clone() }).await.unwrap();
        shared.rooms.retract(&Message { room: Room::fresh().room, ..retracted.clone() }).await.unwrap();

        let tail = shared.rooms.tail(room.room, 0).await.unwrap().unwrap();
        let [one, other] = [&said[0], &said[2]].map(|said| Message { stored: true, ..said.clone() });
        assert_eq!(tail.messages, [one, retracted.clone(), other]);
        let resend = NewMessage { id: retracted.id, ..room.saying("2") };
        assert_eq!(shared.rooms.append(resend).await.unwrap(), Append::Repeat(retracted));
    }

    async fn every_message_is_taken_once_by_one_of_the_writers(adapter: Adapter) {
        let processes = adapter.processes(3, &[]);
        let mut rooms = Vec::new();
        for _ in 0..10 {
            rooms.push(Room::open(&processes[0]).await);
        }
        let writers: Vec<_> = processes[1..]
            .iter()
            .map(|shared| {
                let shared = shared.clone();
                tokio::spawn(async move {
                    let mut mine = Vec::new();
                    let mut quiet = 0;
                    while quiet < 10 {
                        let taken = shared.rooms.take(7, WAIT).await.unwrap();
                        quiet = if taken.is_empty() { quiet + 1 } else { 0 };
                        shared.rooms.acknowledge(&taken).await.unwrap();
                        mine.extend(taken);
                    }
                    mine
                })
            })
            .collect();
        let mut sent = BTreeMap::new();
        for n in 0..200 {
            let message = rooms[n % 10].say(&processes[0], &n.to_string()).await;
            sent.insert(message.id, message);
        }

        let mut taken = BTreeMap::new();
        for writer in writers {
            for entry in writer.await.unwrap() {
                assert!(entry.members.contains(&entry.message.from));
                let twice = taken.insert(entry.message.id, entry.message);
                assert_eq!(twice, None);
            }
        }
        assert_eq!(taken, sent);
        assert_eq!(processes[0].rooms.backlog().await.unwrap(), 0);
    }

    async fn what_a_dead_writer_took_is_taken_by_another(adapter: Adapter) {
        let settings = [("chat_writer__take_over_ms", "300")];
        let processes = adapter.processes(3, &settings);
        let room = Room::open(&processes[0]).await;
        for text in ["1", "2", "3"] {
            room.say(&processes[0], text).await;
        }
        let dead = take(&processes[1], 2).await;
        assert_eq!(texts(&dead), ["1", "2"]);

        let mut rest = take(&processes[2], 3).await;
        rest.sort_by_key(|entry| entry.message.seq);

        assert_eq!(texts(&rest), ["1", "2", "3"]);
        processes[2].rooms.acknowledge(&rest).await.unwrap();
        sleep(Duration::from_millis(400)).await;
        assert_eq!(processes[1].rooms.take(9, WAIT).await.unwrap(), []);
        // The dead one was only slow: its acknowledgement changes nothing.
        processes[1].rooms.acknowledge(&dead).await.unwrap();
        assert_eq!(processes[0].rooms.backlog().await.unwrap(), 0);
    }

    async fn a_writer_that_is_faster_says_nothing_about_earlier_messages(adapter: Adapter) {
        let shared = adapter.shared(&[]);
        let room = Room::open(&shared).await;
        for text in ["1", "2", "3"] {
            room.say(&shared, text).await;
        }
        let taken = take(&shared, 3).await;
        let stored = async || {
            let tail = shared.rooms.tail(room.room, 0).await.unwrap().unwrap();
            tail.messages.iter().map(|message| message.stored).collect::<Vec<_>>()
        };

        shared.rooms.acknowledge(&taken[1..]).await.unwrap();
        assert_eq!((stored().await, shared.rooms.backlog().await.unwrap()), (vec![false, true, true], 1));
        shared.rooms.acknowledge(&taken).await.unwrap();
        assert_eq!((stored().await, shared.rooms.backlog().await.unwrap()), (vec![true; 3], 0));
    }

    async fn what_the_log_keeps_is_read_page_by_page(adapter: Adapter) {
        let shared = adapter.shared(&[]);
        for _ in 0..3 {
            let room = Room::open(&shared).await;
            for n in 0..5 {
                room.say(&shared, &n.to_string()).await;
            }
        }
        take(&shared, 4).await;

        let (mut all, mut after) = (Vec::new(), None);
        loop {
            let page = shared.rooms.kept(after, 4).await.unwrap();
            if page.up_to.is_none() {
                break;
            }
            assert!(page.entries.len() <= 4);
            after = page.up_to;
            all.extend(page.entries);
        }

        assert!(all.is_sorted_by(|one, other| one.at < other.at), "each once, in order");
        assert_eq!(all.len(), 15, "taken or not");
    }

    async fn what_is_not_stored_is_never_let_go(adapter: Adapter) {
        let shared = adapter.shared(&[("chat__recent_messages", "2")]);
        let room = Room::open(&shared).await;
        for text in ["1", "2", "3", "4"] {
            room.say(&shared, text).await;
        }
        assert_eq!(room.texts(&shared, 0).await.unwrap().0.len(), 4);

        let taken = take(&shared, 4).await;
        shared.rooms.acknowledge(&taken).await.unwrap();

        assert_eq!(room.texts(&shared, 0).await.unwrap(), (vec!["3".into(), "4".into()], false));
        room.say(&shared, "5").await;
        assert_eq!(room.texts(&shared, 0).await.unwrap(), (vec!["4".into(), "5".into()], false));
    }

    async fn a_message_put_aside_is_gone_and_blocks_nobody(adapter: Adapter) {
        let shared = adapter.shared(&[]);
        let room = Room::open(&shared).await;
        for text in ["1", "poison", "3"] {
            room.say(&shared, text).await;
        }
        let taken = take(&shared, 3).await;

        shared.rooms.set_aside(&taken[1], "cannot be stored").await.unwrap();
        shared.rooms.acknowledge(&[taken[0].clone(), taken[2].clone()]).await.unwrap();

        assert_eq!(room.texts(&shared, 0).await.unwrap().0, ["1", "3"]);
        assert_eq!(shared.rooms.backlog().await.unwrap(), 0);
    }

    async fn a_full_log_refuses_and_loses_nothing(adapter: Adapter) {
        let shared = adapter.shared(&[("chat__backlog_max", "2"), ("redis__buckets", "1")]);
        let room = Room::open(&shared).await;
        room.say(&shared, "1").await;
        room.say(&shared, "2").await;
        let third = room.saying("3");
        assert_eq!(shared.rooms.append(third.clone()).await.unwrap(), Append::Busy);

        let taken = take(&shared, 2).await;
        shared.rooms.acknowledge(&taken).await.unwrap();

        placed(shared.rooms.append(third).await);
    }

    async fn members_who_write_at_once_get_one_order(adapter: Adapter) {
        let processes = adapter.processes(2, &[]);
        let room = Room::open(&processes[0]).await;
        let sends = (0..100).map(|n| {
            let shared = processes[n % 2].clone();
            let new = NewMessage { from: room.members[n % 2], ..room.saying(&n.to_string()) };
            tokio::spawn(async move { placed(shared.rooms.append(new).await) })
        });
        let mut sent = Vec::new();
        for send in sends.collect::<Vec<_>>() {
            sent.push(send.await.unwrap());
        }
        sent.sort_by_key(|message| message.seq);

        let mut before = 0;
        for message in &sent {
            assert_eq!(message.prev, before);
            before = message.seq;
        }
        let tail = processes[1].rooms.tail(room.room, 0).await.unwrap().unwrap();
        assert_eq!(tail.messages, sent);
        let mut stored = take(&processes[0], 100).await;
        stored.sort_by_key(|entry| entry.message.seq);
        assert_eq!(stored.into_iter().map(|entry| entry.message).collect::<Vec<_>>(), sent);
    }
}
