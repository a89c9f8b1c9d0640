//! What a gateway asks a chat-writer over the internal HTTP API.

use serde::{Deserialize, Serialize};

use crate::base::{MemberId, MessageId};

use super::view::{Message, Place, RoomView};

/// Asks what a member's page must know after an absence.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ResumeRequest {
    /// Whose page.
    pub member: MemberId,
    /// The greatest place it has; none for a fresh page.
    pub since: Option<Place>,
}

/// What a member's page must know after an absence.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ResumeAnswer {
    /// The newest rooms.
    pub rooms: Vec<RoomView>,
    /// Everything newer than `since`, in order of place.
    pub messages: Vec<Message>,
    /// False: too much was missed, and `messages` is empty.
    pub complete: bool,
    /// Whether the member shares that it is typing, and sees it of others.
    pub share_typing: bool,
}

/// Says that a member has seen everything up to a place.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReadRequest {
    /// Who.
    pub member: MemberId,
    /// Up to here.
    pub seq: Place,
}

/// Says that a member takes a message back.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RetractRequest {
    /// Who.
    pub member: MemberId,
}

/// Asks for a message by its id.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FindRequest {
    /// Who asks.
    pub member: MemberId,
    /// Which message.
    pub id: MessageId,
}

/// Asks what of a room is newer than a place.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SyncRequest {
    /// Who asks.
    pub member: MemberId,
    /// What is newer than this.
    pub after: Place,
    /// At most so many.
    pub limit: usize,
}
