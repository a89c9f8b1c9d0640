//! Sessions: a log-in on one device, held by a refresh token that changes at each use.

use std::time::Duration;

use crate::base::{MemberId, SessionId};
use crate::infra::Freshness;
use crate::infra::shared::Key;
use crate::protocol::Event;

use super::codes::{random_token, sha256};
use super::store::{Rotation, SessionRow, Which};
use super::{MemberError, Members, store};

/// Longest description of a device that is kept.
const DEVICE_CHARS_MAX: usize = 200;

/// How many sessions are shown at most.
const SHOWN_MAX: i64 = 100;

/// Where a session is begun.
pub(super) struct Place {
    /// How the browser describes itself.
    pub(super) device: String,
    /// What it has to show that it was here before.
    pub(super) token: Option<String>,
}

/// What a page holds of its session.
pub(super) struct Tokens {
    pub(super) member: MemberId,
    /// Short-lived, for the memory of the page.
    pub(super) access: String,
    /// For the cookie.
    pub(super) refresh: String,
    /// For the cookie of the device; none: the one it has stays.
    pub(super) device: Option<String>,
}

/// Begins a session of a member whose password was right. From now on the device is one that was here before.
pub(super) async fn begin_session(
    members: &Members,
    member: MemberId,
    place: Place,
) -> Result<Tokens, MemberError> {
    let device: String = place.device.chars().take(DEVICE_CHARS_MAX).collect();
    let (session, refresh, fresh) = (SessionId::fresh(), random_token(), random_token());
    let now = members.clock.now();
    let (token, expires_at) = (sha256(&refresh), now + members.auth.refresh_token());
    let (shown, new) = (place.token.map(|token| sha256(&token)), sha256(&fresh));
    let keep = members.rules.devices_max;
    let is_new = members
        .infra
        .db
        .write("member.begin_session", move |conn| {
            store::insert_session(conn, session, member, &device, now)?;
            store::insert_refresh_token(conn, session, &token, expires_at)?;
            // Somebody else in this browser keeps what it has; what we never gave it is not taken.
            let known = match shown {
                Some(shown) if store::is_device_of_anybody(conn, &shown)? => Some(shown),
                _ => None,
            };
            let is_new = known.is_none();
            store::remember_device(conn, &known.unwrap_or(new), member, now, keep)?;
            Ok::<_, MemberError>(is_new)
        })
        .await?;
    let tokens = tokens(members, member, session, refresh)?;
    Ok(Tokens { device: is_new.then_some(fresh), ..tokens })
}

/// Exchanges a refresh token for fresh tokens. The old one is used up.
///
/// A used one that comes again ends the session, for it may be stolen; but once, within a short time
/// and while its successor is unused, it is a page that did not get its answer, or its other tab.
pub(super) async fn refresh_session(
    members: &Members,
    refresh: &str,
) -> Result<Tokens, MemberError> {
    let fresh = random_token();
    let now = members.clock.now();
    let (old, new) = (sha256(refresh), sha256(&fresh));
    let (expires_at, retry) = (now + members.auth.refresh_token(), members.auth.refresh_retry());
    let rotation = members
        .infra
        .db
        .write("member.refresh_session", move |conn| {
            store::rotate(conn, &old, &new, now, expires_at, retry)
        })
        .await?;
    match rotation {
        Rotation::Done { member, session } => tokens(members, member, session, fresh),
        Rotation::Unknown => Err(MemberError::SessionEnded),
        Rotation::Reused { member, session } => {
            tracing::warn!(session.id = %session, "a used refresh token came again, session ended");
            close_sessions(members, member, vec![session]).await?;
            Err(MemberError::SessionEnded)
        }
    }
}

/// Ends the session of a refresh token; one that is unknown or over is no error.
pub(super) async fn log_out(members: &Members, refresh: &str) -> Result<(), MemberError> {
    let (now, resent) = (members.clock.now(), members.auth.access_token());
    let token = sha256(refresh);
    let ended = members
        .infra
        .db
        .write("member.log_out", move |conn| {
            let Some((member, session)) = store::session_of_token(conn, &token)? else {
                return Ok(None);
            };
            let ended = store::end_sessions(conn, member, Which::One(session), now, resent)?;
            Ok::<_, MemberError>(Some((member, ended)))
        })
        .await?;
    let Some((member, ended)) = ended else { return Ok(()) };
    close_sessions(members, member, ended).await
}

/// A member's sessions, the last used first.
pub(super) async fn list_sessions(
    members: &Members,
    member: MemberId,
) -> Result<Vec<SessionRow>, MemberError> {
    let since = members.clock.now() - members.auth.refresh_token();
    members
        .infra
        .db
        .read("member.sessions", Freshness::Latest, move |conn| {
            Ok(store::sessions_of(conn, member, since, SHOWN_MAX)?)
        })
        .await
}

/// Ends sessions of a member. How many there were.
pub(super) async fn end_sessions(
    members: &Members,
    member: MemberId,
    which: Which,
) -> Result<usize, MemberError> {
    let (now, resent) = (members.clock.now(), members.auth.access_token());
    let ended = members
        .infra
        .db
        .write("member.end_sessions", move |conn| {
            store::end_sessions(conn, member, which, now, resent)
        })
        .await?;
    let count = ended.len();
    close_sessions(members, member, ended).await?;
    Ok(count)
}

/// Makes the access tokens of sessions worthless and closes their sockets, on every node.
pub(super) async fn close_sessions(
    members: &Members,
    member: MemberId,
    sessions: Vec<SessionId>,
) -> Result<(), MemberError> {
    let shared = &members.infra.shared;
    // A little longer than any access token of them can live.
    let life = members.auth.access_token() + Duration::from_mins(1);
    for session in sessions {
        shared.values.put(Key::EndedSession(session), String::new(), life).await?;
        shared.inboxes.deliver(member, Event::EndSession(session)).await?;
    }
    Ok(())
}

fn tokens(
    members: &Members,
    member: MemberId,
    session: SessionId,
    refresh: String,
) -> Result<Tokens, MemberError> {
    let access = members.tokens.access(member, session, members.auth.access_token())?;
    Ok(Tokens { member, access, refresh, device: None })
}
