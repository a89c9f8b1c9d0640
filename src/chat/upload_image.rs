//! Use case: a member uploads a picture that it is going to show in a room (called by `chat_writer`).
//!
//! It gets a token for it, and says the picture with the token: so whoever takes the message needs no database. Until a
//! stored message names the objects, the table of deletions has them: what is never said leaves nothing for good.

use std::time::Duration;

use serde::Serialize;
use utoipa::ToSchema;

use crate::base::{MemberId, RoomId, Timestamp};
use crate::config::ImagesConfig;
use crate::http::{ImageClaims, TokenKeys};
use crate::imaging::{Imaging, Shape};
use crate::infra::objects::put_image;
use crate::infra::shared::Rate;
use crate::infra::{Freshness, Infra};
use crate::protocol::ImageView;

use super::{ChatError, store};

/// After this, objects are deleted that no stored message came to name. Longer than the token is good and a message
/// waits to be stored, together.
const ORPHANED_AFTER: Duration = Duration::from_hours(48);

/// A picture that may be shown in a room.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct UploadedImage {
    /// For `send`, instead of a text: it allows this member to show this picture in this room, for an hour.
    pub token: String,
    /// The picture, as the message will have it.
    pub image: ImageView,
}

/// Whether a member may upload a picture for a room now.
pub async fn may_upload_image(
    infra: &Infra,
    room: RoomId,
    member: MemberId,
    per_minute: u32,
) -> Result<(), ChatError> {
    let read = infra.db.read("chat.may_upload_image", Freshness::Latest, move |conn| {
        store::partner_of(conn, room, member)?.ok_or(ChatError::RoomNotFound(room))?;
        let is_open = store::room_head(conn, room)?.is_some_and(|(_, is_open)| is_open);
        if is_open { Ok(()) } else { Err(ChatError::RoomClosed(room)) }
    });
    read.await?;
    let rate = Rate::per_minute(per_minute);
    Ok(infra.shared.limits.check("room-image", &member.to_string(), rate).await??)
}

/// Draws the picture in a file anew, keeps it, and allows the member to show it in the room.
pub async fn upload_image(
    infra: &Infra,
    (imaging, sizes): (&Imaging, &ImagesConfig),
    tokens: &TokenKeys,
    (room, member): (RoomId, MemberId),
    file: Vec<u8>,
    now: Timestamp,
) -> Result<UploadedImage, ChatError> {
    let shapes = [Shape::Within(sizes.room_small_px), Shape::Within(sizes.room_large_px)];
    let pictures = imaging.redraw(file, shapes).await?;
    let (width, height) = (pictures[1].width, pictures[1].height);
    let (db, objects) = (&infra.db, &*infra.objects.store);
    let id = put_image::<ChatError>(db, objects, pictures, now + ORPHANED_AFTER).await?;
    let image = ImageView { id, width, height };
    let token = tokens.for_image(ImageClaims { member, room, image })?;
    Ok(UploadedImage { token, image })
}
