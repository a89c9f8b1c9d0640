//! Use case: a member takes back what it said (called by `chat_writer`). For both, and on every page of both. A picture
//! is deleted, unless something else shows it or a report keeps it.

use std::time::Duration;

use tokio::join;

use crate::base::{MemberId, MessageId, RoomId, Timestamp};
use crate::infra::Infra;
use crate::protocol::{Event, Message, MessageKind, ServerFrame};

use super::{ChatError, store};

/// Empties a message of this member that was sent `within` this time, in the database and at hand. Safe to repeat.
pub async fn retract_message(
    infra: &Infra,
    room: RoomId,
    id: MessageId,
    member: MemberId,
    within: Duration,
    now: Timestamp,
) -> Result<(), ChatError> {
    let (db, shared) = (&infra.db, &infra.shared);
    let write = db.write("chat.retract_message", move |conn| {
        let mut read = conn.as_read();
        let partner = store::partner_of(&mut read, room, member)?;
        let partner = partner.ok_or(ChatError::RoomNotFound(room))?;
        // Whoever stores or reports what is said here comes before this, or sees what it did.
        store::hold_rooms(conn, &[room])?;
        let mut read = conn.as_read();
        let is_open = store::room_head(&mut read, room)?.is_some_and(|(_, is_open)| is_open);
        let message = store::message(&mut read, room, id)?;
        let mine = message.as_ref().filter(|message| message.from == member);
        // What was begun is brought to its end, whatever happened meanwhile.
        let is_begun = mine.is_some_and(|message| message.kind == MessageKind::Retracted);
        if !is_open && !is_begun {
            return Err(ChatError::RoomClosed(room));
        }
        let Some(message) = message else { return Ok(None) };
        if message.from != member {
            return Err(ChatError::MessageNotFound);
        }
        if !is_begun {
            if now.since(message.sent_at) > within {
                return Err(ChatError::RetractTooLate);
            }
            store::retract(conn, &message, now)?;
        }
        let (kind, text) = (MessageKind::Retracted, String::new());
        let retracted = Message { kind, text, image: None, ..message };
        Ok(Some((retracted, partner)))
    });
    let Some((retracted, partner)) = write.await? else {
        let tail = shared.rooms.tail(room, 0).await?;
        let mut known = tail.into_iter().flat_map(|tail| tail.messages);
        return Err(match known.find(|message| message.id == id && message.from == member) {
            Some(_) => ChatError::NotStoredYet,
            None => ChatError::MessageNotFound,
        });
    };
    db.show_to(vec![member, partner]).await;
    let event = Event::show(ServerFrame::Retracted { room, id });
    // Each is tried whatever becomes of the others: what fails is done when it is asked for again.
    let (at_hand, partner, own) = join!(
        shared.rooms.retract(&retracted),
        shared.inboxes.deliver(partner, event.clone()),
        shared.inboxes.deliver(member, event),
    );
    at_hand?;
    partner?;
    own?;
    Ok(())
}
