//! Use case: a member accepts or declines. Each of the two may answer once; the same answer again
//! changes nothing.

use crate::base::{MemberId, ProposalId, RoomId};
use crate::http::TokenError;
use crate::infra::Freshness;
use crate::infra::shared::Answered;
use crate::protocol::{Answer, ServerFrame};

use super::pause::{note_acceptance, note_decline};
use super::settle::{settle_accepted, settle_unmatched};
use super::{MatcherError, Matching, store};

/// Where a proposal stands after an answer.
pub enum Standing {
    /// The other has not answered.
    WaitingForPartner,
    /// Both accepted.
    Accepted(RoomId),
    /// This member declined.
    Declined,
}

/// Notes an answer; the second acceptance opens the room.
pub async fn answer(
    matching: &Matching,
    proposal: ProposalId,
    member: MemberId,
    token: &str,
    answer: Answer,
) -> Result<Standing, MatcherError> {
    let claims = matching.tokens.check_match(token).await.map_err(|error| match error {
        TokenError::Expired => MatcherError::ProposalOver,
        TokenError::NotValid => MatcherError::TokenInvalid,
    })?;
    if claims.member != member || claims.proposal != proposal {
        return Err(MatcherError::TokenInvalid);
    }
    let now = matching.clock.now();
    match matching.infra.shared.pool.answer(proposal, member, answer, now).await? {
        Answered::Noted(noted) => {
            note_acceptance(matching, member).await?;
            // The member's other pages show that it has answered.
            if let Some(view) = noted.view(member, now) {
                matching.show(member, ServerFrame::MatchProposed(view)).await?;
            }
            Ok(Standing::WaitingForPartner)
        }
        Answered::Accepted(accepted) => {
            note_acceptance(matching, member).await?;
            Ok(Standing::Accepted(settle_accepted(matching, &accepted).await?))
        }
        Answered::Declined(declined) => {
            note_decline(matching, member).await?;
            settle_unmatched(matching, &declined).await?;
            Ok(Standing::Declined)
        }
        Answered::Repeat(known) if known.is_accepted() => {
            Ok(Standing::Accepted(settle_accepted(matching, &known).await?))
        }
        Answered::Repeat(_) => match answer {
            Answer::Accept => Ok(Standing::WaitingForPartner),
            Answer::Decline => Ok(Standing::Declined),
        },
        Answered::Over => Err(MatcherError::ProposalOver),
        Answered::NotFound => ended(matching, proposal, member).await,
    }
}

/// The token was good, so the proposal was there: it has ended, with a room or without.
async fn ended(
    matching: &Matching,
    proposal: ProposalId,
    member: MemberId,
) -> Result<Standing, MatcherError> {
    let room = room_of_proposal(matching, proposal, member).await?;
    room.map(Standing::Accepted).ok_or(MatcherError::ProposalOver)
}

/// The room of a proposal, if there is one and this member is in it.
pub(super) async fn room_of_proposal(
    matching: &Matching,
    proposal: ProposalId,
    member: MemberId,
) -> Result<Option<RoomId>, MatcherError> {
    let read = matching.infra.db.read("matcher.room_of_proposal", Freshness::Latest, move |conn| {
        store::room_of_proposal(conn, proposal, member)
    });
    Ok(read.await?)
}
