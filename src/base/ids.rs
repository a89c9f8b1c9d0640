//! One type per kind of identifier, so that a room can never be passed for a member.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};
use uuid::Uuid;

macro_rules! id_type {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(
            Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize,
            utoipa::ToSchema,
        )]
        #[serde(transparent)]
        pub struct $name(Uuid);

        impl $name {
            /// Wraps an identifier that was made elsewhere.
            #[must_use]
            pub const fn new(id: Uuid) -> Self {
                Self(id)
            }

            /// A fresh identifier (`UUIDv7`); later ones sort after earlier ones.
            #[must_use]
            pub fn fresh() -> Self {
                Self(Uuid::now_v7())
            }

            /// The bare identifier, for storage.
            #[must_use]
            pub const fn as_uuid(self) -> Uuid {
                self.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.fmt(f)
            }
        }

        impl FromStr for $name {
            type Err = uuid::Error;

            fn from_str(text: &str) -> Result<Self, Self::Err> {
                text.parse().map(Self)
            }
        }
    };
}

id_type!(
    /// Names a member.
    MemberId
);
id_type!(
    /// Names a log-in of a member on one device.
    SessionId
);
id_type!(
    /// Names a room with two members in it.
    RoomId
);
id_type!(
    /// Names a message. The sender's page makes it (`cid`), so a resend carries the same one.
    MessageId
);
id_type!(
    /// Names a member's wish to be matched.
    TicketId
);
id_type!(
    /// Names an offer of two members to each other.
    ProposalId
);
id_type!(
    /// Names a running process.
    NodeId
);
id_type!(
    /// Names one WebSocket connection.
    SocketId
);
id_type!(
    /// Names a picture.
    ImageId
);
id_type!(
    /// Names a mail that is to be sent; also its `Message-ID`.
    LetterId
);
id_type!(
    /// Names an entry of the audit.
    AuditId
);
id_type!(
    /// Names a report of one member by another.
    ReportId
);
id_type!(
    /// Names a suspension of a member.
    SuspensionId
);
