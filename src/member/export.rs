//! Use case: a member takes along everything that is stored about it, as one JSON document.
//!
//! It is written while it is read, page by page, so that its size costs no memory. If something fails on the way the
//! document ends in the middle, and the connection with it: no reader takes it for whole.

use std::collections::VecDeque;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use futures_util::{Stream, StreamExt, stream};
use serde_json::{Value, json};

use crate::base::{ImageId, MemberId, RoomId};
use crate::infra::objects::{ImageSize, Object, image_name};
use crate::infra::shared::{Key, Rate};
use crate::infra::{Freshness, ReadConn};
use crate::safety::{all_blocks, all_reports};

use super::store::{self, ExportedMessage, ExportedRoom};
use super::{MemberError, Members};

/// Rooms and messages read at once.
const ROOMS: i64 = 50;
const MESSAGES: i64 = 500;

/// Everything that is stored about a member, as pieces of a JSON document.
pub(super) async fn export(
    members: &Members,
    member: MemberId,
) -> Result<impl Stream<Item = Result<String, MemberError>> + use<>, MemberError> {
    let rate = Rate::per_hour(members.rules.exports_per_hour);
    members.infra.shared.limits.check("export", &member.to_string(), rate).await??;
    let account = account(members, member).await?;
    let mut head = account.to_string();
    // The rooms are its last field.
    head.pop();
    head.push_str(",\"rooms\":[");
    let reader = Reader {
        members: members.clone(),
        member,
        step: Step::Rooms,
        waiting: VecDeque::new(),
        said: VecDeque::new(),
        last_room: RoomId::new(uuid::Uuid::nil()),
        is_first: true,
    };
    let rooms = stream::try_unfold(reader, Reader::next);
    let head = stream::iter([Ok(head)]);
    Ok(head.chain(rooms))
}

/// What is stored about a member apart from rooms.
async fn account(members: &Members, member: MemberId) -> Result<Value, MemberError> {
    let since = members.clock.now() - members.auth.refresh_token();
    let read = move |conn: &mut ReadConn<'_>| {
        let Some(row) = store::member(conn, member)? else { return Ok(None) };
        let consents = store::consents_of(conn, member)?;
        let sessions = store::sessions_of(conn, member, since, i64::MAX)?;
        let devices = store::devices_of(conn, member)?;
        let events = store::events_of(conn, member)?;
        let suspensions = store::suspensions_of(conn, member)?;
        let (blocks, reports) = (all_blocks(conn, member)?, all_reports(conn, member)?);
        let safety = (blocks, reports, suspensions);
        Ok::<_, MemberError>(Some((row, consents, sessions, devices, events, safety)))
    };
    let found = members.infra.db.read("member.export", Freshness::Latest, read).await?;
    let (row, consents, sessions, devices, events, safety) =
        found.ok_or(MemberError::SessionEnded)?;
    let (blocks, reports, suspensions) = safety;
    let image = image(members, row.image_id).await?;
    let place = members.infra.shared.values.get(Key::Place(member)).await?;
    let place = place.and_then(|place| serde_json::from_str::<Value>(&place).ok());
    let consents = consents.into_iter().map(
        |(kind, version, given_at)| json!({"kind": kind, "version": version, "given_at": given_at}),
    );
    let sessions = sessions.into_iter().map(|session| {
        json!({
            "device": session.device,
            "created_at": session.created_at,
            "last_used_at": session.last_used_at,
        })
    });
    let events = events.into_iter().map(|(event, at)| json!({"event": event, "at": at}));
    let reports = reports.into_iter().map(|(report, text)| {
        json!({
            "id": report.id,
            "room": report.room,
            "reason": report.reason,
            "text": text,
            "state": report.state,
            "created_at": report.created_at,
            "decided_at": report.decided_at,
        })
    });
    let suspensions = suspensions.into_iter().map(|suspension| {
        json!({
            "since": suspension.since,
            "until": suspension.until,
            "reason": suspension.reason,
            "released_at": suspension.released_at,
        })
    });
    Ok(json!({
        "format": "rand-chat export 1",
        "exported_at": members.clock.now(),
        "account": {
            "id": row.id,
            "username": row.username,
            "nickname": row.nickname,
            "email": row.email,
            "birth_date": row.birth_date,
            "sex": row.sex,
            "introduction": row.introduction,
            "interests": row.interests.0,
            "languages": row.languages.0,
            "image": image,
            "language": row.language,
            "share_read": row.share_read,
            "share_typing": row.share_typing,
            "created_at": row.created_at,
        },
        "consents": consents.collect::<Vec<_>>(),
        "sessions": sessions.collect::<Vec<_>>(),
        "known_devices_last_used_at": devices,
        "events": events.collect::<Vec<_>>(),
        "place": place,
        "blocks": blocks,
        "reports": reports.collect::<Vec<_>>(),
        "suspensions": suspensions.collect::<Vec<_>>(),
    }))
}

