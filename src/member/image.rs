//! Use case: a member shows a picture, another, or none.
//!
//! The objects are there before the account names them, and go after it does not. In between, the table of
//! deletions has them: whatever stops on the way leaves nothing for good.

use std::time::Duration;

use crate::base::MemberId;
use crate::imaging::Shape;
use crate::infra::objects::{ObjectError, put_image, withdraw_deletions};
use crate::infra::shared::{Key, Rate};

use super::profile::{self, Own};
use super::{MemberError, Members, store};

/// After this, objects are deleted that no account came to name. Far longer than it takes.
const ORPHANED_AFTER: Duration = Duration::from_hours(1);

/// Whether a member may send another picture now.
pub(super) async fn may_send_image(members: &Members, id: MemberId) -> Result<(), MemberError> {
    let rate = Rate::per_minute(members.rules.images_per_minute);
    Ok(members.infra.shared.limits.check("image", &id.to_string(), rate).await??)
}

/// Draws the picture in a file anew and shows it as the member's.
pub(super) async fn set_image(
    members: &Members,
    id: MemberId,
    file: Vec<u8>,
) -> Result<Own, MemberError> {
    let config = &members.images;
    let shapes = [Shape::Square(config.small_px), Shape::Within(config.large_px)];
    let pictures = members.imaging.redraw(file, shapes).await?;

    let (db, objects) = (&members.infra.db, &*members.infra.objects.store);
    let orphaned_at = members.clock.now() + ORPHANED_AFTER;
    let image = put_image::<MemberError>(db, objects, pictures, orphaned_at).await?;

    let now = members.clock.now();
    db.write("member.set_image", move |conn| {
        if !store::replace_image(conn, id, Some(image), now)? {
            return Err(MemberError::SessionEnded);
        }
        if withdraw_deletions(conn, &[image])?.contains(&image) {
            Ok(())
        } else {
            let late = "it took so long that the picture is being deleted again".to_owned();
            Err(ObjectError::Unavailable(late).into())
        }
    })
    .await?;
    show_change(members, id).await
}

/// Shows no picture of a member any more.
pub(super) async fn remove_image(members: &Members, id: MemberId) -> Result<Own, MemberError> {
    let now = members.clock.now();
    let removed = members
        .infra
        .db
        .write("member.remove_image", move |conn| store::replace_image(conn, id, None, now))
        .await?;
    if removed { show_change(members, id).await } else { Err(MemberError::SessionEnded) }
}

async fn show_change(members: &Members, id: MemberId) -> Result<Own, MemberError> {
    members.cleaner.ring();
    members.infra.db.show_to(vec![id]).await;
    members.infra.cache.forget(Key::Face(id)).await?;
    profile::show(members, id).await
}
