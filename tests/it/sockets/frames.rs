//! The WebSocket protocol itself, frame by frame. `.ci/conformance` asks much more.

use futures_util::future::join_all;

use super::raw::{CLOSE, CONTINUES, LAST, PING, PONG, RawPage, TEXT, frame, head, hello};
use crate::harness::TestApp;

#[tokio::test]
async fn a_message_may_come_in_parts_with_a_ping_between() {
    let app = TestApp::start().await;
    let jimin = app.person("jimin").await;
    let mut page = RawPage::silent(&app.doors).await;

    let hello = hello(&jimin.access);
    let (begin, end) = hello.as_bytes().split_at(7);
    page.say(&frame(TEXT, begin)).await;
    page.say(&frame(PING | LAST, b"there?")).await;
    assert_eq!(page.heard().await, Some((PONG | LAST, b"there?".to_vec())));
    page.say(&frame(CONTINUES, b"")).await;
    // Byte by byte, as a network may have it.
    for byte in frame(CONTINUES | LAST, end) {
        page.say(&[byte]).await;
    }

    assert_eq!(page.push().await["t"], "ready");
}

#[tokio::test]
async fn what_is_against_the_protocol_closes_with_1002() {
    let app = TestApp::start().await;
    let unmasked = vec![TEXT | LAST, 2, b'h', b'i'];
    let wrong = [
        frame(TEXT | LAST | 0x40, b"compressed"),
        frame(TEXT | LAST | 0x10, b"reserved"),
        frame(0x3 | LAST, b"opcode 3"),
        frame(0xB | LAST, b"opcode 11"),
        unmasked,
        frame(PING, b"ping in parts"),
        frame(PING | LAST, &[0; 126]),
        frame(CONTINUES | LAST, b"continues nothing"),
        [frame(TEXT, b"begins"), frame(TEXT | LAST, b"begins again")].concat(),
        frame(CLOSE | LAST, &[3]),
        frame(CLOSE | LAST, &1005_u16.to_be_bytes()),
        frame(CLOSE | LAST, &5000_u16.to_be_bytes()),
        frame(CLOSE | LAST, b"\x03\xE8not \xFF UTF-8"),
    ];
    let all = wrong.iter().map(async |wrong| {
        let mut page = RawPage::silent(&app.doors).await;
        page.say(wrong).await;
        assert_eq!(page.closed().await, Some(1002), "{wrong:?}");
        assert_eq!(page.heard().await, None, "and the connection ends");
    });
    join_all(all).await;
}

#[tokio::test]
async fn what_came_before_a_wrong_frame_still_counts() {
    let app = TestApp::start().await;
    let jimin = app.person("jimin").await;
    let mut page = RawPage::silent(&app.doors).await;

    let hello = frame(TEXT | LAST, hello(&jimin.access).as_bytes());
    page.say(&[hello, frame(0x3 | LAST, b"")].concat()).await;

    assert_eq!(page.push().await["t"], "ready");
    assert_eq!(page.closed().await, Some(1002));
}

#[tokio::test]
async fn a_text_that_is_not_utf8_closes_with_the_first_part_that_shows_it() {
    let app = TestApp::start().await;
    for wrong in [
        frame(TEXT | LAST, b"{\xFF}"),
        [frame(TEXT, b"{"), frame(CONTINUES, b"\xFF")].concat(),
        [frame(TEXT, b"\xEA\xB0"), frame(CONTINUES, b"x")].concat(),
        [frame(TEXT, b"\xEA\xB0"), frame(CONTINUES | LAST, b"")].concat(),
    ] {
        let mut page = RawPage::silent(&app.doors).await;
        page.say(&wrong).await;
        assert_eq!(page.closed().await, Some(1007), "{wrong:?}");
    }
}

#[tokio::test]
async fn what_is_too_long_closes_before_it_has_come() {
    let app = TestApp::start().await;
    let (limit, part) = (16 * 1024, vec![b' '; 4 * 1024]);
    for wrong in [
        head(TEXT | LAST, limit + 1),
        head(TEXT | LAST, 1 << 40),
        head(TEXT | LAST, u64::MAX),
        head(TEXT, limit + 1),
        [frame(TEXT, &part), head(CONTINUES, limit - 4 * 1024 + 1)].concat(),
    ] {
        let mut page = RawPage::silent(&app.doors).await;
        page.say(&wrong).await;
        assert_eq!(page.closed().await, Some(1009), "{} bytes came", wrong.len());
    }
}

#[tokio::test]
async fn a_goodbye_is_answered_with_its_code() {
    let app = TestApp::start().await;
    let jimin = app.person("jimin").await;
    for (goodbye, code) in [
        (vec![], None),
        (1000_u16.to_be_bytes().to_vec(), Some(1000)),
        ([&4999_u16.to_be_bytes()[..], b"bye"].concat(), Some(4999)),
    ] {
        for is_greeted in [false, true] {
            let mut page = RawPage::silent(&app.doors).await;
            if is_greeted {
                page.say(&frame(TEXT | LAST, hello(&jimin.access).as_bytes())).await;
                page.push().await;
            }
            page.say(&frame(CLOSE | LAST, &goodbye)).await;
            assert_eq!(page.closed().await, code);
            assert_eq!(page.heard().await, None, "and the connection ends");
        }
    }
}
