//! Endpoints of this role for gateways: all relational work that a socket leads to. All are safe to
//! repeat.

use actix_web::web::{Data, Json, Path, ServiceConfig};
use actix_web::{post, put};
use serde_json::{Value, json};

use crate::base::{MessageId, RoomId};
use crate::chat::{self, newer_messages};
use crate::http::{InternalCaller, Problem};
use crate::protocol::{
    FindRequest, Message, Messages, ReadRequest, ResumeAnswer, ResumeRequest, RetractRequest,
    SyncRequest,
};

use super::Writer;

pub(super) fn routes(routes: &mut ServiceConfig, writer: Writer) {
    routes
        .app_data(Data::new(writer))
        .service(fill_room)
        .service(mark_read)
        .service(retract_message)
        .service(sync_room)
        .service(find_message)
        .service(resume_member);
}

/// Puts a room at hand in shared state.
#[put("/internal/v1/rooms/{room}/at-hand")]
async fn fill_room(
    _: InternalCaller,
    writer: Data<Writer>,
    room: Path<RoomId>,
) -> Result<Json<Value>, Problem> {
    let (db, shared) = (&writer.infra.db, &writer.infra.shared);
    chat::fill_room(db, shared, *room, writer.chat.recent_messages).await?;
    Ok(Json(json!({})))
}

/// Moves a read position forward.
#[put("/internal/v1/rooms/{room}/read")]
async fn mark_read(
    _: InternalCaller,
    writer: Data<Writer>,
    room: Path<RoomId>,
    asked: Json<ReadRequest>,
) -> Result<Json<Value>, Problem> {
    let ReadRequest { member, seq } = asked.into_inner();
    let (db, shared) = (&writer.infra.db, &writer.infra.shared);
    chat::mark_read(db, shared, *room, member, seq, writer.clock.now()).await?;
    Ok(Json(json!({})))
}

/// Takes a message back.
#[put("/internal/v1/rooms/{room}/messages/{id}/retraction")]
async fn retract_message(
    _: InternalCaller,
    writer: Data<Writer>,
    path: Path<(RoomId, MessageId)>,
    asked: Json<RetractRequest>,
) -> Result<Json<Value>, Problem> {
    let ((room, id), RetractRequest { member }) = (path.into_inner(), asked.into_inner());
    let (within, now) = (writer.chat.retract_within(), writer.clock.now());
    chat::retract_message(&writer.infra, room, id, member, within, now).await?;
    Ok(Json(json!({})))
}

/// What of a room is newer than a place.
#[post("/internal/v1/rooms/{room}/newer")]
async fn sync_room(
    _: InternalCaller,
    writer: Data<Writer>,
    room: Path<RoomId>,
    asked: Json<SyncRequest>,
) -> Result<Json<Messages>, Problem> {
    let SyncRequest { member, after, limit } = asked.into_inner();
    let (db, shared) = (&writer.infra.db, &writer.infra.shared);
    let page = newer_messages(db, shared, *room, member, after, limit).await?;
    let (messages, complete) = (page.messages, !page.more);
    Ok(Json(Messages { room: *room, after, messages, complete }))
}

/// A stored message by its id, however old; null if there is none.
#[post("/internal/v1/rooms/{room}/find")]
async fn find_message(
    _: InternalCaller,
    writer: Data<Writer>,
    room: Path<RoomId>,
    asked: Json<FindRequest>,
) -> Result<Json<Option<Message>>, Problem> {
    let FindRequest { member, id } = asked.into_inner();
    Ok(Json(chat::stored_message(&writer.infra.db, *room, member, id).await?))
}

/// What a member's page must know after an absence.
#[post("/internal/v1/resume")]
async fn resume_member(
    _: InternalCaller,
    writer: Data<Writer>,
    asked: Json<ResumeRequest>,
) -> Result<Json<ResumeAnswer>, Problem> {
    let ResumeRequest { member, since } = asked.into_inner();
    Ok(Json(chat::resume(&writer.infra, member, since, writer.resume_max).await?))
}
