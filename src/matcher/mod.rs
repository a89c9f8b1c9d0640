//! Role `matcher`: finds two members for each other and opens their room when both accept.
//!
//! No leader, no lock over many tickets, no timer in the fast path: [`join()`] writes the ticket first
//! and searches then, so of two who fit at least one sees the other. [`search()`] turns two tickets into a proposal in
//! one step; `settle` ends what was proposed; `sweeper` sees to what is overdue.

mod answer;
mod error;
mod fit;
mod http;
mod join;
mod leave;
mod outlook;
mod pause;
mod search;
mod settle;
mod store;
mod sweeper;
mod wish;

use std::sync::Arc;

use crate::base::{MemberId, SharedClock};
use crate::config::{Config, MatchingConfig};
use crate::http::{Gate, TokenKeys};
use crate::infra::Infra;
use crate::infra::shared::{Joined, SharedResult};
use crate::protocol::{Event, ServerFrame, WaitNotice, Waiting};
use crate::runtime::{RoleParts, Worker};

pub use answer::{Standing, answer};
pub use error::MatcherError;
pub use http::MatchApi;
pub use join::{join, new_ticket};
pub use leave::leave;
pub use search::{Found, search};
pub use sweeper::sweep;

/// What the use cases of this role need. Cheap to clone.
#[derive(Clone)]
pub struct Matching {
    infra: Infra,
    clock: SharedClock,
    tokens: TokenKeys,
    rules: Arc<MatchingConfig>,
    /// Messages at hand per room.
    recent_messages: usize,
}

impl Matching {
    /// With these settings, on these stores.
    #[must_use]
    pub fn new(config: &Config, infra: &Infra, tokens: &TokenKeys, clock: &SharedClock) -> Self {
        Self {
            infra: infra.clone(),
            clock: clock.clone(),
            tokens: tokens.clone(),
            rules: Arc::new(config.matching.clone()),
            recent_messages: config.chat.recent_messages,
        }
    }

    /// Shows a frame on every page of a member.
    async fn show(&self, member: MemberId, frame: ServerFrame) -> SharedResult<()> {
        self.infra.shared.inboxes.deliver(member, Event::show(frame)).await
    }

    /// Tells a member that it waits, and why it is told so now.
    async fn show_waiting(&self, joined: &Joined, notice: Option<WaitNotice>) -> SharedResult<()> {
        let waiting = Waiting { ticket: joined.view(self.clock.now()), notice };
        self.show(joined.ticket.member, ServerFrame::MatchWaiting(waiting)).await
    }
}

/// Puts the role together.
#[must_use]
pub fn assemble(config: &Config, infra: &Infra, gate: &Gate, clock: &SharedClock) -> RoleParts {
    let matching = Matching::new(config, infra, &gate.tokens, clock);
    let sweeping = matching.clone();
    RoleParts::new("matcher")
        .with_routes(move |routes| http::routes(routes, matching.clone()))
        .with_worker(Worker::new("matcher.sweeper", move |stop| sweeper::run(sweeping, stop)))
}
