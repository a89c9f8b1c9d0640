//! Frames that cost nothing to send, by the thousand.

use std::time::{Duration, Instant};

use futures_util::future::join_all;

use super::raw::{CONTINUES, LAST, PING, PONG, RawPage, TEXT, frame, hello};
use crate::harness::TestApp;

#[tokio::test]
async fn a_flood_of_any_kind_is_closed_within_a_second() {
    let app = TestApp::start().await;
    let jimin = app.person("jimin").await;
    let first = frame(TEXT, b"");
    let mut flooded = Vec::new();
    for (kind, flood) in [
        ("empty parts", [first.clone(), frame(CONTINUES, b"").repeat(100_000)].concat()),
        ("small parts", [first, frame(CONTINUES, b"x").repeat(100_000)].concat()),
        ("pings", frame(PING | LAST, b"").repeat(100_000)),
        ("pongs", frame(PONG | LAST, b"").repeat(100_000)),
    ] {
        for is_greeted in [false, true] {
            let mut page = RawPage::silent(&app.doors).await;
            if is_greeted {
                page.say(&frame(TEXT | LAST, hello(&jimin.access).as_bytes())).await;
                assert_eq!(page.push().await["t"], "ready");
            }
            let begun = Instant::now();
            page.flood(flood.clone());
            assert_eq!(page.closed().await, Some(4429), "{kind}, greeted: {is_greeted}");
            assert!(begun.elapsed() < Duration::from_secs(1), "{kind}: {:?}", begun.elapsed());
            flooded.push(page);
        }
    }
    join_all(flooded.iter_mut().map(async |page| {
        assert_eq!(page.heard().await, None, "and the connection ends");
    }))
    .await;
}
