//! A victim who waits at a place, and the account with which somebody looks for it, through the public API.

use rand_chat::base::Place;
use reqwest::Method;
use serde_json::{Value, json};

use crate::harness::{Page, Person, TestApp};

use super::question::{Answer, Question};

pub const TICKET: &str = "/api/v1/match/ticket";
/// On one of so many questions, also that is read which takes longer.
const LOOKS_AROUND_EVERY: u32 = 5;

/// Everything that the service has told on a question, but for what is drawn anew each time.
pub type Told = Vec<Value>;

/// A victim, and the spy whose tickets fit this victim only.
pub struct Victim {
    /// Where it really is.
    pub place: Place,
    pub person: Person,
    page: Page,
    spy: Person,
    spy_page: Page,
    asked: u32,
    /// The language that only this victim speaks, so that no other disturbs.
    language: String,
}

impl Victim {
    /// Signs up both and lets the victim wait.
    pub async fn waits(app: &TestApp, number: u8, place: Place, reach: Option<u32>) -> Self {
        let letter = |n: u8| char::from(b'a' + n % 26);
        let language = format!("q{}{}", letter(number / 26), letter(number));
        let person = sign_up(app, &format!("victim{number}"), "male", &language).await;
        let spy = sign_up(app, &format!("spy{number}"), "female", "ko").await;
        let (page, spy_page) = (person.page().await, spy.page().await);
        person.place((place.latitude, place.longitude)).await;
        let wish = json!({"max_distance_km": reach, "sex": "female"});
        assert_eq!(person.send(Method::PUT, TICKET, &wish).await.status, 200);
        Self { place, person, page, spy, spy_page, asked: 0, language }
    }

    /// Has the spy ask a question and read everything there is to read.
    pub async fn ask(&mut self, question: Question) -> (Answer, Told) {
        let Question { from, reach } = question;
        let mut told = Vec::new();
        let place = json!({"latitude": from.latitude, "longitude": from.longitude});
        told.push(self.spy_does(Method::PUT, "/api/v1/members/me/place", &place).await);
        let wish = json!({"max_distance_km": reach, "sex": "male", "language": self.language});
        told.push(self.spy_does(Method::PUT, TICKET, &wish).await);
        // Either a proposal comes, or the word that the spy waits.
        let came = self.spy_page.next_push().await;
        let proposal = (came["t"] == "match.proposed").then(|| came["d"].clone());
        told.push(came);
        if self.asked.is_multiple_of(LOOKS_AROUND_EVERY) {
            told.extend(self.look_around().await);
        }
        self.asked += 1;
        let mut answer = None;
        if let Some(proposal) = proposal {
            answer = serde_json::from_value(proposal["partner"]["distance_band"].clone()).unwrap();
            told.extend(self.decline_and_leave(&proposal).await);
        }
        told.iter_mut().for_each(blank);
        (answer, told)
    }

    async fn look_around(&mut self) -> Told {
        let ticket = self.spy_does(Method::GET, TICKET, &Value::Null).await;
        let another = self.spy.page().await;
        let ready = json!([another.ready["ticket"], another.ready["proposal"]]);
        another.leave().await;
        vec![ticket, ready]
    }

    /// The spy would find the same victim again as soon as it may, so it is not there between two questions.
    async fn decline_and_leave(&mut self, proposal: &Value) -> Told {
        let said = self.spy.answer(proposal, "decline").await;
        let mut told = vec![json!([said.status, said.body])];
        told.push(self.spy_does(Method::DELETE, TICKET, &Value::Null).await);
        while told.last().is_none_or(|push| push["d"]["outcome"] != "cancelled") {
            told.push(self.spy_page.next_push().await);
        }
        self.page.push("match.ended").await;
        told
    }

    async fn spy_does(&self, method: Method, path: &str, body: &Value) -> Value {
        let done = self.spy.send(method, path, body).await;
        json!([done.status, done.body])
    }
}

async fn sign_up(app: &TestApp, name: &str, sex: &str, language: &str) -> Person {
    let mut form = TestApp::form(name, &app.proof(name).await);
    form["sex"] = json!(sex);
    form["languages"] = json!([language]);
    Person::with_form(&app.doors, name, &form).await
}

/// Leaves out what is another each time, who the two are, and the outlook, which others change.
fn blank(value: &mut Value) {
    match value {
        Value::Array(values) => values.iter_mut().for_each(blank),
        Value::Object(fields) => {
            for (name, value) in fields {
                match name.as_str() {
                    "id" | "token" | "proposal" | "nickname" | "language" | "outlook" => {
                        *value = Value::Null;
                    }
                    _ => blank(value),
                }
            }
        }
        _ => {}
    }
}
