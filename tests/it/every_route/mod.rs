//! Who gets what: every operation of the API, every route between the roles and every frame of the socket, asked by
//! everybody there is.
//!
//! The list of operations is that of the running server: one that has no row in `rows.rs` fails the test.

mod askers;
mod rows;
mod scenes;

use std::collections::BTreeSet;

use reqwest::{Client, Method, RequestBuilder};
use serde_json::{Value, json};
use uuid::Uuid;

use self::askers::{Asker, Signer, askers};
use self::rows::Row;
pub use self::rows::rows;
use self::scenes::{Actor, PASSWORD, Scene};
use crate::harness::{ALL, Answer, Page, Person, TestApp, are_distributed};

/// The program, what signs like it, and everybody who must not get in.
struct Stage {
    app: TestApp,
    folder: tempfile::TempDir,
    signer: Signer,
    askers: Vec<Asker>,
    stranger: Person,
}

impl Stage {
    async fn open() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let data_dir = folder.path().to_str().unwrap();
        let settings = [
            ("storage__data_dir", data_dir),
            ("member__guesses_per_minute", "1000"),
            ("member__log_ins_per_minute", "1000"),
        ];
        let app = TestApp::start_with(&ALL, &settings).await;
        let signer = Signer::beside(folder.path());
        let member = app.person("member").await;
        let (logged_out, withdrawn) =
            (app.person("loggedout").await, app.person("withdrawn").await);
        assert_eq!(logged_out.log_out().await.status, 204);
        let word = json!({"password": PASSWORD});
        let gone = withdrawn.send(Method::POST, "/api/v1/members/me/withdrawal", &word).await;
        assert_eq!(gone.status, 204);
        let askers = askers(&signer, &member, &logged_out, &withdrawn);
        let stranger = app.person("stranger").await;
        Self { app, folder, signer, askers, stranger }
    }

    async fn actor(&self, scene: Scene) -> Actor {
        Actor::in_scene(&self.app, self.folder.path(), scene).await
    }
}

/// What came back, in full.
#[derive(Debug, PartialEq)]
struct Seen {
    status: u16,
    kind: String,
    body: Value,
}

impl Seen {
    async fn of(request: RequestBuilder) -> Self {
        let response = request.send().await.unwrap();
        let status = response.status().as_u16();
        let kind = response.headers().get("content-type");
        let kind = kind.map_or("", |kind| kind.to_str().unwrap()).to_owned();
        let text = response.text().await.unwrap();
        Self { status, kind, body: serde_json::from_str(&text).unwrap_or(Value::Null) }
    }

    fn assert_problem(&self, status: u16, code: &str, what: &str) {
        let got = (self.status, self.body["code"].as_str().unwrap_or_default(), self.kind.as_str());
        assert_eq!(got, (status, code, "application/problem+json"), "{what}: {self:?}");
    }
}

impl Row {
    fn method(&self) -> Method {
        self.method.parse().unwrap()
    }

    /// The path, with what stands for its words.
    fn filled_path(&self, actor: &Actor) -> String {
        let mut path = self.path.to_owned();
        for (word, value) in &actor.words {
            path = path.replace(&format!("{{{word}}}"), value.as_str().unwrap_or_default());
        }
        assert!(!path.contains('{'), "{path}: not filled");
        match self.query.strip_prefix('$') {
            None => path,
            Some(word) => format!("{path}?{}", actor.words[word].as_str().unwrap()),
        }
    }

    fn filled_body(&self, actor: &Actor) -> Value {
        let fill = |value: &Value| match value.as_str().and_then(|text| text.strip_prefix('$')) {
            Some(word) => actor.words[word].clone(),
            None => value.clone(),
        };
        match &self.body {
            Value::Object(fields) => Value::Object(
                fields.iter().map(|(key, value)| (key.clone(), fill(value))).collect(),
            ),
            whole => fill(whole),
        }
    }

    /// The right request, but for who asks.
    fn complete(&self, request: RequestBuilder, actor: &Actor) -> RequestBuilder {
        match (self.file, self.filled_body(actor)) {
            (Some(file), _) => request.body(file),
            (None, Value::Null) => request,
            (None, body) => request.json(&body),
        }
    }

