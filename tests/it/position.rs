//! A page that has missed something, and no later message tells it so.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use async_trait::async_trait;
use rand_chat::app::Substitutes;
use rand_chat::base::{Clock, MemberId, NodeId, SharedClock, SystemClock};
use rand_chat::infra::Shared;
use rand_chat::infra::shared::{Inbox, InboxItem, Inboxes, SharedResult, inbox};
use rand_chat::protocol::{Event, Place};
use serde_json::json;

use crate::harness::{ALL, Page, TestApp, config_of, stores_of_this_run};

/// Inboxes that lose what comes, as long as they are told to, and do not notice it.
struct Losing {
    inner: Arc<dyn Inboxes>,
    loses: Arc<AtomicBool>,
}

#[async_trait]
impl Inboxes for Losing {
    async fn open(&self, node: NodeId) -> SharedResult<Inbox> {
        let mut whole = self.inner.open(node).await?;
        let (slot, rest) = inbox(1000);
        let loses = self.loses.clone();
        tokio::spawn(async move {
            while let Some(item) = whole.next().await {
                match item {
                    InboxItem::Gap => slot.note_gap(),
                    InboxItem::Envelope(_) if loses.load(Ordering::SeqCst) => {}
                    InboxItem::Envelope(envelope) => assert!(slot.put(envelope)),
                }
            }
        });
        Ok(rest)
    }

    async fn connect(&self, member: MemberId, node: NodeId) -> SharedResult<()> {
        self.inner.connect(member, node).await
    }

    async fn disconnect(&self, member: MemberId, node: NodeId) -> SharedResult<()> {
        self.inner.disconnect(member, node).await
    }

    async fn is_connected(&self, member: MemberId) -> SharedResult<bool> {
        self.inner.is_connected(member).await
    }

    async fn deliver(&self, to: MemberId, event: Event) -> SharedResult<()> {
        self.inner.deliver(to, event).await
    }

    async fn latest_place(&self, member: MemberId) -> SharedResult<Option<Place>> {
        self.inner.latest_place(member).await
    }
}

/// With inboxes that lose what comes while the switch is on.
async fn start_losing(settings: &[(&str, &str)]) -> (TestApp, Arc<AtomicBool>) {
    let stores = stores_of_this_run().await;
    let config = config_of(&stores);
    let clock: SharedClock = Arc::new(SystemClock);
    let mut shared = Shared::open(&config, &clock).unwrap();
    let loses = Arc::<AtomicBool>::default();
    shared.inboxes = Arc::new(Losing { inner: shared.inboxes, loses: loses.clone() });
    let substitutes =
        Substitutes { clock: Some(clock), shared: Some(shared), ..Substitutes::default() };
    (TestApp::start_on(&[&ALL], settings, substitutes).await, loses)
}

/// Answers the next ping as a page does that has everything up to a place.
async fn answer_ping(page: &mut Page, since: i64) {
    page.push("ping").await;
    page.say(json!({"t": "pong", "d": {"since": since}}).to_string()).await;
}

const OFTEN: [(&str, &str); 2] =
    [("ws_gateway__heartbeat_ms", "400"), ("ws_gateway__pong_within_ms", "300")];

#[tokio::test]
async fn a_page_that_missed_the_newest_is_sent_it_after_the_next_ping() {
    let (app, loses) = start_losing(&OFTEN).await;
    let (_, [mut one, mut other], room) = app.two_in_a_room().await;
    let heard = one.send(&room, "heard").await["seq"].as_i64().unwrap();
    assert_eq!(other.push("message").await["text"], "heard");
    other.push("stored").await;

    loses.store(true, Ordering::SeqCst);
    let lost = one.send(&room, "lost").await["seq"].as_i64().unwrap();
    // Not at once: it might be on its way.
    let found = loop {
        let push = other.next_push().await;
        match push["t"].as_str().unwrap() {
            "ping" => other.say(json!({"t": "pong", "d": {"since": heard}}).to_string()).await,
            "message" => break push["d"].clone(),
            _ => {}
        }
    };
    let now = SystemClock.now().as_micros();
    assert!((2_000_000..8_000_000).contains(&(now - lost)), "{now} {lost}");
    assert_eq!((&found["text"], &found["seq"]), (&json!("lost"), &json!(lost)));

    loses.store(false, Ordering::SeqCst);
    for _ in 0..3 {
        answer_ping(&mut other, lost).await;
    }
    let shown = other.pushes_so_far().await;
    assert!(shown.iter().all(|push| push["t"] != "message"), "it has everything: {shown:?}");
}

#[tokio::test]
async fn what_a_page_missed_is_found_though_more_is_missed_all_the_time() {
    let (app, loses) = start_losing(&OFTEN).await;
    let (_, [mut one, mut other], room) = app.two_in_a_room().await;
    loses.store(true, Ordering::SeqCst);
    let lost = one.send(&room, "lost").await["seq"].as_i64().unwrap();

    // There is always one that might be on its way.
    let found = loop {
        assert!(SystemClock.now().as_micros() - lost < 8_000_000, "it is not found");
        let push = tokio::select! {
            push = other.next_push() => push,
            push = one.next_push() => {
                if push["t"] == "ping" {
                    one.say(json!({"t": "pong"}).to_string()).await;
                }
                continue;
            }
        };
        match push["t"].as_str().unwrap() {
            "ping" => {
                one.send(&room, "lost, too").await;
                other.say(json!({"t": "pong", "d": {"since": 0}}).to_string()).await;
            }
            "message" => break push["d"].clone(),
            _ => {}
        }
    };

    assert_eq!((&found["text"], &found["seq"]), (&json!("lost"), &json!(lost)));
    // Nothing comes with it that might be on its way.
    for push in other.pushes_so_far().await.iter().filter(|push| push["t"] == "message") {
        let age = SystemClock.now().as_micros() - push["d"]["seq"].as_i64().unwrap();
        assert!(age > 2_000_000, "{push}");
    }
}

#[tokio::test]
async fn a_page_that_missed_more_than_is_sent_again_comes_back() {
    let settings = [OFTEN[0], OFTEN[1], ("ws_gateway__resume_messages_max", "3")];
    let (app, loses) = start_losing(&settings).await;
    let (_, [mut one, mut other], room) = app.two_in_a_room().await;
    loses.store(true, Ordering::SeqCst);
    for n in 0..5 {
        one.send(&room, &n.to_string()).await;
    }

    let code = loop {
        match other.frame_or_end().await {
            Ok(frame) if frame["t"] == "ping" => {
                other.say(json!({"t": "pong", "d": {"since": 0}}).to_string()).await;
            }
            Ok(_) => {}
            Err(code) => break code,
        }
    };
    assert_eq!(code, Some(4400));
}
