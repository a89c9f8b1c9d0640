//! Blocking and what it ends.

use std::time::Duration;

use serde_json::json;
use uuid::Uuid;

use super::*;

#[tokio::test]
async fn a_block_closes_the_room_for_both_and_both_keep_the_history() {
    let app = TestApp::start().await;
    let ([jimin, oliver], [mut one, mut other], room) = app.two_in_a_room().await;
    other.send(&room, "unkind words").await;
    one.push("message").await;

    let blocked = block(&jimin, &oliver).await;

    assert_eq!(blocked.status, 200, "{blocked:?}");
    assert_eq!(
        (&blocked.body["member"], &blocked.body["nickname"]),
        (&json!(oliver.id), &json!("oliver"))
    );
    assert_eq!(one.push("room.closed").await, json!({"room": room, "by": "me"}));
    assert_eq!(other.push("room.closed").await, json!({"room": room, "by": "partner"}));
    for (page, person, by) in [(&mut one, &jimin, "me"), (&mut other, &oliver, "partner")] {
        let refused = page.send_as(&room, Uuid::now_v7(), "hello?").await;
        assert_eq!(refused["d"]["code"], "room_closed");
        let view = person.get(&format!("/api/v1/rooms/{room}")).await.body;
        assert_eq!((&view["open"], &view["closed_by"]), (&json!(false), &json!(by)));
        assert_eq!(person.texts(&room).await, ["unkind words"]);
    }

    let again = block(&jimin, &oliver).await;
    assert_eq!((again.status, &again.body), (200, &blocked.body), "the first block counts");
    let listed = jimin.get("/api/v1/members/me/blocks").await.body;
    assert_eq!(listed, json!({"blocks": [blocked.body], "next": null}));
    let of_other = oliver.get("/api/v1/members/me/blocks").await.body;
    assert_eq!(of_other, json!({"blocks": [], "next": null}), "the other is not told");
    // An earlier try may have died before the pages knew: they are told what they know.
    let told = other.pushes_so_far().await;
    let mut told = told.iter().filter(|push| push["t"].as_str().unwrap().starts_with("room."));
    let closed = json!({"room": room, "by": "partner"});
    assert!(told.all(|push| (&push["t"], &push["d"]) == (&json!("room.closed"), &closed)));

    for _ in 0..2 {
        assert_eq!(unblock(&jimin, &oliver).await.status, 204);
    }
    let listed = jimin.get("/api/v1/members/me/blocks").await.body;
    assert_eq!(listed["blocks"], json!([]));
    let refused = one.send_as(&room, Uuid::now_v7(), "sorry").await;
    assert_eq!(refused["d"]["code"], "room_closed", "lifting reopens nothing");
}

#[tokio::test]
async fn only_somebody_one_has_met_can_be_blocked_also_after_leaving() {
    let app = TestApp::start().await;
    let ([jimin, oliver], _pages, room) = app.two_in_a_room().await;
    let stranger = app.person("stranger").await;

    for (who, whom) in [(&jimin, &stranger), (&stranger, &jimin), (&jimin, &jimin)] {
        let refused = block(who, whom).await;
        assert_eq!((refused.status, refused.code()), (404, "member_not_found"));
    }
    for nobody in [Uuid::now_v7().to_string(), "nobody".to_owned()] {
        let path = format!("/api/v1/members/me/blocks/{nobody}");
        let refused = Answer::of(jimin.request(Method::PUT, &path)).await;
        assert_eq!((refused.status, refused.code()), (404, "member_not_found"));
    }
    leave(&jimin, &room).await;
    leave(&oliver, &room).await;
    assert_eq!(block(&oliver, &jimin).await.status, 200);
    assert_eq!(block(&jimin, &oliver).await.status, 200, "both may");
}