    fn by_member(&self, member: &Person, actor: &Actor) -> RequestBuilder {
        let request = member.request(self.method(), &self.filled_path(actor));
        self.complete(request, actor)
    }

    fn by_nobody(&self, app: &TestApp, actor: &Actor) -> RequestBuilder {
        let request = Client::new().request(self.method(), app.url(&self.filled_path(actor)));
        let Person { cookie, device, .. } = &actor.me;
        let cookies = if self.cookie { format!("{cookie}; {device}") } else { device.clone() };
        let request = request.header("cookie", cookies);
        self.complete(request, actor)
    }

    fn assert_right(&self, seen: &Seen) {
        let (status, kind) = match self.scene {
            // With files on S3, links lead there, and nothing is here.
            Scene::File if are_distributed() => (404, "application/problem+json"),
            Scene::File => (self.status, "image/webp"),
            _ if self.status == 204 => (204, ""),
            _ => (self.status, "application/json"),
        };
        let what = format!("{} {}", self.method, self.path);
        assert_eq!((seen.status, seen.kind.as_str()), (status, kind), "{what}: {seen:?}");
    }
}

/// The operations of the running server, and which of them ask who is there.
async fn described(app: &TestApp) -> Vec<(String, String, bool)> {
    let api = Answer::of(Client::new().get(app.url("/api/openapi.json"))).await.body;
    let paths = api["paths"].as_object().unwrap().iter();
    let operations = paths.flat_map(|(path, item)| {
        item.as_object().unwrap().iter().map(move |(method, operation)| {
            (method.to_uppercase(), path.clone(), operation.get("security").is_some())
        })
    });
    operations.collect()
}

#[tokio::test]
async fn every_operation_has_a_row_and_every_row_an_operation() {
    let app = TestApp::start().await;
    let served: BTreeSet<(String, String)> =
        described(&app).await.into_iter().map(|(method, path, _)| (method, path)).collect();
    let all = rows();
    let listed: BTreeSet<(String, String)> =
        all.iter().map(|row| (row.method.to_owned(), row.path.to_owned())).collect();

    assert_eq!(listed.len(), all.len(), "a row is there twice");
    let missing: Vec<_> = served.difference(&listed).collect();
    assert!(missing.is_empty(), "add rows to tests/it/every_route/rows.rs: {missing:?}");
    let stale: Vec<_> = listed.difference(&served).collect();
    assert!(stale.is_empty(), "no such operations: {stale:?}");
}

#[tokio::test]
async fn what_asks_who_is_there_is_for_members_with_a_good_token_only() {
    let stage = Stage::open().await;
    let secured: BTreeSet<(String, String)> = described(&stage.app)
        .await
        .into_iter()
        .filter_map(|(method, path, asks)| asks.then_some((method, path)))
        .collect();
    for row in rows() {
        if !secured.contains(&(row.method.to_owned(), row.path.to_owned())) {
            continue;
        }
        let actor = stage.actor(row.scene).await;
        let path = row.filled_path(&actor);
        for asker in &stage.askers {
            let request = asker.request(&stage.app, &row.method(), &path);
            let seen = Seen::of(row.complete(request, &actor)).await;
            let what = format!("{} {} by {}", row.method, row.path, asker.name);
            seen.assert_problem(401, asker.code, &what);
        }
        // Nobody has changed anything.
        row.assert_right(&Seen::of(row.by_member(&actor.me, &actor)).await);
        actor.leave().await;
    }
}

#[tokio::test]
async fn what_asks_nobody_answers_everybody_the_same() {
    let stage = Stage::open().await;
    for (method, path, asks) in described(&stage.app).await {
        if asks {
            continue;
        }
        let all = rows();
        let row = all.iter().find(|row| (row.method, row.path) == (&*method, &*path)).unwrap();
        let actor = stage.actor(row.scene).await;
        row.assert_right(&Seen::of(row.by_nobody(&stage.app, &actor)).await);
        for asker in ["expired", "an internal token", "withdrawn", "alg none"] {
            let asker = stage.askers.iter().find(|known| known.name == asker).unwrap();
            let actor = stage.actor(row.scene).await;
            let request = row.by_nobody(&stage.app, &actor);
            let request = request.bearer_auth(asker.token.as_ref().unwrap());
            row.assert_right(&Seen::of(request).await);
        }
    }
}

