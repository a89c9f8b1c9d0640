//! Use case: read and change one's own profile.

use crate::base::MemberId;
use crate::infra::Freshness;
use crate::infra::db::JsonList;
use crate::infra::objects::ImageSize;
use crate::infra::shared::Key;
use crate::protocol::Event;

use super::account::{
    Agreement, Language, Nickname, parse_interests, parse_introduction, parse_languages,
};
use super::store::{MemberRow, ProfileChange};
use super::{MemberError, Members, store};

/// What a member changes; what is absent stays.
#[derive(Debug, Default)]
pub(super) struct Change {
    pub(super) nickname: Option<String>,
    pub(super) introduction: Option<String>,
    pub(super) interests: Option<Vec<String>>,
    pub(super) languages: Option<Vec<String>>,
    pub(super) language: Option<Language>,
    pub(super) share_read: Option<bool>,
    pub(super) share_typing: Option<bool>,
}

/// A member's own account.
pub(super) struct Own {
    pub(super) row: MemberRow,
    pub(super) image: Option<OwnImage>,
    /// What has changed since the member agreed.
    pub(super) consents_due: Vec<Agreement>,
}

/// Links to the own picture.
pub(super) struct OwnImage {
    pub(super) small: String,
    pub(super) large: String,
}

/// A member's own account.
pub(super) async fn show(members: &Members, id: MemberId) -> Result<Own, MemberError> {
    let rules = &members.rules;
    let in_force = [
        (Agreement::Terms, rules.terms_version.clone()),
        (Agreement::Privacy, rules.privacy_version.clone()),
    ];
    let found = members
        .infra
        .db
        .read("member.show", Freshness::SeenBy(id), move |conn| {
            let Some(row) = store::member(conn, id)? else { return Ok(None) };
            let given = store::consents_of(conn, id)?;
            let is_due = |kind: Agreement, version: &str| {
                !given.iter().any(|(given, to, _)| given == kind.as_str() && to == version)
            };
            let due = in_force.iter().filter(|(kind, version)| is_due(*kind, version));
            let due: Vec<Agreement> = due.map(|(kind, _)| *kind).collect();
            Ok::<_, MemberError>(Some((row, due)))
        })
        .await?;
    // The token was good, so the account has gone since it was signed.
    let (row, consents_due) = found.ok_or(MemberError::SessionEnded)?;
    let links = &members.infra.images;
    let small = links.link(row.image_id, ImageSize::Small).await;
    let large = links.link(row.image_id, ImageSize::Large).await;
    let image = small.zip(large).map(|(small, large)| OwnImage { small, large });
    Ok(Own { row, image, consents_due })
}

/// Changes a member's own profile.
pub(super) async fn change(
    members: &Members,
    id: MemberId,
    change: Change,
) -> Result<Own, MemberError> {
    let Change { nickname, introduction, interests, languages, .. } = change;
    let Change { language, share_read, share_typing, .. } = change;
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
        language: language.map(|language| language.as_str().to_owned()),
        share_read,
        share_typing,
    };
    if !change.is_empty() {
        let is_changed = members
            .infra
            .db
            .write("member.change", move |conn| store::change_profile(conn, id, &change))
            .await
            .map_err(MemberError::taken)?;
        if !is_changed {
            return Err(MemberError::SessionEnded);
        }
        members.infra.db.show_to(vec![id]).await;
        members.infra.cache.forget(Key::Face(id)).await?;
    }
    if let Some(shares) = share_typing {
        let event = Event::ShareTyping(shares);
        members.infra.shared.inboxes.deliver(id, event).await?;
    }
    show(members, id).await
}
