//! Pictures in rooms: who sees them, which tokens are taken, and when the objects go.

use std::time::Duration;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use rand_chat::chat::store_again;
use rand_chat::infra::shared::{LogEntry, LogPosition};
use rand_chat::protocol::Message;
use reqwest::{Client, Method};
use serde_json::json;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use uuid::Uuid;

use crate::harness::{Answer, Page, Person, SEOUL, are_distributed};
use crate::safety::{leave, report, run_admin};

use super::*;

/// Has nothing deleted but what is due at the start.
const DELETES_NOTHING: (&str, &str) = ("images__delete_poll_ms", "86400000");

fn images_of(room: &str) -> String {
    format!("/api/v1/rooms/{room}/images")
}

async fn upload(person: &Person, room: &str, file: &[u8]) -> Answer {
    Answer::of(person.request(Method::POST, &images_of(room)).body(file.to_vec())).await
}

/// Uploads a picture. Its token, and what messages have of it.
async fn allowed(person: &Person, room: &str, file: &[u8]) -> (Value, Value) {
    let uploaded = upload(person, room, file).await;
    assert_eq!(uploaded.status, 201, "{uploaded:?}");
    (uploaded.body["token"].clone(), uploaded.body["image"].clone())
}

/// Says a picture. What comes back.
async fn say(page: &mut Page, room: &str, cid: Uuid, token: &Value) -> Value {
    page.ask("send", json!({"room": room, "cid": cid, "image": token})).await
}

/// Says a picture and waits until it is stored.
async fn say_and_store(page: &mut Page, room: &str, token: &Value) -> Uuid {
    let cid = Uuid::now_v7();
    let sent = say(page, room, cid, token).await;
    assert_eq!(sent["t"], "sent", "{sent}");
    while page.push("stored").await["ids"] != json!([cid]) {}
    cid
}

async fn links(person: &Person, room: &str, image: &Value) -> Answer {
    let id = image["id"].as_str().unwrap();
    person.get(&format!("{}/{id}", images_of(room))).await
}

async fn history(person: &Person, room: &str) -> Vec<Value> {
    let page = person.get(&format!("/api/v1/rooms/{room}/messages")).await;
    page.body["messages"].as_array().unwrap().clone()
}

async fn retract(page: &mut Page, room: &str, id: Uuid) {
    let answer = page.ask("retract", json!({"room": room, "id": id})).await;
    assert_eq!(answer["t"], "ok", "{answer}");
}

/// A room of somebody who has one already, with somebody else.
async fn another_room(one: (&Person, &mut Page), other: (&Person, &mut Page)) -> String {
    let mut room = Value::Null;
    for (person, _) in [&one, &other] {
        person.place(SEOUL).await;
        person.search(Some(10)).await;
    }
    for (person, page) in [one, other] {
        let proposal = page.push("match.proposed").await;
        room = person.answer(&proposal, "accept").await.body["room"].clone();
    }
    room.as_str().unwrap().to_owned()
}

impl Bench {
    /// Has whoever would store a message fail from now on.
    async fn have_nothing_stored(&self) {
        self.run(if are_distributed() {
            "CREATE FUNCTION fail() RETURNS trigger LANGUAGE plpgsql AS
                 $$ BEGIN RAISE EXCEPTION 'not now'; END $$;
             CREATE TRIGGER fail BEFORE INSERT ON messages
                 FOR EACH ROW EXECUTE FUNCTION fail();"
        } else {
            "CREATE TRIGGER fail BEFORE INSERT ON messages BEGIN SELECT RAISE(ABORT, 'not now'); END;"
        })
        .await;
    }

    async fn have_all_stored(&self) {
        let (sqlite, postgres) = ("DROP TRIGGER fail", "DROP TRIGGER fail ON messages");
        self.run(if are_distributed() { postgres } else { sqlite }).await;
    }

    /// Whether both objects of a picture are there, or neither is.
    async fn has_objects(&self, image: &Value) -> bool {
        let id = image["id"].as_str().unwrap().parse().unwrap();
        let names = rand_chat::infra::objects::image_names(id);
        let mut there = Vec::new();
        for name in names {
            there.push(self.objects.head(&name).await.unwrap().is_some());
        }
        there == [true, true]
    }

