//! What a page asks for, one method each. Every room is checked as it is now.

use crate::base::{MemberId, MessageId, RoomId};
use crate::chat::{ChatError, MessageText, Sending, send_message};
use crate::http::{Problem, ProblemCode};
use crate::infra::shared::{NewMessage, Said};
use crate::protocol::{
    Event, ImageView, Message, Messages, Place, ReadUpTo, Renew, Request, RetractMessage,
    SeenProposal, SendMessage, Sent, ServerFrame, SyncRoom, TypingMark,
};
use crate::ws_gateway::socket::Socket;

use super::{MemberSession, token_end};

/// Messages in one answer to `sync`.
const SYNC_MESSAGES: usize = 100;

impl<S: Socket> MemberSession<'_, S> {
    pub(super) async fn on_request(&mut self, request: Request) -> Result<ServerFrame, Problem> {
        match request {
            // Answered before.
            Request::Pong(_) => Ok(ServerFrame::Ok {}),
            Request::Hello(_) => {
                Err(Problem::new(ProblemCode::InvalidRequest).detail("hello was said already"))
            }
            Request::Send(message) => {
                let room = message.room;
                let answer = self.on_send(message).await;
                self.unless_left(room, answer).await
            }
            Request::Read(read) => self.on_read(read).await,
            Request::Typing(typing) => {
                let answer = self.on_typing(typing.room).await;
                self.unless_left(typing.room, answer).await
            }
            Request::Retract(RetractMessage { room, id }) => {
                self.gateway.chat_writer.retract(room, id, self.member).await?;
                Ok(ServerFrame::Ok {})
            }
            Request::Look(look) => {
                let answer = self.on_look(look).await;
                match look.room {
                    Some(room) => self.unless_left(room, answer).await,
                    None => answer,
                }
            }
            Request::Sync(sync) => self.on_sync(sync).await,
            Request::Seen(seen) => self.on_seen(seen).await,
            Request::Auth(renew) => self.on_auth(renew).await,
        }
    }

    /// To whoever left a room, it is not there. That it is closed is for who stayed; the log does not know which
    /// of the two this member is.
    async fn unless_left(
        &self,
        room: RoomId,
        answer: Result<ServerFrame, Problem>,
    ) -> Result<ServerFrame, Problem> {
        if answer.as_ref().is_err_and(|problem| problem.code() == ProblemCode::RoomClosed) {
            self.gateway.chat_writer.newer(room, self.member, Place::MAX, 1).await?;
        }
        answer
    }

    async fn on_send(&mut self, message: SendMessage) -> Result<ServerFrame, Problem> {
        self.messages
            .count()
            .map_err(|pause| Problem::new(ProblemCode::TooManyRequests).retry_after(pause))?;
        let SendMessage { room, cid, text, image, again } = message;
        let said = match (text, image) {
            (Some(text), None) => {
                let text = MessageText::parse(text, self.gateway.chat.text_chars_max)?;
                Said::Text(text.into_inner())
            }
            (None, Some(token)) => match self.image_of(&token, room).await {
                Some(image) => Said::Image(image),
                // A resend is one whatever its token: it may have ended since the first try.
                None => return self.sent_before(room, cid).await,
            },
            _ => {
                let problem = Problem::new(ProblemCode::InvalidRequest);
                return Err(problem.detail("either text or image"));
            }
        };
        let mut new = NewMessage { room, id: cid, from: self.member, said, again };
        let shared = &self.gateway.shared;
        let mut sending = send_message(shared, new.clone(), self.id).await?;
        let outcome = if sending == Sending::NotAtHand { "miss" } else { "hit" };
        metrics::counter!("cache_reads_total", "of" => "room", "outcome" => outcome).increment(1);
        if sending == Sending::NotAtHand {
            self.gateway.chat_writer.fill_room(room).await?;
            sending = send_message(shared, new.clone(), self.id).await?;
        }
        if sending == Sending::NotRecognised {
            let stored = self.gateway.chat_writer.find(room, self.member, cid).await?;
            if let Some(stored) = stored {
                let is_mine = stored.from == self.member;
                return if is_mine { Ok(sent(&stored)) } else { Err(ChatError::IdTaken.into()) };
            }
            new.again = false;
            sending = send_message(shared, new, self.id).await?;
        }
        let Sending::Sent(placed) = sending else {
            return Err(Problem::new(ProblemCode::TemporarilyUnavailable));
        };
        Ok(sent(&placed))
    }

    /// The picture that a token allows this member to show in this room.
    async fn image_of(&self, token: &str, room: RoomId) -> Option<ImageView> {
        let claims = self.gateway.gate.tokens.check_image(token).await.ok()?;
        (claims.member == self.member && claims.room == room).then_some(claims.image)
    }

    /// The answer to a message of this member that has its place since an earlier try.
    async fn sent_before(&self, room: RoomId, cid: MessageId) -> Result<ServerFrame, Problem> {
        let tail = self.gateway.shared.rooms.tail(room, 0).await?;
        let at_hand = tail.into_iter().flat_map(|tail| tail.messages).find(|known| known.id == cid);
        let known = match at_hand {
            Some(known) => Some(known),
            None => self.gateway.chat_writer.find(room, self.member, cid).await?,
        };
        let mine = known.filter(|known| known.from == self.member);
        let mine = mine.ok_or_else(|| Problem::new(ProblemCode::ImageTokenInvalid))?;
        Ok(sent(&mine))
    }

    async fn on_read(&mut self, read: ReadUpTo) -> Result<ServerFrame, Problem> {
        self.gateway.chat_writer.mark_read(read.room, self.member, read.seq).await?;
        Ok(ServerFrame::Ok {})
    }

    async fn on_typing(&mut self, room: RoomId) -> Result<ServerFrame, Problem> {
        let partner = self.partner_in_open_room(room).await?;
        if self.queue.shares_typing.get() && self.typing.count().is_ok() {
            let mark = TypingMark { room, member: self.member };
            let event = Event::show(ServerFrame::Typing(mark));
            self.gateway.shared.inboxes.deliver(partner, event).await?;
        }
        Ok(ServerFrame::Ok {})
    }

    /// From the log, if the room is open and at hand as far back as asked; else from a chat-writer,
    /// which also knows who has left.
    async fn on_sync(&mut self, sync: SyncRoom) -> Result<ServerFrame, Problem> {
        let SyncRoom { room, after } = sync;
        if let Ok(Some(members)) = self.open_at_hand(room).await
            && members.contains(&self.member)
            && let Some(tail) = self.gateway.shared.rooms.tail(room, after).await?
            && tail.complete
            && tail.messages.len() <= SYNC_MESSAGES
        {
            let messages = tail.messages;
            return Ok(ServerFrame::Messages(Messages { room, after, messages, complete: true }));
        }
        let found = self.gateway.chat_writer.newer(room, self.member, after, SYNC_MESSAGES).await?;
        Ok(ServerFrame::Messages(found))
    }

    async fn on_seen(&mut self, seen: SeenProposal) -> Result<ServerFrame, Problem> {
        let now = self.gateway.clock.now();
        self.gateway.shared.note_seen(self.member, seen.proposal, now).await?;
        Ok(ServerFrame::Ok {})
    }

    async fn on_auth(&mut self, renew: Renew) -> Result<ServerFrame, Problem> {
        let claims = self.gateway.gate.admit(&renew.token).await?;
        if claims.member != self.member || claims.session != self.claims.session {
            return Err(Problem::new(ProblemCode::Unauthenticated)
                .detail("the token is of another session"));
        }
        self.claims = claims;
        self.token_ends = token_end(self.gateway, claims);
        Ok(ServerFrame::Ok {})
    }

    /// The other member of an open room that this member is in.
    pub(super) async fn partner_in_open_room(&self, room: RoomId) -> Result<MemberId, Problem> {
        let shared = &self.gateway.shared;
        let mut known = shared.rooms.members(room).await?;
        if known.is_none() {
            self.gateway.chat_writer.fill_room(room).await?;
            known = shared.rooms.members(room).await?;
        }
        match known {
            Some((members, open)) if members.contains(&self.member) => {
                let other = members.into_iter().find(|member| *member != self.member);
                let partner = other.ok_or(ChatError::RoomNotFound(room))?;
                if open { Ok(partner) } else { Err(ChatError::RoomClosed(room).into()) }
            }
            _ => Err(ChatError::RoomNotFound(room).into()),
        }
    }

    /// The members of a room, if it is open and at hand.
    async fn open_at_hand(&self, room: RoomId) -> Result<Option<[MemberId; 2]>, Problem> {
        let known = self.gateway.shared.rooms.members(room).await?;
        Ok(known.filter(|(_, open)| *open).map(|(members, _)| members))
    }
}

/// The answer to `send`: the message has its place.
fn sent(message: &Message) -> ServerFrame {
    let &Message { room, id: cid, seq, prev, sent_at, stored, .. } = message;
    ServerFrame::Sent(Sent { room, cid, seq, prev, sent_at, stored })
}
