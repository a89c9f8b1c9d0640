//! Finds a page that has missed something and does not know it: no later message tells it so.

use std::time::Duration;

use tracing::warn;

use crate::http::Problem;
use crate::protocol::{CloseReason, Place, ResumeAnswer, ServerFrame};
use crate::ws_gateway::socket::Socket;

use super::{End, MemberSession};

/// How long a message may be on its way to a page.
const ON_ITS_WAY: Duration = Duration::from_secs(2);

impl<S: Socket> MemberSession<'_, S> {
    /// Sends a page what is newer than `since`, the greatest place it has, if there is anything. A page that missed too
    /// much comes back and loads afresh. Not more often than pings come: a page answers one with what it has.
    pub(super) async fn check_position(&mut self, since: Option<Place>) -> Result<(), End> {
        let Some(since) = since else { return Ok(()) };
        if self.positions.count().is_err() {
            return Ok(());
        }
        let missed = match self.missed(since).await {
            Ok(Some(missed)) => missed,
            Ok(None) => return Ok(()),
            Err(problem) => {
                warn!(problem = %problem, "what a page missed cannot be told now; its next answer to a ping asks again");
                return Ok(());
            }
        };
        metrics::counter!("positions_behind_total").increment(1);
        if !missed.complete {
            return Err(End::HangUp(CloseReason::GoingAway));
        }
        for message in missed.messages {
            self.push(&ServerFrame::Message(message)).await?;
        }
        Ok(())
    }

    async fn missed(&self, since: Place) -> Result<Option<ResumeAnswer>, Problem> {
        let latest = self.gateway.shared.inboxes.latest_place(self.member).await?;
        // What is newer is perhaps on its way, and else found with the next answer. What is older is not: also when there
        // is something newer, which may be missed as well.
        let old = (self.gateway.clock.now() - ON_ITS_WAY).as_micros();
        if latest.is_none_or(|latest| latest <= since) {
            return Ok(None);
        }
        let mut missed = self.gateway.chat_writer.resume(self.member, Some(since)).await?;
        missed.messages.retain(|message| message.seq <= old);
        Ok(Some(missed).filter(|missed| !missed.complete || !missed.messages.is_empty()))
    }
}
