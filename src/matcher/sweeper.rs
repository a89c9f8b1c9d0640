//! Worker: sees to what is overdue, on every matcher alike. Nothing in the fast path waits for it.

use futures_util::{StreamExt, stream};
use tokio::time::{MissedTickBehavior, interval};
use tracing::warn;

use crate::base::Timestamp;
use crate::infra::shared::{Census, Joined, Overdue, TicketState};
use crate::protocol::{Ended, MatchOutcome, ServerFrame, Sex, WaitNotice};
use crate::runtime::Stop;

use super::search::{search_if_there, show_proposal};
use super::settle::{settle_accepted, settle_unmatched, settle_unseen};
use super::{MatcherError, Matching};

/// Overdue things seen to in one round, and how many of them at the same time.
const IN_A_ROUND: usize = 64;
const AT_ONCE: usize = 8;

/// Looks for overdue things until it is told to stop.
pub(super) async fn run(matching: Matching, stop: Stop) -> anyhow::Result<()> {
    let mut rounds = interval(matching.rules.sweep());
    rounds.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        tokio::select! {
            () = stop.finish() => return Ok(()),
            _ = rounds.tick() => {}
        }
        // To its end, also at a stop: whoever is in it is to be told. Every step of it has a limit.
        if let Err(error) = sweep(&matching).await {
            warn!(%error, "a round of the sweeper failed, the next one goes on");
        }
    }
}

/// One round.
pub async fn sweep(matching: &Matching) -> Result<(), MatcherError> {
    let pool = &matching.infra.shared.pool;
    let overdue = pool.overdue(matching.clock.now(), IN_A_ROUND).await?;
    let seeing = stream::iter(overdue).map(|overdue| {
        let matching = matching.clone();
        async move { see_to(&matching, overdue).await }
    });
    // One that waits for the database keeps none of the others waiting.
    let mut seen = seeing.buffer_unordered(AT_ONCE);
    while let Some(done) = seen.next().await {
        if let Err(error) = done {
            warn!(%error, "something overdue could not be seen to, it will come again");
        }
    }
    show_census(&pool.census().await?, matching.clock.now(), &matching.rules.distances_km);
    Ok(())
}

#[expect(clippy::cast_precision_loss, reason = "gauges of members who wait")]
fn show_census(census: &Census, now: Timestamp, distances_km: &[u32]) {
    let oldest = census.oldest.map_or(0.0, |since| now.since(since).as_secs_f64());
    metrics::gauge!("match_oldest_wait_seconds").set(oldest);
    let distances = distances_km.iter().copied().map(Some).chain([None]);
    for distance in distances {
        for sex in [None, Some(Sex::Female), Some(Sex::Male)] {
            let alike = census.by_wish.iter().filter(|(d, s, _)| (*d, *s) == (distance, sex));
            let count: usize = alike.map(|(_, _, count)| count).sum();
            let distance = distance.map_or_else(|| "any".to_owned(), |km| km.to_string());
            let sex = match sex {
                Some(Sex::Female) => "female",
                Some(Sex::Male) => "male",
                Some(Sex::Undisclosed) | None => "any",
            };
            metrics::gauge!("match_waiting", "distance_km" => distance, "sex" => sex)
                .set(count as f64);
        }
    }
}

async fn see_to(matching: &Matching, overdue: Overdue) -> Result<(), MatcherError> {
    match overdue {
        Overdue::Search(ticket) => search_if_there(matching, &ticket).await,
        Overdue::Rested(ticket) => {
            let joined = Joined { ticket, state: TicketState::Waiting };
            matching.show_waiting(&joined, None).await?;
            search_if_there(matching, &joined.ticket).await
        }
        Overdue::Unseen(proposal) => settle_unseen(matching, &proposal).await,
        Overdue::Unshown(proposal) => show_proposal(matching, &proposal).await,
        Overdue::Proposal(proposal) if proposal.is_accepted() => {
            match settle_accepted(matching, &proposal).await {
                // There can be no room: nobody should wait for one.
                Err(MatcherError::Chat(error)) if error.is_for_ever() => {
                    warn!(%error, proposal.id = %proposal.id, "an accepted proposal gets no room");
                    settle_unmatched(matching, &proposal).await
                }
                settled => settled.map(|_| ()),
            }
        }
        Overdue::Proposal(proposal) => settle_unmatched(matching, &proposal).await,
        Overdue::Lost(ticket) => {
            let outcome = MatchOutcome::Dropped;
            let ended = Ended { proposal: None, outcome, room: None };
            Ok(matching.show(ticket.member, ServerFrame::MatchEnded(ended)).await?)
        }
        Overdue::LongWait(ticket) => {
            let joined = Joined { ticket, state: TicketState::Waiting };
            matching.show_waiting(&joined, Some(WaitNotice::LongWait)).await?;
            search_if_there(matching, &joined.ticket).await
        }
    }
}
