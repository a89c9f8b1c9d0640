//! Use case: read and change one's own profile.

use crate::base::MemberId;
use crate::infra::Freshness;
use crate::infra::db::JsonList;
use crate::infra::shared::Key;

use super::account::{Nickname, parse_interests, parse_introduction, parse_languages};
use super::store::{MemberRow, ProfileChange};
use super::{MemberError, Members, store};

/// What a member changes; what is absent stays.
#[derive(Debug, Default)]
pub(super) struct Change {
    pub(super) nickname: Option<String>,
    pub(super) introduction: Option<String>,
    pub(super) interests: Option<Vec<String>>,
    pub(super) languages: Option<Vec<String>>,
}

/// A member's own account.
pub(super) async fn show(members: &Members, id: MemberId) -> Result<MemberRow, MemberError> {
    let found = members
        .infra
        .db
        .read("member.show", Freshness::SeenBy(id), move |conn| store::member(conn, id))
        .await?;
    // The token was good, so the account has gone since it was signed.
    found.ok_or(MemberError::SessionEnded)
}

/// Changes a member's own profile.
pub(super) async fn change(
    members: &Members,
    id: MemberId,
    change: Change,
) -> Result<MemberRow, MemberError> {
    let Change { nickname, introduction, interests, languages } = change;
    let nickname = nickname.as_deref().map(Nickname::parse).transpose();
    let nickname = nickname.map_err(MemberError::field)?;
    let introduction = introduction.as_deref().map(parse_introduction).transpose();
    let interests = interests.map(parse_interests).transpose().map_err(MemberError::field)?;
    let languages = languages.map(parse_languages).transpose().map_err(MemberError::field)?;
    let change = ProfileChange {
        nickname_key: nickname.as_ref().map(Nickname::key),
        nickname: nickname.map(|nickname| nickname.as_str().to_owned()),
        introduction: introduction.map_err(MemberError::field)?,
        interests: interests.map(JsonList),
        languages: languages.map(JsonList),
    };
    if !change.is_empty() {
        members
            .infra
            .db
            .write("member.change", move |conn| store::change_profile(conn, id, &change))
            .await
            .map_err(MemberError::taken)?;
        members.infra.db.show_to(vec![id]).await;
        members.infra.cache.forget(Key::Face(id)).await?;
    }
    show(members, id).await
}
