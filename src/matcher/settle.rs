//! Ends proposals: with a room, or with both going their ways. Every step is safe to repeat, so that
//! another matcher can finish what one that died began.

use std::sync::Arc;
use std::time::Duration;

use tokio::try_join;

use crate::base::{MemberId, RoomId};
use crate::chat::{self, ChatError, OpenedRoom};
use crate::infra::DbError;
use crate::infra::shared::{After, Joined, Proposal, Ticket, TicketState};
use crate::protocol::{Answer, Ended, MatchOutcome, ServerFrame, WaitNotice};

use super::answer::room_of_proposal;
use super::pause::{misses_often, paused_until};
use super::search::search_if_there;
use super::{MatcherError, Matching};

/// How a proposal ends for one of its two members.
#[derive(Clone, Copy)]
struct Fate {
    after: After,
    outcome: MatchOutcome,
}

/// Both accepted: opens their one room and shows it to them.
pub(super) async fn settle_accepted(
    matching: &Matching,
    proposal: &Proposal,
) -> Result<RoomId, MatcherError> {
    let infra = &matching.infra;
    let (id, members, now) = (proposal.id, proposal.members(), matching.clock.now());
    let open =
        || infra.db.write("matcher.open_room", move |conn| chat::open_room(conn, id, members, now));
    let room = match open().await {
        // Somebody else settles it too, and was faster: now the room is there to be found.
        Err(ChatError::Db(DbError::Taken { .. })) => open().await?,
        opened => opened?,
    };
    infra.db.show_to(members.to_vec()).await;
    end_with_room(matching, proposal, room).await?;
    Ok(room.id)
}

/// Both are shown their room before the proposal ends: whoever dies in between leaves it to be shown once more.
async fn end_with_room(
    matching: &Matching,
    proposal: &Proposal,
    room: OpenedRoom,
) -> Result<(), MatcherError> {
    let (infra, members) = (&matching.infra, proposal.members());
    chat::announce_room(infra, room, members, matching.recent_messages).await?;
    let [one, other] =
        members.map(|to| show_end(matching, to, proposal, MatchOutcome::Accepted, Some(room.id)));
    try_join!(one, other)?;
    let now = matching.clock.now();
    if infra.shared.pool.settle(proposal, [After::Leaves; 2], now, &[]).await? {
        count_end("accepted");
    }
    Ok(())
}

/// Somebody declined, or did not answer in time. The pair is kept apart for a while. Who accepted or
/// declined goes on waiting with its seniority; who was silent until the end is out of the queue.
pub(super) async fn settle_unmatched(
    matching: &Matching,
    proposal: &Proposal,
) -> Result<(), MatcherError> {
    let declined = proposal.is_declined();
    let one_accepted = proposal.answers.contains(&Some(Answer::Accept));
    if !declined && one_accepted {
        // A shared store that failed over may have forgotten the other yes, but not the room.
        let (id, member) = (proposal.id, proposal.members()[0]);
        if let Some(id) = room_of_proposal(matching, id, member).await? {
            let room = OpenedRoom { id, is_new: false };
            return end_with_room(matching, proposal, room).await;
        }
    }
    let mut fates = [Fate { after: After::Leaves, outcome: MatchOutcome::Expired }; 2];
    for (side, member) in proposal.members().into_iter().enumerate() {
        let not_matched = Fate { after: After::Waits, outcome: MatchOutcome::NotMatched };
        match proposal.answers[side] {
            Some(Answer::Decline) => {
                let pause = paused_until(matching, member).await?;
                let after = pause.map_or(After::Waits, After::Pauses);
                fates[side] = Fate { after, outcome: MatchOutcome::Declined };
            }
            Some(Answer::Accept) => fates[side] = not_matched,
            None if declined => fates[side] = not_matched,
            None => {}
        }
    }
    let (how, spans) = (if declined { "declined" } else { "expired" }, matching.rules.exclusions());
    end_without_room(matching, proposal, fates, how, &spans).await
}

/// Not both have seen it in time. That is nobody's no: the pair may be proposed again, once both are there, unless one
/// misses again and again. Who has seen it goes on waiting with its seniority.
pub(super) async fn settle_unseen(
    matching: &Matching,
    proposal: &Proposal,
) -> Result<(), MatcherError> {
    let now = matching.clock.now();
    let fates = [0, 1].map(|side| {
        if proposal.has_seen(side) {
            Fate { after: After::Waits, outcome: MatchOutcome::NotMatched }
        } else {
            Fate { after: After::IsLost(now), outcome: MatchOutcome::Missed }
        }
    });
    let mut spans = Vec::new();
    for (side, member) in proposal.members().into_iter().enumerate() {
        // A page that misses again and again costs each other member at most twice in a while.
        if !proposal.has_seen(side) && misses_often(matching, member).await? {
            spans = matching.rules.exclusions();
        }
    }
    end_without_room(matching, proposal, fates, "missed", &spans).await
}

async fn end_without_room(
    matching: &Matching,
    proposal: &Proposal,
    fates: [Fate; 2],
    how: &'static str,
    spans: &[Duration],
) -> Result<(), MatcherError> {
    let after = fates.map(|fate| fate.after);
    let pool = &matching.infra.shared.pool;
    if !pool.settle(proposal, after, matching.clock.now(), spans).await? {
        return Ok(());
    }
    count_end(how);
    let ([one, other], [fate, fate_of_other]) = (proposal.members(), fates);
    try_join!(
        show_end(matching, one, proposal, fate.outcome, None),
        show_end(matching, other, proposal, fate_of_other.outcome, None),
    )?;
    for (ticket, fate) in proposal.tickets.iter().zip(fates) {
        wait_again(matching, ticket, fate).await?;
    }
    Ok(())
}

async fn wait_again(
    matching: &Matching,
    ticket: &Arc<Ticket>,
    fate: Fate,
) -> Result<(), MatcherError> {
    let said_no = fate.outcome == MatchOutcome::Declined;
    let (state, notice) = match fate.after {
        After::Waits => (TicketState::Waiting, (!said_no).then_some(WaitNotice::PartnerGone)),
        After::Pauses(until) => (TicketState::Paused(until), Some(WaitNotice::Paused)),
        After::IsLost(_) | After::Leaves => return Ok(()),
    };
    let joined = Joined { ticket: ticket.clone(), state };
    matching.show_waiting(&joined, notice).await?;
    if state == TicketState::Waiting {
        // The connection may have been lost while the ticket was not waiting.
        search_if_there(matching, ticket).await?;
    }
    Ok(())
}

fn count_end(end: &'static str) {
    metrics::counter!("match_proposals_ended_total", "how" => end).increment(1);
}

async fn show_end(
    matching: &Matching,
    member: MemberId,
    proposal: &Proposal,
    outcome: MatchOutcome,
    room: Option<RoomId>,
) -> Result<(), MatcherError> {
    let ended = Ended { proposal: Some(proposal.id), outcome, room };
    Ok(matching.show(member, ServerFrame::MatchEnded(ended)).await?)
}
