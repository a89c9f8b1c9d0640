//! Use case: pages of what was said in a room: the database, and what the log has beyond it.

use serde::Serialize;
use utoipa::ToSchema;

use crate::base::{MemberId, MessageId, RoomId};
use crate::infra::shared::Shared;
use crate::infra::{Db, Freshness};
use crate::protocol::{Message, Place};

use super::ChatError;
use super::store::{self, Range};

/// A page of a room, oldest first.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct Page {
    /// The messages.
    pub messages: Vec<Message>,
    /// Whether there are more in the direction asked for.
    pub more: bool,
}

/// Reads a page for a member of the room.
pub async fn history(
    db: &Db,
    shared: &Shared,
    room: RoomId,
    member: MemberId,
    range: Range,
    limit: usize,
) -> Result<Page, ChatError> {
    // The log first: what is acknowledged in it was shown to its members before, so the database has it.
    let tail = shared.rooms.tail(room, 0).await?;
    let unstored: Vec<Message> =
        tail.into_iter().flat_map(|tail| tail.messages).filter(|message| !message.stored).collect();
    db.read("chat.history", Freshness::SeenBy(member), move |conn| {
        store::partner_of(conn, room, member)?.ok_or(ChatError::RoomNotFound(room))?;
        let stored = store::messages(conn, room, range, limit + 1)?;
        Ok(page(stored, unstored, range, limit))
    })
    .await
}

/// What of a room is newer than a place, for a page that noticed a hole.
pub async fn newer_messages(
    db: &Db,
    shared: &Shared,
    room: RoomId,
    member: MemberId,
    after: Place,
    limit: usize,
) -> Result<Page, ChatError> {
    history(db, shared, room, member, Range::After(after), limit).await
}

/// A stored message of a room, by its id.
pub async fn stored_message(
    db: &Db,
    room: RoomId,
    member: MemberId,
    id: MessageId,
) -> Result<Option<Message>, ChatError> {
    db.read("chat.stored_message", Freshness::Latest, move |conn| {
        store::partner_of(conn, room, member)?.ok_or(ChatError::RoomNotFound(room))?;
        Ok(store::message(conn, room, id)?)
    })
    .await
}

/// Puts both sources together, each message once, and cuts the page.
fn page(stored: Vec<Message>, unstored: Vec<Message>, range: Range, limit: usize) -> Page {
    let mut messages = stored;
    let fits = |seq: Place| match range {
        Range::Newest => true,
        Range::Before(place) => seq < place,
        Range::After(place) => seq > place,
    };
    for message in unstored {
        if fits(message.seq) && messages.iter().all(|known| known.id != message.id) {
            messages.push(message);
        }
    }
    messages.sort_unstable_by_key(|message| message.seq);
    let more = messages.len() > limit;
    if more {
        match range {
            Range::After(_) => messages.truncate(limit),
            Range::Newest | Range::Before(_) => {
                messages.drain(..messages.len() - limit);
            }
        }
    }
    Page { messages, more }
}

#[cfg(test)]
mod tests {
    use crate::base::Timestamp;
    use crate::protocol::MessageKind;

    use super::*;

    fn message(seq: Place) -> Message {
        Message {
            room: RoomId::fresh(),
            seq,
            prev: seq - 1,
            id: MessageId::fresh(),
            from: MemberId::fresh(),
            kind: MessageKind::Text,
            text: "x".to_owned(),
            image: None,
            sent_at: Timestamp::from_micros(seq),
            stored: true,
        }
    }

    fn places(page: &Page) -> Vec<Place> {
        page.messages.iter().map(|message| message.seq).collect()
    }

    #[test]
    fn a_message_in_both_sources_is_shown_once() {
        let (one, two, three) = (message(1), message(2), message(3));

        let page = page(vec![one, two.clone()], vec![two, three], Range::Newest, 10);

        assert_eq!((places(&page), page.more), (vec![1, 2, 3], false));
    }

    #[test]
    fn a_page_is_cut_at_the_end_that_was_not_asked_for() {
        let stored: Vec<Message> = (1..=4).map(message).collect();

        let newest = page(stored.clone(), vec![], Range::Newest, 3);
        assert_eq!((places(&newest), newest.more), (vec![2, 3, 4], true));
        let after = page(stored, vec![message(9)], Range::After(0), 3);
        assert_eq!((places(&after), after.more), (vec![1, 2, 3], true));
    }

    #[test]
    fn what_waits_to_be_stored_stays_in_its_range() {
        let before = page(vec![message(1)], vec![message(7)], Range::Before(5), 10);
        assert_eq!(places(&before), [1]);
    }
}
