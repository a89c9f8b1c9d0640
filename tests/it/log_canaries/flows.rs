//! Everything that members do, with values that can be told from all others.

use std::collections::HashMap;
use std::fmt::Write;

use reqwest::{Client, Method, RequestBuilder};
use serde_json::{Value, json};
use uuid::Uuid;

use super::canaries::Canaries;
use super::mail_server::Taken;
use super::program::Program;
use crate::every_route::rows;
use crate::harness::{Answer, BROWSER, Page, eventually};
use crate::safety::run_admin;

/// Exactly where somebody is.
const LATITUDE: f64 = 37.566_512_34;
const LONGITUDE: f64 = 126.978_056_78;

const AGENT: &str = "canary-agent/1.0";

/// Where the mails of a run come to.
pub enum Post {
    Printed,
    Server(Taken),
}

/// A run of the program, and what of it must not be logged.
pub struct Run {
    pub program: Program,
    pub canaries: Canaries,
    client: Client,
    post: Post,
    /// How many codes to an address were read.
    read: HashMap<String, usize>,
}

/// Somebody who is logged in.
#[derive(Clone)]
struct Member {
    name: &'static str,
    email: String,
    password: String,
    access: String,
    refresh: String,
    device: String,
}

impl Run {
    pub fn new(program: Program, post: Post) -> Self {
        Self {
            program,
            canaries: Canaries::default(),
            client: Client::builder().user_agent(AGENT).build().unwrap(),
            post,
            read: HashMap::new(),
        }
    }

    pub async fn everything(&mut self) {
        self.canaries.add("how a browser describes itself", AGENT);
        let jimin = self.sign_up("canarya").await;
        let oliver = self.sign_up("canaryb").await;
        self.wrong_passwords(&jimin).await;
        self.profile(&jimin).await;
        let [jimin_page, oliver_page] = self.meet(&jimin, &oliver).await;
        let jimin_page = self.picture(&jimin, jimin_page).await;
        self.report(&jimin, &jimin_page.1).await;
        self.nonsense_on_a_socket(jimin_page, oliver_page).await;
        let jimin = self.change_password(jimin).await;
        let jimin = self.change_email(jimin).await;
        self.sessions(&jimin).await;
        self.nonsense_over_http(&jimin).await;
        self.addresses_that_no_mail_reaches().await;
        let jimin = self.lock_and_unlock(jimin).await;
        self.reset_password(&jimin).await;
        self.withdraw(&oliver).await;
    }

    fn request(&self, method: Method, path: &str) -> RequestBuilder {
        self.client.request(method, self.program.doors.url(path))
    }

    async fn post(&self, path: &str, body: &Value) -> Answer {
        Answer::of(self.request(Method::POST, path).header("cookie", BROWSER).json(body)).await
    }

    async fn ask(&self, who: &Member, method: Method, path: &str, body: &Value) -> Answer {
        let request = self.request(method, path).bearer_auth(&who.access);
        Answer::of(request.header("cookie", &who.device).json(body)).await
    }

    /// The next code that came to an address.
    async fn code(&mut self, email: &str) -> String {
        let read = self.read.entry(email.to_owned()).or_default();
        let code = eventually(&format!("a code for {email}"), async || {
            let mails = match &self.post {
                Post::Printed => {
                    let printed = self.program.printed();
                    printed.split("\nmail\n").map(str::to_owned).collect()
                }
                Post::Server(taken) => taken.mails(),
            };
            let mine =
                mails.iter().filter(|mail| mail.to_lowercase().contains(&format!("to: {email}")));
            let codes =
                mine.filter_map(|mail| mail.lines().find_map(|line| line.strip_prefix("code: ")));
            codes.map(|code| code.trim().to_owned()).nth(*read)
        })
        .await;
        *read += 1;
        self.canaries.add_mailed("a code", &code);
        code
    }

    /// Takes the tokens out of an answer that logs in.
    fn logged_in(&mut self, answer: &Answer, member: &mut Member) {
        assert!([200, 201].contains(&answer.status), "{answer:?}");
        let value = |cookie: &str| cookie.split_once('=').unwrap().1.to_owned();
        answer.body["access_token"].as_str().unwrap().clone_into(&mut member.access);
        let parts: Vec<&str> = member.access.split('.').collect();
        self.canaries.add("an access token", parts[2]);
        self.canaries.add("the claims of an access token", parts[1]);
        if let Some(cookie) = &answer.cookie {
            cookie.clone_into(&mut member.refresh);
            self.canaries.add("a refresh token", value(cookie));
        }
        if let Some(cookie) = &answer.device {
            cookie.clone_into(&mut member.device);
            self.canaries.add("the token of a device", value(cookie));
        }
    }