    async fn objects_are_gone(&self, image: &Value) {
        eventually("the objects are deleted", || async {
            (!self.has_objects(image).await).then_some(())
        })
        .await;
    }
}

#[tokio::test]
async fn a_picture_is_sent_and_loaded_by_both_and_by_nobody_else() {
    let bench = Bench::start(&[]).await;
    let ([jimin, oliver], [mut one, mut other], room) = bench.app.two_in_a_room().await;
    let mut second = jimin.page().await;

    let (token, image) = allowed(&jimin, &room, FROM_A_PHONE).await;
    assert_eq!((&image["width"], &image["height"]), (&json!(1200), &json!(1600)), "upright");
    let unsaid = links(&jimin, &room, &image).await;
    assert_eq!((unsaid.status, unsaid.code()), (404, "image_not_found"), "nobody said it yet");
    let cid = Uuid::now_v7();
    let sent = say(&mut one, &room, cid, &token).await["d"].clone();

    for page in [&mut other, &mut second] {
        let shown = page.push("message").await;
        let got = (&shown["kind"], &shown["text"], &shown["image"], &shown["id"]);
        assert_eq!(got, (&json!("image"), &json!(""), &image, &json!(cid)), "{shown}");
    }
    // At once, whether or not it is stored, and after.
    let mut opened = Vec::new();
    for person in [&jimin, &oliver] {
        let shown = links(person, &room, &image).await;
        assert_eq!(shown.status, 200, "{shown:?}");
        for (size, pixels) in [("small", (360, 480)), ("large", (1200, 1600))] {
            let drawn = picture(&bench, &shown.body[size]).await;
            assert_eq!(drawn.dimensions(), pixels, "{size}");
        }
        opened.push(shown.body);
    }
    assert_eq!(opened[0], opened[1], "the same links, for caches between");
    one.push("stored").await;
    assert_eq!(links(&oliver, &room, &image).await.body, opened[0]);
    for person in [&jimin, &oliver] {
        let listed = &history(person, &room).await[0];
        assert_eq!((&listed["image"], &listed["seq"]), (&image, &sent["seq"]));
        let seen = person.get("/api/v1/rooms").await.body["rooms"][0]["last_message"].clone();
        assert_eq!((&seen["image"], &seen["kind"]), (&image, &json!("image")));
    }
    let mut back = Page::greeted(&bench.app.doors, &oliver.access, Some(0)).await;
    assert_eq!(back.push("message").await["image"], image, "after an absence");

    let stranger = bench.app.person("stranger").await;
    let refused = links(&stranger, &room, &image).await;
    assert_eq!((refused.status, refused.code()), (404, "room_not_found"));
    for id in [json!({"id": Uuid::now_v7().to_string()}), json!({"id": "nonsense"})] {
        let missing = links(&jimin, &room, &id).await;
        assert_eq!((missing.status, missing.code()), (404, "image_not_found"), "{id}");
    }
    leave(&oliver, &room).await;
    assert_eq!(links(&jimin, &room, &image).await.status, 200, "the history stays");
    assert_eq!(links(&oliver, &room, &image).await.code(), "room_not_found");
    if !are_distributed() {
        bench.app.clock.advance(Duration::from_secs(3601));
        assert_eq!(bench.follow(&opened[0]["large"]).await.status(), 410, "a link ends");
    }
}

#[tokio::test]
async fn a_picture_of_one_room_is_in_no_other() {
    let bench = Bench::start(&[]).await;
    let ([jimin, oliver], [mut one, mut other], room) = bench.app.two_in_a_room().await;
    let haru = bench.app.person("haru").await;
    let mut third = haru.page().await;
    let elsewhere = another_room((&jimin, &mut one), (&haru, &mut third)).await;
    let (token, image) = allowed(&jimin, &room, LOSSY_WEBP).await;
    let good = Uuid::now_v7();

    let nonsense = json!("nonsense");
    let refused = [
        ("of the other", say(&mut other, &room, Uuid::now_v7(), &token).await),
        ("of another room", say(&mut one, &elsewhere, Uuid::now_v7(), &token).await),
        ("an access token", say(&mut one, &room, Uuid::now_v7(), &json!(jimin.access)).await),
        ("none at all", say(&mut one, &room, Uuid::now_v7(), &nonsense).await),
    ];
    for (why, refused) in refused {
        let expected = json!({"code": "image_token_invalid", "retryable": false});
        assert_eq!((&refused["t"], &refused["d"]), (&json!("err"), &expected), "{why}");
    }
    for wrong in [
        json!({"room": room, "cid": good}),
        json!({"room": room, "cid": good, "text": "hi", "image": token}),
        json!({"room": room, "cid": good, "image": {"id": image["id"]}}),
    ] {
        let refused = one.ask("send", wrong.clone()).await;
        assert_eq!(refused["d"]["code"], "invalid_request", "{wrong}");
    }
    assert_eq!(history(&oliver, &room).await, Vec::<Value>::new());

    say_and_store(&mut one, &room, &token).await;
    for person in [&jimin, &haru] {
        let missing = links(person, &elsewhere, &image).await;
        assert_eq!((missing.status, missing.code()), (404, "image_not_found"));
    }
}

