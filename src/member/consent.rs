//! Use case: a member agrees to terms and a privacy notice that have changed.

use crate::base::MemberId;
use crate::http::FieldProblem;

use super::store::{self, Consent};
use super::{MemberError, Members};

/// Checks that what somebody agreed to is what is in force.
pub(super) fn check_versions(
    members: &Members,
    terms: &str,
    privacy: &str,
) -> Result<(), Vec<FieldProblem>> {
    let rules = &members.rules;
    let wrong: Vec<FieldProblem> = [
        ("terms_version", terms, &rules.terms_version),
        ("privacy_version", privacy, &rules.privacy_version),
    ]
    .into_iter()
    .filter(|(_, given, in_force)| given != in_force)
    .map(|(field, _, in_force)| {
        let detail = format!("the version in force is {in_force}");
        FieldProblem { field, code: "unknown", detail }
    })
    .collect();
    if wrong.is_empty() { Ok(()) } else { Err(wrong) }
}

/// Notes that a member agrees to the versions in force.
pub(super) async fn agree(
    members: &Members,
    member: MemberId,
    terms: &str,
    privacy: &str,
) -> Result<(), MemberError> {
    check_versions(members, terms, privacy).map_err(MemberError::Fields)?;
    let given = Consent::both(member, terms, privacy, members.clock.now());
    members
        .infra
        .db
        .write("member.agree", move |conn| store::insert_consents(conn, &given))
        .await?;
    members.infra.db.show_to(vec![member]).await;
    Ok(())
}
