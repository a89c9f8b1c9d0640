//! What clients see of accounts and sessions.

use serde::Serialize;
use utoipa::ToSchema;

use crate::base::{MemberId, SessionId, Timestamp};
use crate::member::account::{Agreement, Language};
use crate::member::profile::{Own, OwnImage};
use crate::member::store::{MemberRow, SessionRow};
use crate::protocol::Sex;

/// A session. The refresh token is in a cookie that pages cannot read.
#[derive(Serialize, ToSchema)]
pub(super) struct SessionView {
    /// Goes into `Authorization: Bearer`, and into `hello`.
    pub(super) access_token: String,
    pub(super) expires_in_s: u64,
    pub(super) member: MemberView,
}

/// An account as its owner sees it.
#[derive(Serialize, ToSchema)]
pub(super) struct MemberView {
    id: MemberId,
    username: String,
    nickname: String,
    email: String,
    birth_date: String,
    #[schema(value_type = Sex)]
    sex: String,
    introduction: String,
    interests: Vec<String>,
    languages: Vec<String>,
    /// Of mails.
    language: Language,
    /// The own picture; null if there is none.
    #[schema(required)]
    image: Option<PictureView>,
    /// Whether read marks are shared; who does not share them does not see those of others.
    share_read: bool,
    /// Whether it is shared that one is typing; who does not does not see it of others.
    share_typing: bool,
    /// What has changed since the member agreed.
    consents_due: Vec<Agreement>,
    created_at: Timestamp,
}

/// Links to a picture. They end: whoever needs it later asks for new ones.
#[derive(Serialize, ToSchema)]
pub(super) struct PictureView {
    /// A square of 128 pixels.
    small: String,
    /// All of it, up to 1,024 pixels.
    large: String,
}

impl From<Own> for MemberView {
    fn from(Own { row, image, consents_due }: Own) -> Self {
        let MemberRow { id, username, nickname, email, birth_date, sex, introduction, .. } = row;
        Self {
            id,
            username,
            nickname,
            email,
            birth_date,
            sex,
            introduction,
            interests: row.interests.0,
            languages: row.languages.0,
            language: Language::from_text(&row.language),
            image: image.map(|OwnImage { small, large }| PictureView { small, large }),
            share_read: row.share_read,
            share_typing: row.share_typing,
            consents_due,
            created_at: row.created_at,
        }
    }
}

/// A log-in on one device.
#[derive(Serialize, ToSchema)]
pub(super) struct DeviceSession {
    id: SessionId,
    /// How the browser described itself (`User-Agent`).
    device: String,
    created_at: Timestamp,
    last_used_at: Timestamp,
    /// Whether it is the one that asks.
    current: bool,
}

impl DeviceSession {
    pub(super) fn seen_from(current: SessionId, row: SessionRow) -> Self {
        let SessionRow { id, device, created_at, last_used_at } = row;
        Self { id, device, created_at, last_used_at, current: id == current }
    }
}

/// The log-ins of a member, the last used first.
#[derive(Serialize, ToSchema)]
pub(super) struct DeviceSessions {
    pub(super) sessions: Vec<DeviceSession>,
}