    async fn proof(&mut self, email: &str) -> String {
        let asked = json!({"email": email, "language": "en"});
        assert_eq!(self.post("/api/v1/auth/email-codes", &asked).await.status, 200);
        // Asking too early is refused, with the address at hand.
        assert_eq!(self.post("/api/v1/auth/email-codes", &asked).await.status, 429);
        let code = self.code(email).await;
        let wrong = if code == "918273" { "918274" } else { "918273" };
        self.canaries.add("a guessed code", wrong);
        let guess = json!({"email": email, "code": wrong});
        assert_eq!(self.post("/api/v1/auth/email-proofs", &guess).await.code(), "code_wrong");
        let shown = json!({"email": email, "code": code});
        let proved = self.post("/api/v1/auth/email-proofs", &shown).await;
        let proof = proved.body["proof"].as_str().unwrap().to_owned();
        self.canaries.add("a proof of an address", &proof);
        proof
    }

    async fn sign_up(&mut self, name: &'static str) -> Member {
        let email = format!("{name}.mailbox@example.com");
        self.canaries.add_mailed("an address", &email);
        let proof = self.proof(&email).await;
        let password = format!("pässwörd \"of\" {name}/\\?");
        self.canaries.add("a password", &password);
        let mut form = json!({
            "proof": proof,
            "username": format!("{name}_user"),
            "password": password,
            "nickname": format!("닉네임{name}"),
            "birth_date": "1987-03-29",
            "sex": "undisclosed",
            "interests": [format!("취미{name}")],
            "languages": ["ko"],
            "language": "en",
            "terms_version": "2026-11",
            "privacy_version": "2026-11",
        });
        self.canaries.add_mailed("a username", format!("{name}_user"));
        self.canaries.add_mailed("a nickname", format!("닉네임{name}"));
        self.canaries.add("an interest", format!("취미{name}"));
        self.canaries.add("a birth date", "1987-03-29");
        form["password"] = json!(format!("{name}_user is a bad one"));
        self.canaries.add("a password that is refused", format!("{name}_user is a bad one"));
        assert_eq!(self.post("/api/v1/members", &form).await.code(), "invalid_request");
        form["password"] = json!(password);
        let made = self.post("/api/v1/members", &form).await;
        assert_eq!(self.post("/api/v1/members", &form).await.status, 410, "used up");
        let (access, refresh, device) = Default::default();
        let mut member = Member { name, email, password, access, refresh, device };
        self.logged_in(&made, &mut member);
        self.refresh(&mut member).await;
        member
    }

    async fn refresh(&mut self, member: &mut Member) {
        let path = "/api/v1/auth/refresh";
        let request = self.request(Method::POST, path);
        let answer = Answer::of(request.header("cookie", &member.refresh)).await;
        self.logged_in(&answer, member);
    }

    async fn log_in(&mut self, member: &mut Member) {
        let form = json!({"login": member.email, "password": member.password});
        let request = self.request(Method::POST, "/api/v1/auth/sessions").json(&form);
        let request = request.header("cookie", &member.device);
        let answer = Answer::of(request).await;
        self.logged_in(&answer, member);
    }

    async fn wrong_passwords(&mut self, jimin: &Member) {
        let wrong = "wröng pass \"word\" of a canary";
        self.canaries.add("a wrong password", wrong);
        self.canaries.add("a login that nobody has", "nobody.canary@example.com");
        for login in ["canarya_user", &jimin.email, "nobody.canary@example.com"] {
            let form = json!({"login": login, "password": wrong});
            let refused = self.post("/api/v1/auth/sessions", &form).await;
            assert_eq!(refused.code(), "credentials_wrong");
        }
        let mut again = jimin.clone();
        self.log_in(&mut again).await;
        // A used refresh token that comes again ends the session.
        let used = again.refresh.clone();
        self.refresh(&mut again).await;
        self.refresh(&mut again).await;
        let request = self.request(Method::POST, "/api/v1/auth/refresh").header("cookie", used);
        assert_eq!(Answer::of(request).await.code(), "session_ended");
        let me = self.ask(&again, Method::GET, "/api/v1/members/me", &Value::Null).await;
        assert_eq!(me.code(), "session_ended");
    }

