//! Every kind of value in [`super::Values`]: its owner, its contents and its life.
//! The table in `ARCHITECTURE.md` says the same.

use std::fmt;

use crate::base::{MemberId, SessionId};

/// Names a value.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Key {
    /// Owner `member`. The hash of the code sent to the address with this hash. Lives `member.code_s`.
    EmailCode(String),
    /// Owner `member`. Present while no other code may be sent to the address with this hash. Lives `member.code_resend_s`.
    EmailCodePause(String),
    /// Owner `member`. The address proved by the proof with this hash. Lives `member.proof_s`.
    EmailProof(String),
    /// Owner `member`, read by `matcher`. The centre of a member's cell. Lives `member.place_s`.
    Place(MemberId),
    /// Owner `member`, read by all. Present once a session ended. Lives `auth.access_token_s` and a minute.
    EndedSession(SessionId),
    /// Owner `chat_writer`. The history that the primary was in, as `Db::history` names it. Lives 30 days after a
    /// writer looked last.
    DatabaseHistory,
    /// Owner `infra::db`. Up to where in the primary's log a replica must have come to answer a member. Lives
    /// `postgres.mark_s`.
    Written(MemberId),
}

impl fmt::Display for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::EmailCode(hash) => write!(f, "email-code:{{{hash}}}"),
            Self::EmailCodePause(hash) => write!(f, "email-code-pause:{{{hash}}}"),
            Self::EmailProof(hash) => write!(f, "email-proof:{{{hash}}}"),
            Self::Place(member) => write!(f, "place:{{m:{member}}}"),
            Self::DatabaseHistory => f.write_str("database-history"),
            Self::Written(member) => write!(f, "written:{{m:{member}}}"),
            Self::EndedSession(session) => write!(f, "ended-session:{{{session}}}"),
        }
    }
}
