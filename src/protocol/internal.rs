//! What a gateway asks a chat-writer over the internal HTTP API, and `rand-chat admin` a member role.

use serde::{Deserialize, Serialize};

use crate::base::{MemberId, MessageId, ReportId, Timestamp};

use super::view::{Message, Place, ReportView, RoomView};

/// Asks what a member's page must know after an absence.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ResumeRequest {
    /// Whose page.
    pub member: MemberId,
    /// The greatest place it has; none for a fresh page.
    pub since: Option<Place>,
}

/// What a member's page must know after an absence.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ResumeAnswer {
    /// The newest rooms.
    pub rooms: Vec<RoomView>,
    /// Everything newer than `since`, in order of place.
    pub messages: Vec<Message>,
    /// False: too much was missed, and `messages` is empty.
    pub complete: bool,
    /// Whether the member shares that it is typing, and sees it of others.
    pub share_typing: bool,
}

/// Says that a member has seen everything up to a place.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReadRequest {
    /// Who.
    pub member: MemberId,
    /// Up to here.
    pub seq: Place,
}

/// Says that a member takes a message back.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RetractRequest {
    /// Who.
    pub member: MemberId,
}

/// Asks for a message by its id.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FindRequest {
    /// Who asks.
    pub member: MemberId,
    /// Which message.
    pub id: MessageId,
}

/// Asks what of a room is newer than a place.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SyncRequest {
    /// Who asks.
    pub member: MemberId,
    /// What is newer than this.
    pub after: Place,
    /// At most so many.
    pub limit: usize,
}

/// A member as moderators see it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PersonView {
    /// Who.
    pub id: MemberId,
    /// What it logs in with.
    pub username: String,
    /// Shown name, as it is now.
    pub nickname: String,
    /// Whether it has withdrawn.
    pub withdrawn: bool,
}

/// A report as moderators see it in the queue.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReportCase {
    /// What its reporter sees of it.
    #[serde(flatten)]
    pub report: ReportView,
    /// Who reports.
    pub reporter: PersonView,
    /// Whom.
    pub reported: PersonView,
    /// Who decided it.
    pub decided_by: Option<String>,
}

/// A suspension as moderators see it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SuspensionView {
    /// Since when.
    pub since: Timestamp,
    /// Until when; none: for good.
    pub until: Option<Timestamp>,
    /// What the member is told.
    pub reason: String,
    /// By whom.
    pub imposed_by: String,
    /// When it was lifted before its end, or another took its place.
    pub released_at: Option<Timestamp>,
    /// By whom.
    pub released_by: Option<String>,
}

/// A report with everything there is about it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReportDetails {
    /// The report.
    #[serde(flatten)]
    pub case: ReportCase,
    /// What the reporter wrote.
    pub text: String,
    /// What was noted at the decision.
    pub note: Option<String>,
    /// `profile` and `messages`, as they were when the report was made; each picture with a link that ends.
    pub evidence: serde_json::Value,
}

/// Everything about a report, and every suspension of the reported member, newest first.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReportFile {
    /// The report.
    #[serde(flatten)]
    pub details: ReportDetails,
    /// The suspensions.
    pub suspensions: Vec<SuspensionView>,
}

/// A page of the queue.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReportQueue {
    /// Oldest first.
    pub reports: Vec<ReportCase>,
    /// Ask for what comes after this one; none on the last page.
    pub next: Option<ReportId>,
}

/// A moderator's decision about a report.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DecideRequest {
    /// What.
    pub verdict: VerdictWord,
    /// For other moderators.
    pub note: Option<String>,
    /// Who decides.
    pub by: String,
}

/// What becomes of a reported member.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum VerdictWord {
    /// Nothing.
    Dismiss,
    /// It is suspended for so many seconds; none: for good.
    Suspend(Option<u64>),
}

/// Suspends a member.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SuspendRequest {
    /// For so many seconds; none: for good.
    pub for_s: Option<u64>,
    /// What the member is told.
    pub reason: String,
    /// By whom.
    pub by: String,
}

/// Lifts a suspension.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReleaseRequest {
    /// By whom.
    pub by: String,
}

/// A member, and every suspension it had, newest first.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SuspensionFile {
    /// Who.
    pub member: PersonView,
    /// The suspensions.
    pub suspensions: Vec<SuspensionView>,
}
