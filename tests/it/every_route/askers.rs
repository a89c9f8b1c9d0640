//! Those who must not get in: every way of having no good access token.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use base64::Engine;
use base64::prelude::BASE64_URL_SAFE_NO_PAD as BASE64;
use rand_chat::base::{
    Clock, ImageId, ManualClock, MemberId, ProposalId, RoomId, SessionId, SharedClock, SystemClock,
};
use rand_chat::http::{ImageClaims, TokenKeys};
use rand_chat::protocol::ImageView;
use reqwest::{Client, Method, RequestBuilder};
use serde_json::{Value, json};

use crate::harness::{Person, TestApp};

/// Somebody without a good access token.
pub struct Asker {
    pub name: &'static str,
    /// Comes as `Authorization: Bearer`, and in frames.
    pub token: Option<String>,
    /// Comes with the request otherwise: a whole header.
    pub header: Option<(&'static str, String)>,
    /// Comes behind the path.
    pub query: Option<String>,
    /// How a request is refused.
    pub code: &'static str,
    /// How a socket is.
    pub close: u16,
}

impl Asker {
    fn with(name: &'static str, token: impl Into<String>) -> Self {
        let token = Some(token.into());
        Self { name, token, header: None, query: None, code: "unauthenticated", close: 4501 }
    }

    fn without(name: &'static str) -> Self {
        Self { token: None, ..Self::with(name, "") }
    }

    pub fn request(&self, app: &TestApp, method: &Method, path: &str) -> RequestBuilder {
        let query = self.query.as_deref().unwrap_or_default();
        let mark = if path.contains('?') { "&" } else { "?" };
        let mark = if query.is_empty() { "" } else { mark };
        let url = app.url(&format!("{path}{mark}{query}"));
        let mut request = Client::new().request(method.clone(), url);
        if let Some(token) = &self.token {
            request = request.bearer_auth(token);
        }
        if let Some((name, value)) = &self.header {
            request = request.header(*name, value);
        }
        request
    }
}

/// What can sign tokens as the program does.
pub struct Signer {
    folder: PathBuf,
}

impl Signer {
    /// Signs with the keys of the program whose data is in this folder.
    pub fn beside(data_dir: &Path) -> Self {
        Self { folder: data_dir.join("keys") }
    }

    fn keys(&self, issuer: &str, clock: ManualClock) -> TokenKeys {
        let clock: SharedClock = Arc::new(clock);
        TokenKeys::open(&self.folder, issuer, &clock).unwrap()
    }

    fn now(&self) -> TokenKeys {
        self.keys("rand-chat", ManualClock::at(SystemClock.now()))
    }

    pub fn internal(&self) -> String {
        self.now().internal().unwrap()
    }

    pub fn for_match(&self, member: MemberId, proposal: ProposalId) -> String {
        self.now().for_match(member, proposal, Duration::from_mins(1)).unwrap()
    }

    /// A token for a picture that nobody has uploaded.
    pub fn for_image(&self, member: MemberId, room: RoomId) -> String {
        let image = ImageView { id: ImageId::fresh(), width: 48, height: 32 };
        self.now().for_image(ImageClaims { member, room, image }).unwrap()
    }

    fn access(keys: &TokenKeys, of: &Claims) -> String {
        keys.access(of.member, of.session, Duration::from_mins(10)).unwrap()
    }

    fn expired(&self, of: &Claims) -> String {
        let then = SystemClock.now() - Duration::from_hours(1);
        Self::access(&self.keys("rand-chat", ManualClock::at(then)), of)
    }

