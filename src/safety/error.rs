//! What can go wrong with a block or a report, and what of it a client sees.

use crate::chat::ChatError;
use crate::http::{FieldProblem, Problem, ProblemCode};
use crate::infra::DbError;
use crate::infra::shared::{RetryAfter, SharedError};

/// A refused or failed block or report.
#[derive(Debug, thiserror::Error)]
pub enum SafetyError {
    /// The members never shared a room, or there is no such member; nobody can tell which.
    #[error("there is no such member")]
    MemberNotFound,
    /// The report is wrong.
    #[error("the report is wrong")]
    Fields(Vec<FieldProblem>),
    /// Too often.
    #[error("too often")]
    TooOften(RetryAfter),
    /// A report of this member about this room is open.
    #[error("a report about this room is open")]
    AlreadyReported,
    /// No such report.
    #[error("there is no such report")]
    ReportNotFound,
    /// Somebody has decided it.
    #[error("the report was decided")]
    AlreadyDecided,
    /// Work ended before it was done.
    #[error("work ended before it was done")]
    Unfinished,
    /// What is kept of a report cannot be read or written.
    #[error("the evidence cannot be written or read: {0}")]
    Evidence(#[from] serde_json::Error),
    /// The room is not there, or could not be closed.
    #[error(transparent)]
    Chat(#[from] ChatError),
    /// The database failed.
    #[error(transparent)]
    Db(#[from] DbError),
    /// Shared state failed.
    #[error(transparent)]
    Shared(#[from] SharedError),
}

impl From<RetryAfter> for SafetyError {
    fn from(pause: RetryAfter) -> Self {
        Self::TooOften(pause)
    }
}

impl From<SafetyError> for Problem {
    fn from(error: SafetyError) -> Self {
        match error {
            SafetyError::MemberNotFound => Self::new(ProblemCode::MemberNotFound),
            SafetyError::Fields(fields) => Self::fields(fields),
            SafetyError::TooOften(pause) => pause.into(),
            SafetyError::AlreadyReported => Self::new(ProblemCode::AlreadyReported),
            SafetyError::ReportNotFound => Self::new(ProblemCode::ReportNotFound),
            SafetyError::AlreadyDecided => Self::new(ProblemCode::AlreadyDecided),
            SafetyError::Unfinished | SafetyError::Evidence(_) => {
                Self::new(ProblemCode::Internal).cause(error)
            }
            SafetyError::Chat(error) => error.into(),
            SafetyError::Db(error) => error.into(),
            SafetyError::Shared(error) => error.into(),
        }
    }
}
