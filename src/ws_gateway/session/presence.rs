//! Which room a page shows to its member, and who is told.

use tracing::warn;

use crate::base::{MemberId, RoomId};
use crate::http::{Problem, ProblemCode};
use crate::infra::shared::SharedResult;
use crate::protocol::{CloseReason, Event, LookAt, PresenceMark, PresenceState, ServerFrame};
use crate::ws_gateway::socket::Socket;

use super::{End, MemberSession};

/// A room that a page shows to its member.
#[derive(Clone, Copy)]
pub(super) struct Looking {
    room: RoomId,
    partner: MemberId,
}

impl End {
    /// Whether the connection is gone and not the page: it will come back.
    const fn is_loss(self) -> bool {
        match self {
            Self::Goodbye(_) => false,
            Self::Lost => true,
            Self::HangUp(reason) => matches!(
                reason,
                CloseReason::GoingAway
                    | CloseReason::Internal
                    | CloseReason::TooSlow
                    | CloseReason::NoHeartbeat
            ),
        }
    }
}

impl<S: Socket> MemberSession<'_, S> {
    /// A page says so whenever another room is shown or none, and every 20 s while it shows one.
    pub(super) async fn on_look(&mut self, look: LookAt) -> Result<ServerFrame, Problem> {
        self.looks
            .count()
            .map_err(|pause| Problem::new(ProblemCode::TooManyRequests).retry_after(pause))?;
        if self.looking.is_some_and(|looking| Some(looking.room) != look.room) {
            self.look_away(false).await?;
        }
        let Some(room) = look.room else { return Ok(ServerFrame::Ok {}) };
        let partner = match self.partner_in_open_room(room).await {
            Ok(partner) => partner,
            Err(problem) => {
                self.looking = None;
                return Err(problem);
            }
        };
        self.looking = Some(Looking { room, partner });
        let presence = &self.gateway.shared.presence;
        if presence.look(self.member, self.id, room).await? != PresenceState::Here {
            self.show_presence(room, partner, PresenceState::Here).await?;
        }
        let state = presence.of(partner, room).await?;
        Ok(ServerFrame::Presence(PresenceMark { room, member: partner, state }))
    }

    /// The page is gone, or its connection.
    pub(super) async fn stop_looking(&mut self, end: End) {
        if let Err(error) = self.look_away(end.is_loss()).await {
            warn!(%error, "that a page is gone could not be noted; it runs out by itself");
        }
    }

    async fn look_away(&mut self, is_lost: bool) -> SharedResult<()> {
        let Some(Looking { room, partner }) = self.looking.take() else { return Ok(()) };
        let presence = &self.gateway.shared.presence;
        let state = presence.look_away(self.member, self.id, room, is_lost).await?;
        // Another page may still show it; and who was a partner is told nothing any more.
        let at_hand = self.gateway.shared.rooms.members(room).await?;
        if state == PresenceState::Here || !at_hand.is_some_and(|(_, is_open)| is_open) {
            return Ok(());
        }
        self.show_presence(room, partner, state).await
    }

    async fn show_presence(
        &self,
        room: RoomId,
        to: MemberId,
        state: PresenceState,
    ) -> SharedResult<()> {
        let mark = PresenceMark { room, member: self.member, state };
        self.gateway.shared.inboxes.deliver(to, Event::show(ServerFrame::Presence(mark))).await
    }
}
