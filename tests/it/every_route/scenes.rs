//! What must have happened before a request can be right: fresh people each time, who have got that far.

use std::collections::HashMap;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use rand_chat::base::SharedClock;
use rand_chat::config::Config;
use rand_chat::infra::Objects;
use reqwest::Method;
use serde_json::{Value, json};
use uuid::Uuid;

use crate::harness::{Answer, Page, Person, SEOUL, TestApp, are_distributed};

pub const PASSWORD: &str = "correct horse battery";

/// How far somebody has got.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Scene {
    /// Has an account and is logged in.
    Nothing,
    /// Has a code for an address that nobody has.
    EmailCode,
    /// Has proved one.
    EmailProof,
    /// Is locked out, and has a code against that.
    UnlockCode,
    ResetCode,
    ResetProof,
    /// Has a code for moving to another address.
    ChangeCode,
    /// Is logged in on a second device.
    SecondSession,
    /// Has said where it is.
    Placed,
    /// Waits for a match.
    Ticket,
    /// Has been proposed to somebody.
    Proposal,
    /// Is in a room with its partner.
    OpenRoom,
    /// Is in a room that its partner has left.
    Room,
    /// Has shown a picture in such a room.
    Image,
    /// There is a file.
    File,
}

/// Somebody in a scene.
pub struct Actor {
    pub me: Person,
    /// Who was in the room, and left it.
    pub former: Option<Person>,
    /// What stands for the words of a row.
    pub words: HashMap<&'static str, Value>,
    /// Open as long as the scene is, so that a ticket is kept.
    pages: Vec<Page>,
}

impl Actor {
    /// A fresh somebody who has got so far.
    pub async fn in_scene(app: &TestApp, data_dir: &Path, scene: Scene) -> Self {
        static PEOPLE: AtomicUsize = AtomicUsize::new(0);
        let name = format!("actor{}", PEOPLE.fetch_add(1, Ordering::Relaxed));
        let me = app.person(&name).await;
        let new_name = format!("{name}new");
        let words = HashMap::from([
            ("username", json!(format!("{name}_01"))),
            ("password", json!(PASSWORD)),
            ("email", json!(TestApp::email(&name))),
            ("new_email", json!(TestApp::email(&new_name))),
        ]);
        let mut actor = Self { me, former: None, words, pages: Vec::new() };
        match scene {
            Scene::Nothing => {}
            Scene::EmailCode => {
                let asked = json!({"email": actor.words["new_email"]});
                actor.mailed_code(app, "/api/v1/auth/email-codes", &asked, "new_email").await;
            }
            Scene::EmailProof => {
                let proof = app.proof(&new_name).await;
                actor.words.insert("sign_up", TestApp::form(&new_name, &proof));
            }
            Scene::UnlockCode => actor.unlock_code(app).await,
            Scene::ResetCode => actor.code_for_name(app, "/api/v1/auth/password-reset-codes").await,
            Scene::ResetProof => actor.reset_proof(app).await,
            Scene::ChangeCode => {
                let asked = json!({"email": actor.words["new_email"], "password": PASSWORD});
                let path = "/api/v1/members/me/email-codes";
                actor.mailed_code(app, path, &asked, "new_email").await;
            }
            Scene::SecondSession => actor.second_session(app).await,
            Scene::Placed => actor.me.place(SEOUL).await,
            Scene::Ticket => actor.wait().await,
            Scene::Proposal => actor.proposal(app).await,
            Scene::OpenRoom => {
                actor.open_room(app).await;
                actor.former = None;
            }
            Scene::Room => {
                actor.open_room(app).await;
                actor.part().await;
            }
            Scene::Image => {
                actor.open_room(app).await;
                actor.show_image().await;
                actor.part().await;
            }
            Scene::File => actor.file(app, data_dir).await,
        }
        actor
    }

    async fn mailed_code(&mut self, app: &TestApp, path: &str, asked: &Value, to: &str) {
        let sent = self.me.send(Method::POST, path, asked).await;
        assert_eq!(sent.status, 200, "{path} {sent:?}");
        let code = loop {
            let mail = app.mails.next(self.words[to].as_str().unwrap()).await;
            if let Some(code) = crate::harness::line(&mail, "code: ") {
                break code;
            }
        };
        self.words.insert("code", json!(code));
    }

