//! What can go wrong with a match, and what of it a client sees.

use crate::chat::ChatError;
use crate::http::{FieldProblem, Problem, ProblemCode, TokenError};
use crate::infra::DbError;
use crate::infra::shared::{RetryAfter, SharedError};

/// A refused or failed use of the matcher.
#[derive(Debug, thiserror::Error)]
pub enum MatcherError {
    /// Nobody can wish for that.
    #[error("the wish is wrong")]
    Wish(Vec<FieldProblem>),
    /// Too often.
    #[error("too often")]
    TooOften(RetryAfter),
    /// The member's place is not known.
    #[error("the place is not known, or too old")]
    PlaceNeeded,
    /// The account has gone.
    #[error("there is no such member")]
    NoSuchMember,
    /// A proposal waits for an answer.
    #[error("a proposal is open")]
    ProposalOpen,
    /// The proposal has ended.
    #[error("the proposal is over")]
    ProposalOver,
    /// No such proposal.
    #[error("there is no such proposal")]
    ProposalNotFound,
    /// The member is not in the queue.
    #[error("not waiting")]
    NotWaiting,
    /// The match token is not of this member and proposal.
    #[error("the match token is not valid")]
    TokenInvalid,
    /// A token could not be signed.
    #[error(transparent)]
    Signing(#[from] TokenError),
    /// The room could not be opened or shown.
    #[error(transparent)]
    Chat(#[from] ChatError),
    /// The database failed.
    #[error(transparent)]
    Db(#[from] DbError),
    /// Shared state failed.
    #[error(transparent)]
    Shared(#[from] SharedError),
}

impl From<RetryAfter> for MatcherError {
    fn from(pause: RetryAfter) -> Self {
        Self::TooOften(pause)
    }
}

impl From<MatcherError> for Problem {
    fn from(error: MatcherError) -> Self {
        match error {
            MatcherError::Wish(fields) => Self::fields(fields),
            MatcherError::TooOften(pause) => pause.into(),
            MatcherError::PlaceNeeded => Self::new(ProblemCode::PlaceNeeded),
            MatcherError::NoSuchMember => Self::new(ProblemCode::SessionEnded),
            MatcherError::ProposalOpen => Self::new(ProblemCode::ProposalOpen),
            MatcherError::ProposalOver => Self::new(ProblemCode::ProposalOver),
            MatcherError::ProposalNotFound => Self::new(ProblemCode::ProposalNotFound),
            MatcherError::NotWaiting => Self::new(ProblemCode::NotWaiting),
            MatcherError::TokenInvalid => Self::new(ProblemCode::MatchTokenInvalid),
            MatcherError::Signing(error) => Self::new(ProblemCode::Internal).cause(error),
            MatcherError::Chat(error) => error.into(),
            MatcherError::Db(error) => error.into(),
            MatcherError::Shared(error) => error.into(),
        }
    }
}
