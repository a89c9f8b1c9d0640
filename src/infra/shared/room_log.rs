//! The room log: it gives every message its place, keeps it until it is stored, and keeps the newest
//! of each room at hand.

use std::fmt;
use std::time::Duration;

use async_trait::async_trait;

use crate::base::{MemberId, MessageId, RoomId};
use crate::protocol::{ImageView, Message, MessageKind, Place};

use super::SharedResult;

/// A message that has no place yet.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewMessage {
    /// Where.
    pub room: RoomId,
    /// Made by the sender's page; the same on every resend.
    pub id: MessageId,
    /// By whom.
    pub from: MemberId,
    /// What.
    pub said: Said,
    /// Whether it may have been placed before. Then it is placed only if the log would know it.
    pub again: bool,
}

/// What is said with a message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Said {
    /// In words.
    Text(String),
    /// With a picture.
    Image(ImageView),
}

impl Said {
    /// As the fields of a [`Message`].
    #[must_use]
    pub fn into_fields(self) -> (MessageKind, String, Option<ImageView>) {
        match self {
            Self::Text(text) => (MessageKind::Text, text, None),
            Self::Image(image) => (MessageKind::Image, String::new(), Some(image)),
        }
    }
}

/// What came of an append.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Append {
    /// The message has its place and will be stored.
    Placed {
        /// The message.
        message: Message,
        /// Both members of the room.
        members: [MemberId; 2],
    },
    /// It had its place already: a resend. Nothing was added.
    Repeat(Message),
    /// The room is not at hand: fill it from the database and try again.
    NotAtHand,
    /// It may have been placed before, and the log would not know it: only the database does.
    NotRecognised,
    /// This member is not in this room.
    NotAMember,
    /// The room takes no more messages.
    Closed,
    /// The id belongs to a message of the other member.
    IdTaken,
    /// Too many messages wait to be stored.
    Busy,
}

/// A room as the log keeps it at hand.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RoomEntry {
    /// Which room.
    pub room: RoomId,
    /// Both members.
    pub members: [MemberId; 2],
    /// Whether messages may be sent.
    pub open: bool,
    /// The newest messages, oldest first. When it is filled from the database, these are stored ones.
    pub recent: Vec<Message>,
}

/// What of a room is newer than a place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Tail {
    /// In order.
    pub messages: Vec<Message>,
    /// Whether nothing is missing between the place asked for and the first of them.
    pub complete: bool,
}

/// Where an entry stands in the log.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct LogPosition {
    /// The part of the log. A room is always in the same one.
    pub bucket: u16,
    /// When it was appended, in milliseconds since 1970, as far as the log knows.
    pub time: u64,
    /// Its number among those of that time.
    pub number: u64,
}

impl LogPosition {
    /// Reads what [`fmt::Display`] writes.
    #[must_use]
    pub fn parse(bucket: u16, text: &str) -> Option<Self> {
        let (time, number) = text.split_once('-')?;
        Some(Self { bucket, time: time.parse().ok()?, number: number.parse().ok()? })
    }
}

/// As `time-number`.
impl fmt::Display for LogPosition {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}-{}", self.time, self.number)
    }
}

/// A part of what the log has.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Kept {
    /// The messages; not those that cannot be read.
    pub entries: Vec<LogEntry>,
    /// Where the part ends; none if there is nothing more.
    pub up_to: Option<LogPosition>,
}

/// A message that waits to be stored.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LogEntry {
    /// Where it stands, for the acknowledgement.
    pub at: LogPosition,
    /// The message.
    pub message: Message,
    /// Both members of its room.
    pub members: [MemberId; 2],
}

/// The log of all rooms. A message, once appended, is taken until it is acknowledged.
#[async_trait]
pub trait RoomLog: Send + Sync {
    /// Gives a message its place: `max(last + 1, now in microseconds)`. One atomic step.
    async fn append(&self, new: NewMessage) -> SharedResult<Append>;
    /// Puts a room at hand, unless it is already.
    async fn fill(&self, entry: RoomEntry) -> SharedResult<()>;
    /// The two members of a room and whether it is open, if it is at hand.
    async fn members(&self, room: RoomId) -> SharedResult<Option<([MemberId; 2], bool)>>;
    /// Notes that a room takes no more messages.
    async fn close(&self, room: RoomId) -> SharedResult<()>;
    /// Puts a retracted message in the place of what it was, if it is at hand.
    async fn retract(&self, retracted: &Message) -> SharedResult<()>;
    /// What of a room is newer than `after`; none if the room is not at hand.
    async fn tail(&self, room: RoomId, after: Place) -> SharedResult<Option<Tail>>;

    /// Takes up to `max` messages that wait to be stored, oldest first; waits up to `wait` for the
    /// first. What is not acknowledged in time is taken again, perhaps by another writer.
    async fn take(&self, max: usize, wait: Duration) -> SharedResult<Vec<LogEntry>>;
    /// Notes that messages are stored.
    async fn acknowledge(&self, stored: &[LogEntry]) -> SharedResult<()>;
    /// Puts a message aside that can never be stored, with the reason.
    async fn set_aside(&self, entry: &LogEntry, reason: &str) -> SharedResult<()>;
    /// Up to `max` messages that the log still has after a position, stored or not; from the beginning
    /// without one. A log on a server keeps them for 15 minutes, for a database that forgot them.
    async fn kept(&self, after: Option<LogPosition>, max: usize) -> SharedResult<Kept>;
    /// How many messages wait to be stored.
    async fn backlog(&self) -> SharedResult<usize>;
}
