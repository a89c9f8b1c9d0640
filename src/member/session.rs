//! Sessions: a log-in on one device, held by a refresh token that changes at each use.

use std::time::Duration;

use sha2::{Digest, Sha256};

use crate::base::{MemberId, SessionId};
use crate::infra::shared::Key;
use crate::protocol::Event;

use super::email_code::random_token;
use super::store::Rotation;
use super::{MemberError, Members, store};

/// Longest description of a device that is kept.
const DEVICE_CHARS_MAX: usize = 200;

/// What a page holds of its session.
pub(super) struct Tokens {
    pub(super) member: MemberId,
    /// Short-lived, for the memory of the page.
    pub(super) access: String,
    /// For the cookie.
    pub(super) refresh: String,
}

/// Begins a session of a member whose password was right.
pub(super) async fn begin_session(
    members: &Members,
    member: MemberId,
    device: &str,
) -> Result<Tokens, MemberError> {
    let device: String = device.chars().take(DEVICE_CHARS_MAX).collect();
    let (session, refresh) = (SessionId::fresh(), random_token());
    let now = members.clock.now();
    let (token, expires_at) = (sha256(&refresh), now + members.auth.refresh_token());
    members
        .infra
        .db
        .write("member.begin_session", move |conn| {
            store::insert_session(conn, session, member, &device, now)?;
            store::insert_refresh_token(conn, session, &token, expires_at)
        })
        .await?;
    tokens(members, member, session, refresh)
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
            close_sockets(members, member, session).await?;
            Err(MemberError::SessionEnded)
        }
    }
}

/// Ends the session of a refresh token; one that is unknown or over is no error.
pub(super) async fn end_session(members: &Members, refresh: &str) -> Result<(), MemberError> {
    let now = members.clock.now();
    let token = sha256(refresh);
    let ended = members
        .infra
        .db
        .write("member.end_session", move |conn| store::end_session_of(conn, &token, now))
        .await?;
    if let Some((member, session)) = ended {
        close_sockets(members, member, session).await?;
    }
    Ok(())
}

/// Makes the access tokens of a session worthless and closes its sockets, on every node.
async fn close_sockets(
    members: &Members,
    member: MemberId,
    session: SessionId,
) -> Result<(), MemberError> {
    let shared = &members.infra.shared;
    // A little longer than any access token of it can live.
    let life = members.auth.access_token() + Duration::from_mins(1);
    shared.values.put(Key::EndedSession(session), String::new(), life).await?;
    Ok(shared.inboxes.deliver(member, Event::EndSession(session)).await?)
}

fn tokens(
    members: &Members,
    member: MemberId,
    session: SessionId,
    refresh: String,
) -> Result<Tokens, MemberError> {
    let access = members.tokens.access(member, session, members.auth.access_token())?;
    Ok(Tokens { member, access, refresh })
}

fn sha256(token: &str) -> Vec<u8> {
    Sha256::digest(token.as_bytes()).to_vec()
}