#[tokio::test]
async fn what_belongs_to_somebody_is_not_there_for_anybody_else() {
    let stage = Stage::open().await;
    let mut checked = 0;
    for row in rows() {
        let Some((word, status, code)) = row.belongs else { continue };
        let mut actor = stage.actor(row.scene).await;
        let real = actor.words[word].clone();
        let mut others = vec![("a stranger", stage.stranger.clone())];
        others.extend(actor.former.clone().map(|former| ("the former partner", former)));
        for (name, other) in others {
            let what = format!("{} {} by {name}", row.method, row.path);
            let theirs = Seen::of(row.by_member(&other, &actor)).await;
            theirs.assert_problem(status, code, &what);
            actor.words.insert(word, json!(Uuid::now_v7()));
            let missing = Seen::of(row.by_member(&other, &actor)).await;
            assert_eq!(theirs, missing, "{what}: not theirs and not there look the same");
            actor.words.insert(word, real.clone());
        }
        row.assert_right(&Seen::of(row.by_member(&actor.me, &actor)).await);
        checked += 1;
    }
    assert!(checked >= 5, "{checked} rows");
}

#[tokio::test]
async fn a_ticket_is_the_own_one_and_nobody_elses() {
    let stage = Stage::open().await;
    let waiting = stage.actor(Scene::Ticket).await;
    let path = "/api/v1/match/ticket";
    let before = waiting.me.get(path).await;

    let not_waiting = stage.stranger.get(path).await;
    assert_eq!((not_waiting.status, not_waiting.code()), (404, "not_waiting"));
    let left = Answer::of(stage.stranger.request(Method::DELETE, path)).await;
    assert_eq!(left.status, 204, "leaving what one is not in is no error");

    let after = waiting.me.get(path).await;
    assert_eq!((before.status, before.body["id"].clone()), (200, after.body["id"].clone()));
    waiting.leave().await;
}

#[tokio::test]
async fn a_cookie_opens_the_refresh_and_nothing_else_does() {
    let stage = Stage::open().await;
    let member = stage.app.person("refreshing").await;
    let gone = stage.app.person("leaving").await;
    let word = json!({"password": PASSWORD});
    gone.send(Method::POST, "/api/v1/members/me/withdrawal", &word).await;
    let ended = stage.app.person("ended").await;
    assert_eq!(ended.log_out().await.status, 204);
    let named = |value: &str| format!("rand-chat-refresh={value}");
    let value = |cookie: &str| cookie.split_once('=').unwrap().1.to_owned();

    for (name, cookie) in [
        ("nothing", String::new()),
        ("an empty cookie", named("")),
        ("nonsense", named("nonsense")),
        ("an access token", named(&member.access)),
        ("an internal token", named(&stage.signer.internal())),
        ("the device", named(&value(&member.device))),
        ("the wrong name", format!("refresh={}", value(&member.cookie))),
        ("a cookie that is ended", ended.cookie.clone()),
        ("a cookie of a withdrawn member", gone.cookie.clone()),
    ] {
        let url = stage.app.url("/api/v1/auth/refresh");
        let seen = Seen::of(Client::new().post(url).header("cookie", cookie)).await;
        seen.assert_problem(401, "session_ended", name);
    }
    let bearer = Client::new().post(stage.app.url("/api/v1/auth/refresh"));
    let bearer = Seen::of(bearer.bearer_auth(value(&member.cookie))).await;
    bearer.assert_problem(401, "session_ended", "the refresh token as a bearer's");
    assert_eq!(member.refresh_with(&member.cookie).await.status, 200);
}

