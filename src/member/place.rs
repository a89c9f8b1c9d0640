//! Use case: remember where a member is, coarsely and not for long.

use crate::base::{Grid, MemberId, Place};
use crate::http::FieldProblem;
use crate::infra::shared::{Key, Rate};

use super::{MemberError, Members};

/// Snaps a place to the centre of its cell and keeps that. The given numbers go nowhere else.
pub(super) async fn keep_place(
    members: &Members,
    member: MemberId,
    latitude: f64,
    longitude: f64,
) -> Result<(), MemberError> {
    let Some(exact) = Place::new(latitude, longitude) else {
        let detail = "latitude -90 to 90, longitude -180 to 180".to_owned();
        let problem = FieldProblem { field: "latitude", code: "format", detail };
        return Err(MemberError::field(problem));
    };
    let grid = Grid::of_side(members.cell_km);
    let centre = grid.centre(grid.cell(exact));
    let centre = serde_json::json!(centre).to_string();

    let shared = &members.infra.shared;
    let key = Key::Place(member);
    if shared.values.get(key.clone()).await?.as_ref() != Some(&centre) {
        let rate = Rate::per_hour(members.rules.places_per_hour);
        shared.limits.check("place", &member.to_string(), rate).await??;
    }
    Ok(shared.values.put(key, centre, members.rules.place()).await?)
}
