//! The waiting pool: tickets of members who wait, and proposals that wait for answers.
//!
//! Every call is one atomic step on one ticket or one proposal. Two matchers that want the same two
//! tickets claim them one by one, the lower member first, so that only one of them gets both. A claim
//! has a lease: a matcher that dies between two steps delays two members and harms nobody.

use std::collections::HashSet;
use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::base::{ImageId, MemberId, Place, ProposalId, TicketId, Timestamp};
use crate::protocol::{ProposalView, Sex, TicketView, Wish};

use super::SharedResult;

/// What is shown of a member who waits.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Face {
    /// Shown name.
    pub nickname: String,
    /// The picture.
    #[serde(default)]
    pub image: Option<ImageId>,
    /// Sex.
    pub sex: Sex,
    /// Years of age.
    pub age: u32,
    /// Interests.
    pub interests: Vec<String>,
    /// Languages that the member speaks.
    pub languages: Vec<String>,
}

/// A member's wish to be matched.
#[derive(Clone, Debug, PartialEq)]
pub struct Ticket {
    /// Which.
    pub id: TicketId,
    /// Whose.
    pub member: MemberId,
    /// Another each time the member asks again, perhaps with other conditions.
    pub revision: Revision,
    /// Since when the member waits: its seniority.
    pub since: Timestamp,
    /// The centre of the cell the member is in.
    pub place: Place,
    /// Whom the member wishes to meet.
    pub wish: Wish,
    /// What is shown of the member.
    pub face: Face,
    /// Members who are never a match: those with whom there is an open room.
    pub never: HashSet<MemberId>,
}

/// Names a ticket as it was when its member last asked.
pub type Revision = Uuid;

/// Names the attempt of a matcher to pair two tickets.
pub type Claim = ProposalId;

impl Ticket {
    /// The ticket as its member sees it.
    #[must_use]
    pub fn view(&self) -> TicketView {
        TicketView { id: self.id, since: self.since, wish: self.wish.clone() }
    }
}

/// What a ticket is doing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TicketState {
    /// Waits for a match.
    Waiting,
    /// Waits, but its member's connection is lost, since then. Not offered to anybody.
    Lost(Timestamp),
    /// A matcher works on it, until then at most.
    Claimed(Claim, Timestamp),
    /// Offered in a proposal.
    Proposed(ProposalId),
}

/// What came of joining.
#[derive(Clone, Debug, PartialEq)]
pub struct Joined {
    /// The member's one ticket: with the first id and seniority, and the newest conditions.
    pub ticket: Arc<Ticket>,
    /// What it is doing. While claimed or proposed its conditions were left as they were.
    pub state: TicketState,
}

/// What came of leaving.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Left {
    /// The ticket is gone.
    Gone,
    /// There was none.
    NotThere,
    /// It is part of a proposal, which must be answered.
    Proposed(ProposalId),
    /// A matcher works on it; try again in a moment.
    Claimed,
}

/// What a member says to a proposal.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Answer {
    /// Yes.
    Accept,
    /// No.
    Decline,
}

impl Answer {
    /// The word for it on the wire.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Accept => "accept",
            Self::Decline => "decline",
        }
    }
}

/// Two members offered to each other.
#[derive(Clone, Debug, PartialEq)]
pub struct Proposal {
    /// Which.
    pub id: ProposalId,
    /// Both tickets, the lower member first.
    pub tickets: [Arc<Ticket>; 2],
    /// What each has answered.
    pub answers: [Option<Answer>; 2],
    /// Until when it may be answered.
    pub deadline: Timestamp,
    /// What each is shown of the other, with its match token.
    pub offers: [ProposalView; 2],
}

impl Proposal {
    /// The side of a member: 0 or 1.
    #[must_use]
    pub fn side(&self, member: MemberId) -> Option<usize> {
        self.tickets.iter().position(|ticket| ticket.member == member)
    }

    /// Both members, the lower first.
    #[must_use]
    pub fn members(&self) -> [MemberId; 2] {
        [self.tickets[0].member, self.tickets[1].member]
    }

    /// What a member is shown now.
    #[must_use]
    pub fn view(&self, member: MemberId, now: Timestamp) -> Option<ProposalView> {
        let side = self.side(member)?;
        let left = self.deadline.since(now).as_millis();
        Some(ProposalView {
            expires_in_ms: u64::try_from(left).unwrap_or(0),
            answered: self.answers[side].map(|answer| answer.name().to_owned()),
            ..self.offers[side].clone()
        })
    }

    /// Whether both said yes.
    #[must_use]
    pub fn is_accepted(&self) -> bool {
        self.answers == [Some(Answer::Accept); 2]
    }
}

