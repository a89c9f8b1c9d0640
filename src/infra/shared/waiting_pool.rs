//! The waiting pool: tickets of members who wait, and proposals that wait for answers.
//!
//! Every call is one atomic step. Two tickets become a proposal in one step, too, or not at all: of two matchers that
//! want the same ticket one gets it, and a matcher that dies leaves nothing half done.

use std::collections::HashSet;
use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::base::{ImageId, MemberId, Place, ProposalId, TicketId, Timestamp};
use crate::protocol::{Answer, Condition, ProposalView, Sex, TicketView, Wish};

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
    #[serde(default)]
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
    /// Members who are never a match: those with whom there is an open room, or a block in either direction.
    pub never: HashSet<MemberId>,
}

/// Names a ticket as it was when its member last asked.
pub type Revision = Uuid;

/// What a ticket is doing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TicketState {
    /// Waits for a match.
    Waiting,
    /// Waits, but its member's connection is lost, since then. Not offered to anybody.
    Lost(Timestamp),
    /// Its member declined several in a row: not offered to anybody until then.
    Paused(Timestamp),
    /// Offered in a proposal.
    Proposed(ProposalId),
}

/// What came of joining.
#[derive(Clone, Debug, PartialEq)]
pub struct Joined {
    /// The member's one ticket: with the first id and seniority, and the newest conditions.
    pub ticket: Arc<Ticket>,
    /// What it is doing. While it is proposed, its conditions were left as they were.
    pub state: TicketState,
}

impl Joined {
    /// The ticket as its member sees it.
    #[must_use]
    pub fn view(&self, now: Timestamp) -> TicketView {
        let paused_ms = match self.state {
            TicketState::Paused(until) => u64::try_from(until.since(now).as_millis()).ok(),
            TicketState::Waiting | TicketState::Lost(_) | TicketState::Proposed(_) => None,
        };
        let Ticket { id, since, wish, .. } = &*self.ticket;
        TicketView { id: *id, since: *since, wish: wish.clone(), paused_ms }
    }
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
}

/// What came of offering two members to each other.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Offered {
    /// There is a proposal.
    Proposed,
    /// This member does not wait any more, or has other conditions since.
    Gone(MemberId),
    /// The two are kept apart.
    Apart,
}

/// Two members offered to each other.
#[derive(Clone, Debug, PartialEq)]
pub struct Proposal {
    /// Which.
    pub id: ProposalId,
    /// Both tickets, the lower member first.
    pub tickets: [Arc<Ticket>; 2],
    /// Whether a page of each shows it.
    pub seen: [bool; 2],
    /// What each has answered.
    pub answers: [Option<Answer>; 2],
    /// Until when both must have seen it.
    pub see_until: Timestamp,
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
            answered: self.answers[side],
            ..self.offers[side].clone()
        })
    }

    /// Whether both said yes.
    #[must_use]
    pub fn is_accepted(&self) -> bool {
        self.answers == [Some(Answer::Accept); 2]
    }

    /// Whether somebody said no.
    #[must_use]
    pub fn is_declined(&self) -> bool {
        self.answers.contains(&Some(Answer::Decline))
    }

    /// Whether a side has seen it. An answer says so, too.
    #[must_use]
    pub fn has_seen(&self, side: usize) -> bool {
        self.seen[side] || self.answers[side].is_some()
    }

    /// Whether both have seen it.
    #[must_use]
    pub fn is_seen(&self) -> bool {
        self.has_seen(0) && self.has_seen(1)
    }
}

/// What becomes of a ticket when its proposal ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum After {
    /// It waits again, with its seniority.
    Waits,
    /// It is not offered to anybody until then, and waits again, with its seniority.
    Pauses(Timestamp),
    /// Its member did not show that it is there, since then.
    IsLost(Timestamp),
    /// It is gone.
    Leaves,
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
    /// A proposal that may not have been shown to both.
    Unshown(Box<Proposal>),
    /// A proposal that not both have seen in time.
    Unseen(Box<Proposal>),
    /// A proposal was not answered in time, or was accepted and not settled.
    Proposal(Box<Proposal>),
    /// The member's connection was lost for too long; the ticket is gone.
    Lost(Arc<Ticket>),
    /// The member has waited long, and is told so once.
    LongWait(Arc<Ticket>),
    /// Not searched for in a while.
    Search(Arc<Ticket>),
    /// The pause of a member who declined several in a row is over; its ticket waits again.
    Rested(Arc<Ticket>),
}

/// A wait that ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Wait {
    /// How long it was.
    pub lasted: Duration,
    /// Whether somebody was found; else the member left, or was lost.
    pub found: bool,
}

