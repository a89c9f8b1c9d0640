//! Use case: a member says something in a room (called by `ws_gateway`).

use std::sync::Arc;

use crate::base::{MemberId, SocketId};
use crate::infra::shared::{Append, NewMessage, Shared};
use crate::protocol::{Event, Message, ServerFrame};

use super::ChatError;

/// What came of sending.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Sending {
    /// The message has its place, now or since an earlier try.
    Sent(Message),
    /// The room is not at hand: have it filled and try again.
    NotAtHand,
    /// It may have been stored long ago: look there, and if it is not there send it as a new one.
    NotRecognised,
}

/// Gives a message its place and shows it to every page of both members, except the one it came from.
///
/// Nothing here waits for the database.
pub async fn send_message(
    shared: &Shared,
    new: NewMessage,
    from_page: SocketId,
) -> Result<Sending, ChatError> {
    let room = new.room;
    match shared.rooms.append(new).await? {
        Append::Placed { message, members } => {
            show(shared, &message, members, from_page).await?;
            metrics::counter!("messages_sent_total").increment(1);
            Ok(Sending::Sent(message))
        }
        Append::Repeat(message) => Ok(Sending::Sent(message)),
        Append::NotAtHand => Ok(Sending::NotAtHand),
        Append::NotRecognised => Ok(Sending::NotRecognised),
        Append::NotAMember => Err(ChatError::RoomNotFound(room)),
        Append::Closed => Err(ChatError::RoomClosed(room)),
        Append::IdTaken => Err(ChatError::IdTaken),
        Append::Busy => Err(ChatError::Busy),
    }
}

async fn show(
    shared: &Shared,
    message: &Message,
    members: [MemberId; 2],
    from_page: SocketId,
) -> Result<(), ChatError> {
    let frame = Arc::new(ServerFrame::Message(message.clone()));
    for member in members {
        let (frame, except, place) = (frame.clone(), Some(from_page), Some(message.seq));
        let event = Event::Show { frame, except, place };
        shared.inboxes.deliver(member, event).await?;
    }
    Ok(())
}
