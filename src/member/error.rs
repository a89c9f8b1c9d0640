//! What can go wrong with an account, and what of it a client sees.

use crate::chat::ChatError;
use crate::http::{FieldProblem, Problem, ProblemCode, Suspended, TokenError};
use crate::imaging::ImageError;
use crate::infra::DbError;
use crate::infra::objects::ObjectError;
use crate::infra::shared::{RetryAfter, SharedError};
use crate::safety::SafetyError;

/// A refused or failed use of an account.
#[derive(Debug, thiserror::Error)]
pub enum MemberError {
    /// Fields are wrong.
    #[error("fields are wrong")]
    Fields(Vec<FieldProblem>),
    /// Too often.
    #[error("too often")]
    TooOften(RetryAfter),
    /// The code is wrong.
    #[error("the code is wrong, {tries_left} tries left")]
    CodeWrong {
        /// Guesses left.
        tries_left: u32,
    },
    /// There is no code for this address, or it is over.
    #[error("there is no code for this address, or it is over")]
    CodeExpired,
    /// The proof of the address is over.
    #[error("the proof of the address is over")]
    ProofExpired,
    /// The address has an account.
    #[error("the address has an account")]
    EmailTaken,
    /// Somebody has this username.
    #[error("the username is taken")]
    UsernameTaken,
    /// Somebody has this nickname.
    #[error("the nickname is taken")]
    NicknameTaken,
    /// Name or password is wrong.
    #[error("name or password is wrong")]
    CredentialsWrong,
    /// Too many wrong passwords were given for this name.
    #[error("too many wrong passwords were given for this name")]
    Locked,
    /// The password of the member who asks is wrong.
    #[error("the password is wrong")]
    PasswordWrong,
    /// The member has no such session.
    #[error("there is no such session")]
    SessionNotFound,
    /// The log-in has ended.
    #[error("the session has ended")]
    SessionEnded,
    /// The member is suspended.
    #[error("the member is suspended")]
    Suspended(Suspended),
    /// The member is not suspended.
    #[error("the member is not suspended")]
    NotSuspended,
    /// There is no such member.
    #[error("there is no such member")]
    NoSuchMember,
    /// Too many passwords wait to be hashed.
    #[error("too many passwords wait to be hashed")]
    Busy,
    /// Work ended before it was done.
    #[error("work ended before it was done")]
    Unfinished,
    /// A token could not be signed.
    #[error(transparent)]
    Token(#[from] TokenError),
    /// The file is not taken as a picture.
    #[error(transparent)]
    Image(#[from] ImageError),
    /// The object store failed.
    #[error(transparent)]
    Objects(#[from] ObjectError),
    /// The database failed.
    #[error(transparent)]
    Db(#[from] DbError),
    /// Shared state failed.
    #[error(transparent)]
    Shared(#[from] SharedError),
    /// The rooms of a member could not be closed.
    #[error(transparent)]
    Chat(#[from] ChatError),
    /// A block or a report was refused, or failed.
    #[error(transparent)]
    Safety(#[from] SafetyError),
}

impl MemberError {
    /// One field is wrong.
    pub(super) fn field(problem: FieldProblem) -> Self {
        Self::Fields(vec![problem])
    }

    /// The new password is not good enough.
    pub(super) fn new_password(problem: FieldProblem) -> Self {
        Self::field(FieldProblem { field: "new_password", ..problem })
    }

    /// Tells apart which of the unique keys of an account is taken.
    pub(super) fn taken(error: DbError) -> Self {
        match error {
            error if error.is_taken("members_email_key") => Self::EmailTaken,
            error if error.is_taken("members_username") => Self::UsernameTaken,
            error if error.is_taken("members_nickname_key") => Self::NicknameTaken,
            error => Self::Db(error),
        }
    }
}

impl From<RetryAfter> for MemberError {
    fn from(pause: RetryAfter) -> Self {
        Self::TooOften(pause)
    }
}

impl From<MemberError> for Problem {
    fn from(error: MemberError) -> Self {
        match error {
            MemberError::Fields(fields) => Self::fields(fields),
            MemberError::TooOften(pause) => pause.into(),
            MemberError::CodeWrong { .. } => {
                Self::new(ProblemCode::CodeWrong).detail(error.to_string())
            }
            MemberError::CodeExpired => Self::new(ProblemCode::CodeExpired),
            MemberError::ProofExpired => Self::new(ProblemCode::ProofExpired),
            MemberError::EmailTaken => Self::new(ProblemCode::EmailTaken),
            MemberError::UsernameTaken => Self::new(ProblemCode::UsernameTaken),
            MemberError::NicknameTaken => Self::new(ProblemCode::NicknameTaken),
            MemberError::CredentialsWrong => Self::new(ProblemCode::CredentialsWrong),
            MemberError::Locked => Self::new(ProblemCode::AccountLocked),
            MemberError::PasswordWrong => Self::new(ProblemCode::PasswordWrong),
            MemberError::SessionNotFound => Self::new(ProblemCode::SessionNotFound),
            MemberError::SessionEnded => Self::new(ProblemCode::SessionEnded),
            MemberError::Suspended(suspended) => suspended.into(),
            MemberError::NotSuspended => Self::new(ProblemCode::NotSuspended),
            MemberError::NoSuchMember => Self::new(ProblemCode::MemberNotFound),
            MemberError::Busy => Self::new(ProblemCode::Busy),
            MemberError::Unfinished | MemberError::Token(_) => {
                Self::new(ProblemCode::Internal).cause(error)
            }
            MemberError::Image(error) => error.into(),
            MemberError::Objects(error) => error.into(),
            MemberError::Db(error) => error.into(),
            MemberError::Shared(error) => error.into(),
            MemberError::Chat(error) => error.into(),
            MemberError::Safety(error) => error.into(),
        }
    }
}
