//! The log-ins of the member who asks.

use actix_web::web::{Data, Json, Path, Query};
use actix_web::{HttpResponse, delete, get};
use serde::Deserialize;
use utoipa::ToSchema;

use crate::base::SessionId;
use crate::http::{CurrentMember, Problem, ProblemBody};
use crate::member::session::{end_sessions, list_sessions};
use crate::member::store::Which;
use crate::member::{MemberError, Members};

use super::views::{DeviceSession, DeviceSessions};

/// A log-in that is left alone.
#[derive(Clone, Copy, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
enum Except {
    /// The one that asks.
    Current,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct EndQuery {
    /// Which log-in goes on; without it, none.
    except: Option<Except>,
}

/// The own log-ins, the last used first.
#[utoipa::path(tag = "members", security(("access_token" = [])), responses(
    (status = 200, body = DeviceSessions),
    (status = 401, description = "unauthenticated, session_ended", body = ProblemBody<'_>)
))]
#[get("/api/v1/members/me/sessions")]
pub(super) async fn list_my_sessions(
    me: CurrentMember,
    members: Data<Members>,
) -> Result<Json<DeviceSessions>, Problem> {
    let listed = list_sessions(&members, me.id).await?.into_iter();
    let sessions = listed.map(|row| DeviceSession::seen_from(me.session, row)).collect();
    Ok(Json(DeviceSessions { sessions }))
}

/// Ends one of the own log-ins, and its sockets.
#[utoipa::path(tag = "members", security(("access_token" = [])), params(("session" = SessionId, Path)), responses(
    (status = 204),
    (status = 401, description = "unauthenticated, session_ended", body = ProblemBody<'_>),
    (status = 404, description = "session_not_found", body = ProblemBody<'_>)
))]
#[delete("/api/v1/members/me/sessions/{session}")]
pub(super) async fn end_my_session(
    me: CurrentMember,
    members: Data<Members>,
    session: Path<String>,
) -> Result<HttpResponse, Problem> {
    // A text that is no session id names no session.
    let session = session.parse().map_err(|_| MemberError::SessionNotFound)?;
    let ended = end_sessions(&members, me.id, Which::One(session)).await?;
    if ended == 0 {
        return Err(MemberError::SessionNotFound.into());
    }
    Ok(HttpResponse::NoContent().finish())
}

/// Ends the own log-ins, and their sockets.
#[utoipa::path(tag = "members", security(("access_token" = [])), params(("except" = inline(Option<Except>), Query)), responses(
    (status = 204),
    (status = 400, description = "invalid_request", body = ProblemBody<'_>),
    (status = 401, description = "unauthenticated, session_ended", body = ProblemBody<'_>)
))]
#[delete("/api/v1/members/me/sessions")]
pub(super) async fn end_my_sessions(
    me: CurrentMember,
    members: Data<Members>,
    query: Query<EndQuery>,
) -> Result<HttpResponse, Problem> {
    let which = match query.except {
        Some(Except::Current) => Which::AllBut(me.session),
        None => Which::All,
    };
    end_sessions(&members, me.id, which).await?;
    Ok(HttpResponse::NoContent().finish())
}
