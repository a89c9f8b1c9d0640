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
    /// Owner `matcher`, forgotten by `member` when it changes. What is shown of a member who waits. Lives about
    /// 5 minutes (`infra::cache`).
    Face(MemberId),
    /// Owner `member`, read by all. Present once a session ended. Lives `auth.access_token_s` and a minute.
    EndedSession(SessionId),
    /// Owner `chat_writer`. The history that the primary was in, as `Db::history` names it. Lives 30 days after it
    /// changed.
    DatabaseHistory,
    /// Owner `infra::db`. Up to where in the primary's log a replica must have come to answer a member. Lives
    /// `postgres.mark_s`.
    Written(MemberId),
}

impl Key {
    /// Which kind of value it is, for metrics.
    #[must_use]
    pub const fn kind(&self) -> &'static str {
        match self {
            Self::EmailCode(_) => "email-code",
            Self::EmailCodePause(_) => "email-code-pause",
            Self::EmailProof(_) => "email-proof",
            Self::Place(_) => "place",
            Self::Face(_) => "face",
            Self::EndedSession(_) => "ended-session",
            Self::DatabaseHistory => "database-history",
            Self::Written(_) => "written",
        }
    }
}

/// As `kind:{whose}`.
impl fmt::Display for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let kind = self.kind();
        match self {
            Self::EmailCode(hash) | Self::EmailCodePause(hash) | Self::EmailProof(hash) => {
                write!(f, "{kind}:{{{hash}}}")
            }
            Self::Place(member) | Self::Face(member) | Self::Written(member) => {
                write!(f, "{kind}:{{m:{member}}}")
            }
            Self::EndedSession(session) => write!(f, "{kind}:{{{session}}}"),
            Self::DatabaseHistory => f.write_str(kind),
        }
    }
}
