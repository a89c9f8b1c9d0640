//! Ends proposals: with a room, or with both going their ways. Every step is safe to repeat, so that
//! another matcher can finish what one that died began.

use std::sync::Arc;

use crate::base::{MemberId, RoomId};
use crate::chat::{self, ChatError};
use crate::infra::DbError;
use crate::infra::shared::{Answer, Proposal, Ticket};
use crate::protocol::{Ended, MatchOutcome, ServerFrame, WaitNotice};

use super::search::search_if_there;
use super::{MatcherError, Matching};

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
    chat::announce_room(infra, room, members, matching.recent_messages).await?;
    if infra.shared.pool.settle(id, &[]).await? {
        metrics::counter!("matches_total").increment(1);
        for member in members {
            show_end(matching, member, proposal, MatchOutcome::Accepted, Some(room)).await?;
        }
    }
    Ok(room)
}

/// Somebody declined, or did not answer in time. The pair is kept apart for a while. Who accepted or
/// declined goes on waiting with its seniority; who was silent until the end is out of the queue.
pub(super) async fn settle_unmatched(
    matching: &Matching,
    proposal: &Proposal,
) -> Result<(), MatcherError> {
    let pool = &matching.infra.shared.pool;
    let now = matching.clock.now();
    let declined = proposal.answers.contains(&Some(Answer::Decline));
    let stays = |side: usize| declined || proposal.answers[side].is_some();
    let back: Vec<Arc<Ticket>> =
        (0..2).filter(|side| stays(*side)).map(|side| proposal.tickets[side].clone()).collect();
    let back_members: Vec<MemberId> = back.iter().map(|ticket| ticket.member).collect();

    pool.keep_apart(proposal.members(), now, &matching.rules.exclusions()).await?;
    if !pool.settle(proposal.id, &back_members).await? {
        return Ok(());
    }
    for (ticket, answer) in proposal.tickets.iter().zip(proposal.answers) {
        let outcome = match answer {
            Some(Answer::Decline) => MatchOutcome::Declined,
            None if !declined => MatchOutcome::Expired,
            Some(Answer::Accept) | None => MatchOutcome::NotMatched,
        };
        show_end(matching, ticket.member, proposal, outcome, None).await?;
    }
    for ticket in back {
        wait_again(matching, ticket, proposal).await?;
    }
    Ok(())
}

async fn wait_again(
    matching: &Matching,
    ticket: Arc<Ticket>,
    proposal: &Proposal,
) -> Result<(), MatcherError> {
    let side = proposal.side(ticket.member);
    let said_no = side.is_some_and(|side| proposal.answers[side] == Some(Answer::Decline));
    let notice = (!said_no).then_some(WaitNotice::PartnerGone);
    matching.show_waiting(&ticket, notice).await?;
    // The connection may have been lost while the ticket was not waiting.
    search_if_there(matching, ticket).await
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
