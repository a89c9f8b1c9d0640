//! How every error looks to a client: RFC 9457, `application/problem+json`.
//!
//! [`Problem`] is the only type in the program that implements [`ResponseError`]. Modules have
//! errors of their own that know nothing of HTTP, and one `From` that turns them into a problem. The
//! same codes go into the `err` frames of the socket. `docs/problems.md` explains each.

use std::fmt;
use std::time::Duration;

use actix_web::http::StatusCode;
use actix_web::http::header::{CONTENT_TYPE, RETRY_AFTER, WWW_AUTHENTICATE};
use actix_web::{HttpResponse, ResponseError};
use serde::Serialize;
use serde_json::{Value, json};
use tracing::{debug, error};
use utoipa::ToSchema;

use crate::base::Timestamp;
use crate::imaging::ImageError;
use crate::infra::DbError;
use crate::infra::objects::{LinkError, ObjectError};
use crate::infra::shared::{RetryAfter, SharedError};
use crate::protocol::Refusal;

macro_rules! problem_codes {
    ($($(#[$doc:meta])* $variant:ident = $status:ident, $name:literal, $title:literal;)*) => {
        /// Every problem a client can meet. The names are part of the API: add, never rename.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        pub enum ProblemCode {
            $($(#[$doc])* $variant,)*
        }

        impl ProblemCode {
            /// Every code there is, for tests and for `docs/problems.md`.
            pub const ALL: &'static [Self] = &[$(Self::$variant),*];

            /// The table: status, stable name, human title.
            const fn row(self) -> (StatusCode, &'static str, &'static str) {
                match self {
                    $(Self::$variant => (StatusCode::$status, $name, $title),)*
                }
            }
        }
    };
}

problem_codes! {
    /// The request does not have the shape it should.
    InvalidRequest = BAD_REQUEST, "invalid_request", "Invalid request";
    /// A socket frame of a type nobody knows.
    UnknownType = BAD_REQUEST, "unknown_type", "Unknown frame type";
    /// No token, or one that is not valid here.
    Unauthenticated = UNAUTHORIZED, "unauthenticated", "Not logged in";
    /// The log-in has ended.
    SessionEnded = UNAUTHORIZED, "session_ended", "Session ended";
    /// Username, e-mail or password is wrong; nobody is told which.
    CredentialsWrong = UNAUTHORIZED, "credentials_wrong", "Wrong username or password";
    /// The page that asks is not one of ours.
    OriginNotAllowed = FORBIDDEN, "origin_not_allowed", "Origin not allowed";
    /// The member is suspended. The body says until when, and why.
    Suspended = FORBIDDEN, "suspended", "Account suspended";
    /// The match token does not belong to this member and proposal, or is over.
    MatchTokenInvalid = FORBIDDEN, "match_token_invalid", "Match token not valid";
    /// The token of a picture does not belong to this member and room, or is over.
    ImageTokenInvalid = FORBIDDEN, "image_token_invalid", "Image token not valid";
    /// The link to a file is not one of ours, or was changed.
    LinkInvalid = FORBIDDEN, "link_invalid", "Link not valid";
    /// There is nothing at this path.
    NotFound = NOT_FOUND, "not_found", "Not found";
    /// No such room, or none that this member may see.
    RoomNotFound = NOT_FOUND, "room_not_found", "Room not found";
    /// No such message in this room, or none of this member.
    MessageNotFound = NOT_FOUND, "message_not_found", "Message not found";
    /// No such picture in this room, or its message was taken back.
    ImageNotFound = NOT_FOUND, "image_not_found", "Image not found";
    /// No such member, or none that this member has met.
    MemberNotFound = NOT_FOUND, "member_not_found", "Member not found";
    /// No such report.
    ReportNotFound = NOT_FOUND, "report_not_found", "Report not found";
    /// No such session, or not one of this member.
    SessionNotFound = NOT_FOUND, "session_not_found", "Session not found";
    /// No such proposal, or not one of this member.
    ProposalNotFound = NOT_FOUND, "proposal_not_found", "Proposal not found";
    /// This member is not in the queue.
    NotWaiting = NOT_FOUND, "not_waiting", "Not waiting";
    /// The path is there, but not for this method.
    MethodNotAllowed = METHOD_NOT_ALLOWED, "method_not_allowed", "Method not allowed";
    /// The client takes none of the encodings that there are.
    NotAcceptable = NOT_ACCEPTABLE, "not_acceptable", "Not acceptable";
    /// There is an account with this address.
    EmailTaken = CONFLICT, "email_taken", "E-mail address taken";
    /// Somebody has this username.
    UsernameTaken = CONFLICT, "username_taken", "Username taken";
    /// Somebody has this nickname.
    NicknameTaken = CONFLICT, "nickname_taken", "Nickname taken";
    /// The member's place is not known, or too old.
    PlaceNeeded = CONFLICT, "place_needed", "Place needed";
    /// A proposal waits for this member's answer.
    ProposalOpen = CONFLICT, "proposal_open", "A proposal is open";
    /// The proposal has ended.
    ProposalOver = CONFLICT, "proposal_over", "The proposal is over";
    /// The room takes no more messages.
    RoomClosed = CONFLICT, "room_closed", "Room closed";
    /// The message is too old to be taken back.
    RetractTooLate = CONFLICT, "retract_too_late", "Too late to retract";
    /// A report of this member about this room is open.
    AlreadyReported = CONFLICT, "already_reported", "Already reported";
    /// Somebody has decided the report.
    AlreadyDecided = CONFLICT, "already_decided", "Already decided";
    /// The member is not suspended.
    NotSuspended = CONFLICT, "not_suspended", "Not suspended";
    /// Another message in this room has this `cid`.
    CidTaken = CONFLICT, "cid_taken", "Message id taken";
    /// The code is over: too old, used, or guessed at too often.
    CodeExpired = GONE, "code_expired", "Code expired";
    /// The proof of the address is over.
    ProofExpired = GONE, "proof_expired", "Proof expired";
    /// The link to a file is over.
    LinkExpired = GONE, "link_expired", "Link expired";
    /// The body is larger than it may be.
    PayloadTooLarge = PAYLOAD_TOO_LARGE, "payload_too_large", "Payload too large";
    /// The body is not of a kind that is taken here.
    UnsupportedMediaType = UNSUPPORTED_MEDIA_TYPE, "unsupported_media_type", "Unsupported media type";
    /// The code is wrong.
    CodeWrong = UNPROCESSABLE_ENTITY, "code_wrong", "Wrong code";
    /// The password of the member who asks is wrong.
    PasswordWrong = UNPROCESSABLE_ENTITY, "password_wrong", "Wrong password";
    /// The file is not a whole picture, or has too many pixels.
    ImageNotAcceptable = UNPROCESSABLE_ENTITY, "image_not_acceptable", "Image not acceptable";
    /// The message is empty or too long.
    MessageNotAcceptable = UNPROCESSABLE_ENTITY, "message_not_acceptable", "Message not acceptable";
    /// Too many wrong passwords were given for this name. Nobody is told whether it has an account.
    AccountLocked = LOCKED, "account_locked", "Account locked";
    /// Too often.
    TooManyRequests = TOO_MANY_REQUESTS, "too_many_requests", "Too many requests";
    /// Our mistake.
    Internal = INTERNAL_SERVER_ERROR, "internal", "Internal error";
    /// Something we depend on is away; the same request may work later.
    TemporarilyUnavailable = SERVICE_UNAVAILABLE, "temporarily_unavailable", "Temporarily unavailable";
    /// Too much is waiting already; the same request may work later.
    Busy = SERVICE_UNAVAILABLE, "busy", "Busy";
}

impl ProblemCode {
    /// The stable name.
    #[must_use]
    pub const fn name(self) -> &'static str {
        self.row().1
    }

    /// The HTTP status.
    #[must_use]
    pub const fn status(self) -> StatusCode {
        self.row().0
    }

    /// Whether the same request may work later.
    #[must_use]
    pub const fn is_retryable(self) -> bool {
        matches!(self, Self::TooManyRequests | Self::TemporarilyUnavailable | Self::Busy)
    }
}

/// What is wrong with one field of a request.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct FieldProblem {
    /// Which field.
    pub field: &'static str,
    /// A stable name: `length`, `format`, `unknown`, `too_common`, `contains_personal`, `too_young`, `too_many`.
    pub code: &'static str,
    /// What was expected.
    pub detail: String,
}

/// An error on its way to a client. `detail` is shown; `cause` is only ever logged.
#[derive(Debug)]
pub struct Problem {
    code: ProblemCode,
    detail: Option<String>,
    retry_after: Option<Duration>,
    fields: Vec<FieldProblem>,
    suspension: Option<Suspended>,
    cause: Option<anyhow::Error>,
}

/// Until when a member is suspended (none: for good), and why.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Suspended {
    /// Its end.
    pub until: Option<Timestamp>,
    /// As it is shown to the member.
    pub reason: String,
}

