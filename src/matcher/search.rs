//! Finds a partner for a ticket and proposes the two to each other.

use std::collections::VecDeque;
use std::sync::Arc;

use crate::base::ProposalId;
use crate::infra::objects::ImageSize;
use crate::infra::shared::{Proposal, Ticket};
use crate::protocol::{ProposalView, ServerFrame};

use super::fit::{card, in_order_of_fit};
use super::{MatcherError, Matching};

/// Searches that one search may lead to, because it gave back a ticket that others may have missed.
const FOLLOWING: usize = 8;

/// What became of an attempt to pair two tickets.
enum Attempt {
    /// They are proposed to each other.
    Proposed,
    /// The seeker does not wait any more. The candidate was claimed for a moment, if it is given.
    SeekerGone { released: Option<Arc<Ticket>> },
    /// The candidate does not wait any more, or must not be paired with this seeker.
    CandidateGone,
}

/// Looks for a partner for a ticket that waits. Without one, the ticket goes on waiting.
pub(super) async fn search(matching: &Matching, ticket: Arc<Ticket>) -> Result<(), MatcherError> {
    let mut seekers = VecDeque::from([ticket]);
    for _ in 0..FOLLOWING {
        let Some(seeker) = seekers.pop_front() else { break };
        seekers.extend(search_once(matching, &seeker).await?);
    }
    Ok(())
}

/// Searches for a member who can be shown a proposal. One whose connection is lost, perhaps with its gateway
/// and without a word, is not offered to anybody, and gone unless it comes back in time.
pub(super) async fn search_if_there(
    matching: &Matching,
    ticket: Arc<Ticket>,
) -> Result<(), MatcherError> {
    let shared = &matching.infra.shared;
    if shared.lose_if_gone(ticket.member, matching.clock.now()).await? {
        return Ok(());
    }
    search(matching, ticket).await
}

/// Returns a ticket that must be searched for next: while it was claimed here, others did not see it.
async fn search_once(
    matching: &Matching,
    seeker: &Arc<Ticket>,
) -> Result<Option<Arc<Ticket>>, MatcherError> {
    let (pool, rules) = (&matching.infra.shared.pool, &matching.rules);
    let kept_apart = pool.kept_apart(seeker.member, matching.clock.now()).await?;
    let mut after = None;
    for _ in 0..rules.search_steps {
        let near = pool.near(seeker, after, rules.candidates).await?;
        for candidate in in_order_of_fit(seeker, &near, &kept_apart) {
            match pair(matching, seeker, &candidate).await? {
                Attempt::Proposed => return Ok(None),
                Attempt::SeekerGone { released } => return Ok(released),
                Attempt::CandidateGone => {}
            }
        }
        match near.last() {
            Some(last) if near.len() == rules.candidates => {
                after = Some((last.since, last.member));
            }
            _ => break,
        }
    }
    Ok(None)
}

/// Claims both tickets, the lower member first: of two matchers that want the same two, one gets both.
async fn pair(
    matching: &Matching,
    seeker: &Arc<Ticket>,
    candidate: &Arc<Ticket>,
) -> Result<Attempt, MatcherError> {
    let pool = &matching.infra.shared.pool;
    let claim = ProposalId::fresh();
    let now = matching.clock.now();
    let until = now + matching.rules.claim();
    let mut tickets = [seeker.clone(), candidate.clone()];
    tickets.sort_by_key(|ticket| ticket.member);
    let [low, high] = &tickets;
    let gone = |ticket: &Arc<Ticket>, released| {
        if ticket.member == seeker.member {
            Attempt::SeekerGone { released }
        } else {
            Attempt::CandidateGone
        }
    };
    if !pool.claim(low, claim, until).await? {
        metrics::counter!("match_claims_lost_total").increment(1);
        return Ok(gone(low, None));
    }
    if !pool.claim(high, claim, until).await? {
        metrics::counter!("match_claims_lost_total").increment(1);
        pool.release(low.member, claim).await?;
        return Ok(gone(high, Some(low.clone())));
    }
    // Since the search began, these two may have been proposed and parted again.
    if pool.kept_apart(low.member, now).await?.contains(&high.member) {
        pool.release(low.member, claim).await?;
        pool.release(high.member, claim).await?;
        return Ok(Attempt::CandidateGone);
    }
    propose(matching, claim, tickets).await?;
    Ok(Attempt::Proposed)
}

async fn propose(
    matching: &Matching,
    id: ProposalId,
    tickets: [Arc<Ticket>; 2],
) -> Result<(), MatcherError> {
    let now = matching.clock.now();
    let deadline = now + matching.rules.proposal();
    let [low, high] = &tickets;
    let offer = async |to: &Ticket, shown: &Ticket| {
        let image = matching.infra.images.link(shown.face.image, ImageSize::Small).await;
        Ok::<_, MatcherError>(ProposalView {
            id,
            token: matching.tokens.for_match(to.member, id, matching.rules.proposal())?,
            expires_at: deadline,
            expires_in_ms: matching.rules.proposal_ms,
            partner: card(shown, to, image),
            answered: None,
        })
    };
    let offers = [offer(low, high).await?, offer(high, low).await?];
    let proposal = Proposal { id, tickets, answers: [None; 2], deadline, offers };
    if !matching.infra.shared.pool.propose(proposal.clone()).await? {
        // The lease ran out in between; both wait again and are searched for by the sweeper.
        return Ok(());
    }
    metrics::counter!("match_proposals_total").increment(1);
    for ticket in &proposal.tickets {
        metrics::histogram!("match_wait_seconds").record(now.since(ticket.since));
    }
    show_proposal(matching, &proposal).await
}

/// Shows a proposal to both. If that fails, or this matcher dies before it is done, the sweeper of
/// another does it again.
pub(super) async fn show_proposal(
    matching: &Matching,
    proposal: &Proposal,
) -> Result<(), MatcherError> {
    let now = matching.clock.now();
    for member in proposal.members() {
        if let Some(view) = proposal.view(member, now) {
            matching.show(member, ServerFrame::MatchProposed(view)).await?;
        }
    }
    Ok(matching.infra.shared.pool.shown(proposal.id).await?)
}
