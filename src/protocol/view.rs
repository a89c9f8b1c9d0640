//! What members see of rooms, messages and matches: the same over HTTP and over the socket.

use std::ops::RangeInclusive;

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa::openapi::schema::{Object, ObjectBuilder, SchemaType, Type};

use crate::base::{
    ImageId, Kilometres, MemberId, MessageId, ProposalId, ReportId, RoomId, TicketId, Timestamp,
};

/// What a message is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum MessageKind {
    /// Text.
    Text,
    /// A picture.
    Image,
    /// Its sender has taken it back; it says nothing.
    Retracted,
}

/// The place of a message in its room: microseconds since 1970, strictly rising within the room.
pub type Place = i64;

/// A picture in a room, as far as it is known before it is loaded.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct ImageView {
    /// Which.
    pub id: ImageId,
    /// Of the large one, in pixels. The small one has the same shape.
    pub width: u32,
    /// Likewise.
    pub height: u32,
}

/// Something said in a room.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Message {
    /// Where.
    pub room: RoomId,
    /// Its place.
    pub seq: Place,
    /// The place of the message before it; 0 for the first.
    pub prev: Place,
    /// Made by the sender's page (`cid`).
    pub id: MessageId,
    /// By whom.
    pub from: MemberId,
    /// What it is.
    pub kind: MessageKind,
    /// What was said; empty in every other kind than text.
    pub text: String,
    /// The picture, if it is one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub image: Option<ImageView>,
    /// When it got its place.
    pub sent_at: Timestamp,
    /// Whether it is committed in the database.
    pub stored: bool,
}

/// The other member of a room.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct PartnerView {
    /// Who.
    pub id: MemberId,
    /// Shown name; empty once the partner has withdrawn.
    pub nickname: String,
    /// A link to a small square of the picture, if there is one. It ends; the view of the room has a new one.
    #[schema(required)]
    pub image: Option<String>,
    /// Whether the partner has withdrawn.
    #[serde(default)]
    #[schema(required)]
    pub withdrawn: bool,
}

/// What a member is in an open room, as its partner sees it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum PresenceState {
    /// A page shows the room.
    Here,
    /// No page does.
    Away,
    /// The connection of the page that did was lost, less than 30 s ago.
    Lost,
}

/// Who ended a room, as seen by one of its members.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum Closer {
    /// The member who asks.
    Me,
    /// The other.
    Partner,
}

/// A room as one of its members sees it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct RoomView {
    /// Which room.
    pub id: RoomId,
    /// With whom.
    pub partner: PartnerView,
    /// Whether messages may be sent.
    pub open: bool,
    /// When it was opened.
    pub opened_at: Timestamp,
    /// Who closed it, once it is not open.
    #[schema(required)]
    pub closed_by: Option<Closer>,
    /// The newest message.
    #[schema(required)]
    pub last_message: Option<Message>,
    /// The place of the newest message; 0 if there is none.
    pub last_seq: Place,
    /// How far this member has read.
    pub read_seq: Place,
    /// How far the partner has read.
    pub partner_read_seq: Place,
    /// Messages of the partner after `read_seq`; 100 means "99+".
    pub unread: u32,
}

/// Whom a member wishes to meet. Every condition is a hard one; what is null does not count.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
pub struct Wish {
    /// How far away a stranger may be; null is anywhere.
    #[schema(required)]
    pub max_distance_km: Option<u32>,
    /// Of which sex; null is any.
    #[serde(default)]
    #[schema(required, schema_with = wished_sex)]
    pub sex: Option<Sex>,
    /// How many years old at least.
    #[serde(default)]
    #[schema(required)]
    pub age_min: Option<u32>,
    /// How many years old at most.
    #[serde(default)]
    #[schema(required)]
    pub age_max: Option<u32>,
    /// Which language the other speaks (ISO 639).
    #[serde(default)]
    #[schema(required)]
    pub language: Option<String>,
}

/// The sexes that may be wished for.
#[must_use]
pub fn wished_sex() -> Object {
    ObjectBuilder::new()
        .schema_type(SchemaType::from_iter([Type::String, Type::Null]))
        .enum_values(Some([Some("female"), Some("male"), None]))
        .description(Some("Of which sex; null is any."))
        .build()
}

/// The rules of the conditions, each for one side. Two members fit when each takes the other.
impl Wish {
    /// Whether this far away is near enough.
    #[must_use]
    pub fn takes_distance(&self, distance: Kilometres) -> bool {
        self.max_distance_km.is_none_or(|max| distance <= f64::from(max))
    }

    /// Whether somebody of this sex is wished for.
    #[must_use]
    pub fn takes_sex(&self, sex: Sex) -> bool {
        self.sex.is_none_or(|wished| wished == sex)
    }

    /// The years of age that are wished for.
    #[must_use]
    pub fn ages(&self) -> RangeInclusive<u32> {
        self.age_min.unwrap_or(0)..=self.age_max.unwrap_or(u32::MAX)
    }

