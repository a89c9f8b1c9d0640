//! The frames a page and the gateway exchange (`docs/protocol.md`).

use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::ToSchema;

use crate::base::{MemberId, MessageId, ProposalId, RoomId, SessionId, Timestamp};

use super::view::{
    Closer, MatchOutcome, Message, Place, PresenceState, ProposalView, ReportView, RoomView,
    TicketView, WaitNotice,
};

/// The greatest request id: what a JavaScript number holds exactly.
pub(super) const REQUEST_ID_MAX: u64 = (1 << 53) - 1;

/// A frame from a page. With an `id` it wants an answer.
#[derive(Clone, Debug, PartialEq)]
pub struct ClientFrame {
    /// Chosen by the page, repeated in the answer.
    pub id: Option<u64>,
    /// What the page wants.
    pub request: Request,
}

/// What a page may want.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
#[serde(tag = "t", content = "d", rename_all = "lowercase")]
pub enum Request {
    /// Says who it is; the first frame.
    Hello(Hello),
    /// Says something in a room.
    Send(SendMessage),
    /// Has seen everything up to a place.
    Read(ReadUpTo),
    /// Is writing.
    Typing(StartTyping),
    /// Takes back what it said.
    Retract(RetractMessage),
    /// Shows a room to its member, or none.
    Look(LookAt),
    /// Asks for what is newer than a place.
    Sync(SyncRoom),
    /// Shows a proposal to its member.
    Seen(SeenProposal),
    /// Renews its token.
    Auth(Renew),
    /// Answers a ping.
    Pong(Pong),
}

/// Why a text is no frame.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum BadFrame {
    /// Not the envelope `{t, id?, d?}`: the other side does not speak this protocol.
    Shape,
    /// A type nobody knows.
    UnknownType {
        /// The request to answer, if it wants an answer.
        id: Option<u64>,
    },
    /// A known type with the wrong contents.
    Contents {
        /// The request to answer, if it wants an answer.
        id: Option<u64>,
        /// What was expected.
        detail: String,
    },
}

#[derive(Deserialize)]
struct RawFrame {
    t: String,
    #[serde(default)]
    id: Option<u64>,
    #[serde(default)]
    d: Option<Value>,
}

impl ClientFrame {
    /// Reads a frame.
    pub fn parse(text: &str) -> Result<Self, BadFrame> {
        let RawFrame { t, id, d } = serde_json::from_str(text).map_err(|_| BadFrame::Shape)?;
        if id.is_some_and(|id| id > REQUEST_ID_MAX) {
            return Err(BadFrame::Shape);
        }
        let contents = d.unwrap_or_else(|| Value::Object(serde_json::Map::new()));
        let request = match t.as_str() {
            "hello" => read(id, contents).map(Request::Hello),
            "send" => read(id, contents).map(Request::Send),
            "read" => read(id, contents).map(Request::Read),
            "typing" => read(id, contents).map(Request::Typing),
            "retract" => read(id, contents).map(Request::Retract),
            "look" => read(id, contents).map(Request::Look),
            "sync" => read(id, contents).map(Request::Sync),
            "seen" => read(id, contents).map(Request::Seen),
            "auth" => read(id, contents).map(Request::Auth),
            "pong" => read(id, contents).map(Request::Pong),
            _ => Err(BadFrame::UnknownType { id }),
        }?;
        Ok(Self { id, request })
    }
}

fn read<T: DeserializeOwned>(id: Option<u64>, contents: Value) -> Result<T, BadFrame> {
    serde_json::from_value(contents)
        .map_err(|error| BadFrame::Contents { id, detail: error.to_string() })
}

/// Contents of `hello`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Hello {
    /// The access token.
    pub token: String,
    /// What the page has already, if it comes back.
    #[serde(default)]
    pub resume: Option<Resume>,
}

/// What a page that comes back has already.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Resume {
    /// The greatest place of any message it has.
    pub since: Place,
}

/// Contents of `send`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct SendMessage {
    /// Where.
    pub room: RoomId,
    /// Made once, the same on every resend.
    pub cid: MessageId,
    /// What, if it is a text. Exactly one of this and `image` is there.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub text: Option<String>,
    /// What, if it is a picture: the token that its upload was answered with.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub image: Option<String>,
    /// Whether it was sent before, whatever came of it.
    #[serde(default)]
    pub again: bool,
}

/// Contents of `read`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct ReadUpTo {
    /// Where.
    pub room: RoomId,
    /// Up to here.
    pub seq: Place,
}

/// Contents of `typing` from a page.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct StartTyping {
    /// Where.
    pub room: RoomId,
}

/// Contents of `look`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct LookAt {
    /// Which room; none when the page is hidden or shows something else.
    #[serde(default)]
    pub room: Option<RoomId>,
}

/// Contents of `retract`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct RetractMessage {
    /// Where.
    pub room: RoomId,
    /// Which message.
    pub id: MessageId,
}

/// Contents of `sync`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct SyncRoom {
    /// Where.
    pub room: RoomId,
    /// What is newer than this place.
    pub after: Place,
}

