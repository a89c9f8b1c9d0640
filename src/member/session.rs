//! Sessions: a log-in on one device, held by a refresh token that changes at each use.

use std::time::Duration;

use futures_util::{StreamExt, stream};
use tokio::time::{Instant, sleep, timeout};
use tracing::warn;

use crate::base::{MemberId, SessionId};
use crate::http::Suspended;
use crate::infra::Freshness;
use crate::infra::shared::{Key, SharedResult};
use crate::protocol::Event;

use super::codes::{random_token, sha256};
use super::store::{Rotation, SessionRow, Which};
use super::{MemberError, Members, store};

/// Longest description of a device that is kept.
const DEVICE_CHARS_MAX: usize = 200;

/// How long whoever ends sessions waits for their sockets to be told.
const CLOSED_WITHIN: Duration = Duration::from_secs(2);
/// How many are told at once.
const CLOSED_AT_ONCE: usize = 16;
/// Pause after some could not be told: from, growing to.
const RETRY_FROM: Duration = Duration::from_millis(100);
const RETRY_TO: Duration = Duration::from_secs(5);

/// The browser in which a session is begun.
pub(super) struct Browser {
    /// How it describes itself.
    pub(super) agent: String,
    /// The token that it holds.
    pub(super) token: Option<String>,
}

/// A member whose password was right, if it is still the one with this hash.
pub(super) struct Verified {
    pub(super) member: MemberId,
    pub(super) password_hash: String,
}

/// What a page holds of its session.
pub(super) struct Tokens {
    pub(super) member: MemberId,
    /// Short-lived, for the memory of the page.
    pub(super) access: String,
    /// For the cookie.
    pub(super) refresh: String,
    /// For the cookie of the device; none: it stays as it is.
    pub(super) device: Option<String>,
}

/// Begins a session of a member whose password was right. From now on the browser is one that was here before.
pub(super) async fn begin_session(
    members: &Members,
    verified: Verified,
    browser: Browser,
) -> Result<Tokens, MemberError> {
    let Verified { member, password_hash } = verified;
    let agent: String = browser.agent.chars().take(DEVICE_CHARS_MAX).collect();
    let (session, refresh, fresh) = (SessionId::fresh(), random_token(), random_token());
    let now = members.clock.now();
    let (token, expires_at) = (sha256(&refresh), now + members.auth.refresh_token());
    let (held, new) = (browser.token.as_deref().map(sha256), sha256(&fresh));
    let (devices_max, sessions_max) = (members.rules.devices_max, members.rules.sessions_max);
    let (is_known, beyond) = members
        .infra
        .db
        .write("member.begin_session", move |conn| {
            // It may have been changed while it was checked.
            if !store::has_password(conn, member, &password_hash)? {
                return Err(MemberError::CredentialsWrong);
            }
            // Nobody is told before the password was right.
            if let Some(suspended) = store::suspension_of(&mut conn.as_read(), member, now)? {
                return Err(MemberError::Suspended(suspended));
            }
            // Somebody else in this browser keeps what it has; what we never gave it is not taken.
            let held = match held {
                Some(held) if store::is_device_of_anybody(conn, &held)? => Some(held),
                _ => None,
            };
            let is_known = held.is_some();
            store::remember_device(conn, &held.unwrap_or(new), member, now, devices_max)?;
            store::insert_session(conn, session, member, &agent, now)?;
            store::insert_refresh_token(conn, session, &token, expires_at)?;
            let beyond = store::end_sessions_beyond(conn, member, sessions_max, now)?;
            Ok((is_known, beyond))
        })
        .await?;
    close_sessions(members, member, beyond).await;
    let tokens = tokens(members, member, session, refresh)?;
    // Either way the cookie lives on from now.
    Ok(Tokens { device: if is_known { browser.token } else { Some(fresh) }, ..tokens })
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
    let session = session_of(members, old.clone()).await?;
    let (member, _) = session.ok_or(MemberError::SessionEnded)?;
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
        // The sessions of who is suspended have ended.
        Rotation::Unknown => Err(match suspension_of(members, member).await? {
            Some(suspended) => MemberError::Suspended(suspended),
            None => MemberError::SessionEnded,
        }),
        Rotation::Reused { member, session } => {
            warn!(session.id = %session, "a used refresh token came again, session ended");
            close_sessions(members, member, vec![session]).await;
            Err(MemberError::SessionEnded)
        }
    }
}