    fn of_another_issuer(&self, of: &Claims) -> String {
        Self::access(&self.keys("somebody-else", ManualClock::at(SystemClock.now())), of)
    }
}

/// Whom a good token is of.
struct Claims {
    member: MemberId,
    session: SessionId,
}

fn part(token: &str, at: usize) -> Value {
    let part = token.split('.').nth(at).unwrap();
    serde_json::from_slice(&BASE64.decode(part).unwrap()).unwrap()
}

fn encoded(part: &Value) -> String {
    BASE64.encode(part.to_string())
}

/// A token with other contents or another header, and the old signature.
fn changed(token: &str, at: usize, change: impl FnOnce(&mut Value)) -> String {
    let mut value = part(token, at);
    change(&mut value);
    let mut parts: Vec<String> = token.split('.').map(str::to_owned).collect();
    parts[at] = encoded(&value);
    parts.join(".")
}

/// Everybody who must not get in, given a member who may, and two who no longer may.
pub fn askers(
    signer: &Signer,
    member: &Person,
    logged_out: &Person,
    withdrawn: &Person,
) -> Vec<Asker> {
    let good = &member.access;
    let uuid = |name: &str| part(good, 1)[name].as_str().unwrap().parse::<uuid::Uuid>().unwrap();
    let of = Claims { member: MemberId::new(uuid("sub")), session: SessionId::new(uuid("sid")) };
    let elsewhere = tempfile::tempdir().unwrap();
    let strangers = Signer { folder: elsewhere.path().to_owned() };
    let foreign = Signer::access(&strangers.now(), &of);
    let our_kid = part(good, 0)["kid"].clone();
    let cut = &good[..good.rfind('.').unwrap()];
    let claims = good.split('.').nth(1).unwrap();
    let unsigned = |header: Value| format!("{}.{claims}.", encoded(&header));
    let cookie_value = member.cookie.split('=').nth(1).unwrap().to_owned();
    let device_value = member.device.split('=').nth(1).unwrap().to_owned();
    vec![
        Asker::without("nobody"),
        Asker::with("an empty token", ""),
        Asker::with("nonsense", "nonsense"),
        Asker {
            header: Some(("authorization", good.clone())),
            ..Asker::without("a token without its scheme")
        },
        Asker {
            header: Some((
                "authorization",
                format!("Basic {}", BASE64.encode("jimin_01:correct horse battery")),
            )),
            ..Asker::without("name and password")
        },
        Asker {
            query: Some(format!("access_token={good}")),
            ..Asker::without("a token in the address")
        },
        Asker {
            header: Some((
                "cookie",
                format!("{}; {}; access_token={good}", member.cookie, member.device),
            )),
            ..Asker::without("cookies only")
        },
        Asker { close: 4403, ..Asker::with("expired", signer.expired(&of)) },
        Asker::with("a match token", signer.for_match(of.member, ProposalId::fresh())),
        Asker::with("an image token", signer.for_image(of.member, RoomId::fresh())),
        Asker::with("an internal token", signer.internal()),
        Asker::with("a refresh token", cookie_value),
        Asker::with("the token of a device", device_value),
        Asker::with("another issuer", signer.of_another_issuer(&of)),
        Asker::with("no signature", cut.to_owned() + "."),
        Asker::with("a cut signature", &good[..good.len() - 8]),
        Asker::with("the signature of another token", {
            let other = Signer::access(&signer.now(), &of);
            format!("{cut}.{}", other.rsplit('.').next().unwrap())
        }),
        Asker::with(
            "another member's id",
            changed(good, 1, |claims| claims["sub"] = json!(withdrawn.id)),
        ),
        Asker::with(
            "a longer life",
            changed(good, 1, |claims| claims["exp"] = json!(4_000_000_000_u64)),
        ),
        Asker::with("alg none", unsigned(json!({"typ": "JWT", "alg": "none", "kid": our_kid}))),
        Asker::with("alg None", unsigned(json!({"alg": "None"}))),
        Asker::with("another algorithm", changed(good, 0, |header| header["alg"] = json!("HS256"))),
        Asker::with("another key", foreign.clone()),
        Asker::with(
            "another key under our name",
            changed(&foreign, 0, |header| header["kid"] = our_kid.clone()),
        ),
        Asker::with(
            "no name of a key",
            changed(good, 0, |header| {
                header.as_object_mut().unwrap().remove("kid");
            }),
        ),
        Asker::with(
            "a path as the name of a key",
            changed(good, 0, |header| header["kid"] = json!("../../dev/null")),
        ),
        Asker { code: "session_ended", ..Asker::with("logged out", &logged_out.access) },
        Asker { code: "session_ended", ..Asker::with("withdrawn", &withdrawn.access) },
    ]
}
