//! Ends the proposal of a member who blocks the other, or is suspended. Whoever else settles it at the same moment may be
//! faster; whatever becomes of it then, the database opens no room.

use crate::base::{MemberId, Timestamp};
use crate::infra::shared::{After, Joined, Proposal, SharedResult, TicketState};
use crate::infra::{Freshness, Infra};
use crate::protocol::{Ended, Event, MatchOutcome, ServerFrame, WaitNotice, Waiting};

use super::{SafetyError, store};

/// How often it is tried anew, when the proposal changed meanwhile.
const ATTEMPTS: usize = 4;

/// Ends the proposal of a member, if it has one, and if it is with `only_with`. `after` says what becomes of its ticket;
/// the other goes on waiting.
pub async fn end_proposal(
    infra: &Infra,
    member: MemberId,
    only_with: Option<MemberId>,
    after: After,
    now: Timestamp,
) -> Result<(), SafetyError> {
    let pool = &infra.shared.pool;
    for _ in 0..ATTEMPTS {
        let Some(proposal) = pool.proposal_of(member).await? else { return Ok(()) };
        let Some(side) = proposal.side(member) else { return Ok(()) };
        let other = proposal.members()[1 - side];
        if only_with.is_some_and(|with| with != other) {
            return Ok(());
        }
        // Both had their room: whoever opened it ends the proposal.
        if proposal.is_accepted() && has_room(infra, &proposal).await? {
            return Ok(());
        }
        let mut fates = [After::Waits; 2];
        fates[side] = after;
        if pool.settle(&proposal, fates, now, &[]).await? {
            metrics::counter!("match_proposals_ended_total", "how" => "parted").increment(1);
            for (side, after) in fates.into_iter().enumerate() {
                if after == After::Waits {
                    tell(infra, &proposal, side, now).await?;
                }
            }
            return Ok(());
        }
    }
    Ok(())
}

async fn has_room(infra: &Infra, proposal: &Proposal) -> Result<bool, SafetyError> {
    let id = proposal.id;
    let read = infra.db.read("safety.room_of_proposal", Freshness::Latest, move |conn| {
        Ok::<_, SafetyError>(store::has_room(conn, id)?)
    });
    read.await
}

/// Tells a side that there was no match, not why, and that it waits.
async fn tell(infra: &Infra, proposal: &Proposal, side: usize, now: Timestamp) -> SharedResult<()> {
    let ticket = proposal.tickets[side].clone();
    let to = ticket.member;
    let outcome = MatchOutcome::NotMatched;
    let ended = Ended { proposal: Some(proposal.id), outcome, room: None };
    let joined = Joined { ticket, state: TicketState::Waiting };
    let waiting = Waiting { ticket: joined.view(now), notice: Some(WaitNotice::PartnerGone) };
    for frame in [ServerFrame::MatchEnded(ended), ServerFrame::MatchWaiting(waiting)] {
        infra.shared.inboxes.deliver(to, Event::show(frame)).await?;
    }
    Ok(())
}