    async fn profile(&mut self, jimin: &Member) {
        let introduction = "소개 <canary> \"who I am\" & more";
        self.canaries.add("an introduction", introduction);
        let change = json!({"introduction": introduction, "share_read": true});
        let me = "/api/v1/members/me";
        assert_eq!(self.ask(jimin, Method::PATCH, me, &change).await.status, 200);
        let long = format!("long introduction of a canary {}", "x".repeat(300));
        self.canaries.add("an introduction that is too long", &long);
        let refused = self.ask(jimin, Method::PATCH, me, &json!({"introduction": long})).await;
        assert_eq!(refused.status, 400);
        let consents = json!({"terms_version": "2026-11", "privacy_version": "2026-11"});
        let path = "/api/v1/members/me/consents";
        assert_eq!(self.ask(jimin, Method::PUT, path, &consents).await.status, 200);
        let path = "/api/v1/members/me/export";
        assert_eq!(self.ask(jimin, Method::GET, path, &Value::Null).await.status, 200);
    }

    /// Has two members find each other and chat.
    async fn meet(&mut self, jimin: &Member, oliver: &Member) -> [(Page, String); 2] {
        for (name, degrees) in [("a latitude", "37.5665"), ("a longitude", "126.978")] {
            self.canaries.add(name, degrees);
        }
        let doors = self.program.doors.clone();
        let mut pages = Vec::new();
        for member in [jimin, oliver] {
            pages.push(Page::greeted(&doors, &member.access, Some(1)).await);
            let path = "/api/v1/members/me/place";
            for (latitude, longitude) in [(97.566_512_34, 126.978_056_78), (LATITUDE, LONGITUDE)] {
                let place = json!({"latitude": latitude, "longitude": longitude});
                let right = if latitude > 90.0 { 400 } else { 200 };
                assert_eq!(self.ask(member, Method::PUT, path, &place).await.status, right);
            }
            let ticket = json!({"max_distance_km": 10});
            let path = "/api/v1/match/ticket";
            assert_eq!(self.ask(member, Method::PUT, path, &ticket).await.status, 200);
        }
        let mut room = String::new();
        for (page, member) in pages.iter_mut().zip([jimin, oliver]) {
            let proposal = page.push("match.proposed").await;
            let token = proposal["token"].as_str().unwrap();
            self.canaries.add("a match token", token.rsplit('.').next().unwrap());
            let path =
                format!("/api/v1/match/proposals/{}/answer", proposal["id"].as_str().unwrap());
            let mut answer = json!({"token": format!("{token}x"), "answer": "accept"});
            assert_eq!(self.ask(member, Method::POST, &path, &answer).await.status, 403);
            answer["token"] = json!(token);
            let accepted = self.ask(member, Method::POST, &path, &answer).await;
            accepted.body["room"].as_str().unwrap_or_default().clone_into(&mut room);
        }
        for (page, member) in pages.iter_mut().zip([jimin, oliver]) {
            page.push("room.opened").await;
            let text = format!("비밀 메시지 \"of\" {}: <b>meet me</b>\n\\o/", member.name);
            self.canaries.add("a message", &text);
            let said = page.send(&room, &text).await;
            page.ask("read", json!({"room": room, "seq": said["seq"]})).await;
            page.ask("typing", json!({"room": room})).await;
            page.ask("sync", json!({"room": room, "after": 0})).await;
            page.ask("auth", json!({"token": member.access})).await;
            let path = format!("/api/v1/rooms/{room}/messages");
            assert_eq!(self.ask(member, Method::GET, &path, &Value::Null).await.status, 200);
        }
        pages
            .into_iter()
            .map(|page| (page, room.clone()))
            .collect::<Vec<_>>()
            .try_into()
            .ok()
            .unwrap()
    }