/// The suspension of a member that is in force.
async fn suspension_of(
    members: &Members,
    member: MemberId,
) -> Result<Option<Suspended>, MemberError> {
    let now = members.clock.now();
    let read = members.infra.db.read("member.suspension", Freshness::Latest, move |conn| {
        Ok::<_, MemberError>(store::suspension_of(conn, member, now)?)
    });
    read.await
}

/// Ends the session of a refresh token; one that is unknown or over is no error.
pub(super) async fn log_out(members: &Members, refresh: &str) -> Result<(), MemberError> {
    if let Some((member, session)) = session_of(members, sha256(refresh)).await? {
        end_sessions(members, member, Which::One(session)).await?;
    }
    Ok(())
}

/// The session of a refresh token, if there is such a token: nonsense does not get as far as a transaction.
async fn session_of(
    members: &Members,
    token: Vec<u8>,
) -> Result<Option<(MemberId, SessionId)>, MemberError> {
    members
        .infra
        .db
        .read("member.session_of_token", Freshness::Latest, move |conn| {
            Ok(store::session_of_token(conn, &token)?)
        })
        .await
}

/// A member's sessions, the last used first.
pub(super) async fn list_sessions(
    members: &Members,
    member: MemberId,
) -> Result<Vec<SessionRow>, MemberError> {
    let since = members.clock.now() - members.auth.refresh_token();
    let shown_max = members.rules.sessions_max;
    members
        .infra
        .db
        .read("member.sessions", Freshness::Latest, move |conn| {
            Ok(store::sessions_of(conn, member, since, shown_max)?)
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
    close_sessions(members, member, ended).await;
    Ok(count)
}

/// Makes the access tokens of sessions worthless and closes their sockets, on every node. They have ended in the
/// database already, so what fails here is tried again until it is done, and whoever waits does so for a moment only.
pub(super) async fn close_sessions(members: &Members, member: MemberId, sessions: Vec<SessionId>) {
    close_as(members, member, sessions, Event::EndSession).await;
}

/// The same for a member who is suspended: the sockets say so when they close.
pub(super) async fn close_suspended(members: &Members, member: MemberId, sessions: Vec<SessionId>) {
    close_as(members, member, sessions, Event::Suspend).await;
}

async fn close_as(
    members: &Members,
    member: MemberId,
    sessions: Vec<SessionId>,
    event: fn(SessionId) -> Event,
) {
    if sessions.is_empty() {
        return;
    }
    let closing = tokio::spawn(close_until_done(members.clone(), member, sessions, event));
    let _ = timeout(CLOSED_WITHIN, closing).await;
}

async fn close_until_done(
    members: Members,
    member: MemberId,
    mut sessions: Vec<SessionId>,
    event: fn(SessionId) -> Event,
) {
    // A little longer than any access token of them can live.
    let life = members.auth.access_token() + Duration::from_mins(1);
    let begun = Instant::now();
    let mut pause = RETRY_FROM;
    loop {
        let closing = stream::iter(std::mem::take(&mut sessions)).map(|session| {
            let members = members.clone();
            async move {
                let closed = close(&members, member, session, life, event(session)).await;
                closed.err().map(|_| session)
            }
        });
        let failed: Vec<_> = closing.buffer_unordered(CLOSED_AT_ONCE).collect().await;
        sessions = failed.into_iter().flatten().collect();
        if sessions.is_empty() || begun.elapsed() > life {
            return;
        }
        warn!(left = sessions.len(), "ended sessions could not be closed, trying again");
        sleep(pause).await;
        pause = (pause * 2).min(RETRY_TO);
    }
}

async fn close(
    members: &Members,
    member: MemberId,
    session: SessionId,
    life: Duration,
    event: Event,
) -> SharedResult<()> {
    let shared = &members.infra.shared;
    shared.values.put(Key::EndedSession(session), String::new(), life).await?;
    shared.inboxes.deliver(member, event).await
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
