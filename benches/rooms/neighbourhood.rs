//! A member with rooms, and what was said in them.

use rand_chat::base::{Clock, MemberId, MessageId, ProposalId, RoomId, SystemClock, Timestamp};
use rand_chat::chat::{ChatError, list_rooms, open_room, store_again};
use rand_chat::infra::Infra;
use rand_chat::infra::shared::{LogEntry, LogPosition};
use rand_chat::protocol::{Message, MessageKind, Place};

use crate::members::add_members;

/// Rows written together.
const ROWS: usize = 1_000;
/// Microseconds between two messages of a room.
const EVERY: Place = 1_000_000;
/// Messages of the newest room that are newer than `late`.
const NEWS: Place = 40;

pub struct Neighbourhood {
    pub member: MemberId,
    /// A cursor half-way through the room list.
    pub middle: String,
    pub newest_room: RoomId,
    /// A place near the beginning of that room, and one near its end.
    pub early: Place,
    pub late: Place,
    /// A message from its middle.
    pub message: MessageId,
}

/// Makes one of so many rooms with so many messages each. What was said last is older in each room than in the next.
pub async fn settle(infra: &Infra, rooms: usize, messages: usize) -> Neighbourhood {
    let member = MemberId::fresh();
    let partners: Vec<MemberId> = (0..rooms).map(|_| MemberId::fresh()).collect();
    let everybody: Vec<MemberId> = partners.iter().copied().chain([member]).collect();
    let now = SystemClock.now();
    add_members(infra, everybody, now).await;

    let span = EVERY * Place::try_from(messages).unwrap();
    let begun = now.as_micros() - 2 * span;
    let (mut batch, mut said, mut newest_room) = (Vec::new(), Vec::new(), None);
    for (n, partner) in partners.into_iter().enumerate() {
        let proposal = ProposalId::fresh();
        let opened = Timestamp::from_micros(begun);
        let open = infra
            .db
            .write("bench.room", move |conn| open_room(conn, proposal, [member, partner], opened));
        let room: RoomId =
            open.await.map(|room| room.id).map_err(|error: ChatError| error).unwrap();
        newest_room = Some(room);
        let mut prev = 0;
        said.clear();
        for m in 0..messages {
            let seq = begun + EVERY * Place::try_from(m).unwrap() + Place::try_from(n).unwrap();
            let (id, from) = (MessageId::fresh(), if m % 2 == 0 { member } else { partner });
            said.push((seq, id));
            let (kind, text) = (MessageKind::Text, format!("This is message {m} of that room."));
            let sent_at = Timestamp::from_micros(seq);
            let (image, stored) = (None, false);
            let message = Message { room, seq, prev, id, from, kind, text, image, sent_at, stored };
            let at = LogPosition { bucket: 0, time: 0, number: 0 };
            batch.push(LogEntry { at, message, members: [member, partner] });
            prev = seq;
            if batch.len() == ROWS {
                store_again(&infra.db, &batch).await.unwrap();
                batch.clear();
            }
        }
    }
    store_again(&infra.db, &batch).await.unwrap();
    let middle = cursor(infra, member, rooms / 2).await;
    // The newest messages of all rooms lie close together: what is newer than this is of a few of them.
    let late = said.last().unwrap().0 - NEWS;
    let (early, message) = (said[20].0, said[messages / 2].1);
    Neighbourhood { member, middle, newest_room: newest_room.unwrap(), early, late, message }
}

/// After so many rooms.
async fn cursor(infra: &Infra, member: MemberId, rooms: usize) -> String {
    let mut cursor = None;
    for _ in 0..rooms.div_ceil(100).max(1) {
        let page = list_rooms(infra, member, cursor.take(), rooms.min(100)).await.unwrap();
        cursor = page.next;
    }
    cursor.expect("there are more")
}