    /// A picture in a room, sent with a right token and with wrong ones, and loaded.
    async fn picture(&mut self, who: &Member, (mut page, room): (Page, String)) -> (Page, String) {
        let images = format!("/api/v1/rooms/{room}/images");
        let upload = async |file: &'static [u8]| {
            Answer::of(self.request(Method::POST, &images).bearer_auth(&who.access).body(file))
                .await
        };
        let file = include_bytes!("../../fixtures/images/lossy.webp");
        assert_eq!(upload(b"not a picture").await.status, 415);
        let uploaded = upload(file).await.body;
        let token = uploaded["token"].as_str().unwrap().to_owned();
        let parts: Vec<&str> = token.split('.').collect();
        self.canaries.add("an image token", parts[2]);
        self.canaries.add("the claims of an image token", parts[1]);
        for (token, answer) in [(format!("{token}x"), "err"), (token, "sent")] {
            let said = json!({"room": room, "cid": Uuid::now_v7(), "image": token});
            assert_eq!(page.ask("send", said).await["t"], answer);
        }
        let path = format!("{images}/{}", uploaded["image"]["id"].as_str().unwrap());
        let links = self.ask(who, Method::GET, &path, &Value::Null).await.body;
        for link in [&links["small"], &links["large"]] {
            let link = link.as_str().unwrap();
            let signature = link.split_once("ignature=").unwrap().1.split('&').next().unwrap();
            self.canaries.add("the signature of a link", signature);
            // A path of this service, or on S3.
            let is_here = link.starts_with('/');
            let url = if is_here { self.program.doors.url(link) } else { link.to_owned() };
            let loaded = self.client.get(url).send().await.unwrap();
            assert_eq!(loaded.status(), 200);
        }
        (page, room)
    }

    /// A report, looked at and decided by a moderator.
    async fn report(&mut self, jimin: &Member, room: &str) {
        let (text, note) = ("report canary \"what he said\"", "note canary: nothing to it");
        self.canaries.add("the text of a report", text);
        self.canaries.add("the note of a decision", note);
        let path = format!("/api/v1/rooms/{room}/reports");
        let report = json!({"reason": "harassment", "text": text});
        let made = self.ask(jimin, Method::POST, &path, &report).await;
        assert_eq!(made.status, 201, "{made:?}");
        let (id, at) = (made.body["id"].as_str().unwrap(), self.program.internal.clone());
        let data_dir = self.program.data_dir();
        let shown = run_admin(&data_dir, &[], &["report", id, "--at", &at, "--json"]).await;
        assert_eq!(shown.json()["text"], text);
        let decide = ["decide", id, "--dismiss", "--note", note, "--at", &at];
        assert_eq!(run_admin(&data_dir, &[], &decide).await.code, Some(0));
    }

    async fn nonsense_on_a_socket(&mut self, (mut page, room): (Page, String), _: (Page, String)) {
        let secret = "socket canary \"secret\" 값";
        self.canaries.add("a secret in a wrong frame", secret);
        let cid = Uuid::now_v7();
        for (t, contents) in [
            (secret, json!({"token": secret})),
            ("hello", json!({"token": secret})),
            ("auth", json!({"token": secret})),
            ("auth", json!({"token": [secret]})),
            ("auth", json!(secret)),
            ("send", json!({"room": secret, "cid": cid, "text": secret})),
            ("send", json!({"room": room, "cid": secret, "text": secret})),
            ("send", json!({"room": room, "cid": cid, "text": [secret]})),
            (
                "send",
                json!({"room": room, "cid": cid, "text": format!("{secret}{}", "x".repeat(2000))}),
            ),
            ("send", json!({"room": Uuid::now_v7(), "cid": cid, "text": secret})),
            ("read", json!({"room": room, "seq": secret})),
            ("sync", json!({"room": room, "after": secret})),
        ] {
            assert_eq!(page.ask(t, contents).await["t"], "err");
        }
        page.say(format!("{{\"t\": \"send\", \"d\": {secret}")).await;
        assert_eq!(page.closed().await, 4500);
        let doors = self.program.doors.clone();
        for frame in [json!({"t": "hello", "d": {"token": secret}}), json!({"t": secret})] {
            let mut page = Page::silent(&doors).await;
            page.say(frame.to_string()).await;
            assert!(page.closed().await >= 4500);
        }
        let mut page = Page::silent(&doors).await;
        page.say_bytes(secret.as_bytes().to_vec()).await;
        assert_eq!(page.closed().await, 1003);
    }

    async fn change_password(&mut self, mut jimin: Member) -> Member {
        let new = "another pässwörd of canarya";
        self.canaries.add("a new password", new);
        self.canaries.add("a wrong current password", "not the pässwörd of canarya");
        let path = "/api/v1/members/me/password";
        let wrong = json!({"current_password": "not the pässwörd of canarya", "new_password": new});
        assert_eq!(self.ask(&jimin, Method::PUT, path, &wrong).await.code(), "password_wrong");
        let right = json!({"current_password": jimin.password, "new_password": new});
        let answer = self.ask(&jimin, Method::PUT, path, &right).await;
        self.logged_in(&answer, &mut jimin);
        Member { password: new.to_owned(), ..jimin }
    }

    async fn change_email(&mut self, jimin: Member) -> Member {
        let email = "canarya.moved@example.com".to_owned();
        self.canaries.add_mailed("a new address", &email);
        let asked = json!({"email": email, "password": jimin.password});
        let path = "/api/v1/members/me/email-codes";
        assert_eq!(self.ask(&jimin, Method::POST, path, &asked).await.status, 200);
        let code = self.code(&email).await;
        let path = "/api/v1/members/me/email";
        let wrong = json!({"email": email, "code": "918273"});
        self.ask(&jimin, Method::PUT, path, &wrong).await;
        let right = json!({"email": email, "code": code});
        assert_eq!(self.ask(&jimin, Method::PUT, path, &right).await.status, 200);
        Member { email, ..jimin }
    }

    async fn sessions(&mut self, jimin: &Member) {
        let mut other = jimin.clone();
        self.log_in(&mut other).await;
        let path = "/api/v1/members/me/sessions";
        let listed = self.ask(jimin, Method::GET, path, &Value::Null).await.body;
        let sessions = listed["sessions"].as_array().unwrap();
        let id = sessions.iter().find(|session| session["current"] == false).unwrap();
        let one = format!("{path}/{}", id["id"].as_str().unwrap());
        assert_eq!(self.ask(jimin, Method::DELETE, &one, &Value::Null).await.status, 204);
        let others = format!("{path}?except=current");
        assert_eq!(self.ask(jimin, Method::DELETE, &others, &Value::Null).await.status, 204);
    }

    /// Every operation, with secrets where they do not belong.
    async fn nonsense_over_http(&mut self, jimin: &Member) {
        let secret = "http canary \"secret\" 값";
        self.canaries.add("a secret in a wrong body", secret);
        self.canaries.add("a secret in an address", "canary-in-a-query");
        let wrong_bodies = [
            json!(secret).to_string(),
            format!("{{\"password\": {secret}"),
            format!("{{\"{}\": 1}}", "secret_canary_as_a_field"),
        ];
        self.canaries.add("a secret as the name of a field", "secret_canary_as_a_field");
        for row in rows() {
            let path = row.path.replace(['{', '}'], "");
            let method: Method = row.method.parse().unwrap();
            let asked = format!("{path}?access_token=canary-in-a-query&{}=1", jimin.access);
            let request = self.request(method.clone(), &asked).bearer_auth(&jimin.access);
            if !row.path.ends_with("/sessions") && !row.path.ends_with("/current") {
                Answer::of(request.header("referer", format!("/?t={}", jimin.access))).await;
            }
            for text in wrong_bodies.iter().chain(&spoilt(&row.body, secret)) {
                let request = self.request(method.clone(), &path).bearer_auth(&jimin.access);
                let request = request.header("content-type", "application/json").body(text.clone());
                if !row.body.is_null() {
                    assert_eq!(Answer::of(request).await.status, 400, "{path} {text}");
                }
            }
        }
        let scheme = [
            format!("Basic {}", jimin.access),
            format!("Bearer x{}", jimin.access),
            jimin.access.clone(),
        ];
        for value in scheme {
            let request = self.request(Method::GET, "/api/v1/members/me");
            assert_eq!(Answer::of(request.header("authorization", value)).await.status, 401);
        }
        for path in ["/api/v1/nothing", "/nothing.js", "/some/page", "/internal/v1/resume", "/ws"] {
            let request = self.request(Method::GET, &format!("{path}?token={}", jimin.access));
            let request = request.bearer_auth(&jimin.access).header("cookie", &jimin.refresh);
            let request =
                request.header("x-token", &jimin.access).header("origin", "https://evil.example");
            request.header("x-request-id", &jimin.refresh).send().await.unwrap();
        }
        let token = json!({"member": jimin.access, "since": secret});
        let url = format!("{}/internal/v1/resume", self.program.internal);
        let internal = self.client.post(url).bearer_auth(&jimin.access).json(&token);
        assert_eq!(Answer::of(internal).await.status, 401);
        let mut large = String::new();
        write!(large, "{{\"login\": \"{secret}\", \"password\": \"{}\"}}", "x".repeat(100_000))
            .unwrap();
        let request = self.request(Method::POST, "/api/v1/auth/sessions").body(large);
        let request = request.header("content-type", "application/json");
        assert_eq!(Answer::of(request).await.status, 413);
        let request = self.request(Method::POST, "/api/v1/auth/sessions").body(secret);
        assert_eq!(Answer::of(request.header("content-type", "text/plain")).await.status, 415);
    }

    /// Only a mail server refuses some; on the console all are printed.
    async fn addresses_that_no_mail_reaches(&mut self) {
        for email in ["nobody.canary@example.net", "later.canary@example.net"] {
            self.canaries.add_mailed("an address that gets no mail", email);
            let asked = json!({"email": email, "language": "ko"});
            assert_eq!(self.post("/api/v1/auth/email-codes", &asked).await.status, 200);
            let path = "/api/v1/auth/username-reminders";
            assert_eq!(self.post(path, &asked).await.status, 200);
        }
    }

    async fn lock_and_unlock(&mut self, mut jimin: Member) -> Member {
        let wrong = "guessed pässword of canarya";
        self.canaries.add("a guessed password", wrong);
        for _ in 0..6 {
            let form = json!({"login": "canarya_user", "password": wrong});
            self.post("/api/v1/auth/sessions", &form).await;
        }
        let form = json!({"login": "canarya_user", "password": wrong});
        assert_eq!(self.post("/api/v1/auth/sessions", &form).await.code(), "account_locked");
        let asked = json!({"login": "canarya_user"});
        assert_eq!(self.post("/api/v1/auth/unlock-codes", &asked).await.status, 200);
        let code = self.code(&jimin.email.clone()).await;
        let shown = json!({"login": "canarya_user", "code": code});
        assert_eq!(self.post("/api/v1/auth/unlocks", &shown).await.status, 204);
        self.log_in(&mut jimin).await;
        jimin
    }

    async fn reset_password(&mut self, jimin: &Member) {
        let asked = json!({"email": jimin.email, "language": "en"});
        assert_eq!(self.post("/api/v1/auth/username-reminders", &asked).await.status, 200);
        let asked = json!({"login": jimin.email});
        assert_eq!(self.post("/api/v1/auth/password-reset-codes", &asked).await.status, 200);
        let code = self.code(&jimin.email).await;
        let shown = json!({"login": jimin.email, "code": code});
        let proved = self.post("/api/v1/auth/password-reset-proofs", &shown).await;
        let proof = proved.body["proof"].as_str().unwrap().to_owned();
        self.canaries.add("a proof for a new password", &proof);
        let new = "forgotten pässwörd of canarya";
        self.canaries.add("a password after a reset", new);
        let form = json!({"proof": proof, "password": new});
        assert_eq!(self.post("/api/v1/auth/password-resets", &form).await.status, 204);
        let mut again = Member { password: new.to_owned(), ..jimin.clone() };
        self.log_in(&mut again).await;
    }

    async fn withdraw(&mut self, oliver: &Member) {
        let path = "/api/v1/members/me/withdrawal";
        let wrong = json!({"password": "not the pässwörd of canarya"});
        assert_eq!(self.ask(oliver, Method::POST, path, &wrong).await.code(), "password_wrong");
        let right = json!({"password": oliver.password});
        assert_eq!(self.ask(oliver, Method::POST, path, &right).await.status, 204);
        let gone = self.ask(oliver, Method::GET, "/api/v1/members/me", &Value::Null).await;
        assert_eq!(gone.code(), "session_ended");
    }
}

/// A right body with a secret in the place of each value that is no text, and in a list in the place of each.
fn spoilt(body: &Value, secret: &str) -> Vec<String> {
    let mut bodies = Vec::new();
    for (key, value) in body.as_object().into_iter().flatten() {
        for wrong in [json!(secret), json!([secret]), json!({"a": secret})] {
            if value.is_string() && wrong.is_string() {
                continue;
            }
            let mut changed = body.clone();
            changed[key] = wrong;
            bodies.push(changed.to_string());
        }
    }
    bodies
}