    /// Whether somebody who speaks these is wished for.
    #[must_use]
    pub fn takes_languages(&self, languages: &[String]) -> bool {
        self.language.as_ref().is_none_or(|wished| languages.contains(wished))
    }
}

/// One of the conditions of a wish.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum Condition {
    /// How far away.
    Distance,
    /// Of which sex.
    Sex,
    /// How old.
    Age,
    /// Which language.
    Language,
}

/// What a member who waits may expect.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Outlook {
    /// How many wait within reach, rounded down to 1, 2 or 5 times a power of ten; 0: fewer than 10.
    pub in_reach_at_least: u64,
    /// How many seconds it took lately, here and with such conditions, until somebody was found: the median, rounded
    /// up; null: too little is known.
    #[schema(required)]
    pub wait_s: Option<u64>,
    /// The condition that keeps away most of those who would fit without it; null: none does.
    #[schema(required)]
    pub narrowest: Option<Condition>,
}

/// A member's place in the queue.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct TicketView {
    /// Which ticket.
    pub id: TicketId,
    /// Since when the member waits.
    pub since: Timestamp,
    /// Whom the member wishes to meet.
    #[serde(flatten)]
    pub wish: Wish,
    /// Milliseconds during which nobody is looked for, because the member declined several in a row.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub paused_ms: Option<u64>,
}

/// Sex, as the member gave it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum Sex {
    /// Female.
    Female,
    /// Male.
    Male,
    /// Not said.
    Undisclosed,
}

/// How far away the other is, as little exact as may be told.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum DistanceBand {
    /// Less than 10 km.
    Lt10,
    /// Less than 25 km.
    Lt25,
    /// Less than 50 km.
    Lt50,
    /// Less than 100 km.
    Lt100,
    /// Further.
    Far,
}

/// What is shown of the other before both have accepted.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct PartnerCard {
    /// Shown name.
    pub nickname: String,
    /// A link to a small square of the picture, if there is one. It outlives the proposal.
    #[schema(required)]
    pub image: Option<String>,
    /// Sex.
    pub sex: Sex,
    /// Five years of age, like `20-24`.
    pub age_band: String,
    /// How far away.
    pub distance_band: DistanceBand,
    /// Interests both have.
    pub shared_interests: Vec<String>,
}

/// What a member says to a proposal.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum Answer {
    /// Yes.
    Accept,
    /// No.
    Decline,
}

impl Answer {
    /// The word for it on the wire and in the pool.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Accept => "accept",
            Self::Decline => "decline",
        }
    }
}

/// An offer of a partner.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct ProposalView {
    /// Which proposal.
    pub id: ProposalId,
    /// The match token to answer with.
    pub token: String,
    /// When it ends.
    pub expires_at: Timestamp,
    /// Milliseconds until it ends, for pages whose clock is wrong.
    pub expires_in_ms: u64,
    /// Who is offered.
    pub partner: PartnerCard,
    /// What this member answered so far.
    #[schema(required)]
    pub answered: Option<Answer>,
}

/// How a wait or a proposal ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum MatchOutcome {
    /// Both accepted; there is a room.
    Accepted,
    /// This member said no.
    Declined,
    /// The other did not accept; this member waits on, if it had not left.
    NotMatched,
    /// This member did not answer in time and is out of the queue.
    Expired,
    /// This member's page did not show the proposal in time. It is not offered to anybody until a page says that it
    /// is there.
    Missed,
    /// This member's connection was lost for too long.
    Dropped,
    /// This member left the queue.
    Cancelled,
}

/// Why a member is told that it waits.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum WaitNotice {
    /// It takes long.
    LongWait,
    /// The other did not accept.
    PartnerGone,
    /// The member declined several in a row: nobody is looked for during a pause.
    Paused,
}

/// Why a member reports another.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum ReportReason {
    /// Advertising, or the same to everybody.
    Spam,
    /// Threats, insults, pestering.
    Harassment,
    /// Sexual contents that nobody asked for.
    Sexual,
    /// Against people for what they are.
    Hate,
    /// The other seems to be too young.
    Underage,
    /// What the text says.
    Other,
}

impl ReportReason {
    /// The word for it on the wire and in the table.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Spam => "spam",
            Self::Harassment => "harassment",
            Self::Sexual => "sexual",
            Self::Hate => "hate",
            Self::Underage => "underage",
            Self::Other => "other",
        }
    }
}

/// What became of a report.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum ReportState {
    /// Nobody has decided it.
    Open,
    /// The other was suspended.
    Acted,
    /// Nothing was done.
    Dismissed,
}

impl ReportState {
    /// The word for it on the wire and in the table.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::Acted => "acted",
            Self::Dismissed => "dismissed",
        }
    }
}

/// A report as its reporter sees it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct ReportView {
    /// Which.
    pub id: ReportId,
    /// About what was said in this room.
    pub room: RoomId,
    /// Why.
    pub reason: ReportReason,
    /// What became of it.
    pub state: ReportState,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it was decided.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub decided_at: Option<Timestamp>,
}
