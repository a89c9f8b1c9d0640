//! Use case: a member asks to be matched. Safe to repeat: there is one ticket, and it keeps its place.

use tokio::try_join;

use crate::base::{MemberId, Place, TicketId};
use crate::chat;
use crate::infra::shared::{Joined, Key, Rate, Revision, Ticket, TicketState};
use crate::infra::{Freshness, Infra};
use crate::protocol::{WaitNotice, Wish};
use crate::safety;

use super::pause::paused_until;
use super::search::{Found, search};
use super::wish::check_wish;
use super::{MatcherError, Matching, store};

/// How often a ticket is written anew, because its member made a match meanwhile.
const ATTEMPTS: usize = 3;

/// Puts a member into the queue, or changes the conditions of one who is there, and searches at once.
pub async fn join(
    matching: &Matching,
    member: MemberId,
    wish: Wish,
) -> Result<Joined, MatcherError> {
    let shared = &matching.infra.shared;
    check_wish(&wish, &matching.rules.distances_km).map_err(MatcherError::Wish)?;
    let rate = Rate::per_minute(matching.rules.tickets_per_minute);
    shared.limits.check("ticket", &member.to_string(), rate).await??;
    let joined = put_ticket(matching, member, wish).await?;
    match joined.state {
        TicketState::Proposed(_) => return Err(MatcherError::ProposalOpen),
        TicketState::Paused(_) => {
            matching.show_waiting(&joined, Some(WaitNotice::Paused)).await?;
            return Ok(joined);
        }
        TicketState::Waiting | TicketState::Lost(_) => {}
    }
    let is_gone = shared.lose_if_gone(member, matching.clock.now()).await?;
    if !is_gone && matches!(joined.state, TicketState::Lost(_)) {
        shared.pool.regain(member).await?;
    }
    // Whoever is found at once is shown the proposal, and need not be told that it waits.
    if search(matching, &joined.ticket).await? == Found::Nobody {
        matching.show_waiting(&joined, None).await?;
    }
    Ok(joined)
}

/// The member's ticket, if it waits or is offered.
pub(super) async fn show(matching: &Matching, member: MemberId) -> Result<Joined, MatcherError> {
    let rate = Rate::per_minute(matching.rules.outlooks_per_minute);
    matching.infra.shared.limits.check("outlook", &member.to_string(), rate).await??;
    let joined = matching.infra.shared.pool.ticket(member).await?;
    joined.ok_or(MatcherError::NotWaiting)
}

/// Puts the ticket into the pool, whatever its member does elsewhere meanwhile.
async fn put_ticket(
    matching: &Matching,
    member: MemberId,
    wish: Wish,
) -> Result<Joined, MatcherError> {
    let pool = &matching.infra.shared.pool;
    for _ in 0..ATTEMPTS {
        // Before the rooms are read: one that is opened meanwhile has another last match.
        let last_match = pool.last_match(member).await?;
        let pause = async { Ok::<_, MatcherError>(paused_until(matching, member).await?) };
        let (ticket, paused_until) = try_join!(new_ticket(matching, member, wish.clone()), pause)?;
        if let Some(joined) = pool.join(ticket, paused_until, last_match).await? {
            return Ok(joined);
        }
    }
    Err(MatcherError::ProposalOpen)
}

/// A ticket for a member as it is now, with this wish.
pub async fn new_ticket(
    matching: &Matching,
    member: MemberId,
    wish: Wish,
) -> Result<Ticket, MatcherError> {
    let now = matching.clock.now();
    let today = now.date();
    let Infra { db, cache, shared, .. } = &matching.infra;
    let place = async {
        let kept = shared.values.get(Key::Place(member)).await?;
        let place: Option<Place> = kept.and_then(|kept| serde_json::from_str(&kept).ok());
        place.ok_or(MatcherError::PlaceNeeded)
    };
    let face = async {
        let read = || {
            db.read("matcher.face", Freshness::SeenBy(member), move |conn| {
                store::face(conn, member, today)
            })
        };
        cache.get(Key::Face(member), read).await?.ok_or(MatcherError::NoSuchMember)
    };
    let never = db.read("matcher.never", Freshness::Latest, move |conn| {
        let mut never = chat::open_partners(conn, member)?;
        never.extend(safety::blocked_either_way(conn, member)?);
        Ok(never)
    });
    let (place, face, never) = try_join!(place, face, never)?;
    let (id, revision) = (TicketId::fresh(), Revision::now_v7());
    Ok(Ticket { id, revision, member, since: now, place, wish, face, never })
}
