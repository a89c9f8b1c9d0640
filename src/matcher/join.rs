//! Use case: a member asks to be matched. Safe to repeat: there is one ticket, and it keeps its place.

use std::sync::Arc;

use crate::base::{MemberId, Place, TicketId};
use crate::chat;
use crate::infra::shared::{Key, Rate, Revision, Ticket, TicketState};
use crate::infra::{Freshness, Infra};
use crate::protocol::Wish;

use super::search::search;
use super::wish::check_wish;
use super::{MatcherError, Matching, store};

/// Puts a member into the queue, or changes the conditions of one who is there, and searches at once.
pub(super) async fn join(
    matching: &Matching,
    member: MemberId,
    wish: Wish,
) -> Result<Arc<Ticket>, MatcherError> {
    let ticket = new_ticket(matching, member, wish).await?;
    let shared = &matching.infra.shared;
    let joined = shared.pool.join(ticket).await?;
    if !matches!(joined.state, TicketState::Waiting | TicketState::Lost(_)) {
        return Err(MatcherError::ProposalOpen);
    }
    if !shared.lose_if_gone(member, matching.clock.now()).await? {
        shared.pool.regain(member).await?;
    }
    matching.show_waiting(&joined.ticket, None).await?;
    search(matching, joined.ticket.clone()).await?;
    Ok(joined.ticket)
}

/// The member's ticket, if it waits or is offered.
pub(super) async fn show(
    matching: &Matching,
    member: MemberId,
) -> Result<Arc<Ticket>, MatcherError> {
    let joined = matching.infra.shared.pool.ticket(member).await?;
    Ok(joined.ok_or(MatcherError::NotWaiting)?.ticket)
}

async fn new_ticket(
    matching: &Matching,
    member: MemberId,
    wish: Wish,
) -> Result<Ticket, MatcherError> {
    let rules = &matching.rules;
    check_wish(&wish, &rules.distances_km).map_err(MatcherError::Wish)?;
    let shared = &matching.infra.shared;
    let rate = Rate::per_minute(rules.tickets_per_minute);
    shared.limits.check("ticket", &member.to_string(), rate).await??;
    let place = shared.values.get(Key::Place(member)).await?;
    let place: Place =
        place.and_then(|kept| serde_json::from_str(&kept).ok()).ok_or(MatcherError::PlaceNeeded)?;
    let now = matching.clock.now();
    let today = now.date();
    let Infra { db, cache, .. } = &matching.infra;
    let read = || {
        db.read("matcher.face", Freshness::SeenBy(member), move |conn| {
            store::face(conn, member, today)
        })
    };
    let face = cache.get(Key::Face(member), read).await?.ok_or(MatcherError::NoSuchMember)?;
    let never = chat::open_partners(db, member).await?;
    let (id, revision) = (TicketId::fresh(), Revision::now_v7());
    Ok(Ticket { id, revision, member, since: now, place, wish, face, never })
}
