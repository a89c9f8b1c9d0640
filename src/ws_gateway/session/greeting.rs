//! The answer to `hello`: everything a page must know, and what it missed.

use tracing::warn;

use crate::http::{Problem, ProblemCode};
use crate::infra::shared::Key;
use crate::protocol::{
    CloseReason, Hello, Limits, Ready, ResumeAnswer, ResumeState, ServerFrame, answer_text,
};
use crate::ws_gateway::socket::Socket;

use super::{End, MemberSession};

impl<S: Socket> MemberSession<'_, S> {
    /// From here on events for the member wait in this socket's queue; then the page is told where
    /// things stand. So whatever happens in between comes twice rather than never.
    pub(super) async fn greet(&mut self, id: Option<u64>, hello: Hello) -> Result<(), End> {
        match self.ready(hello).await {
            Ok((ready, missed)) => {
                let frame = ServerFrame::Ready(Box::new(ready));
                match id {
                    Some(id) => self.send(answer_text(id, &frame).into()).await?,
                    None => self.push(&frame).await?,
                }
                for message in missed.messages {
                    self.push(&ServerFrame::Message(message)).await?;
                }
                Ok(())
            }
            Err(problem) if problem.code() == ProblemCode::SessionEnded => {
                Err(End::HangUp(CloseReason::NotValid))
            }
            Err(problem) => {
                warn!(problem = %problem, "a page could not be greeted");
                // Logs the cause.
                let _ = problem.into_refusal();
                Err(End::HangUp(CloseReason::Internal))
            }
        }
    }

    async fn ready(&self, hello: Hello) -> Result<(Ready, ResumeAnswer), Problem> {
        let (gateway, member) = (self.gateway, self.member);
        let shared = &gateway.shared;
        shared.inboxes.connect(member, gateway.node).await?;
        shared.pool.regain(member).await?;
        // It may have ended before this node was to be told.
        let session = self.claims.session;
        if shared.values.get(Key::EndedSession(session)).await?.is_some() {
            return Err(Problem::new(ProblemCode::SessionEnded));
        }

        let since = hello.resume.map(|resume| resume.since);
        let mut missed = gateway.chat_writer.resume(member, since).await?;
        self.queue.shares_typing.begin(missed.share_typing);
        let rooms = std::mem::take(&mut missed.rooms);
        let resume = match since {
            None => ResumeState::Fresh,
            Some(_) if missed.complete => ResumeState::Complete,
            Some(_) => ResumeState::Reload,
        };
        let newer = |last_seq| since.is_some_and(|since| last_seq > since);
        let reload = if resume == ResumeState::Reload {
            rooms.iter().filter(|room| newer(room.last_seq)).map(|room| room.id).collect()
        } else {
            Vec::new()
        };
        let now = gateway.clock.now();
        let proposal = shared.pool.proposal_of(member).await?;
        let ticket = shared.pool.ticket(member).await?;
        let ready = Ready {
            session: self.claims.session,
            member,
            now,
            heartbeat_ms: gateway.rules.heartbeat_ms,
            token_expires_at: self.claims.expires_at,
            limits: Limits {
                frame_bytes: gateway.rules.frame_bytes_max,
                text_chars: gateway.chat.text_chars_max,
                messages_per_10s: gateway.rules.messages_per_10s,
                frames_per_minute: gateway.rules.frames_per_minute,
                retract_within_ms: gateway.chat.retract_within_s * 1000,
            },
            rooms,
            resume,
            reload,
            ticket: ticket.map(|joined| joined.view(now)),
            proposal: proposal.and_then(|proposal| proposal.view(member, now)),
        };
        Ok((ready, missed))
    }
}
