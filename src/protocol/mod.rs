//! Everything that crosses a wire: page to gateway, and role to role. Types only.
//!
//! `docs/protocol.md` describes the frames; `tests/fixtures/protocol/frames.json` has
//! an example of each, held against these types and against those of the browser client.

mod close;
mod event;
mod frame;
mod internal;
mod schema;
mod view;

pub use close::CloseReason;
pub use event::{Envelope, Event};
pub use frame::{
    BadFrame, ClientFrame, Ended, Hello, Limits, LookAt, Messages, Pong, PresenceMark, ReadMark,
    ReadUpTo, Ready, Refusal, Renew, Request, Resume, ResumeState, RetractMessage, SeenProposal,
    SendMessage, Sent, ServerFrame, StartTyping, Stored, SyncRoom, TypingMark, Waiting,
    answer_text, push_text,
};
pub use internal::{
    DecideRequest, FindRequest, PersonView, ReadRequest, ReleaseRequest, ReportCase, ReportDetails,
    ReportFile, ReportQueue, ResumeAnswer, ResumeRequest, RetractRequest, SuspendRequest,
    SuspensionFile, SuspensionView, SyncRequest, VerdictWord,
};
pub use schema::schema;
pub use view::{
    Answer, Closer, Condition, DistanceBand, ImageView, MatchOutcome, Message, MessageKind,
    Outlook, PartnerCard, PartnerView, Place, PresenceState, ProposalView, ReportReason,
    ReportState, ReportView, RoomView, Sex, TicketView, WaitNotice, Wish, wished_sex,
};
