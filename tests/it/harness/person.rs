//! An account and what its owner does over HTTP.

use std::time::Duration;

use reqwest::{Client, Method, RequestBuilder};
use serde_json::{Value, json};

use super::{Doors, Page, TestApp};

pub const SEOUL: (f64, f64) = (37.5665, 126.978);
pub const BUSAN: (f64, f64) = (35.1796, 129.0756);

/// The cookie of a browser that nobody has logged in with, over HTTP and over HTTPS.
pub const BROWSER: &str =
    "rand-chat-device=browser-of-the-tests; __Host-device=browser-of-the-tests";

/// A client for a service without TLS: to read the certificates of the system takes longer than all else. It hangs up
/// before the service does, so that no request goes to where nobody is any more.
fn client() -> Client {
    let builder = Client::builder().tls_certs_only([]).pool_idle_timeout(Duration::from_secs(2));
    builder.build().unwrap()
}

/// An account.
#[derive(Clone)]
pub struct Person {
    pub doors: Doors,
    pub id: String,
    pub name: String,
    pub access: String,
    /// The refresh cookie, as `name=value`.
    pub cookie: String,
    /// The cookie of the device, likewise.
    pub device: String,
    pub client: Client,
}

/// What came back.
#[derive(Debug)]
pub struct Answer {
    pub status: u16,
    pub body: Value,
    /// The refresh cookie that was set, as `name=value`.
    pub cookie: Option<String>,
    /// The cookie of the device that was set.
    pub device: Option<String>,
}

impl Answer {
    /// The code of a problem.
    pub fn code(&self) -> &str {
        self.body["code"].as_str().unwrap_or_default()
    }

    pub async fn of(request: RequestBuilder) -> Self {
        Self::if_any(request).await.expect("somebody answers")
    }

    /// The answer; none if nobody gives a whole one.
    pub async fn if_any(request: RequestBuilder) -> Option<Self> {
        let response = request.send().await.ok()?;
        let status = response.status().as_u16();
        let cookies = response.headers().get_all("set-cookie").iter();
        let cookies: Vec<String> = cookies
            .map(|cookie| cookie.to_str().unwrap().split(';').next().unwrap().to_owned())
            .collect();
        let named = |name: &str| {
            cookies.iter().find(|cookie| cookie.split('=').next().unwrap().ends_with(name)).cloned()
        };
        let (cookie, device) = (named("-refresh"), named("-device"));
        let kind = response.headers().get("content-type").cloned();
        let text = response.text().await.ok()?;
        let body = serde_json::from_str(&text).unwrap_or(Value::Null);
        if status >= 400 {
            assert_eq!(kind.unwrap(), "application/problem+json", "{text}");
            assert_eq!(body["status"], status);
        }
        Some(Self { status, body, cookie, device })
    }
}

impl TestApp {
    pub fn email(name: &str) -> String {
        format!("{name}@example.com")
    }

    /// Asks for a code and proves the address with it.
    pub async fn proof(&self, name: &str) -> String {
        let email = Self::email(name);
        let sent = self.post("/api/v1/auth/email-codes", &json!({"email": email})).await;
        assert_eq!(sent.status, 200, "{sent:?}");
        let code = self.mails.code(&email).await;
        let proof = json!({"email": email, "code": code});
        let proved = self.post("/api/v1/auth/email-proofs", &proof).await;
        proved.body["proof"].as_str().unwrap().to_owned()
    }

    /// What somebody fills in to sign up.
    pub fn form(name: &str, proof: &str) -> Value {
        json!({
            "proof": proof,
            "username": format!("{name}_01"),
            "password": "correct horse battery",
            "nickname": name,
            "birth_date": "1999-05-17",
            "sex": "undisclosed",
            "interests": ["film", "산책"],
            "languages": ["ko"],
            "terms_version": "2026-11",
            "privacy_version": "2026-11",
        })
    }

    /// A new account, logged in.
    pub async fn person(&self, name: &str) -> Person {
        Person::with_proof(&self.doors, name, &self.proof(name).await).await
    }

    /// A request by nobody, always from the same browser.
    pub async fn post(&self, path: &str, body: &Value) -> Answer {
        self.post_in(BROWSER, path, body).await
    }