#[tokio::test]
async fn a_resend_is_one_message_whatever_has_become_of_its_token() {
    let bench = Bench::start(&[("chat__recent_messages", "1")]).await;
    let ([jimin, _oliver], [mut one, mut other], room) = bench.app.two_in_a_room().await;
    let (token, image) = allowed(&jimin, &room, LOSSY_WEBP).await;
    let old = say_and_store(&mut one, &room, &token).await;
    let new = say_and_store(&mut one, &room, &token).await;
    let places: Vec<Value> =
        history(&jimin, &room).await.iter().map(|message| message["seq"].clone()).collect();
    assert_eq!(say(&mut one, &room, new, &token).await["d"]["seq"], places[1]);

    bench.app.clock.advance(Duration::from_secs(3606));

    let late = say(&mut one, &room, Uuid::now_v7(), &token).await;
    assert_eq!(late["d"]["code"], "image_token_invalid", "{late}");
    let again = say(&mut one, &room, new, &token).await;
    assert_eq!(again["d"]["seq"], places[1], "known to the log: {again}");
    let again = json!({"room": room, "cid": old, "image": token, "again": true});
    let again = one.ask("send", again).await;
    assert_eq!(again["d"]["seq"], places[0], "known to the database: {again}");
    for cid in [old, new] {
        let foreign = say(&mut other, &room, cid, &token).await;
        assert_eq!(foreign["d"]["code"], "image_token_invalid", "{foreign}");
    }
    let synced = one.ask("sync", json!({"room": room, "after": 0})).await;
    let listed = synced["d"]["messages"].as_array().unwrap();
    assert_eq!((listed.len(), &listed[0]["image"], &listed[1]["image"]), (2, &image, &image));
}

#[tokio::test]
async fn each_refusal_of_an_upload_says_why_and_leaves_nothing() {
    let settings = [("chat__images_per_minute", "1000"), ("images__pixels_max", "1919999")];
    let bench = Bench::start(&settings).await;
    let ([jimin, oliver], [mut one, _other], room) = bench.app.two_in_a_room().await;
    let six_mib = vec![0; 6 * 1024 * 1024];
    for (file, status, code) in [
        (&six_mib[..], 413, "payload_too_large"),
        (GIF, 415, "unsupported_media_type"),
        (b"", 415, "unsupported_media_type"),
        (&FROM_A_PHONE[..FROM_A_PHONE.len() / 2], 422, "image_not_acceptable"),
        // 1,920,000 pixels, one more than these settings allow.
        (FROM_A_PHONE, 422, "image_not_acceptable"),
    ] {
        let refused = upload(&jimin, &room, file).await;
        assert_eq!((refused.status, refused.code()), (status, code), "{refused:?}");
    }
    let nobody = Client::new().post(bench.app.url(&images_of(&room))).body(LOSSY_WEBP);
    assert_eq!(Answer::of(nobody).await.code(), "unauthenticated");
    for (whose, at) in [
        (&bench.app.person("stranger").await, room.as_str()),
        (&jimin, "nonsense"),
        (&jimin, &Uuid::now_v7().to_string()),
    ] {
        let refused = upload(whose, at, LOSSY_WEBP).await;
        assert_eq!((refused.status, refused.code()), (404, "room_not_found"));
    }
    let (token, _) = allowed(&jimin, &room, LOSSY_WEBP).await;
    let planned = bench.deletions().await.len();

    leave(&oliver, &room).await;

    let late = upload(&jimin, &room, LOSSY_WEBP).await;
    assert_eq!((late.status, late.code()), (409, "room_closed"));
    let late = say(&mut one, &room, Uuid::now_v7(), &token).await;
    assert_eq!(late["d"]["code"], "room_closed", "{late}");
    assert_eq!((planned, bench.deletions().await.len()), (2, 2), "of the one that was taken");
}

