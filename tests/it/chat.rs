//! Rooms and messages: order, repeats, resume, history, reading, leaving.

use reqwest::Method;
use serde_json::{Value, json};
use uuid::Uuid;

use crate::harness::{ALL, Answer, Page, TestApp, eventually};

#[tokio::test]
async fn both_and_the_history_agree_on_one_order() {
    let app = TestApp::start().await;
    let ([jimin, oliver], [mut one, mut other], room) = app.two_in_a_room().await;
    for n in 0..10 {
        one.request("send", json!({"room": room, "cid": Uuid::now_v7(), "text": format!("a{n}")}))
            .await;
        other
            .request("send", json!({"room": room, "cid": Uuid::now_v7(), "text": format!("b{n}")}))
            .await;
    }

    let history = eventually("all are in the history", || async {
        let texts = jimin.texts(&room).await;
        (texts.len() == 20).then_some(texts)
    })
    .await;

    assert_eq!(oliver.texts(&room).await, history);
    let page = jimin.get(&format!("/api/v1/rooms/{room}/messages")).await;
    let messages = page.body["messages"].as_array().unwrap().clone();
    let mut prev = 0;
    for message in &messages {
        assert_eq!(message["prev"], prev, "every message names the one before it");
        prev = message["seq"].as_i64().unwrap();
    }
    let ours: Vec<_> = history.iter().filter(|text| text.starts_with('a')).collect();
    assert!(ours.is_sorted(), "{ours:?}");
}

#[tokio::test]
async fn a_message_sent_again_over_any_socket_is_one_message() {
    let app = TestApp::start().await;
    let ([jimin, _], [mut one, mut other], room) = app.two_in_a_room().await;
    let cid = Uuid::now_v7();

    let first = one.send_as(&room, cid, "once").await;
    other.push("stored").await;
    let mut second_page = jimin.page().await;
    let again = second_page.send_as(&room, cid, "once").await;

    assert_eq!(again["d"]["seq"], first["d"]["seq"]);
    assert_eq!(again["d"]["stored"], true);
    assert_eq!(jimin.texts(&room).await, ["once"]);
    let shown = other.pushes_so_far().await;
    assert!(shown.iter().all(|push| push["t"] != "message"), "shown once: {shown:?}");
    let stolen = other.send_as(&room, cid, "mine now").await;
    assert_eq!(stolen["d"]["code"], "cid_taken");
}

#[tokio::test]
async fn a_message_sent_again_long_after_it_was_stored_keeps_its_place() {
    let app = TestApp::start_with(&ALL, &[("chat__recent_messages", "4")]).await;
    let ([jimin, _], [mut one, mut other], room) = app.two_in_a_room().await;
    let cid = Uuid::now_v7();
    let first = one.send_as(&room, cid, "said long ago").await;
    for n in 0..9 {
        other.push("stored").await;
        other.send(&room, &n.to_string()).await;
    }
    other.push("stored").await;
    let before = jimin.texts(&room).await;

    // As a page does that was away when it was told that this was stored.
    let send = json!({"room": room, "cid": cid, "text": "said long ago", "again": true});
    let again = one.ask("send", send.clone()).await;
    let stolen = other.ask("send", send).await;

    assert_eq!(again["d"]["seq"], first["d"]["seq"], "{again}");
    assert_eq!(again["d"]["prev"], first["d"]["prev"]);
    assert_eq!(again["d"]["stored"], true);
    assert_eq!(stolen["d"]["code"], "cid_taken");
    assert_eq!(jimin.texts(&room).await, before);
    let shown = other.pushes_so_far().await;
    assert!(shown.iter().all(|push| push["t"] != "message"), "shown once: {shown:?}");
}

