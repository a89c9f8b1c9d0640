//! Use case: a member of a room loads a picture that was shown in it (called by `chat_writer`).

use serde::Serialize;
use utoipa::ToSchema;

use crate::base::{ImageId, MemberId, RoomId};
use crate::infra::objects::{ImageSize, ObjectError};
use crate::infra::{Freshness, Infra};

use super::{ChatError, store};

/// Links to a picture. They end; asked again there are new ones.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct ShownImage {
    /// To the small one.
    pub small: String,
    /// To the large one.
    pub large: String,
}

/// Links to a picture of a message of this room, stored or just sent.
pub async fn show_image(
    infra: &Infra,
    room: RoomId,
    member: MemberId,
    image: ImageId,
) -> Result<ShownImage, ChatError> {
    // The log first, as for the history.
    let tail = infra.shared.rooms.tail(room, 0).await?;
    let unstored = tail.into_iter().flat_map(|tail| tail.messages).filter(|known| !known.stored);
    let is_sent = unstored.filter_map(|known| known.image).any(|known| known.id == image);
    let read = infra.db.read("chat.show_image", Freshness::SeenBy(member), move |conn| {
        store::partner_of(conn, room, member)?.ok_or(ChatError::RoomNotFound(room))?;
        let is_there = is_sent || store::has_image(conn, room, image)?;
        if is_there { Ok(()) } else { Err(ChatError::ImageNotFound) }
    });
    read.await?;
    let link = async |size| infra.images.link(Some(image), size).await.ok_or_else(no_link);
    let (small, large) = (link(ImageSize::Small).await?, link(ImageSize::Large).await?);
    Ok(ShownImage { small, large })
}

/// Why is in the log.
fn no_link() -> ObjectError {
    ObjectError::Unavailable("no link to a picture can be made".to_owned())
}