    async fn code_for_name(&mut self, app: &TestApp, path: &str) {
        let asked = json!({"login": self.words["username"]});
        // The first mail to everybody had the code of the sign-up and was read.
        self.mailed_code(app, path, &asked, "email").await;
    }

    /// Locked out by a stranger; log-ins have ended too.
    async fn unlock_code(&mut self, app: &TestApp) {
        let guess = json!({"login": self.words["username"], "password": "wrong horse battery"});
        for _ in 0..5 {
            let refused = app.post("/api/v1/auth/sessions", &guess).await;
            assert_eq!(refused.code(), "credentials_wrong");
        }
        self.code_for_name(app, "/api/v1/auth/unlock-codes").await;
    }

    async fn reset_proof(&mut self, app: &TestApp) {
        self.code_for_name(app, "/api/v1/auth/password-reset-codes").await;
        let shown = json!({"login": self.words["username"], "code": self.words["code"]});
        let proved =
            app.post_in(&self.me.device, "/api/v1/auth/password-reset-proofs", &shown).await;
        self.words.insert("proof", proved.body["proof"].clone());
    }

    async fn second_session(&mut self, app: &TestApp) {
        let given = json!({"login": self.words["username"], "password": PASSWORD});
        assert_eq!(app.post("/api/v1/auth/sessions", &given).await.status, 200);
        let listed = self.me.get("/api/v1/members/me/sessions").await.body;
        let sessions = listed["sessions"].as_array().unwrap();
        let other = sessions.iter().find(|session| session["current"] == false).unwrap();
        self.words.insert("session", other["id"].clone());
    }

    async fn wait(&mut self) {
        self.pages.push(self.me.page().await);
        self.me.place(SEOUL).await;
        self.me.search(Some(10)).await;
    }

    /// Proposed to somebody fresh; who that is comes back.
    async fn proposal(&mut self, app: &TestApp) {
        let other = Box::pin(Self::in_scene(app, Path::new(""), Scene::Ticket)).await;
        self.wait().await;
        let proposal = self.pages[0].push("match.proposed").await;
        self.words.insert("proposal", proposal["id"].clone());
        self.words.insert("token", proposal["token"].clone());
        self.former = Some(other.me);
        self.pages.extend(other.pages);
    }

    async fn open_room(&mut self, app: &TestApp) {
        self.proposal(app).await;
        let other = self.former.as_ref().unwrap();
        let mine = json!({"id": self.words["proposal"], "token": self.words["token"]});
        let theirs = self.pages[1].push("match.proposed").await;
        self.me.answer(&mine, "accept").await;
        let room = other.answer(&theirs, "accept").await.body["room"].clone();
        self.words.insert("room", room);
        self.words.insert("member", json!(other.id));
    }

    /// The partner leaves.
    async fn part(&self) {
        let path = format!("/api/v1/rooms/{}/leave", self.words["room"].as_str().unwrap());
        let other = self.former.as_ref().unwrap();
        assert_eq!(other.send(Method::POST, &path, &json!({})).await.status, 204);
    }

    async fn show_image(&mut self) {
        let room = self.words["room"].as_str().unwrap().to_owned();
        let request = self.me.request(Method::POST, &format!("/api/v1/rooms/{room}/images"));
        let file = include_bytes!("../../fixtures/images/lossy.webp");
        let uploaded = Answer::of(request.body(&file[..])).await.body;
        let said = json!({"room": room, "cid": Uuid::now_v7(), "image": uploaded["token"]});
        assert_eq!(self.pages[0].ask("send", said).await["t"], "sent");
        self.words.insert("image", uploaded["image"]["id"].clone());
    }

    async fn file(&mut self, app: &TestApp, data_dir: &Path) {
        self.words.insert("name", json!("face.webp"));
        self.words.insert("link", json!(""));
        if are_distributed() {
            return;
        }
        let clock: SharedClock = app.clock.clone() as Arc<_>;
        let config = Config::load(None, []).unwrap();
        let store = Objects::open(&config.objects, data_dir, &clock).unwrap().store;
        store.put("face.webp", b"face".to_vec(), "image/webp").await.unwrap();
        let link = store.link("face.webp", Duration::from_mins(10)).await.unwrap();
        self.words.insert("link", json!(link.split_once('?').unwrap().1));
    }

    /// Takes back what others might meet.
    pub async fn leave(self) {
        Answer::of(self.me.request(Method::DELETE, "/api/v1/match/ticket")).await;
    }
}
