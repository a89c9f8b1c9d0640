//! What this role asks of a chat-writer.

use std::sync::Arc;

use reqwest::Method;
use serde::Serialize;
use serde::de::{DeserializeOwned, IgnoredAny};

use crate::base::{MemberId, MessageId, RoomId};
use crate::config::InternalConfig;
use crate::http::{Problem, ProblemCode, TokenKeys};
use crate::infra::peers::{PeerError, PeerRequest, Peers};
use crate::infra::shared::Shared;
use crate::protocol::{
    FindRequest, Message, Messages, Place, ReadRequest, ResumeAnswer, ResumeRequest,
    RetractRequest, SyncRequest,
};

/// What a chat-writer refuses because of what a page asked for. Anything else is a mistake of ours.
const PASSED_ON: [ProblemCode; 4] = [
    ProblemCode::RoomNotFound,
    ProblemCode::RoomClosed,
    ProblemCode::MessageNotFound,
    ProblemCode::RetractTooLate,
];

/// Asks chat-writers. Cheap to clone.
#[derive(Clone)]
pub(super) struct ChatWriterClient {
    peers: Arc<Peers>,
    shared: Shared,
    tokens: TokenKeys,
    /// On whose behalf: the request that opened a socket.
    request_id: Arc<str>,
}

impl ChatWriterClient {
    pub(super) fn new(
        config: &InternalConfig,
        shared: &Shared,
        tokens: &TokenKeys,
    ) -> anyhow::Result<Self> {
        let peers = Arc::new(Peers::new(config)?);
        Ok(Self {
            peers,
            shared: shared.clone(),
            tokens: tokens.clone(),
            request_id: Arc::from(""),
        })
    }

    /// The same for one socket, so that the logs of both nodes name it alike.
    pub(super) fn on_behalf_of(self, request_id: &str) -> Self {
        Self { request_id: Arc::from(request_id), ..self }
    }

    /// Has a room put at hand in shared state.
    pub(super) async fn fill_room(&self, room: RoomId) -> Result<(), Problem> {
        let path = format!("/rooms/{room}/at-hand");
        self.ask::<_, IgnoredAny>(Method::PUT, &path, &()).await.map(drop)
    }

    /// Moves a read position forward.
    pub(super) async fn mark_read(
        &self,
        room: RoomId,
        member: MemberId,
        seq: Place,
    ) -> Result<(), Problem> {
        let path = format!("/rooms/{room}/read");
        let asked = ReadRequest { member, seq };
        self.ask::<_, IgnoredAny>(Method::PUT, &path, &asked).await.map(drop)
    }

    /// Takes a message back.
    pub(super) async fn retract(
        &self,
        room: RoomId,
        id: MessageId,
        member: MemberId,
    ) -> Result<(), Problem> {
        let path = format!("/rooms/{room}/messages/{id}/retraction");
        let asked = RetractRequest { member };
        self.ask::<_, IgnoredAny>(Method::PUT, &path, &asked).await.map(drop)
    }

    /// What of a room is newer than a place.
    pub(super) async fn newer(
        &self,
        room: RoomId,
        member: MemberId,
        after: Place,
        limit: usize,
    ) -> Result<Messages, Problem> {
        let path = format!("/rooms/{room}/newer");
        self.ask(Method::POST, &path, &SyncRequest { member, after, limit }).await
    }

    /// A stored message by its id, however old.
    pub(super) async fn find(
        &self,
        room: RoomId,
        member: MemberId,
        id: MessageId,
    ) -> Result<Option<Message>, Problem> {
        let path = format!("/rooms/{room}/find");
        self.ask(Method::POST, &path, &FindRequest { member, id }).await
    }

    /// What a member's page must know after an absence.
    pub(super) async fn resume(
        &self,
        member: MemberId,
        since: Option<Place>,
    ) -> Result<ResumeAnswer, Problem> {
        self.ask(Method::POST, "/resume", &ResumeRequest { member, since }).await
    }

    async fn ask<B, T>(&self, method: Method, path: &str, body: &B) -> Result<T, Problem>
    where
        B: Serialize + Sync,
        T: DeserializeOwned,
    {
        let unavailable =
            |cause: anyhow::Error| Problem::new(ProblemCode::TemporarilyUnavailable).cause(cause);
        let token = self.tokens.internal().map_err(|error| unavailable(error.into()))?;
        let request = PeerRequest {
            role: "chat-writer",
            method,
            path,
            token: &token,
            request_id: &self.request_id,
            body,
        };
        self.peers.ask(&*self.shared.nodes, request).await.map_err(|error| match &error {
            PeerError::Refused { code, .. } => {
                match PASSED_ON.into_iter().find(|known| known.name() == code) {
                    Some(known) => Problem::new(known),
                    None => Problem::new(ProblemCode::Internal).cause(error),
                }
            }
            PeerError::Unavailable { .. } => unavailable(error.into()),
        })
    }
}