impl Problem {
    /// A problem with nothing more to say than its title.
    #[must_use]
    pub const fn new(code: ProblemCode) -> Self {
        Self {
            code,
            detail: None,
            retry_after: None,
            fields: Vec::new(),
            suspension: None,
            cause: None,
        }
    }

    /// A request whose fields are wrong.
    #[must_use]
    pub fn fields(fields: Vec<FieldProblem>) -> Self {
        Self { fields, ..Self::new(ProblemCode::InvalidRequest) }
    }

    /// Adds a sentence for the client. Must hold nothing secret.
    #[must_use]
    pub fn detail(mut self, detail: impl Into<String>) -> Self {
        self.detail = Some(detail.into());
        self
    }

    /// Says when the same request may work.
    #[must_use]
    pub const fn retry_after(mut self, pause: Duration) -> Self {
        self.retry_after = Some(pause);
        self
    }

    /// Adds what really happened, for the log.
    #[must_use]
    pub fn cause(mut self, cause: impl Into<anyhow::Error>) -> Self {
        self.cause = Some(cause.into());
        self
    }

    /// Which problem this is.
    #[must_use]
    pub const fn code(&self) -> ProblemCode {
        self.code
    }

    /// The problem as the contents of an `err` frame.
    #[must_use]
    pub fn into_refusal(self) -> Refusal {
        self.log();
        Refusal {
            code: self.code.name().to_owned(),
            retryable: self.code.is_retryable(),
            retry_after_ms: self.retry_after_ms(),
            detail: self.detail,
        }
    }