    /// A request by nobody, from a browser that holds this cookie.
    pub async fn post_in(&self, cookie: &str, path: &str, body: &Value) -> Answer {
        Answer::of(client().post(self.url(path)).header("cookie", cookie).json(body)).await
    }
}

impl Person {
    /// A new account with a proved address, logged in.
    pub async fn with_proof(doors: &Doors, name: &str, proof: &str) -> Self {
        Self::with_form(doors, name, &TestApp::form(name, proof)).await
    }

    /// A new account of who fills in this, logged in.
    pub async fn with_form(doors: &Doors, name: &str, form: &Value) -> Self {
        let made = Answer::of(client().post(doors.url("/api/v1/members")).json(form)).await;
        assert_eq!(made.status, 201, "{made:?}");
        let text = |value: &Value| value.as_str().unwrap().to_owned();
        let (id, access) = (text(&made.body["member"]["id"]), text(&made.body["access_token"]));
        let (cookie, device) = (made.cookie.unwrap(), made.device.unwrap());
        Self { cookie, device, ..Self::with_token(doors, id, name.to_owned(), access) }
    }

    /// Somebody whose account was made without a form, and who has an access token and nothing else.
    pub fn with_token(doors: &Doors, id: String, name: String, access: String) -> Self {
        let (doors, client, cookie, device) =
            (doors.clone(), client(), String::new(), String::new());
        Self { doors, id, name, access, cookie, device, client }
    }

    /// A request with the access token.
    pub fn request(&self, method: Method, path: &str) -> RequestBuilder {
        let request = self.client.request(method, self.doors.url(path));
        request.bearer_auth(&self.access).header("cookie", &self.device)
    }

    pub async fn get(&self, path: &str) -> Answer {
        Answer::of(self.request(Method::GET, path)).await
    }

    pub async fn send(&self, method: Method, path: &str, body: &Value) -> Answer {
        Answer::of(self.request(method, path).json(body)).await
    }

    /// A page with a socket that has been greeted.
    pub async fn page(&self) -> Page {
        Page::greeted(&self.doors, &self.access, None).await
    }

    pub async fn place(&self, (latitude, longitude): (f64, f64)) {
        let place = json!({"latitude": latitude, "longitude": longitude});
        let kept = self.send(Method::PUT, "/api/v1/members/me/place", &place).await;
        assert_eq!(kept.status, 200, "{kept:?}");
    }

    pub async fn search(&self, max_distance_km: Option<u32>) -> Value {
        let asked = json!({"max_distance_km": max_distance_km});
        let ticket = self.send(Method::PUT, "/api/v1/match/ticket", &asked).await;
        assert_eq!(ticket.status, 200, "{ticket:?}");
        ticket.body
    }

    pub async fn answer(&self, proposal: &Value, answer: &str) -> Answer {
        let path = format!("/api/v1/match/proposals/{}/answer", proposal["id"].as_str().unwrap());
        let body = json!({"token": proposal["token"], "answer": answer});
        self.send(Method::POST, &path, &body).await
    }

    /// The texts of a room, as the history has them.
    pub async fn texts(&self, room: &str) -> Vec<String> {
        let page = self.get(&format!("/api/v1/rooms/{room}/messages?limit=100")).await;
        let messages = page.body["messages"].as_array().unwrap();
        messages.iter().map(|message| message["text"].as_str().unwrap().to_owned()).collect()
    }

    /// Exchanges the refresh cookie.
    pub async fn refresh(&mut self) -> Answer {
        let cookie = self.cookie.clone();
        let answer = self.refresh_with(&cookie).await;
        if answer.status == 200 {
            answer.body["access_token"].as_str().unwrap().clone_into(&mut self.access);
            self.cookie = answer.cookie.clone().unwrap();
        }
        answer
    }

    pub async fn refresh_with(&self, cookie: &str) -> Answer {
        let url = self.doors.url("/api/v1/auth/refresh");
        Answer::of(self.client.post(url).header("cookie", cookie)).await
    }

    pub async fn log_out(&self) -> Answer {
        let url = self.doors.url("/api/v1/auth/sessions/current");
        Answer::of(self.client.delete(url).header("cookie", &self.cookie)).await
    }
}
