//! Whom a member may wish to meet. Pure rules.

use crate::base::is_language_code;
use crate::http::FieldProblem;
use crate::protocol::{Sex, Wish};

/// Nobody is older.
const AGE_MAX: u32 = 150;

/// Checks every condition and names all that cannot be.
pub(super) fn check_wish(wish: &Wish, distances_km: &[u32]) -> Result<(), Vec<FieldProblem>> {
    let mut wrong = Vec::new();
    let mut complain =
        |field, code, detail: String| wrong.push(FieldProblem { field, code, detail });
    if wish.max_distance_km.is_some_and(|distance| !distances_km.contains(&distance)) {
        let detail = format!("null (anywhere) or one of {distances_km:?}");
        complain("max_distance_km", "unknown", detail);
    }
    if wish.sex == Some(Sex::Undisclosed) {
        complain("sex", "unknown", "null (any), female or male".to_owned());
    }
    for (field, age) in [("age_min", wish.age_min), ("age_max", wish.age_max)] {
        if age.is_some_and(|age| age > AGE_MAX) {
            complain(field, "format", format!("null or 0 to {AGE_MAX}"));
        }
    }
    if let (Some(min), Some(max)) = (wish.age_min, wish.age_max)
        && min > max
    {
        complain("age_max", "format", "not less than age_min".to_owned());
    }
    if wish.language.as_ref().is_some_and(|language| !is_language_code(language)) {
        complain("language", "format", "null or a code like ko or en".to_owned());
    }
    if wrong.is_empty() { Ok(()) } else { Err(wrong) }
}