/// The picture itself: a link would soon be over.
async fn image(members: &Members, image: Option<ImageId>) -> Result<Option<Value>, MemberError> {
    let Some(image) = image else { return Ok(None) };
    let object = members.infra.objects.store.get(&image_name(image, ImageSize::Large)).await?;
    Ok(object.map(|Object { content_type, bytes }| {
        json!({"content_type": content_type, "base64": STANDARD.encode(bytes)})
    }))
}

enum Step {
    /// The next room, if there is one.
    Rooms,
    /// The messages of a room after a place.
    Messages(RoomId, i64),
    /// Nothing.
    Done,
}

/// Reads rooms and what the member wrote in them. What others wrote is theirs.
struct Reader {
    members: Members,
    member: MemberId,
    step: Step,
    waiting: VecDeque<ExportedRoom>,
    said: VecDeque<ExportedMessage>,
    last_room: RoomId,
    is_first: bool,
}

impl Reader {
    async fn next(mut self) -> Result<Option<(String, Self)>, MemberError> {
        let piece = match self.step {
            Step::Done => return Ok(None),
            Step::Rooms => self.begin_room().await?,
            Step::Messages(room, after) => self.go_on(room, after).await?,
        };
        Ok(Some((piece, self)))
    }

    /// The head of the next room, or the end of the document.
    async fn begin_room(&mut self) -> Result<String, MemberError> {
        let Some(room) = self.next_room().await? else {
            self.step = Step::Done;
            return Ok("]}".to_owned());
        };
        self.step = Step::Messages(room.id, 0);
        let comma = if std::mem::take(&mut self.is_first) { "" } else { "," };
        // The messages are its last field.
        let mut head = room_head(&room).to_string();
        head.pop();
        Ok(format!("{comma}{head},\"messages\":["))
    }

    /// Messages up to the next picture, for a picture is large; or the end of the room after the last.
    async fn go_on(&mut self, room: RoomId, after: i64) -> Result<String, MemberError> {
        if self.said.is_empty() {
            self.said = self.messages(room, after).await?.into();
        }
        if self.said.is_empty() {
            self.step = Step::Rooms;
            return Ok("]}".to_owned());
        }
        let mut lines = Vec::new();
        while let Some(message) = self.said.pop_front() {
            self.step = Step::Messages(room, message.seq);
            lines.push(self.message_line(&message).await?.to_string());
            if message.image.is_some() {
                break;
            }
        }
        let comma = if after == 0 { "" } else { "," };
        Ok(format!("{comma}{}", lines.join(",")))
    }

    async fn message_line(&self, message: &ExportedMessage) -> Result<Value, MemberError> {
        let ExportedMessage { id, sent_at, kind, text, .. } = message;
        let mut line = json!({"id": id, "sent_at": sent_at, "kind": kind, "text": text});
        if message.image.is_some() {
            line["image"] = image(&self.members, message.image).await?.into();
        }
        Ok(line)
    }

    async fn next_room(&mut self) -> Result<Option<ExportedRoom>, MemberError> {
        if self.waiting.is_empty() {
            let (member, after) = (self.member, self.last_room);
            let page = self
                .members
                .infra
                .db
                .read("member.export_rooms", Freshness::SeenBy(member), move |conn| {
                    Ok::<_, MemberError>(store::rooms_to_export(conn, member, after, ROOMS)?)
                })
                .await?;
            self.waiting = page.into();
        }
        let room = self.waiting.pop_front();
        if let Some(room) = &room {
            self.last_room = room.id;
        }
        Ok(room)
    }

    async fn messages(
        &self,
        room: RoomId,
        after: i64,
    ) -> Result<Vec<ExportedMessage>, MemberError> {
        let member = self.member;
        self.members
            .infra
            .db
            .read("member.export_messages", Freshness::SeenBy(member), move |conn| {
                Ok(store::messages_to_export(conn, room, member, after, MESSAGES)?)
            })
            .await
    }
}

fn room_head(room: &ExportedRoom) -> Value {
    json!({
        "id": room.id,
        "partner": room.partner,
        "opened_at": room.opened_at,
        "closed_at": room.closed_at,
        "left_at": room.left_at,
        "read_seq": room.read_seq,
    })
}