#[tokio::test]
async fn blocks_come_in_pages_and_go_with_who_made_them() {
    let app = TestApp::start().await;
    let hub = app.person("hub").await;
    let mut page = hub.page().await;
    let mut met = Vec::new();
    for name in ["anna", "bela", "cleo"] {
        let other = app.person(name).await;
        let mut other_page = other.page().await;
        let pair = [hub.clone(), other.clone()];
        let shown = proposed(&pair, [&mut page, &mut other_page]).await;
        for (person, proposal) in pair.iter().zip(&shown) {
            assert_eq!(person.answer(proposal, "accept").await.status, 200);
        }
        page.push("room.opened").await;
        assert_eq!(block(&hub, &other).await.status, 200);
        app.clock.advance(Duration::from_secs(1));
        met.push(other);
    }
    assert_eq!(block(&met[0], &hub).await.status, 200);

    let mut names = Vec::new();
    let mut path = "/api/v1/members/me/blocks?limit=2".to_owned();
    loop {
        let listed = hub.get(&path).await.body;
        names.extend(listed["blocks"].as_array().unwrap().iter().map(|b| b["nickname"].clone()));
        let Some(next) = listed["next"].as_str() else { break };
        path = format!("/api/v1/members/me/blocks?limit=2&cursor={next}");
    }
    assert_eq!(names, [json!("cleo"), json!("bela"), json!("anna")]);
    for no_cursor in ["nonsense", &format!("{}_{}", i64::MIN, hub.id)] {
        let first = hub.get(&format!("/api/v1/members/me/blocks?cursor={no_cursor}")).await;
        assert_eq!(first.body["blocks"].as_array().unwrap().len(), 3, "{first:?}");
    }
    let too_many = hub.get("/api/v1/members/me/blocks?limit=101").await;
    assert_eq!(too_many.code(), "invalid_request");
    let export = hub.get("/api/v1/members/me/export").await.body;
    assert_eq!(export["blocks"].as_array().unwrap().len(), 3);
    assert_eq!(export["blocks"][0]["nickname"], "cleo");

    // Who withdraws is nameless in the lists of others, and its own blocks go.
    let word = json!({"password": PASSWORD});
    for gone in [&hub, &met[1]] {
        let answer = gone.send(Method::POST, "/api/v1/members/me/withdrawal", &word).await;
        assert_eq!(answer.status, 204);
    }
    let left = met[0].get("/api/v1/members/me/blocks").await.body;
    assert_eq!(
        (&left["blocks"][0]["member"], &left["blocks"][0]["nickname"]),
        (&json!(hub.id), &json!(""))
    );
}

#[tokio::test]
async fn a_pair_is_not_matched_whichever_blocked_until_the_block_is_lifted() {
    let app = TestApp::start().await;
    let (people, [mut one, mut other], room) = app.two_in_a_room().await;
    let [jimin, oliver] = &people;
    leave(jimin, &room).await;
    for [by, whom] in [[jimin, oliver], [oliver, jimin]] {
        assert_eq!(block(by, whom).await.status, 200);
        for person in [jimin, oliver] {
            person.place(SEOUL).await;
            person.search(Some(10)).await;
        }
        for page in [&mut one, &mut other] {
            let pushes = page.pushes_so_far().await;
            assert!(pushes.iter().all(|push| push["t"] != "match.proposed"), "{pushes:?}");
        }
        for person in [jimin, oliver] {
            is_out_of_the_queue(person).await;
        }
        assert_eq!(unblock(by, whom).await.status, 204);
    }

    let shown = proposed(&people, [&mut one, &mut other]).await;

    assert_eq!(shown[0]["partner"]["nickname"], "oliver");
}

