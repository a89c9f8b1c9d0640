//! Pictures of members: what is shown to whom, what is left of a file, and what is left when something fails.

use std::collections::BTreeSet;
use std::time::Duration;

use reqwest::{Client, Method};
use serde_json::{Value, json};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use crate::harness::{Answer, Person, SEOUL, TestApp, eventually};

use super::*;

const ME: &str = "/api/v1/members/me";
const MY_IMAGE: &str = "/api/v1/members/me/image";

async fn send(person: &Person, file: &[u8]) -> Answer {
    Answer::of(person.request(Method::PUT, MY_IMAGE).body(file.to_vec())).await
}

/// Sends a file in chunks, and perhaps no end of it. What comes back.
async fn chunked(app: &TestApp, person: &Person, file: &[u8], ends: bool) -> Value {
    let mut stream = TcpStream::connect(app.addresses.public).await.unwrap();
    let head = format!(
        "PUT {MY_IMAGE} HTTP/1.1\r\nHost: here\r\nAuthorization: Bearer {}\r\n\
         Transfer-Encoding: chunked\r\n\r\n",
        person.access
    );
    stream.write_all(head.as_bytes()).await.unwrap();
    for piece in file.chunks(65_536) {
        let size = format!("{:x}\r\n", piece.len());
        let chunk = [size.as_bytes(), piece, b"\r\n"].concat();
        stream.write_all(&chunk).await.unwrap();
    }
    if ends {
        stream.write_all(b"0\r\n\r\n").await.unwrap();
    }
    // The server may keep the connection, to see whether the rest comes.
    let mut answer = Vec::new();
    loop {
        assert_ne!(stream.read_buf(&mut answer).await.unwrap(), 0, "there is no whole answer");
        let text = String::from_utf8_lossy(&answer);
        let problem = text.find('{').map(|start| &text[start..=text.rfind('}').unwrap_or(start)]);
        if let Some(Ok(problem)) = problem.map(serde_json::from_str) {
            return problem;
        }
    }
}

/// Sends a picture and returns the links to it.
async fn show(person: &Person, file: &[u8]) -> Value {
    let shown = send(person, file).await;
    assert_eq!(shown.status, 200, "{shown:?}");
    shown.body["image"].clone()
}

#[tokio::test]
async fn a_picture_is_shown_to_its_member_and_to_whom_the_member_meets() {
    let bench = Bench::start(&[]).await;
    let people = [bench.app.person("jimin").await, bench.app.person("oliver").await];
    let [jimin, oliver] = &people;
    assert_eq!(jimin.get(ME).await.body["image"], Value::Null);

    let links = show(jimin, FROM_A_PHONE).await;

    let large = picture(&bench, &links["large"]).await;
    assert_eq!(large.dimensions(), (768, 1024), "upright");
    let small = picture(&bench, &links["small"]).await;
    assert_eq!(small.dimensions(), (128, 128));
    for picture in [&large, &small] {
        let (x, height) = (picture.width() / 2, picture.height());
        let [above, below] = [height / 4, height * 3 / 4].map(|y| picture.get_pixel(x, y).0);
        assert!(above[0] > 180 && above[2] < 60, "{above:?} is red");
        assert!(below[2] > 180 && below[0] < 60, "{below:?} is blue");
    }
    assert_eq!(jimin.get(ME).await.body["image"], links, "the same links, for the browser's cache");

    let mut pages = [jimin.page().await, oliver.page().await];
    for person in &people {
        person.place(SEOUL).await;
        person.search(None).await;
    }
    let proposals = [pages[0].push("match.proposed").await, pages[1].push("match.proposed").await];
    assert_eq!(proposals[0]["partner"]["image"], Value::Null, "oliver shows none");
    let card = &proposals[1]["partner"]["image"];
    assert_eq!(picture(&bench, card).await.dimensions(), (128, 128));
    assert!(
        !card.as_str().unwrap().contains(&jimin.id),
        "who it is is not said before both accept"
    );

    for (person, proposal) in people.iter().zip(&proposals) {
        assert_eq!(person.answer(proposal, "accept").await.status, 200);
    }
    let opened = pages[1].push("room.opened").await["room"].clone();
    let room = opened["id"].as_str().unwrap().to_owned();
    let listed = oliver.get("/api/v1/rooms").await.body["rooms"][0].clone();
    let alone = oliver.get(&format!("/api/v1/rooms/{room}")).await.body;
    let greeted = oliver.page().await.ready["rooms"][0].clone();
    for seen in [&opened, &listed, &alone, &greeted] {
        let link = &seen["partner"]["image"];
        assert_eq!(picture(&bench, link).await.dimensions(), (128, 128), "{seen}");
    }
    let other = jimin.get(&format!("/api/v1/rooms/{room}")).await.body;
    assert_eq!(other["partner"]["image"], Value::Null);
}