#[tokio::test]
async fn the_eleventh_picture_of_a_minute_is_refused() {
    let bench = Bench::start(&[]).await;
    let ([jimin, oliver], _pages, room) = bench.app.two_in_a_room().await;
    for n in 0..10 {
        assert_eq!(upload(&jimin, &room, LOSSY_WEBP).await.status, 201, "{n}");
    }

    let refused = upload(&jimin, &room, LOSSY_WEBP).await;

    assert_eq!((refused.status, refused.code()), (429, "too_many_requests"));
    let pause = refused.body["retry_after_ms"].as_u64().unwrap();
    assert!((1..=6_000).contains(&pause), "{pause}");
    assert_eq!(upload(&oliver, &room, LOSSY_WEBP).await.status, 201, "each member by itself");
}

#[tokio::test]
async fn a_process_receives_only_so_many_files_at_once_of_whichever_kind() {
    let settings = [("images__receive_at_once", "1"), ("chat__images_per_minute", "100000")];
    let bench = Bench::start(&settings).await;
    let ([jimin, oliver], _pages, room) = bench.app.two_in_a_room().await;
    let mut slow = TcpStream::connect(bench.app.addresses.public).await.unwrap();
    let head = format!(
        "PUT /api/v1/members/me/image HTTP/1.1\r\nHost: here\r\nAuthorization: Bearer {}\r\n\
         Content-Length: {}\r\nConnection: close\r\n\r\n",
        oliver.access,
        LOSSY_WEBP.len()
    );
    slow.write_all(head.as_bytes()).await.unwrap();
    slow.write_all(&LOSSY_WEBP[..20]).await.unwrap();

    let refused = eventually("the only place is taken", || async {
        let answer = upload(&jimin, &room, LOSSY_WEBP).await;
        (answer.status != 201).then_some(answer)
    })
    .await;

    assert_eq!((refused.status, refused.code()), (503, "busy"), "{refused:?}");
    slow.write_all(&LOSSY_WEBP[20..]).await.unwrap();
    let mut answer = String::new();
    slow.read_to_string(&mut answer).await.unwrap();
    assert!(answer.starts_with("HTTP/1.1 200 "), "{answer}");
    allowed(&jimin, &room, LOSSY_WEBP).await;
}

#[tokio::test]
async fn what_is_taken_back_is_deleted_when_the_last_message_with_it_is() {
    let bench = Bench::start(&[]).await;
    let ([jimin, oliver], [mut one, mut other], room) = bench.app.two_in_a_room().await;
    let (token, image) = allowed(&jimin, &room, LOSSY_WEBP).await;
    let first = say_and_store(&mut one, &room, &token).await;
    let second = say_and_store(&mut one, &room, &token).await;
    let shown = links(&oliver, &room, &image).await.body;
    assert_eq!(bench.deletions().await, BTreeSet::new(), "what is said is kept");

    retract(&mut one, &room, first).await;

    assert_eq!(other.push("retracted").await["id"], json!(first));
    let listed = history(&oliver, &room).await;
    assert_eq!((&listed[0]["kind"], listed[0].get("image")), (&json!("retracted"), None));
    assert_eq!((&listed[1]["kind"], &listed[1]["image"]), (&json!("image"), &image));
    assert_eq!(links(&oliver, &room, &image).await.status, 200);
    assert_eq!(bench.deletions().await, BTreeSet::new(), "another message shows it");

    retract(&mut one, &room, second).await;

    bench.is_gone(&shown["small"]).await;
    bench.is_gone(&shown["large"]).await;
    for person in [&jimin, &oliver] {
        let missing = links(person, &room, &image).await;
        assert_eq!((missing.status, missing.code()), (404, "image_not_found"));
    }
    retract(&mut one, &room, second).await;
    let room = oliver.get(&format!("/api/v1/rooms/{room}")).await.body["last_message"].clone();
    assert_eq!((&room["kind"], room.get("image")), (&json!("retracted"), None));
}