/// Every route between the roles, with a right body, and what comes of it in a room that the partner left.
fn internal_routes(room: &str, member: &str) -> Vec<(Method, String, Value, u16)> {
    let in_room = |path: &str| format!("/internal/v1/rooms/{room}/{path}");
    let (id, of_member) = (Uuid::now_v7(), json!({"member": member}));
    vec![
        (Method::PUT, in_room("at-hand"), Value::Null, 200),
        (Method::PUT, in_room("read"), json!({"member": member, "seq": 1}), 200),
        (Method::PUT, in_room(&format!("messages/{id}/retraction")), of_member, 409),
        (Method::POST, in_room("newer"), json!({"member": member, "after": 0, "limit": 9}), 200),
        (Method::POST, in_room("find"), json!({"member": member, "id": id}), 200),
        (
            Method::POST,
            "/internal/v1/resume".to_owned(),
            json!({"member": member, "since": 0}),
            200,
        ),
    ]
}

/// Every route for `rand-chat admin`, with a right body, in an order in which all can be done.
fn admin_routes(report: &str, member: &str) -> Vec<(Method, String, Value)> {
    let (reports, members) = ("/internal/v1/admin/reports", "/internal/v1/admin/members");
    let suspension = format!("{members}/{member}/suspension");
    vec![
        (Method::GET, format!("{reports}?state=open"), Value::Null),
        (Method::GET, format!("{reports}/{report}"), Value::Null),
        (
            Method::PUT,
            format!("{reports}/{report}/decision"),
            json!({"verdict": "dismiss", "note": null, "by": "hana"}),
        ),
        (Method::PUT, suspension.clone(), json!({"for_s": 60, "reason": "spam", "by": "hana"})),
        (Method::GET, format!("{suspension}s"), Value::Null),
        (Method::DELETE, suspension, json!({"by": "hana"})),
    ]
}

#[tokio::test]
async fn the_routes_between_the_roles_take_an_internal_token_and_nothing_else() {
    let stage = Stage::open().await;
    let actor = stage.actor(Scene::Room).await;
    let room = actor.words["room"].as_str().unwrap();
    let spam = json!({"reason": "spam"});
    let report = actor.me.send(Method::POST, &format!("/api/v1/rooms/{room}/reports"), &spam).await;
    let former = &actor.former.as_ref().unwrap().id;
    let mut routes = internal_routes(room, &actor.me.id);
    let admin = admin_routes(report.body["id"].as_str().unwrap(), former);
    routes.extend(admin.into_iter().map(|(method, path, body)| (method, path, body, 200)));
    let code = [
        include_str!("../../../src/chat_writer/internal.rs"),
        include_str!("../../../src/member/internal.rs"),
    ];
    let there: usize = code.iter().map(|code| code.matches("(\"/internal/").count()).sum();
    assert_eq!(routes.len(), there, "a route is not in the list");

    for (method, path, body, status) in routes {
        let ask = |url: String, token: Option<&str>| {
            let mut request = Client::new().request(method.clone(), url);
            if let Some(token) = token {
                request = request.bearer_auth(token);
            }
            if body.is_null() { request } else { request.json(&body) }
        };
        let good = Some(actor.me.access.as_str());
        let others = stage.askers.iter().filter(|asker| asker.name != "an internal token");
        let others = others.map(|asker| (asker.name, asker.token.as_deref()));
        for (name, token) in others.chain([("a member", good)]) {
            let seen = Seen::of(ask(stage.app.internal(&path), token)).await;
            seen.assert_problem(401, "unauthenticated", &format!("{path} by {name}"));
        }
        let internal = stage.signer.internal();
        let right = Seen::of(ask(stage.app.internal(&path), Some(&internal))).await;
        let kind = if status == 200 { "application/json" } else { "application/problem+json" };
        assert_eq!((right.status, right.kind.as_str()), (status, kind), "{path}");
        let outside = Seen::of(ask(stage.app.url(&path), Some(&internal))).await;
        outside.assert_problem(404, "not_found", &format!("{path} on the public port"));
    }
    for path in ["/", "/api/v1/rooms", "/internal", "/internal/v1/nothing", "/api/docs/"] {
        let seen = Seen::of(Client::new().get(stage.app.internal(path))).await;
        seen.assert_problem(404, "not_found", path);
    }
}