#[tokio::test]
async fn a_member_who_was_away_gets_everything_once_and_in_order() {
    let app = TestApp::start().await;
    let ([_, oliver], [mut one, mut other], room) = app.two_in_a_room().await;
    let seen = one.send(&room, "seen").await["seq"].as_i64().unwrap();
    other.push("message").await;
    other.leave().await;
    for n in 0..5 {
        one.send(&room, &format!("missed {n}")).await;
    }

    let mut back = Page::greeted(&app.doors, &oliver.access, Some(seen)).await;

    assert_eq!(back.ready["resume"], "complete");
    for n in 0..5 {
        assert_eq!(back.push("message").await["text"], format!("missed {n}"));
    }
    one.send(&room, "live").await;
    assert_eq!(back.push("message").await["text"], "live");
}

#[tokio::test]
async fn who_missed_too_much_is_told_what_to_load() {
    let app = TestApp::start_with(&ALL, &[("ws_gateway__resume_messages_max", "3")]).await;
    let ([_, oliver], [mut one, _other], room) = app.two_in_a_room().await;
    for n in 0..5 {
        one.send(&room, &n.to_string()).await;
    }

    let mut back = Page::greeted(&app.doors, &oliver.access, Some(1)).await;

    assert_eq!(back.ready["resume"], "reload");
    assert_eq!(back.ready["reload"], json!([room]));
    assert!(back.pushes_so_far().await.iter().all(|push| push["t"] != "message"));
}

#[tokio::test]
async fn a_hole_is_filled_from_the_log_and_from_the_database() {
    let app = TestApp::start_with(&ALL, &[("chat__recent_messages", "4")]).await;
    let (_, [mut one, mut other], room) = app.two_in_a_room().await;
    let mut places = vec![0];
    for n in 0..9 {
        places.push(one.send(&room, &n.to_string()).await["seq"].as_i64().unwrap());
        one.push("stored").await;
    }

    for after in [0, 2, 7, 9] {
        let answer = other.ask("sync", json!({"room": room, "after": places[after]})).await;
        let found: Vec<i64> = answer["d"]["messages"]
            .as_array()
            .unwrap()
            .iter()
            .map(|m| m["seq"].as_i64().unwrap())
            .collect();
        assert_eq!(found, places[after + 1..]);
        assert_eq!(answer["d"]["complete"], true);
    }
}

#[tokio::test]
async fn history_comes_in_pages_in_both_directions() {
    let app = TestApp::start().await;
    let ([jimin, _], [mut one, _other], room) = app.two_in_a_room().await;
    for n in 0..7 {
        one.send(&room, &n.to_string()).await;
    }
    let page = async |query: &str| {
        let body = jimin.get(&format!("/api/v1/rooms/{room}/messages?{query}")).await.body;
        let texts: Vec<String> = body["messages"]
            .as_array()
            .unwrap()
            .iter()
            .map(|message| message["text"].as_str().unwrap().to_owned())
            .collect();
        let seqs: Vec<i64> = body["messages"]
            .as_array()
            .unwrap()
            .iter()
            .map(|m| m["seq"].as_i64().unwrap())
            .collect();
        (texts, seqs, body["more"].as_bool().unwrap())
    };

    let (newest, seqs, more) = page("limit=3").await;
    assert_eq!((newest, more), (vec!["4".to_owned(), "5".into(), "6".into()], true));
    let (older, _, more) = page(&format!("limit=4&before={}", seqs[0])).await;
    assert_eq!((older, more), (vec!["0".to_owned(), "1".into(), "2".into(), "3".into()], false));
    let (newer, _, more) = page(&format!("limit=1&after={}", seqs[0])).await;
    assert_eq!((newer, more), (vec!["5".to_owned()], true));
    let both = jimin.get(&format!("/api/v1/rooms/{room}/messages?before=1&after=1")).await;
    assert_eq!(both.code(), "invalid_request");
    for limit in ["0", "101", "many"] {
        let refused = jimin.get(&format!("/api/v1/rooms/{room}/messages?limit={limit}")).await;
        assert_eq!(refused.code(), "invalid_request", "{limit}");
    }
}