/// Contents of `seen`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct SeenProposal {
    /// Which; also one that is over, to say that the page is there.
    pub proposal: ProposalId,
}

/// Contents of `auth`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Renew {
    /// A fresh access token of the same session.
    pub token: String,
}

/// Contents of `pong`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Pong {
    /// The greatest place of any message the page has.
    #[serde(default)]
    pub since: Option<Place>,
}

/// What the gateway may say.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(tag = "t", content = "d")]
pub enum ServerFrame {
    /// Answer to `hello`.
    #[serde(rename = "ready")]
    Ready(Box<Ready>),
    /// Answer to `send`: the message has its place.
    #[serde(rename = "sent")]
    Sent(Sent),
    /// Answer to `sync`.
    #[serde(rename = "messages")]
    Messages(Messages),
    /// Answer to everything else.
    #[serde(rename = "ok")]
    Ok {},
    /// The request was refused.
    #[serde(rename = "err")]
    Err(Refusal),
    /// Somebody said something.
    #[serde(rename = "message")]
    Message(Message),
    /// Messages are committed.
    #[serde(rename = "stored")]
    Stored(Stored),
    /// A message was taken back.
    #[serde(rename = "retracted")]
    Retracted {
        /// Where.
        room: RoomId,
        /// Which message.
        id: MessageId,
    },
    /// A member has read up to a place.
    #[serde(rename = "read")]
    Read(ReadMark),
    /// A member is writing.
    #[serde(rename = "typing")]
    Typing(TypingMark),
    /// Answer to `look`, and what has changed since: whether the partner looks at the room.
    #[serde(rename = "presence")]
    Presence(PresenceMark),
    /// There is a new room.
    #[serde(rename = "room.opened")]
    RoomOpened {
        /// The room.
        room: RoomView,
    },
    /// A room takes no more messages.
    #[serde(rename = "room.closed")]
    RoomClosed {
        /// Which room.
        room: RoomId,
        /// By whom.
        by: Closer,
    },
    /// The member waits.
    #[serde(rename = "match.waiting")]
    MatchWaiting(Waiting),
    /// Somebody was found.
    #[serde(rename = "match.proposed")]
    MatchProposed(ProposalView),
    /// A wait or a proposal ended.
    #[serde(rename = "match.ended")]
    MatchEnded(Ended),
    /// A report of the member was decided.
    #[serde(rename = "report.decided")]
    ReportDecided {
        /// As it is now.
        report: ReportView,
    },
    /// Are you there?
    #[serde(rename = "ping")]
    Ping {},
    /// This node is leaving.
    #[serde(rename = "goaway")]
    GoAway {
        /// Reconnect after this pause.
        reconnect_in_ms: u64,
    },
}

/// Contents of `ready`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Ready {
    /// The log-in this socket belongs to.
    pub session: SessionId,
    /// Who the page is.
    pub member: MemberId,
    /// The server's clock.
    pub now: Timestamp,
    /// How often a ping comes.
    pub heartbeat_ms: u64,
    /// When a fresh token must have come.
    pub token_expires_at: Timestamp,
    /// What the page may send.
    pub limits: Limits,
    /// The newest rooms.
    pub rooms: Vec<RoomView>,
    /// Whether what was missed follows.
    pub resume: ResumeState,
    /// Rooms to load afresh, when too much was missed.
    pub reload: Vec<RoomId>,
    /// The member's place in the queue.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub ticket: Option<TicketView>,
    /// The proposal that waits for an answer.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub proposal: Option<ProposalView>,
}

/// What a page may send.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Limits {
    /// Bytes of a frame.
    pub frame_bytes: usize,
    /// Characters of a text.
    pub text_chars: usize,
    /// Messages in 10 s.
    pub messages_per_10s: u32,
    /// Frames in a minute.
    pub frames_per_minute: u32,
    /// How old a message may be to be taken back.
    pub retract_within_ms: u64,
}

/// Whether what was missed follows.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum ResumeState {
    /// Nothing was asked for.
    Fresh,
    /// Everything newer follows as `message` frames.
    Complete,
    /// Too much was missed: load the named rooms afresh.
    Reload,
}

/// Contents of `sent`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Sent {
    /// Where.
    pub room: RoomId,
    /// Which message.
    pub cid: MessageId,
    /// Its place.
    pub seq: Place,
    /// The place before it.
    pub prev: Place,
    /// When it got its place.
    pub sent_at: Timestamp,
    /// Whether it is committed already (a repeat).
    pub stored: bool,
}

/// Contents of `messages`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Messages {
    /// Where.
    pub room: RoomId,
    /// What was asked for.
    pub after: Place,
    /// In order.
    pub messages: Vec<Message>,
    /// False: there is more, ask again after the last one.
    pub complete: bool,
}

/// Contents of `err`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Refusal {
    /// A problem code, the same as over HTTP.
    pub code: String,
    /// Whether the same request may work later.
    pub retryable: bool,
    /// Not before this pause.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub retry_after_ms: Option<u64>,
    /// More about it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub detail: Option<String>,
}