#[tokio::test]
async fn a_log_that_is_read_again_brings_nothing_back_that_was_taken_back() {
    let bench = Bench::start(&[DELETES_NOTHING]).await;
    let ([jimin, oliver], [mut one, mut other], room) = bench.app.two_in_a_room().await;
    let (token, image) = allowed(&jimin, &room, LOSSY_WEBP).await;
    let planned = bench.deletions().await;
    assert!(planned.iter().all(|(_, due)| (172_700..=172_800).contains(due)), "{planned:?}");
    let cid = say_and_store(&mut one, &room, &token).await;
    let said: Message = serde_json::from_value(other.push("message").await).unwrap();
    retract(&mut one, &room, cid).await;
    let due = bench.deletions().await;
    assert!(due.len() == 2 && due.iter().all(|(_, due)| *due <= 0), "{due:?}");

    let at = LogPosition { bucket: 0, time: 0, number: 0 };
    let members = [&jimin, &oliver].map(|person| person.id.parse().unwrap());
    let entry = LogEntry { at, message: said, members };
    assert_eq!(store_again(&bench.db, &[entry]).await.unwrap(), 0, "it is there");

    let names = |all: &BTreeSet<(String, i64)>| all.iter().map(|(name, _)| name.clone()).collect();
    let (before, after): (Vec<String>, Vec<String>) =
        (names(&due), names(&bench.deletions().await));
    assert_eq!(before, after, "it is still to be deleted");
    assert_eq!(links(&oliver, &room, &image).await.code(), "image_not_found");
}

#[tokio::test]
async fn the_largest_batch_that_settings_allow_is_stored() {
    let bench = Bench::start(&[("chat_writer__batch_max", "4000")]).await;
    let ([jimin, oliver], [mut one, mut other], room) = bench.app.two_in_a_room().await;
    let (token, _) = allowed(&jimin, &room, LOSSY_WEBP).await;
    say_and_store(&mut one, &room, &token).await;
    let said: Message = serde_json::from_value(other.push("message").await).unwrap();
    let members = [&jimin, &oliver].map(|person| person.id.parse().unwrap());
    let at = LogPosition { bucket: 0, time: 0, number: 0 };
    let batch: Vec<LogEntry> = (1..=4000)
        .map(|n| {
            let (id, seq) = (rand_chat::base::MessageId::new(Uuid::now_v7()), said.seq + n);
            LogEntry { at, message: Message { id, seq, prev: seq - 1, ..said.clone() }, members }
        })
        .collect();

    assert_eq!(store_again(&bench.db, &batch).await.unwrap(), 4000);
    assert_eq!(store_again(&bench.db, &batch).await.unwrap(), 0, "they are there");

    let last = &history(&jimin, &room).await.pop().unwrap()["seq"];
    assert_eq!(last, &json!(said.seq + 4000));
}

#[tokio::test]
async fn what_was_not_said_for_two_days_is_deleted() {
    let bench = Bench::start(&[]).await;
    let ([jimin, _oliver], [mut one, _other], room) = bench.app.two_in_a_room().await;
    let (_, unsaid) = allowed(&jimin, &room, LOSSY_WEBP).await;
    let (token, said) = allowed(&jimin, &room, FROM_A_PHONE).await;
    say_and_store(&mut one, &room, &token).await;

    bench.app.clock.advance(Duration::from_hours(48) - Duration::from_mins(1));
    assert_eq!(bench.deletions().await.len(), 2, "not yet");
    assert!(bench.has_objects(&unsaid).await);
    bench.app.clock.advance(Duration::from_secs(61));

    bench.objects_are_gone(&unsaid).await;
    eventually("nothing else is to be deleted", || async {
        bench.deletions().await.is_empty().then_some(())
    })
    .await;
    assert!(bench.has_objects(&said).await);
}