#[tokio::test]
async fn unread_is_counted_and_a_read_position_never_goes_back() {
    let app = TestApp::start().await;
    let ([jimin, oliver], [mut one, mut other], room) = app.two_in_a_room().await;
    let mut places = Vec::new();
    for n in 0..3 {
        places.push(one.send(&room, &n.to_string()).await["seq"].as_i64().unwrap());
    }
    let unread = async |person: &crate::harness::Person| {
        let rooms = person.get("/api/v1/rooms").await.body;
        rooms["rooms"][0]["unread"].as_u64().unwrap()
    };
    assert_eq!((unread(&oliver).await, unread(&jimin).await), (3, 0));

    for seq in [places[1], places[0]] {
        other.ask("read", json!({"room": room, "seq": seq})).await;
    }

    assert_eq!(unread(&oliver).await, 1);
    let view = jimin.get(&format!("/api/v1/rooms/{room}")).await.body;
    assert_eq!(view["partner_read_seq"], places[1]);
    let marks = one.pushes_so_far().await;
    assert_eq!(marks.iter().filter(|push| push["t"] == "read").count(), 1);
    // The future cannot have been read.
    other.ask("read", json!({"room": room, "seq": 9_000_000_000_000_000_i64})).await;
    let last = one.send(&room, "later").await["seq"].as_i64().unwrap();
    let view = jimin.get(&format!("/api/v1/rooms/{room}")).await.body;
    assert!(view["partner_read_seq"].as_i64().unwrap() < last);
}

#[tokio::test]
async fn a_room_closes_when_one_leaves_and_the_other_keeps_it() {
    let app = TestApp::start().await;
    let ([jimin, oliver], [mut one, mut other], room) = app.two_in_a_room().await;
    one.send(&room, "bye").await;

    let leave = format!("/api/v1/rooms/{room}/leave");
    assert_eq!(jimin.send(Method::POST, &leave, &json!({})).await.status, 204);

    assert_eq!(other.push("room.closed").await, json!({"room": room, "by": "partner"}));
    assert_eq!(one.push("room.closed").await, json!({"room": room, "by": "me"}));
    let refused = other.send_as(&room, Uuid::now_v7(), "still there?").await;
    assert_eq!(refused["d"], json!({"code": "room_closed", "retryable": false}));
    let view = oliver.get(&format!("/api/v1/rooms/{room}")).await.body;
    assert_eq!((&view["open"], &view["closed_by"]), (&json!(false), &json!("partner")));
    assert_eq!(oliver.texts(&room).await, ["bye"]);

    // Who left sees it no more, in any way.
    assert_eq!(jimin.get("/api/v1/rooms").await.body["rooms"], json!([]));
    for path in ["", "/messages"] {
        let gone = jimin.get(&format!("/api/v1/rooms/{room}{path}")).await;
        assert_eq!(gone.code(), "room_not_found");
    }
    let gone = jimin.send(Method::POST, &leave, &json!({})).await;
    assert_eq!(gone.code(), "room_not_found");
    for (t, d) in
        [("sync", json!({"room": room, "after": 0})), ("read", json!({"room": room, "seq": 1}))]
    {
        assert_eq!(one.ask(t, d).await["d"]["code"], "room_not_found", "{t}");
    }

    // The other may leave too.
    assert_eq!(oliver.send(Method::POST, &leave, &json!({})).await.status, 204);
    assert_eq!(oliver.get("/api/v1/rooms").await.body["rooms"], json!([]));
}

