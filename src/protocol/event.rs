//! What roles tell the gateways: an event for every page of one member.

use std::sync::Arc;

use serde::{Deserialize, Serialize};

use crate::base::{MemberId, SessionId, SocketId};

use super::{Place, ServerFrame};

/// An event on its way to the nodes that hold a member's sockets.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Envelope {
    /// Whose pages.
    pub to: MemberId,
    /// What.
    pub event: Event,
}

/// Something a member's pages should know.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Event {
    /// Show this frame.
    Show {
        /// The frame; shared, since both members and all their pages get the same.
        frame: Arc<ServerFrame>,
        /// A page that knows it already.
        except: Option<SocketId>,
        /// The greatest place of a message that it shows or speaks of: a page that has nothing so new has missed it.
        #[serde(default)]
        place: Option<Place>,
    },
    /// This log-in ended: close its sockets.
    EndSession(SessionId),
    /// This log-in ended because its member is suspended: close its sockets, and say so.
    Suspend(SessionId),
    /// The member shares that it is typing from now on, and sees it of others; or neither.
    ShareTyping(bool),
}

impl Event {
    /// A frame for every page.
    #[must_use]
    pub fn show(frame: ServerFrame) -> Self {
        Self::Show { frame: Arc::new(frame), except: None, place: None }
    }

    /// The greatest place of a message that it shows or speaks of.
    #[must_use]
    pub const fn place(&self) -> Option<Place> {
        match self {
            Self::Show { place, .. } => *place,
            Self::EndSession(_) | Self::Suspend(_) | Self::ShareTyping(_) => None,
        }
    }
}