#[tokio::test]
async fn what_is_replaced_or_removed_is_soon_gone() {
    let bench = Bench::start(&[]).await;
    let ([jimin, oliver], _pages, room) = bench.app.two_in_a_room().await;
    let room = format!("/api/v1/rooms/{room}");
    let seen = async || oliver.get(&room).await.body["partner"]["image"].clone();
    let first = show(&jimin, FROM_A_PHONE).await;
    let first_seen = seen().await;

    let second = show(&jimin, PALETTE_PNG).await;

    assert_ne!(second, first);
    for link in [&first["small"], &first["large"], &first_seen] {
        bench.is_gone(link).await;
    }
    assert_eq!(picture(&bench, &second["large"]).await.dimensions(), (48, 32));
    let second_seen = seen().await;
    assert_eq!(picture(&bench, &second_seen).await.dimensions(), (32, 32));

    for _ in 0..2 {
        let removed = Answer::of(jimin.request(Method::DELETE, MY_IMAGE)).await;
        assert_eq!((removed.status, &removed.body["image"]), (200, &Value::Null));
    }
    for link in [&second["small"], &second["large"], &second_seen] {
        bench.is_gone(link).await;
    }
    assert_eq!(seen().await, Value::Null);
    assert_eq!(jimin.get(ME).await.body["image"], Value::Null);
    eventually("nothing is left to be deleted", || async {
        bench.deletions().await.is_empty().then_some(())
    })
    .await;
}

#[tokio::test]
async fn a_picture_goes_with_its_member() {
    let bench = Bench::start(&[]).await;
    let ([jimin, oliver], _pages, room) = bench.app.two_in_a_room().await;
    let links = show(&jimin, LOSSY_WEBP).await;

    let exported = jimin.get("/api/v1/members/me/export").await;
    let image = &exported.body["account"]["image"];
    assert_eq!(image["content_type"], "image/jpeg", "{exported:?}");
    let password = json!({"password": "correct horse battery"});
    let withdrawn = jimin.send(Method::POST, "/api/v1/members/me/withdrawal", &password).await;
    assert_eq!(withdrawn.status, 204, "{withdrawn:?}");

    bench.is_gone(&links["small"]).await;
    bench.is_gone(&links["large"]).await;
    let partner = oliver.get(&format!("/api/v1/rooms/{room}")).await.body["partner"].clone();
    assert_eq!((&partner["image"], &partner["withdrawn"]), (&Value::Null, &json!(true)));
}