    fn retry_after_ms(&self) -> Option<u64> {
        self.retry_after.map(|pause| u64::try_from(pause.as_millis()).unwrap_or(u64::MAX))
    }

    fn log(&self) {
        let problem = self.code.name();
        match &self.cause {
            Some(cause) if self.code.status().is_server_error() => {
                error!(problem, ?cause, "request failed");
            }
            cause => debug!(problem, ?cause, "request refused"),
        }
    }
}

impl From<Suspended> for Problem {
    fn from(suspension: Suspended) -> Self {
        Self { suspension: Some(suspension), ..Self::new(ProblemCode::Suspended) }
    }
}

impl From<RetryAfter> for Problem {
    fn from(RetryAfter(pause): RetryAfter) -> Self {
        Self::new(ProblemCode::TooManyRequests).retry_after(pause)
    }
}

impl From<SharedError> for Problem {
    fn from(error: SharedError) -> Self {
        Self::new(ProblemCode::TemporarilyUnavailable).cause(error)
    }
}

impl From<DbError> for Problem {
    fn from(error: DbError) -> Self {
        let code = if error.is_passing() {
            ProblemCode::TemporarilyUnavailable
        } else {
            ProblemCode::Internal
        };
        Self::new(code).cause(error)
    }
}

impl From<ObjectError> for Problem {
    fn from(error: ObjectError) -> Self {
        let code = match &error {
            ObjectError::BadName => ProblemCode::NotFound,
            ObjectError::TooLarge(_) => ProblemCode::PayloadTooLarge,
            ObjectError::Unavailable(_) => ProblemCode::TemporarilyUnavailable,
            ObjectError::BadContentType | ObjectError::Refused(_) => ProblemCode::Internal,
        };
        Self::new(code).cause(error)
    }
}