#[tokio::test]
async fn a_hello_without_a_good_token_is_closed_and_says_whether_to_come_back() {
    let stage = Stage::open().await;
    for asker in stage.askers.iter().filter(|asker| asker.token.is_some()) {
        let mut page = Page::silent(&stage.app.doors).await;
        page.request("hello", json!({"token": asker.token})).await;
        assert_eq!(page.closed().await, asker.close, "{}", asker.name);
    }
    let mut page = Page::silent(&stage.app.doors).await;
    page.request("hello", json!({"token": stage.stranger.cookie})).await;
    assert_eq!(page.closed().await, 4501);
}

#[tokio::test]
async fn a_renewal_without_a_good_token_is_refused_and_the_socket_stays() {
    let stage = Stage::open().await;
    let mut page = stage.stranger.page().await;
    let mut other = stage.app.person("other").await;
    other.refresh().await;
    let foreign = ("another member", other.access.as_str(), "unauthenticated");
    let known = stage.askers.iter();
    let known = known.filter_map(|asker| Some((asker.name, asker.token.as_deref()?, asker.code)));
    for (name, token, code) in known.chain([foreign]) {
        let answer = page.ask("auth", json!({"token": token})).await;
        assert_eq!((&answer["t"], &answer["d"]["code"]), (&json!("err"), &json!(code)), "{name}");
    }
    assert_eq!(page.ask("auth", json!({"token": stage.stranger.access})).await["t"], "ok");
}

/// Every frame that names a room, with right contents.
fn frames_of(room: &str, image_token: &str) -> Vec<(&'static str, Value)> {
    vec![
        ("send", json!({"room": room, "cid": Uuid::now_v7(), "image": image_token})),
        ("send", json!({"room": room, "cid": Uuid::now_v7(), "text": "hello"})),
        ("send", json!({"room": room, "cid": Uuid::now_v7(), "text": "hello", "again": true})),
        ("read", json!({"room": room, "seq": 1})),
        ("typing", json!({"room": room})),
        ("sync", json!({"room": room, "after": 0})),
        ("look", json!({"room": room})),
        ("retract", json!({"room": room, "id": Uuid::now_v7()})),
    ]
}

#[tokio::test]
async fn a_room_of_others_is_not_there_for_any_frame() {
    let stage = Stage::open().await;
    let ([jimin, _], [mut one, mut other], open) = stage.app.two_in_a_room().await;
    one.send(&open, "ours").await;
    other.push("message").await;
    let left = stage.actor(Scene::Room).await;
    let closed = left.words["room"].as_str().unwrap();
    let former = left.former.as_ref().unwrap();
    let absent = Uuid::now_v7().to_string();

    for (name, whose, room) in [
        ("a stranger, an open room", &stage.stranger, open.as_str()),
        ("a stranger, a closed room", &stage.stranger, closed),
        ("somebody of another room", &jimin, closed),
        ("the former partner", former, closed),
        ("a stranger, no room", &stage.stranger, absent.as_str()),
    ] {
        let mut page = whose.page().await;
        let token = stage.signer.for_image(whose.id.parse().unwrap(), room.parse().unwrap());
        for (t, contents) in frames_of(room, &token) {
            let answer = page.ask(t, contents).await;
            let expected = json!({"code": "room_not_found", "retryable": false});
            assert_eq!((&answer["t"], &answer["d"]), (&json!("err"), &expected), "{name}: {t}");
        }
    }

    // Whoever is still in a closed room reads it, and says nothing more there.
    let mut page = left.me.page().await;
    let token = stage.signer.for_image(left.me.id.parse().unwrap(), closed.parse().unwrap());
    for (t, contents) in frames_of(closed, &token) {
        let answer = page.ask(t, contents).await;
        let expected = match t {
            "send" | "typing" | "look" | "retract" => "room_closed",
            _ => "",
        };
        assert_eq!(answer["d"]["code"].as_str().unwrap_or_default(), expected, "{t} {answer}");
    }
    let mut seen = other.pushes_so_far().await;
    seen.retain(|push| push["t"] != "stored");
    assert!(seen.is_empty(), "nothing of it came to those in the room: {seen:?}");
    assert_eq!(jimin.texts(&open).await, ["ours"]);
}