#[tokio::test]
async fn who_waits_already_is_not_proposed_to_whom_it_blocks_and_is_once_it_lifts_that() {
    let Some(app) = TestApp::start_where_time_flies().await else { return };
    let (people, [mut one, mut other], room) = app.two_in_a_room().await;
    let [jimin, oliver] = &people;
    leave(jimin, &room).await;
    // Both wait on, kept apart for five minutes.
    let shown = proposed(&people, [&mut one, &mut other]).await;
    assert_eq!(oliver.answer(&shown[1], "decline").await.status, 200);
    for page in [&mut one, &mut other] {
        page.push("match.ended").await;
        page.push("match.waiting").await;
    }

    assert_eq!(block(jimin, oliver).await.status, 200);
    app.clock.advance(Duration::from_mins(6));
    // Each is searched for again.
    for page in [&mut one, &mut other] {
        assert_eq!(page.push("match.waiting").await["notice"], "long_wait");
    }
    app.clock.advance(Duration::from_secs(10));
    for (person, page) in people.iter().zip([&mut one, &mut other]) {
        assert_eq!(person.get("/api/v1/match/ticket").await.status, 200, "it waits");
        assert!(page.pushes_so_far().await.iter().all(|push| push["t"] != "match.proposed"));
    }

    assert_eq!(unblock(jimin, oliver).await.status, 204);
    app.clock.advance(Duration::from_secs(10));
    for page in [&mut one, &mut other] {
        page.push("match.proposed").await;
    }
}

#[tokio::test]
async fn a_block_ends_the_proposal_of_the_two_and_both_wait_on() {
    let app = TestApp::start().await;
    let (people, [mut one, mut other], room) = app.two_in_a_room().await;
    let [jimin, oliver] = &people;
    leave(jimin, &room).await;
    for accepts_before in [false, true] {
        let shown = proposed(&people, [&mut one, &mut other]).await;
        if accepts_before {
            assert_eq!(jimin.answer(&shown[0], "accept").await.status, 200);
        }

        assert_eq!(block(jimin, oliver).await.status, 200);

        for (page, shown) in [&mut one, &mut other].into_iter().zip(&shown) {
            let ended = page.push("match.ended").await;
            assert_eq!(
                (&ended["proposal"], &ended["outcome"]),
                (&shown["id"], &json!("not_matched"))
            );
            page.push("match.waiting").await;
        }
        for (person, shown) in people.iter().zip(&shown) {
            let late = person.answer(shown, "accept").await;
            assert_eq!((late.status, late.code()), (409, "proposal_over"));
            assert_eq!(person.get("/api/v1/match/ticket").await.status, 200, "it waits on");
            assert_eq!(open_rooms(person).await, 0);
        }
        for person in &people {
            is_out_of_the_queue(person).await;
        }
        assert_eq!(unblock(jimin, oliver).await.status, 204);
    }
}

/// Whatever is first, no room of the two is open afterwards.
#[tokio::test]
async fn a_block_while_both_accept_leaves_no_open_room_and_nobody_waiting_for_one() {
    let app = TestApp::start().await;
    let (people, [mut one, mut other], room) = app.two_in_a_room().await;
    let [jimin, oliver] = &people;
    leave(jimin, &room).await;
    for round in 0..12 {
        let shown = proposed(&people, [&mut one, &mut other]).await;
        let [by, whom] = if round % 2 == 0 { [jimin, oliver] } else { [oliver, jimin] };

        let (first, second, blocked_now) = tokio::join!(
            jimin.answer(&shown[0], "accept"),
            oliver.answer(&shown[1], "accept"),
            async {
                // Sometimes early, sometimes late.
                for _ in 0..round * 3 {
                    tokio::task::yield_now().await;
                }
                block(by, whom).await
            },
        );

        assert_eq!(blocked_now.status, 200);
        for answer in [&first, &second] {
            assert!(answer.status == 200 || answer.code() == "proposal_over", "{answer:?}");
        }
        // A sweeper ends what was accepted and got no room.
        app.clock.advance(Duration::from_secs(3));
        for (person, page, shown) in [(jimin, &mut one, &shown[0]), (oliver, &mut other, &shown[1])]
        {
            loop {
                let ended = page.push("match.ended").await;
                if ended["proposal"] == shown["id"] {
                    break;
                }
            }
            eventually("no room is open", async || (open_rooms(person).await == 0).then_some(()))
                .await;
            is_out_of_the_queue(person).await;
        }
        let room = [&first, &second].into_iter().find_map(|answer| answer.body["room"].as_str());
        if let Some(room) = room {
            let refused = one.send_as(room, Uuid::now_v7(), "hello").await;
            assert_eq!(refused["d"]["code"], "room_closed", "nor in the log");
        }
        assert_eq!(unblock(by, whom).await.status, 204);
    }
}