/// Contents of `stored`. By id and not up to a place: a log that forgot a message may have given a
/// later place to another one, whose being stored says nothing about the first.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Stored {
    /// Where.
    pub room: RoomId,
    /// What is committed.
    pub ids: Vec<MessageId>,
}

/// Contents of `read` to a page.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct ReadMark {
    /// Where.
    pub room: RoomId,
    /// Who.
    pub member: MemberId,
    /// Up to here.
    pub seq: Place,
}

/// Contents of `typing` to a page.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct TypingMark {
    /// Where.
    pub room: RoomId,
    /// Who.
    pub member: MemberId,
}

/// Contents of `presence`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct PresenceMark {
    /// Where.
    pub room: RoomId,
    /// Who.
    pub member: MemberId,
    /// What the member is there.
    pub state: PresenceState,
}

/// Contents of `match.waiting`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Waiting {
    /// The place in the queue.
    pub ticket: TicketView,
    /// Why this is told now.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub notice: Option<WaitNotice>,
}

/// Contents of `match.ended`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Ended {
    /// The proposal that ended, if there was one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub proposal: Option<ProposalId>,
    /// How.
    pub outcome: MatchOutcome,
    /// The new room.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub room: Option<RoomId>,
}

#[derive(Serialize)]
struct Answer<'a> {
    id: u64,
    #[serde(flatten)]
    frame: &'a ServerFrame,
}

/// The text of a frame that answers request `id`.
#[must_use]
pub fn answer_text(id: u64, frame: &ServerFrame) -> String {
    serde_json::to_string(&Answer { id, frame }).unwrap_or_default()
}

/// The text of a frame that answers nothing.
#[must_use]
pub fn push_text(frame: &ServerFrame) -> String {
    serde_json::to_string(frame).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn an_unknown_field_is_ignored_and_an_unknown_type_is_told() {
        let known = r#"{"t":"pong","d":{"since":5,"colour":"red"},"x":1}"#;
        assert_eq!(
            ClientFrame::parse(known).unwrap().request,
            Request::Pong(Pong { since: Some(5) })
        );

        let unknown = ClientFrame::parse(r#"{"t":"dance","id":3}"#);
        assert_eq!(unknown, Err(BadFrame::UnknownType { id: Some(3) }));
    }

    #[test]
    fn what_is_no_envelope_is_told_from_wrong_contents() {
        for text in ["", "7", "[]", "{}", r#"{"t":7}"#, r#"{"t":"pong","id":-1}"#, "{\"t\":"] {
            assert_eq!(ClientFrame::parse(text), Err(BadFrame::Shape), "{text}");
        }
        let frame = ClientFrame::parse(r#"{"t":"sync","id":1,"d":{"room":"x","after":0}}"#);
        assert!(matches!(frame, Err(BadFrame::Contents { id: Some(1), .. })), "{frame:?}");
    }

    #[test]
    fn json_that_is_nested_too_deep_is_refused() {
        let deep = format!(r#"{{"t":"pong","d":{}1{}}}"#, "[".repeat(500), "]".repeat(500));
        assert_eq!(ClientFrame::parse(&deep), Err(BadFrame::Shape));
    }

    #[test]
    fn an_answer_carries_the_id_of_its_request() {
        insta::assert_snapshot!(answer_text(7, &ServerFrame::Ok {}), @r#"{"id":7,"t":"ok","d":{}}"#);
        insta::assert_snapshot!(push_text(&ServerFrame::Ping {}), @r#"{"t":"ping","d":{}}"#);
    }

    /// Examples that the tests of the browser client read too.
    fn examples(kind: &str) -> Vec<Value> {
        let all = include_str!("../../tests/fixtures/protocol/frames.json");
        let mut all: Value = serde_json::from_str(all).unwrap();
        serde_json::from_value(all[kind].take()).unwrap()
    }

    #[test]
    fn every_example_from_a_page_is_understood() {
        for example in examples("from_page") {
            let frame = ClientFrame::parse(&example.to_string());
            assert_eq!(frame.as_ref().map(|frame| frame.id), Ok(example["id"].as_u64()));
        }
    }

    #[test]
    fn every_example_to_a_page_is_what_would_be_sent() {
        let mut types = BTreeSet::new();
        for example in [examples("answers"), examples("pushes")].concat() {
            let frame: ServerFrame = serde_json::from_value(example.clone()).unwrap();
            assert_eq!(serde_json::to_value(frame).unwrap(), example);
            types.insert(example["t"].as_str().unwrap().to_owned());
        }
        let page = include_str!("../../docs/protocol.md");
        let to_the_page = page.split("## 5.").nth(1).unwrap().split("## 6.").next().unwrap();
        let rows = to_the_page.lines().filter_map(|line| line.strip_prefix("| `"));
        let documented: BTreeSet<String> =
            rows.map(|row| row.split('`').next().unwrap().to_owned()).collect();
        assert_eq!(types, documented);
    }
}