#[tokio::test]
async fn a_report_keeps_the_pictures_it_names() {
    let bench = Bench::start(&[]).await;
    let ([jimin, oliver], [_one, mut other], room) = bench.app.two_in_a_room().await;
    let (token, image) = allowed(&oliver, &room, LOSSY_WEBP).await;
    let cid = say_and_store(&mut other, &room, &token).await;
    let made = report(&jimin, &room, "sexual", None).await;
    assert_eq!(made.status, 201, "{made:?}");

    retract(&mut other, &room, cid).await;

    assert_eq!(bench.deletions().await, BTreeSet::new(), "a report keeps it");
    assert!(bench.has_objects(&image).await);
    assert_eq!(
        links(&jimin, &room, &image).await.code(),
        "image_not_found",
        "for members it is gone"
    );
    let (id, at) = (made.body["id"].as_str().unwrap(), bench.app.internal(""));
    let folder = bench.folder.path();
    let file = run_admin(folder, &[], &["report", id, "--json", "--at", &at]).await.json();
    let evidence = &file["evidence"]["messages"][0];
    assert_eq!((&evidence["kind"], &evidence["image"]["id"]), (&json!("image"), &image["id"]));
    assert_eq!(picture(&bench, &evidence["image"]["link"]).await.dimensions(), (48, 32));
    let printed = run_admin(folder, &[], &["report", id, "--at", &at]).await.printed;
    let shown =
        format!("reported: (picture, 48x32, images/{}-large.jpg: ", image["id"].as_str().unwrap());
    assert!(printed.contains(&shown), "{printed}");
}

#[tokio::test]
async fn a_report_keeps_a_picture_that_is_not_stored_yet() {
    let settings = [DELETES_NOTHING, ("chat_writer__tries", "100000")];
    let bench = Bench::start(&settings).await;
    let ([jimin, oliver], [mut one, mut other], room) = bench.app.two_in_a_room().await;
    bench.have_nothing_stored().await;
    let (token, image) = allowed(&oliver, &room, LOSSY_WEBP).await;
    let cid = Uuid::now_v7();
    assert_eq!(say(&mut other, &room, cid, &token).await["t"], "sent");
    assert_eq!(one.push("message").await["stored"], false);
    assert_eq!(links(&jimin, &room, &image).await.status, 200, "it is seen all the same");
    assert_eq!(bench.deletions().await.len(), 2);

    assert_eq!(report(&jimin, &room, "sexual", None).await.status, 201);

    assert_eq!(bench.deletions().await, BTreeSet::new());
    bench.have_all_stored().await;
    other.push("stored").await;
    retract(&mut other, &room, cid).await;
    assert_eq!(bench.deletions().await, BTreeSet::new(), "the report keeps it");
    assert!(bench.has_objects(&image).await);
}

#[tokio::test]
async fn of_a_picture_that_is_being_deleted_nothing_is_kept() {
    let settings = [DELETES_NOTHING, ("chat_writer__tries", "100000")];
    let bench = Bench::start(&settings).await;
    let ([jimin, oliver], [mut one, mut other], room) = bench.app.two_in_a_room().await;
    bench.have_nothing_stored().await;
    let (token, image) = allowed(&oliver, &room, LOSSY_WEBP).await;
    assert_eq!(say(&mut other, &room, Uuid::now_v7(), &token).await["t"], "sent");
    one.push("message").await;
    let planned = bench.deletions().await;
    // As when the batch of a worker ends between the two.
    bench.run("UPDATE object_deletions SET tries = 1 WHERE name LIKE '%-small.jpg'").await;

    let made = report(&jimin, &room, "sexual", None).await;

    assert_eq!(made.status, 201, "{made:?}");
    let (id, at) = (made.body["id"].as_str().unwrap(), bench.app.internal(""));
    let shown = run_admin(bench.folder.path(), &[], &["report", id, "--json", "--at", &at]).await;
    let evidence = &shown.json()["evidence"]["messages"][0];
    assert_eq!((&evidence["kind"], evidence.get("image")), (&json!("retracted"), None), "{image}");
    assert_eq!(bench.deletions().await.len(), 2, "both go: {planned:?}");
}

