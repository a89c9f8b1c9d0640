//! Connecting, resuming and fresh tokens.

use std::sync::atomic::Ordering;
use std::time::{Duration, Instant};

use rand::RngExt;
use reqwest::Method;
use serde_json::{Value, json};
use tokio::time::{sleep, timeout};

use super::{ANSWER, Client, LOOK};
use crate::harness::{Answer, PATIENCE, Page};
use crate::history::Event;

/// The greatest pause before the first attempt to reconnect, and before any. Pages take more time; a test
/// has less.
const RECONNECT_FROM: Duration = Duration::from_millis(500);
const RECONNECT_TO: Duration = Duration::from_secs(2);
const RENEW_PAUSE: Duration = Duration::from_millis(300);

impl Client {
    /// Connects, when it is time to, and takes up where it was.
    pub(super) async fn connect(&mut self) {
        let pause = self.connect_at.saturating_duration_since(Instant::now());
        if !pause.is_zero() {
            sleep(pause.min(LOOK)).await;
            return;
        }
        self.renew_if_due().await;
        // The first time there is nothing to resume.
        let greetings = self.progress.greetings.fetch_add(1, Ordering::Relaxed);
        let since = (greetings > 0).then(|| self.last_seq().max(1));
        let hello = json!({
            "token": self.person.access,
            "resume": since.map(|since| json!({"since": since})),
        });
        let doors = self.gateways[self.at].1.clone();
        let greeted = timeout(PATIENCE, async {
            let mut page = Page::connected(&doors).await.ok_or(None)?;
            page.try_request("hello", hello).await.ok_or(None)?;
            let ready = page.frame_or_end().await?;
            Ok((page, ready))
        });
        match greeted.await.unwrap_or(Err(None)) {
            Ok((page, ready)) => {
                assert_eq!(ready["t"], "ready", "{ready}");
                self.page = Some(page);
                self.lost = 0;
                self.on_ready(&ready["d"], since).await;
            }
            Err(code) => self.on_lost(code),
        }
    }

    /// The socket is gone: the next attempt goes to another gateway.
    pub(super) fn on_lost(&mut self, code: Option<u16>) {
        assert!(code.is_none_or(|code| code < 4500), "told not to come back: {code:?}");
        if code == Some(4403) {
            self.renew_at = Instant::now();
        }
        self.hang_up();
        self.at = (self.at + 1) % self.gateways.len();
        let longest = RECONNECT_TO.min(RECONNECT_FROM * 2_u32.saturating_pow(self.lost.min(8)));
        self.connect_at = Instant::now() + longest.mul_f64(self.habits.random.random());
        self.lost += 1;
    }

    /// Leaves, with a goodbye or without, and stays away for a while.
    pub(super) async fn leave(&mut self) {
        let page = self.hang_up();
        if self.habits.says_goodbye()
            && let Some(mut page) = page
        {
            let _ = timeout(PATIENCE, page.say_goodbye()).await;
        }
        self.progress.leaves.fetch_add(1, Ordering::Relaxed);
        self.on_lost(None);
        self.connect_at = Instant::now() + self.habits.absence();
    }

    async fn on_ready(&mut self, ready: &Value, since: Option<i64>) {
        self.note(Event::Connected);
        self.leave_at = self.habits.leave_at();
        let rooms = ready["rooms"].as_array().unwrap();
        if let Some(since) = since {
            let mine = rooms.iter().find(|room| room["id"].as_str() == self.room.as_deref());
            let up_to = mine.map_or(0, |room| room["last_seq"].as_i64().unwrap());
            let complete = ready["resume"] == "complete";
            self.note(Event::Resumed { since, complete, up_to });
        }
        // What was asked on the old socket is not answered any more.
        (self.asked, self.syncing) = (None, None);
        for kept in &mut self.outbox {
            kept.due = Instant::now();
        }
        if self.room.is_none() {
            let opened = rooms.iter().find(|room| room["open"] == true);
            self.room = opened.map(|room| room["id"].as_str().unwrap().to_owned());
        }
        let reload = ready["reload"].as_array().unwrap();
        if reload.iter().any(|room| room.as_str() == self.room.as_deref()) {
            self.load_afresh().await;
        }
        if !ready["proposal"].is_null() && ready["proposal"]["answered"].is_null() {
            self.accept(&ready["proposal"]).await;
        } else if ready["proposal"].is_null() && ready["ticket"].is_null() {
            self.search_again();
        }
    }

    /// Shows the room as it is read over HTTP.
    async fn load_afresh(&mut self) {
        self.progress.reloads.fetch_add(1, Ordering::Relaxed);
        let all = self.history().await;
        (self.screen, self.places, self.hole) = Default::default();
        for line in all {
            self.show(line);
        }
    }

    /// Gets a fresh access token when the old one is half over; the socket goes on with it.
    pub(super) async fn renew_if_due(&mut self) {
        if Instant::now() < self.renew_at {
            return;
        }
        let request = self.person.request(Method::POST, "/api/v1/auth/refresh");
        let request = request.header("cookie", &self.person.cookie).timeout(ANSWER);
        match Answer::if_any(request).await {
            Some(answer) if answer.status == 200 => {
                answer.body["access_token"].as_str().unwrap().clone_into(&mut self.person.access);
                self.person.cookie = answer.cookie.unwrap();
                self.renew_at = Instant::now() + self.token_life / 2;
                self.progress.renewals.fetch_add(1, Ordering::Relaxed);
                if let Some(page) = &mut self.page {
                    page.try_request("auth", json!({"token": self.person.access})).await;
                }
            }
            Some(answer) if answer.status < 500 => panic!("the session is lost: {answer:?}"),
            _ => self.renew_at = Instant::now() + RENEW_PAUSE,
        }
    }
}