impl From<ImageError> for Problem {
    fn from(error: ImageError) -> Self {
        let code = match &error {
            ImageError::NotAnImage => ProblemCode::UnsupportedMediaType,
            ImageError::TooLarge(_) => ProblemCode::PayloadTooLarge,
            ImageError::TooManyPixels(_) | ImageError::Broken(_) => ProblemCode::ImageNotAcceptable,
            ImageError::Busy => ProblemCode::Busy,
        };
        Self::new(code).detail(error.to_string())
    }
}

impl From<LinkError> for Problem {
    fn from(error: LinkError) -> Self {
        Self::new(match error {
            LinkError::NotValid => ProblemCode::LinkInvalid,
            LinkError::Expired => ProblemCode::LinkExpired,
        })
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.code.name())
    }
}

/// The body of every error.
#[derive(Serialize, ToSchema)]
#[schema(as = Problem)]
pub struct ProblemBody<'a> {
    /// Where the problem is explained.
    r#type: String,
    /// For people.
    title: &'a str,
    /// The HTTP status.
    status: u16,
    /// The stable name.
    code: &'a str,
    /// More about this case.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    detail: Option<&'a str>,
    /// The same request may work after this pause.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    retry_after_ms: Option<u64>,
    /// What is wrong with which field.
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    fields: &'a [FieldProblem],
    /// With `suspended`: until when; null: for good.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<Timestamp>, required = false)]
    until: Option<Value>,
    /// With `suspended`: why.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    reason: Option<&'a str>,
}

impl ResponseError for Problem {
    fn status_code(&self) -> StatusCode {
        self.code.status()
    }

    fn error_response(&self) -> HttpResponse {
        self.log();
        let (status, name, title) = self.code.row();
        let mut response = HttpResponse::build(status);
        response.insert_header((CONTENT_TYPE, "application/problem+json"));
        if status == StatusCode::UNAUTHORIZED {
            // RFC 9110, section 15.5.2; browsers ask their owner for nothing then.
            response.insert_header((WWW_AUTHENTICATE, "Bearer"));
        }
        if self.code.is_retryable() {
            let pause = self.retry_after.unwrap_or(Duration::from_secs(1));
            // Whole seconds, rounded up (RFC 9110, section 10.2.3).
            let seconds = pause.as_millis().div_ceil(1000).max(1).to_string();
            response.insert_header((RETRY_AFTER, seconds));
        }
        response.json(ProblemBody {
            r#type: format!("/problems/{name}"),
            title,
            status: status.as_u16(),
            code: name,
            detail: self.detail.as_deref(),
            retry_after_ms: self.retry_after_ms(),
            fields: &self.fields,
            until: self.suspension.as_ref().map(|suspension| json!(suspension.until)),
            reason: self.suspension.as_ref().map(|suspension| &*suspension.reason),
        })
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use actix_web::body::to_bytes;

    use super::*;

    #[actix_web::test]
    async fn the_cause_is_never_shown() {
        let problem =
            Problem::new(ProblemCode::Internal).cause(anyhow::anyhow!("password=hunter2"));

        let response = problem.error_response();

        assert_eq!(response.headers().get(CONTENT_TYPE).unwrap(), "application/problem+json");
        let body = to_bytes(response.into_body()).await.unwrap();
        insta::assert_snapshot!(
            String::from_utf8_lossy(&body),
            @r#"{"type":"/problems/internal","title":"Internal error","status":500,"code":"internal"}"#
        );
    }

    #[test]
    fn names_are_unique_statuses_are_errors_and_the_documentation_has_them_all() {
        let page = include_str!("../../docs/problems.md");
        let names: HashSet<_> = ProblemCode::ALL.iter().map(|code| code.name()).collect();
        assert_eq!(names.len(), ProblemCode::ALL.len());

        for code in ProblemCode::ALL {
            let status = code.status();
            assert!(status.is_client_error() || status.is_server_error(), "{code:?}");
            let row = format!("| `{}` | {} |", code.name(), status.as_u16());
            assert!(page.contains(&row), "docs/problems.md has no row that begins {row}");
        }
    }
}