/// What is around a member who waits.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Surroundings {
    /// How many wait within reach, and would go so far themselves.
    pub in_reach: usize,
    /// How many of them fit.
    pub fitting: usize,
    /// How many would fit if the member gave up this condition, for each that it has.
    pub without: Vec<(Condition, usize)>,
    /// How long others near by waited lately.
    pub waits: Vec<Wait>,
}

/// Everybody who waits, in numbers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Census {
    /// How many wait.
    pub waiting: usize,
    /// Since when the first of them.
    pub oldest: Option<Timestamp>,
    /// How many by the distance and the sex they wish for.
    pub by_wish: Vec<(Option<u32>, Option<Sex>, usize)>,
}

/// Everybody who waits.
#[async_trait]
pub trait WaitingPool: Send + Sync {
    /// The match that a member made last, if it was lately.
    async fn last_match(&self, member: MemberId) -> SharedResult<Option<ProposalId>>;
    /// Adds a ticket, which pauses first if it is told to. A member who has one keeps its id, its seniority and its
    /// pause and gets the new conditions. None if the member has made another match since `last_match`: then the ticket
    /// may not know of the room.
    async fn join(
        &self,
        ticket: Ticket,
        paused_until: Option<Timestamp>,
        last_match: Option<ProposalId>,
    ) -> SharedResult<Option<Joined>>;
    /// Removes a member's ticket, unless it is proposed.
    async fn leave(&self, member: MemberId, now: Timestamp) -> SharedResult<Left>;
    /// A member's ticket.
    async fn ticket(&self, member: MemberId) -> SharedResult<Option<Joined>>;
    /// Notes that a member's connection is lost: the ticket is not offered until it is back.
    async fn lose(&self, member: MemberId, now: Timestamp) -> SharedResult<()>;
    /// Notes that a member is back. Returns the ticket if it waits again because of it; it is due to be searched for.
    async fn regain(&self, member: MemberId) -> SharedResult<Option<Arc<Ticket>>>;

    /// Tickets that wait and fit `seeker` by every condition, both ways, longest waiting first: at most `limit`, and
    /// of nobody in `except`. Whoever joined before this call is among them, or does not wait any more.
    async fn near(
        &self,
        seeker: &Ticket,
        except: &HashSet<MemberId>,
        limit: usize,
    ) -> SharedResult<Vec<Arc<Ticket>>>;
    /// Turns two tickets that wait, and are as they were, into a proposal, unless their members are kept apart.
    async fn propose(&self, proposal: Proposal, now: Timestamp) -> SharedResult<Offered>;
    /// Notes that a page shows a proposal to a member. False if there is no such proposal any more.
    async fn seen(&self, proposal: ProposalId, member: MemberId) -> SharedResult<bool>;
    /// A member's proposal.
    async fn proposal_of(&self, member: MemberId) -> SharedResult<Option<Proposal>>;
    /// Notes an answer and says what it changed.
    async fn answer(
        &self,
        proposal: ProposalId,
        member: MemberId,
        answer: Answer,
        now: Timestamp,
    ) -> SharedResult<Answered>;
    /// Ends a proposal, as long as it is as given: what it is to be ended for may have changed. `after` says what
    /// becomes of its two tickets. If there are `spans`, keeps the two members apart: the first time for `spans[0]`,
    /// then `spans[1]`, and so on; the last one holds for all later times. False if the proposal has changed, or had
    /// ended already; then nothing is done.
    async fn settle(
        &self,
        proposal: &Proposal,
        after: [After; 2],
        now: Timestamp,
        spans: &[Duration],
    ) -> SharedResult<bool>;

    /// Keeps two members apart since one has blocked the other: for a week, which is longer than a ticket stays as it
    /// was written. A ticket that is written later knows of the block itself.
    async fn block(&self, pair: [MemberId; 2], now: Timestamp) -> SharedResult<()>;
    /// Ends what [`WaitingPool::block`] began. Declines keep the two apart as they did.
    async fn unblock(&self, pair: [MemberId; 2]) -> SharedResult<()>;
    /// Whom a member is kept apart from.
    async fn kept_apart(&self, member: MemberId, now: Timestamp)
    -> SharedResult<HashSet<MemberId>>;

    /// What somebody must see to, at most `limit`. Each is handed out once in a while, to one caller.
    async fn overdue(&self, now: Timestamp, limit: usize) -> SharedResult<Vec<Overdue>>;
    /// What is around a member who waits.
    async fn surroundings(&self, ticket: &Ticket, now: Timestamp) -> SharedResult<Surroundings>;
    /// Everybody who waits, in numbers.
    async fn census(&self) -> SharedResult<Census>;
}
