//! Ground floor: plain values every other module may use. No I/O, no frameworks.

mod age;
mod cell;
mod clock;
mod ids;
mod language;

pub use age::age;
pub use cell::{Cell, Grid, Kilometres, Place};
pub use clock::{Clock, ManualClock, SharedClock, SystemClock, Timestamp};
pub use ids::{
    AuditId, ImageId, LetterId, MemberId, MessageId, NodeId, ProposalId, ReportId, RoomId,
    SessionId, SocketId, SuspensionId, TicketId,
};
pub use language::is_language_code;
