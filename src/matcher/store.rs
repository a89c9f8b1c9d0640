//! Every query of this role. It owns no table; it reads what `member` and `chat` write.

use chrono::NaiveDate;
use diesel::prelude::*;

use crate::base::{ImageId, MemberId, ProposalId, RoomId, age};
use crate::infra::db::schema::{members, rooms};
use crate::infra::db::{JsonList, sql};
use crate::infra::shared::Face;
use crate::infra::{DbError, ReadConn};
use crate::protocol::Sex;

/// What is shown of a member.
pub(super) fn face(
    conn: &mut ReadConn<'_>,
    member: MemberId,
    today: NaiveDate,
) -> Result<Option<Face>, DbError> {
    type Found = (String, Option<ImageId>, String, String, JsonList, JsonList);
    let found: Option<Found> = sql!(conn, |c| members::table
        .find(member)
        .filter(members::withdrawn_at.is_null())
        .select((
            members::nickname,
            members::image_id,
            members::sex,
            members::birth_date,
            members::interests,
            members::languages,
        ))
        .first(c))
    .optional()?;
    Ok(found.map(|(nickname, image, sex, birth, JsonList(interests), JsonList(languages))| {
        let sex = match sex.as_str() {
            "female" => Sex::Female,
            "male" => Sex::Male,
            _ => Sex::Undisclosed,
        };
        let age = birth.parse::<NaiveDate>().map_or(0, |birth| age(birth, today));
        Face { nickname, image, sex, age, interests, languages }
    }))
}

/// The room of a proposal, if there is one and this member is in it.
pub(super) fn room_of_proposal(
    conn: &mut ReadConn<'_>,
    proposal: ProposalId,
    member: MemberId,
) -> Result<Option<RoomId>, DbError> {
    let room = sql!(conn, |c| rooms::table
        .filter(rooms::proposal_id.eq(proposal))
        .filter(rooms::member_low.eq(member).or(rooms::member_high.eq(member)))
        .select(rooms::id)
        .first(c))
    .optional()?;
    Ok(room)
}
