//! The roles a process can play.

use std::fmt;

use clap::ValueEnum;
use utoipa::OpenApi;
use utoipa::openapi::OpenApi as OpenApiPart;

use crate::base::{NodeId, SharedClock};
use crate::config::Config;
use crate::http::Gate;
use crate::imaging::Imaging;
use crate::infra::Infra;
use crate::runtime::{Lifecycle, RoleParts};
use crate::{chat_writer, matcher, member, ws_gateway};

/// A part a process can play. The name of a role is the name of its module.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, ValueEnum)]
pub enum Role {
    /// Accounts, sessions, profiles and places.
    Member,
    /// Finds two members for each other.
    Matcher,
    /// Holds the WebSocket connections.
    WsGateway,
    /// Stores messages; serves rooms and history.
    ChatWriter,
}

/// What roles are put together from.
pub(super) struct Ground<'a> {
    pub(super) config: &'a Config,
    pub(super) infra: &'a Infra,
    pub(super) gate: &'a Gate,
    /// Its turns are those of the whole process.
    pub(super) imaging: &'a Imaging,
    pub(super) clock: &'a SharedClock,
    pub(super) lifecycle: &'a Lifecycle,
    pub(super) node: NodeId,
}

impl Role {
    /// Puts the role together. Nothing runs yet.
    pub(super) fn assemble(self, ground: &Ground<'_>) -> anyhow::Result<RoleParts> {
        let Ground { config, infra, gate, imaging, clock, lifecycle, node } = ground;
        match self {
            Self::Member => member::assemble(config, infra, gate, imaging, clock),
            Self::Matcher => Ok(matcher::assemble(config, infra, gate, clock)),
            Self::WsGateway => {
                ws_gateway::assemble(config, &infra.shared, gate, clock, lifecycle, *node)
            }
            Self::ChatWriter => Ok(chat_writer::assemble(config, infra, gate, imaging, clock)),
        }
    }

    /// The part of the HTTP API that the role serves.
    pub(super) fn api(self) -> Option<OpenApiPart> {
        match self {
            Self::Member => Some(member::MemberApi::openapi()),
            Self::Matcher => Some(matcher::MatchApi::openapi()),
            Self::WsGateway => None,
            Self::ChatWriter => Some(chat_writer::ChatApi::openapi()),
        }
    }

    /// Whether the role reads or writes the relational database itself.
    pub(super) const fn uses_database(self) -> bool {
        match self {
            Self::Member | Self::Matcher | Self::ChatWriter => true,
            Self::WsGateway => false,
        }
    }

    /// The name on the command line, in the node registry and on the health board.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Member => "member",
            Self::Matcher => "matcher",
            Self::WsGateway => "ws-gateway",
            Self::ChatWriter => "chat-writer",
        }
    }
}

impl fmt::Display for Role {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}