#[tokio::test]
async fn with_the_last_report_go_the_pictures_that_only_it_kept() {
    let bench = Bench::start(&[]).await;
    let ([jimin, oliver], [_one, mut other], room) = bench.app.two_in_a_room().await;
    let (token, retracted) = allowed(&oliver, &room, LOSSY_WEBP).await;
    let cid = say_and_store(&mut other, &room, &token).await;
    let (token, shown) = allowed(&oliver, &room, LOSSY_WEBP).await;
    say_and_store(&mut other, &room, &token).await;
    let reports = [
        report(&jimin, &room, "sexual", None).await.body,
        report(&oliver, &room, "other", Some("not I")).await.body,
    ];
    retract(&mut other, &room, cid).await;

    for (left, report) in [(true, &reports[0]), (false, &reports[1])] {
        let (id, at) = (report["id"].as_str().unwrap(), bench.app.internal(""));
        let decide = ["decide", id, "--dismiss", "--at", &at];
        assert_eq!(run_admin(bench.folder.path(), &[], &decide).await.code, Some(0));
        let after = bench.app.clock.now() + Duration::from_secs(1);
        let delete = bench.db.write("test.old_reports", move |conn| {
            rand_chat::safety::delete_old_reports(conn, after, 500)
        });
        assert_eq!(delete.await.unwrap(), 1);
        assert_eq!(bench.deletions().await.is_empty(), left);
    }

    bench.app.clock.advance(Duration::from_secs(2));
    bench.objects_are_gone(&retracted).await;
    assert!(bench.has_objects(&shown).await, "a message shows it");
}

#[tokio::test]
async fn pictures_stay_with_the_partner_of_who_withdraws_and_go_along_with_an_export() {
    let bench = Bench::start(&[]).await;
    let ([jimin, oliver], [mut one, mut other], room) = bench.app.two_in_a_room().await;
    one.send(&room, "before").await;
    let (token, image) = allowed(&jimin, &room, LOSSY_WEBP).await;
    say_and_store(&mut one, &room, &token).await;
    one.send(&room, "after").await;
    let (token, _) = allowed(&oliver, &room, FROM_A_PHONE).await;
    say_and_store(&mut other, &room, &token).await;

    let exported = jimin.get("/api/v1/members/me/export").await.body;
    let said = exported["rooms"][0]["messages"].as_array().unwrap();
    let kinds: Vec<&Value> = said.iter().map(|message| &message["kind"]).collect();
    assert_eq!(kinds, ["text", "image", "text"], "of the partner nothing: {exported}");
    let file = &said[1]["image"];
    assert_eq!(file["content_type"], "image/jpeg");
    let bytes = STANDARD.decode(file["base64"].as_str().unwrap()).unwrap();
    assert_eq!(image::load_from_memory(&bytes).unwrap().into_rgb8().dimensions(), (48, 32));
    let word = json!({"password": "correct horse battery"});
    let gone = jimin.send(Method::POST, "/api/v1/members/me/withdrawal", &word).await;
    assert_eq!(gone.status, 204, "{gone:?}");

    let shown = links(&oliver, &room, &image).await;
    assert_eq!(picture(&bench, &shown.body["large"]).await.dimensions(), (48, 32));
    assert_eq!(bench.deletions().await, BTreeSet::new());
}

#[tokio::test]
async fn whichever_of_a_report_and_a_retraction_is_first_evidence_has_its_picture() {
    let settings = [
        ("safety__reports_per_hour", "1000"),
        ("chat__images_per_minute", "1000"),
        ("images__delete_poll_ms", "5"),
    ];
    let bench = Bench::start(&settings).await;
    let ([jimin, oliver], [_one, mut other], room) = bench.app.two_in_a_room().await;
    let (folder, at) = (bench.folder.path(), bench.app.internal(""));
    for round in 0..8 {
        let (token, image) = allowed(&oliver, &room, LOSSY_WEBP).await;
        let cid = say_and_store(&mut other, &room, &token).await;

        let (made, ()) = tokio::join!(report(&jimin, &room, "sexual", None), async {
            retract(&mut other, &room, cid).await;
        });

        assert_eq!(made.status, 201, "{made:?}");
        let id = made.body["id"].as_str().unwrap();
        let shown = run_admin(folder, &[], &["report", id, "--json", "--at", &at]).await.json();
        let messages = shown["evidence"]["messages"].as_array().unwrap();
        let evidence = messages.iter().find(|message| message["id"] == json!(cid)).unwrap();
        if evidence["kind"] == "image" {
            eventually("what is due is deleted", || async {
                bench.deletions().await.is_empty().then_some(())
            })
            .await;
            assert!(bench.has_objects(&image).await, "round {round}: evidence without a picture");
        } else {
            assert_eq!((&evidence["kind"], evidence.get("image")), (&json!("retracted"), None));
            bench.objects_are_gone(&image).await;
        }
        let decide = ["decide", id, "--dismiss", "--at", &at];
        assert_eq!(run_admin(folder, &[], &decide).await.code, Some(0));
    }
}
