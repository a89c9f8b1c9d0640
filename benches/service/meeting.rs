//! A member with a page, who meets others.

use reqwest::Method;
use serde_json::{Value, json};

use crate::harness::{Page, Person, SEOUL, TestApp};

pub struct Visitor {
    pub person: Person,
    pub page: Page,
    pub room: String,
}

impl Visitor {
    /// Signs up, opens a page and says where it is: in Seoul.
    pub async fn arrive(app: &TestApp, number: usize) -> Self {
        let person = app.person(&format!("member{number}")).await;
        person.place(SEOUL).await;
        let page = person.page().await;
        Self { person, page, room: String::new() }
    }

    /// Asks for a match and accepts whoever is proposed.
    pub async fn meet(&mut self, reach: Option<u32>) {
        self.person.search(reach).await;
        let proposal = self.proposal().await;
        self.person.answer(&proposal, "accept").await;
        self.enter().await;
    }

    pub async fn proposal(&mut self) -> Value {
        self.page.push("match.proposed").await
    }

    /// Waits for the room.
    pub async fn enter(&mut self) -> String {
        let opened = self.page.push("room.opened").await;
        opened["room"]["id"].as_str().unwrap().clone_into(&mut self.room);
        self.page.push("match.ended").await;
        self.room.clone()
    }

    pub async fn leave(&mut self) {
        let path = format!("/api/v1/rooms/{}/leave", self.room);
        self.person.send(Method::POST, &path, &json!({})).await;
    }
}
