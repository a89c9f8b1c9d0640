//! Every kind of value in [`super::Values`]: its owner, its contents and its life.
//! The table in `ARCHITECTURE.md` says the same.

use std::fmt;

use crate::base::{MemberId, SessionId};

/// Names a value.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Key {
    /// Owner `member`. The hash of a mailed code, under the hash of what it is for and whom. Lives `member.code_s`.
    Code(String),
    /// Owner `member`. Present while no other such code may be asked for. Lives `member.code_resend_s`.
    CodePause(String),
    /// Owner `member`. The address proved by the proof with this hash. Lives `member.proof_s`.
    EmailProof(String),
    /// Owner `member`. Who may set a new password with the proof with this hash. Lives `member.proof_s`.
    ResetProof(String),
    /// Owner `member`. How many wrong passwords in a row there were, under the hash of an account or of a name that
    /// was given. Lives a day after the first.
    WrongPasswords(String),
    /// Owner `member`, read by `matcher`. The centre of a member's cell. Lives `member.place_s`.
    Place(MemberId),
    /// Owner `matcher`, forgotten by `member` when it changes. What is shown of a member who waits. Lives about
    /// 5 minutes (`infra::cache`).
    Face(MemberId),
    /// Owner `matcher`. How many proposals a member declined in a row. Lives `matching.declines_s` after the first.
    Declines(MemberId),
    /// Owner `matcher`. How many proposals a member's page did not show in time. Lives `matching.declines_s` after the
    /// first.
    Misses(MemberId),
    /// Owner `matcher`. Until when a member pauses who declined several in a row, in µs. Lives until then.
    MatchPause(MemberId),
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
            Self::Code(_) => "code",
            Self::CodePause(_) => "code-pause",
            Self::EmailProof(_) => "email-proof",
            Self::ResetProof(_) => "reset-proof",
            Self::WrongPasswords(_) => "wrong-passwords",
            Self::Place(_) => "place",
            Self::Face(_) => "face",
            Self::Declines(_) => "declines",
            Self::Misses(_) => "misses",
            Self::MatchPause(_) => "match-pause",
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
            Self::Code(hash)
            | Self::CodePause(hash)
            | Self::EmailProof(hash)
            | Self::ResetProof(hash)
            | Self::WrongPasswords(hash) => write!(f, "{kind}:{{{hash}}}"),
            Self::Place(member)
            | Self::Face(member)
            | Self::Declines(member)
            | Self::Misses(member)
            | Self::MatchPause(member)
            | Self::Written(member) => {
                write!(f, "{kind}:{{m:{member}}}")
            }
            Self::EndedSession(session) => write!(f, "{kind}:{{{session}}}"),
            Self::DatabaseHistory => f.write_str(kind),
        }
    }
}