/// The transition that an answer made.
#[derive(Clone, Debug, PartialEq)]
pub enum Answered {
    /// Noted; the other has not answered.
    Noted(Proposal),
    /// The second yes: exactly one caller sees this.
    Accepted(Proposal),
    /// A no: exactly one caller sees this, and settles the proposal.
    Declined(Proposal),
    /// The same answer as before; nothing changed.
    Repeat(Proposal),
    /// Too late, or already decided otherwise.
    Over,
    /// No such proposal, or not of this member.
    NotFound,
}

/// Something that somebody must see to.
#[derive(Clone, Debug, PartialEq)]
pub enum Overdue {
    /// The lease of a claim ran out; its ticket waits again.
    Claim(Arc<Ticket>),
    /// A proposal that may not have been shown to both.
    Unshown(Box<Proposal>),
    /// A proposal was not answered in time, or was accepted and not settled.
    Proposal(Box<Proposal>),
    /// The member's connection was lost for too long; the ticket is gone.
    Lost(Arc<Ticket>),
    /// The member has waited long, and is told so once.
    LongWait(Arc<Ticket>),
    /// Not searched for in a while.
    Search(Arc<Ticket>),
}

/// Everybody who waits.
#[async_trait]
pub trait WaitingPool: Send + Sync {
    /// Adds a ticket. A member who has one keeps its id and seniority and gets the new conditions.
    async fn join(&self, ticket: Ticket) -> SharedResult<Joined>;
    /// Removes a member's ticket, if nobody works on it.
    async fn leave(&self, member: MemberId) -> SharedResult<Left>;
    /// A member's ticket.
    async fn ticket(&self, member: MemberId) -> SharedResult<Option<Joined>>;
    /// Notes that a member's connection is lost: the ticket is not offered until it is back.
    async fn lose(&self, member: MemberId, now: Timestamp) -> SharedResult<()>;
    /// Notes that a member is back. Returns the ticket if it waits again because of it.
    async fn regain(&self, member: MemberId) -> SharedResult<Option<Arc<Ticket>>>;

    /// Tickets that wait near `seeker`, longest waiting first: at most `limit`, and only those after
    /// `after` in that order. They may not fit; the rules are the caller's.
    async fn near(
        &self,
        seeker: &Ticket,
        after: Option<(Timestamp, MemberId)>,
        limit: usize,
    ) -> SharedResult<Vec<Arc<Ticket>>>;
    /// Claims a ticket that waits, until `until`. False if it does not wait any more, or has other conditions
    /// since.
    async fn claim(&self, ticket: &Ticket, claim: Claim, until: Timestamp) -> SharedResult<bool>;
    /// Gives a claimed ticket back; it waits again with its seniority.
    async fn release(&self, member: MemberId, claim: Claim) -> SharedResult<()>;
    /// Turns two claims of `proposal.id` into a proposal. False if a claim was lost meanwhile. Unless it is
    /// noted to be shown by the time the claims would have run out, somebody else must show it.
    async fn propose(&self, proposal: Proposal) -> SharedResult<bool>;
    /// Notes that both members were shown a proposal.
    async fn shown(&self, proposal: ProposalId) -> SharedResult<()>;
    /// A member's proposal.
    async fn proposal_of(&self, member: MemberId) -> SharedResult<Option<Proposal>>;
    /// Notes an answer and says what it changed. One atomic step.
    async fn answer(
        &self,
        proposal: ProposalId,
        member: MemberId,
        answer: Answer,
        now: Timestamp,
    ) -> SharedResult<Answered>;
    /// Ends a proposal: tickets in `back` wait again with their seniority, the others are gone.
    /// False if it had ended already.
    async fn settle(&self, proposal: ProposalId, back: &[MemberId]) -> SharedResult<bool>;

    /// Keeps two members apart, the first time for `spans[0]`, then `spans[1]`, and so on; the last one
    /// holds for all later times.
    async fn keep_apart(
        &self,
        pair: [MemberId; 2],
        now: Timestamp,
        spans: &[Duration],
    ) -> SharedResult<()>;
    /// Whom a member is kept apart from.
    async fn kept_apart(&self, member: MemberId, now: Timestamp)
    -> SharedResult<HashSet<MemberId>>;

    /// What somebody must see to, at most `limit`. Each is handed out once in a while, to one caller.
    async fn overdue(&self, now: Timestamp, limit: usize) -> SharedResult<Vec<Overdue>>;
    /// How many tickets wait.
    async fn waiting(&self) -> SharedResult<usize>;
}
