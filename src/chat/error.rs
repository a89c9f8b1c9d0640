//! What can go wrong in a chat, and what of it a client sees.

use std::time::Duration;

use crate::base::RoomId;
use crate::http::{Problem, ProblemCode, TokenError};
use crate::imaging::ImageError;
use crate::infra::DbError;
use crate::infra::objects::ObjectError;
use crate::infra::shared::{RetryAfter, SharedError};

/// When a message that waits to be stored is worth another try.
const NOT_STORED_YET: Duration = Duration::from_millis(500);

/// A refused or failed use of a room.
#[derive(Debug, thiserror::Error)]
pub enum ChatError {
    /// The member is not in this room, or there is no such room; nobody can tell which.
    #[error("room {0} not found")]
    RoomNotFound(RoomId),
    /// Somebody left the room, or blocked the other.
    #[error("room {0} is closed")]
    RoomClosed(RoomId),
    /// The message says nothing, or too much.
    #[error("a message has 1 to {max} characters, got {chars}")]
    NotAcceptable {
        /// How long it is; white space around it does not count.
        chars: usize,
        /// How long it may be.
        max: usize,
    },
    /// The message holds the character U+0000.
    #[error("a message cannot hold the character U+0000")]
    HoldsNul,
    /// There is no such message in this room, or it is the partner's.
    #[error("message not found")]
    MessageNotFound,
    /// No message of this room shows this picture.
    #[error("image not found")]
    ImageNotFound,
    /// The message is too old to be taken back.
    #[error("too late to retract")]
    RetractTooLate,
    /// The message waits to be stored; it cannot be taken back before.
    #[error("the message is not stored yet")]
    NotStoredYet,
    /// The id belongs to a message of the other member.
    #[error("this message id is taken")]
    IdTaken,
    /// Too many messages wait to be stored.
    #[error("too many messages wait to be stored")]
    Busy,
    /// The two may not have a room: one has withdrawn, is suspended, or has blocked the other.
    #[error("a member has withdrawn, is suspended, or has blocked the other")]
    MemberGone,
    /// Too often.
    #[error("too often")]
    TooOften(RetryAfter),
    /// The file is not taken as a picture.
    #[error(transparent)]
    Image(#[from] ImageError),
    /// The object store failed.
    #[error(transparent)]
    Objects(#[from] ObjectError),
    /// A token could not be signed.
    #[error(transparent)]
    Token(#[from] TokenError),
    /// The database failed.
    #[error(transparent)]
    Db(#[from] DbError),
    /// Shared state failed.
    #[error(transparent)]
    Shared(#[from] SharedError),
}

impl ChatError {
    /// Whether trying again cannot help.
    #[must_use]
    pub const fn is_for_ever(&self) -> bool {
        match self {
            Self::MemberGone => true,
            Self::Db(error) => error.is_for_ever(),
            _ => false,
        }
    }
}

impl From<RetryAfter> for ChatError {
    fn from(pause: RetryAfter) -> Self {
        Self::TooOften(pause)
    }
}

impl From<ChatError> for Problem {
    fn from(error: ChatError) -> Self {
        match error {
            ChatError::RoomNotFound(_) => Self::new(ProblemCode::RoomNotFound),
            ChatError::RoomClosed(_) => Self::new(ProblemCode::RoomClosed),
            ChatError::NotAcceptable { .. } | ChatError::HoldsNul => {
                Self::new(ProblemCode::MessageNotAcceptable).detail(error.to_string())
            }
            ChatError::MessageNotFound => Self::new(ProblemCode::MessageNotFound),
            ChatError::ImageNotFound => Self::new(ProblemCode::ImageNotFound),
            ChatError::RetractTooLate => Self::new(ProblemCode::RetractTooLate),
            ChatError::NotStoredYet => {
                Self::new(ProblemCode::TemporarilyUnavailable).retry_after(NOT_STORED_YET)
            }
            ChatError::IdTaken => Self::new(ProblemCode::CidTaken),
            ChatError::Busy => Self::new(ProblemCode::Busy),
            // Both had accepted: the proposal leads nowhere.
            ChatError::MemberGone => Self::new(ProblemCode::ProposalOver),
            ChatError::TooOften(pause) => pause.into(),
            ChatError::Image(error) => error.into(),
            ChatError::Objects(error) => error.into(),
            ChatError::Token(_) => Self::new(ProblemCode::Internal).cause(error),
            ChatError::Db(error) => error.into(),
            ChatError::Shared(error) => error.into(),
        }
    }
}