#[tokio::test]
async fn each_refusal_says_why_and_changes_nothing() {
    let settings = [("member__images_per_minute", "1000"), ("images__pixels_max", "1919999")];
    let bench = Bench::start(&settings).await;
    let jimin = bench.app.person("jimin").await;
    let links = show(&jimin, LOSSY_WEBP).await;

    let mut one_too_many = PALETTE_PNG.to_vec();
    one_too_many.resize(5 * 1024 * 1024 + 1, 0);
    let html = b"<!DOCTYPE html><script>alert(1)</script>".to_vec();
    let cases = [
        (one_too_many.clone(), 413, "payload_too_large"),
        (vec![0xFF; 30_000_000], 413, "payload_too_large"),
        (GIF.to_vec(), 415, "unsupported_media_type"),
        (html, 415, "unsupported_media_type"),
        (Vec::new(), 415, "unsupported_media_type"),
        (FROM_A_PHONE[..FROM_A_PHONE.len() / 2].to_vec(), 422, "image_not_acceptable"),
        (PALETTE_PNG[..40].to_vec(), 422, "image_not_acceptable"),
        // 1,920,000 pixels, one more than these settings allow.
        (FROM_A_PHONE.to_vec(), 422, "image_not_acceptable"),
    ];
    for (file, status, code) in cases {
        // What the file is called to be does not matter.
        let request = jimin.request(Method::PUT, MY_IMAGE).header("content-type", "image/jpeg");
        let refused = Answer::of(request.body(file)).await;
        assert_eq!((refused.status, refused.code()), (status, code), "{refused:?}");
    }
    // Without saying before how much it will be.
    let refused = chunked(&bench.app, &jimin, &one_too_many, true).await;
    assert_eq!((&refused["status"], &refused["code"]), (&json!(413), &json!("payload_too_large")));

    for method in [Method::PUT, Method::DELETE] {
        let nobody = Client::new().request(method, bench.app.url(MY_IMAGE));
        let refused = Answer::of(nobody.body(LOSSY_WEBP)).await;
        assert_eq!((refused.status, refused.code()), (401, "unauthenticated"));
    }
    assert_eq!(jimin.get(ME).await.body["image"], links);
    assert_eq!(bench.deletions().await, BTreeSet::new(), "nothing was stored for what was refused");
}

#[tokio::test]
async fn whoever_sends_too_many_is_told_when_to_go_on() {
    let bench = Bench::start(&[("member__images_per_minute", "2")]).await;
    let jimin = bench.app.person("jimin").await;
    // What is refused counts too: it is the work.
    assert_eq!(send(&jimin, GIF).await.status, 415);
    show(&jimin, LOSSY_WEBP).await;

    let refused = send(&jimin, LOSSY_WEBP).await;

    assert_eq!((refused.status, refused.code()), (429, "too_many_requests"));
    let pause = refused.body["retry_after_ms"].as_u64().unwrap();
    assert!((1..=30_000).contains(&pause), "{pause}");
}

#[tokio::test]
async fn a_file_that_does_not_come_in_time_is_given_up() {
    let bench = Bench::start(&[("images__receive_within_ms", "100")]).await;
    let jimin = bench.app.person("jimin").await;

    let refused = chunked(&bench.app, &jimin, &LOSSY_WEBP[..20], false).await;

    assert_eq!((&refused["status"], &refused["code"]), (&json!(400), &json!("invalid_request")));
    assert!(refused["detail"].as_str().unwrap().contains("in time"), "{refused}");
}

#[tokio::test]
async fn pictures_that_no_account_came_to_name_are_deleted_after_an_hour() {
    let bench = Bench::start(&[]).await;
    let jimin = bench.app.person("jimin").await;
    let links = show(&jimin, LOSSY_WEBP).await;
    bench.have_every_change_fail(crate::harness::are_distributed()).await;

    let failed = send(&jimin, FROM_A_PHONE).await;

    assert_eq!((failed.status, failed.code()), (500, "internal"), "{failed:?}");
    let left = bench.deletions().await;
    assert_eq!(left.len(), 2, "{left:?}");
    for (name, due) in &left {
        assert!(bench.objects.head(name).await.unwrap().is_some(), "{name} was stored before");
        assert!((3590..=3600).contains(due), "{name} is due in {due} s");
    }
    assert_eq!(jimin.get(ME).await.body["image"], links, "what was shown is shown");

    bench.app.clock.advance(Duration::from_secs(3590));
    let names: Vec<String> = left.into_iter().map(|(name, _)| name).collect();
    assert_eq!(bench.deletions().await.len(), 2, "not yet");
    bench.app.clock.advance(Duration::from_secs(11));
    eventually("they are deleted", || async {
        for name in &names {
            if bench.objects.head(name).await.unwrap().is_some() {
                return None;
            }
        }
        bench.deletions().await.is_empty().then_some(())
    })
    .await;
}
