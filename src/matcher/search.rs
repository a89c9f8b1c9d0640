//! Finds a partner for a ticket and proposes the two to each other.

use std::sync::Arc;

use tokio::try_join;

use crate::base::ProposalId;
use crate::infra::objects::ImageSize;
use crate::infra::shared::{Offered, Proposal, Ticket};
use crate::protocol::{ProposalView, ServerFrame};

use super::fit::{card, in_order_of_fit};
use super::{MatcherError, Matching};

/// How often a search begins anew, when everybody it found was taken by others meanwhile.
const ATTEMPTS: usize = 8;

/// What a search came to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Found {
    /// A partner: both are shown the proposal.
    Partner,
    /// Nobody who fits. The ticket goes on waiting.
    Nobody,
    /// The ticket itself does not wait any more: somebody else found its member.
    Taken,
}

/// Looks for a partner for a ticket that waits. Whoever joined before is seen.
pub async fn search(matching: &Matching, seeker: &Arc<Ticket>) -> Result<Found, MatcherError> {
    let (pool, rules) = (&matching.infra.shared.pool, &matching.rules);
    for _ in 0..ATTEMPTS {
        let mut except = pool.kept_apart(seeker.member, matching.clock.now()).await?;
        except.extend(&seeker.never);
        let near = pool.near(seeker, &except, rules.candidates).await?;
        let was_cut_off = near.len() == rules.candidates;
        let mut others_were_faster = false;
        for candidate in in_order_of_fit(seeker, &near) {
            match propose(matching, seeker, &candidate).await? {
                Offered::Proposed => return Ok(Found::Partner),
                Offered::Gone(member) if member == seeker.member => return Ok(Found::Taken),
                Offered::Gone(_) => {
                    metrics::counter!("match_races_lost_total").increment(1);
                    others_were_faster = true;
                }
                Offered::Apart => {}
            }
        }
        if !(was_cut_off && others_were_faster) {
            break;
        }
    }
    Ok(Found::Nobody)
}

/// Searches for a member who can be shown a proposal. One whose connection is lost, perhaps with its gateway
/// and without a word, is not offered to anybody, and gone unless it comes back in time.
pub(super) async fn search_if_there(
    matching: &Matching,
    ticket: &Arc<Ticket>,
) -> Result<(), MatcherError> {
    let shared = &matching.infra.shared;
    if !shared.lose_if_gone(ticket.member, matching.clock.now()).await? {
        search(matching, ticket).await?;
    }
    Ok(())
}

async fn propose(
    matching: &Matching,
    seeker: &Arc<Ticket>,
    candidate: &Arc<Ticket>,
) -> Result<Offered, MatcherError> {
    let (id, now, rules) = (ProposalId::fresh(), matching.clock.now(), &matching.rules);
    let mut tickets = [seeker.clone(), candidate.clone()];
    tickets.sort_by_key(|ticket| ticket.member);
    let [low, high] = &tickets;
    let deadline = now + rules.proposal();
    let offer = async |to: &Ticket, shown: &Ticket| {
        let image = matching.infra.images.link(shown.face.image, ImageSize::Small).await;
        Ok::<_, MatcherError>(ProposalView {
            id,
            token: matching.tokens.for_match(to.member, id, rules.proposal())?,
            expires_at: deadline,
            expires_in_ms: rules.proposal_ms,
            partner: card(shown, to, image),
            answered: None,
        })
    };
    let offers = [offer(low, high).await?, offer(high, low).await?];
    let see_until = now + rules.seen();
    let (seen, answers) = ([false; 2], [None; 2]);
    let proposal = Proposal { id, tickets, seen, answers, see_until, deadline, offers };
    let offered = matching.infra.shared.pool.propose(proposal.clone(), now).await?;
    if offered == Offered::Proposed {
        metrics::counter!("match_proposals_total").increment(1);
        for ticket in &proposal.tickets {
            metrics::histogram!("match_wait_seconds").record(now.since(ticket.since));
        }
        show_proposal(matching, &proposal).await?;
    }
    Ok(offered)
}

/// Shows a proposal to both. If that fails, or this matcher dies before it is done, the sweeper of
/// another does it again.
pub(super) async fn show_proposal(
    matching: &Matching,
    proposal: &Proposal,
) -> Result<(), MatcherError> {
    let now = matching.clock.now();
    let show = async |member| match proposal.view(member, now) {
        Some(view) => matching.show(member, ServerFrame::MatchProposed(view)).await,
        None => Ok(()),
    };
    let [one, other] = proposal.members();
    try_join!(show(one), show(other))?;
    Ok(())
}