#[tokio::test]
async fn a_stranger_finds_no_way_into_a_room() {
    let app = TestApp::start().await;
    let (_, [mut one, mut other], room) = app.two_in_a_room().await;
    one.send(&room, "secret").await;
    other.push("stored").await;
    let nosy = app.person("nosy").await;
    let mut page = nosy.page().await;

    for (method, path) in [
        (Method::GET, format!("/api/v1/rooms/{room}")),
        (Method::GET, format!("/api/v1/rooms/{room}/messages")),
        (Method::POST, format!("/api/v1/rooms/{room}/leave")),
    ] {
        let refused = Answer::of(nosy.request(method, &path)).await;
        assert_eq!((refused.status, refused.code()), (404, "room_not_found"), "{path}");
    }
    for (t, d) in [
        ("send", json!({"room": room, "cid": Uuid::now_v7(), "text": "hi"})),
        ("read", json!({"room": room, "seq": 1})),
        ("typing", json!({"room": room})),
        ("sync", json!({"room": room, "after": 0})),
        ("send", json!({"room": Uuid::now_v7(), "cid": Uuid::now_v7(), "text": "hi"})),
    ] {
        let answer = page.ask(t, d).await;
        assert_eq!(answer["d"]["code"], "room_not_found", "{answer}");
    }
    let shown = other.pushes_so_far().await;
    assert!(shown.is_empty(), "{shown:?}");
    assert_eq!(nosy.get("/api/v1/rooms").await.body, json!({"rooms": [], "next": null}));
}

#[tokio::test]
async fn typing_is_shown_to_the_partner_and_not_too_often() {
    let app = TestApp::start().await;
    let ([jimin, _], [mut one, mut other], room) = app.two_in_a_room().await;

    for _ in 0..3 {
        assert_eq!(one.ask("typing", json!({"room": room})).await["t"], "ok");
    }

    let mark = other.push("typing").await;
    assert_eq!(mark, json!({"room": room, "member": jimin.id}));
    assert!(other.pushes_so_far().await.is_empty());
}

#[tokio::test]
async fn all_pages_of_a_member_see_the_same() {
    let app = TestApp::start().await;
    let ([jimin, _], [mut one, _other], room) = app.two_in_a_room().await;
    let mut phone = jimin.page().await;

    let sent = one.send(&room, "from the desk").await;

    assert_eq!(phone.push("message").await["seq"], sent["seq"]);
    let here: Vec<Value> = one.pushes_so_far().await;
    assert!(here.iter().all(|push| push["t"] != "message"), "not to the page it came from");
}

#[tokio::test]
async fn the_room_list_is_paged_and_newest_first() {
    let Some(app) = TestApp::start_where_time_flies().await else { return };
    let jimin = app.person("jimin").await;
    let mut page = jimin.page().await;
    jimin.place(crate::harness::SEOUL).await;
    let mut rooms = Vec::new();
    for n in 0..5 {
        let partner = app.person(&format!("partner{n}")).await;
        let mut theirs = partner.page().await;
        partner.place(crate::harness::SEOUL).await;
        jimin.search(Some(5)).await;
        partner.search(Some(5)).await;
        let mine = page.push("match.proposed").await;
        let offer = theirs.push("match.proposed").await;
        jimin.answer(&mine, "accept").await;
        partner.answer(&offer, "accept").await;
        let room = page.push("room.opened").await["room"]["id"].as_str().unwrap().to_owned();
        app.clock.advance(std::time::Duration::from_secs(1));
        rooms.push((room, theirs));
    }
    // Somebody says something in the oldest.
    let oldest = rooms[0].0.clone();
    rooms[0].1.send(&oldest, "still here").await;
    page.push("stored").await;

    let mut listed = Vec::new();
    let mut cursor = String::new();
    loop {
        let answer = jimin.get(&format!("/api/v1/rooms?limit=2{cursor}")).await.body;
        for room in answer["rooms"].as_array().unwrap() {
            listed.push(room["id"].as_str().unwrap().to_owned());
        }
        let Some(next) = answer["next"].as_str() else { break };
        cursor = format!("&cursor={next}");
    }

    let order = [0, 4, 3, 2, 1].map(|n: usize| rooms[n].0.clone());
    assert_eq!(listed, order);
}
