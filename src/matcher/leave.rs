//! Use case: a member stops asking.

use crate::base::MemberId;
use crate::infra::shared::Left;
use crate::protocol::{Ended, MatchOutcome, ServerFrame};

use super::{MatcherError, Matching};

/// Takes a member out of the queue. That it was not there is no error; an open proposal is.
pub async fn leave(matching: &Matching, member: MemberId) -> Result<(), MatcherError> {
    match matching.infra.shared.pool.leave(member, matching.clock.now()).await? {
        Left::NotThere => Ok(()),
        Left::Proposed(_) => Err(MatcherError::ProposalOpen),
        Left::Gone => {
            let outcome = MatchOutcome::Cancelled;
            let ended = Ended { proposal: None, outcome, room: None };
            Ok(matching.show(member, ServerFrame::MatchEnded(ended)).await?)
        }
    }
}
