//! Worker: sees to what is overdue, on every matcher alike. Nothing in the fast path waits for it.

use std::sync::Arc;

use tokio::time::{MissedTickBehavior, interval};
use tracing::warn;

use crate::infra::shared::{Answer, Overdue, Ticket};
use crate::protocol::{Ended, MatchOutcome, ServerFrame, WaitNotice};
use crate::runtime::Stop;

use super::search::{search, show_proposal};
use super::settle::{settle_accepted, settle_unmatched};
use super::{MatcherError, Matching};

/// Overdue things seen to in one round.
const AT_ONCE: usize = 64;

/// Looks for overdue things until it is told to stop.
pub(super) async fn run(matching: Matching, stop: Stop) -> anyhow::Result<()> {
    let mut rounds = interval(matching.rules.sweep());
    rounds.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        tokio::select! {
            () = stop.finish() => return Ok(()),
            _ = rounds.tick() => {}
        }
        if let Err(error) = sweep(&matching).await {
            warn!(%error, "a round of the sweeper failed, the next one goes on");
        }
    }
}

async fn sweep(matching: &Matching) -> Result<(), MatcherError> {
    let pool = &matching.infra.shared.pool;
    for overdue in pool.overdue(matching.clock.now(), AT_ONCE).await? {
        if let Err(error) = see_to(matching, overdue).await {
            warn!(%error, "something overdue could not be seen to, it will come again");
        }
    }
    #[expect(clippy::cast_precision_loss, reason = "a gauge of members who wait")]
    metrics::gauge!("match_waiting").set(pool.waiting().await? as f64);
    Ok(())
}

async fn see_to(matching: &Matching, overdue: Overdue) -> Result<(), MatcherError> {
    match overdue {
        Overdue::Claim(ticket) | Overdue::Search(ticket) => search_if_there(matching, ticket).await,
        Overdue::Unshown(proposal) => show_proposal(matching, &proposal).await,
        Overdue::Proposal(proposal) if proposal.is_accepted() => {
            settle_accepted(matching, &proposal).await.map(|_| ())
        }
        Overdue::Proposal(proposal) => {
            if !proposal.answers.contains(&Some(Answer::Decline)) {
                metrics::counter!("match_proposals_expired_total").increment(1);
            }
            settle_unmatched(matching, &proposal).await
        }
        Overdue::Lost(ticket) => {
            let outcome = MatchOutcome::Dropped;
            let ended = Ended { proposal: None, outcome, room: None };
            Ok(matching.show(ticket.member, ServerFrame::MatchEnded(ended)).await?)
        }
        Overdue::LongWait(ticket) => {
            matching.show_waiting(&ticket, Some(WaitNotice::LongWait)).await?;
            search_if_there(matching, ticket).await
        }
    }
}

/// Searches for a member who can be shown a proposal. One whose gateway died without a word is lost: not
/// offered to anybody, and gone unless it comes back in time.
async fn search_if_there(matching: &Matching, ticket: Arc<Ticket>) -> Result<(), MatcherError> {
    let shared = &matching.infra.shared;
    if shared.inboxes.is_connected(ticket.member).await? {
        search(matching, ticket).await
    } else {
        Ok(shared.lose_if_gone(ticket.member, matching.clock.now()).await?)
    }
}
