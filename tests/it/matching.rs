//! The rules of matching, over HTTP and sockets.

use std::sync::Arc;
use std::time::{Duration, Instant};

use rand_chat::app::Substitutes;
use rand_chat::base::{MemberId, SharedClock, SystemClock};
use rand_chat::config::Config;
use rand_chat::infra::Shared;
use rand_chat::infra::shared::TicketState;
use reqwest::Method;
use serde_json::{Value, json};

use crate::harness::{ALL, Answer, BUSAN, PATIENCE, Page, Person, SEOUL, TestApp, eventually};

/// Members in Seoul, each with a page.
async fn people<const N: usize>(app: &TestApp, names: [&str; N]) -> Vec<(Person, Page)> {
    let mut found = Vec::new();
    for name in names {
        let person = app.person(name).await;
        person.place(SEOUL).await;
        let page = person.page().await;
        found.push((person, page));
    }
    found
}

async fn is_waiting(person: &Person) -> bool {
    person.get("/api/v1/match/ticket").await.status == 200
}

#[tokio::test]
async fn distance_counts_both_ways() {
    let app = TestApp::start().await;
    let [seoul, busan] = [app.person("seoul").await, app.person("busan").await];
    let (mut one, mut other) = (seoul.page().await, busan.page().await);
    seoul.place(SEOUL).await;
    busan.place(BUSAN).await;

    // One would go anywhere, the other only 100 km.
    seoul.search(None).await;
    busan.search(Some(100)).await;
    assert!(one.pushes_so_far().await.iter().all(|push| push["t"] != "match.proposed"));

    // Widening is asking again.
    busan.search(None).await;
    one.push("match.proposed").await;
    let proposal = other.push("match.proposed").await;
    assert_eq!(proposal["partner"]["distance_band"], "far");
}

#[tokio::test]
async fn asking_twice_keeps_the_ticket_and_its_place() {
    let app = TestApp::start().await;
    let mut found = people(&app, ["jimin"]).await;
    let (jimin, page) = found.pop().unwrap();

    let first = jimin.search(Some(5)).await;
    app.clock.advance(Duration::from_secs(5));
    let second = jimin.search(Some(25)).await;

    assert_eq!((&first["id"], &first["since"]), (&second["id"], &second["since"]));
    assert_eq!(second["max_distance_km"], 25);
    page.leave().await;
    let back = jimin.page().await;
    assert_eq!(back.ready["ticket"], second, "a reload finds the ticket");
}

#[tokio::test]
async fn of_three_who_fit_two_are_proposed_and_one_waits() {
    let app = TestApp::start().await;
    let mut all = people(&app, ["one1", "two2", "three"]).await;
    let searches = all.iter().map(|(person, _)| person.search(Some(10)));
    futures_util::future::join_all(searches).await;

    let (mut proposed, begun) = ([0; 3], Instant::now());
    while proposed.iter().sum::<usize>() < 2 {
        assert!(begun.elapsed() < PATIENCE, "two are shown a proposal");
        for ((_, page), count) in all.iter_mut().zip(&mut proposed) {
            let pushes = page.pushes_so_far().await;
            *count += pushes.iter().filter(|push| push["t"] == "match.proposed").count();
        }
    }
    proposed.sort_unstable();
    assert_eq!(proposed, [0, 1, 1], "nobody is in two proposals");
}

#[tokio::test]
async fn after_a_no_both_wait_on_and_are_not_proposed_to_each_other_again() {
    let Some(app) = TestApp::start_where_time_flies().await else { return };
    let mut all = people(&app, ["jimin", "oliver"]).await;
    let since = all[0].0.search(Some(10)).await["since"].clone();
    all[1].0.search(Some(10)).await;
    let mut proposals = Vec::new();
    for (_, page) in &mut all {
        proposals.push(page.push("match.proposed").await);
    }

    let said = all[1].0.answer(&proposals[1], "decline").await;

    assert_eq!(said.body, json!({"state": "declined"}));
    assert_eq!(all[1].1.push("match.ended").await["outcome"], "declined");
    assert_eq!(all[0].1.push("match.ended").await["outcome"], "not_matched");
    let waiting = all[0].1.push("match.waiting").await;
    assert_eq!(waiting["notice"], "partner_gone");
    assert_eq!(waiting["ticket"]["since"], since, "seniority is kept");
    all[0].0.search(Some(10)).await;
    for (_, page) in &mut all {
        let pushes = page.pushes_so_far().await;
        assert!(pushes.iter().all(|push| push["t"] != "match.proposed"), "{pushes:?}");
    }

    // After five minutes they may meet again, without anybody doing anything.
    app.clock.advance(Duration::from_mins(5));
    for (_, page) in &mut all {
        page.push("match.proposed").await;
    }
}

#[tokio::test]
async fn who_stays_silent_is_out_and_who_accepted_waits_on() {
    let app = TestApp::start().await;
    let mut all = people(&app, ["jimin", "silent"]).await;
    for (person, _) in &all {
        person.search(Some(10)).await;
    }
    let proposal = all[0].1.push("match.proposed").await;
    all[0].0.answer(&proposal, "accept").await;

    app.clock.advance(Duration::from_secs(30));

    assert_eq!(all[0].1.push("match.ended").await["outcome"], "not_matched");
    assert_eq!(all[1].1.push("match.ended").await["outcome"], "expired");
    assert!(is_waiting(&all[0].0).await);
    assert!(!is_waiting(&all[1].0).await);
    let late = all[0].0.answer(&proposal, "accept").await;
    assert_eq!((late.status, late.code()), (409, "proposal_over"));
}

#[tokio::test]
async fn every_wrong_answer_has_its_own_code() {
    let app = TestApp::start().await;
    let mut all = people(&app, ["jimin", "oliver", "nosy"]).await;
    for (person, _) in &all[..2] {
        person.search(Some(10)).await;
    }
    let mine = all[0].1.push("match.proposed").await;
    let theirs = all[1].1.push("match.proposed").await;

    // The token of the other, a stranger with my token, an access token, no proposal.
    assert_eq!(all[0].0.answer(&theirs, "accept").await.code(), "match_token_invalid");
    assert_eq!(all[2].0.answer(&mine, "accept").await.code(), "match_token_invalid");
    let access = json!({"id": mine["id"], "token": all[0].0.access});
    assert_eq!(all[0].0.answer(&access, "accept").await.code(), "match_token_invalid");
    let nowhere = json!({"id": "nowhere", "token": mine["token"]});
    assert_eq!(all[0].0.answer(&nowhere, "accept").await.code(), "proposal_not_found");
    assert_eq!(all[0].0.answer(&mine, "perhaps").await.code(), "invalid_request");

    // Leaving or joining anew is no way around an answer.
    let leave = all[0].0.send(Method::DELETE, "/api/v1/match/ticket", &json!({})).await;
    assert_eq!(leave.code(), "proposal_open");
    let body = json!({"max_distance_km": 5});
    let join = all[0].0.send(Method::PUT, "/api/v1/match/ticket", &body).await;
    assert_eq!(join.code(), "proposal_open");

    // Twice is once; a change of mind is too late.
    for _ in 0..2 {
        let noted = all[0].0.answer(&mine, "accept").await;
        assert_eq!(noted.body, json!({"state": "waiting_for_partner"}));
    }
    assert_eq!(all[0].0.answer(&mine, "decline").await.code(), "proposal_over");
    let first = all[1].0.answer(&theirs, "accept").await.body;
    assert_eq!(first["state"], "accepted");
    assert_eq!(all[1].0.answer(&theirs, "accept").await.body, first);
    assert_eq!(all[0].0.answer(&mine, "accept").await.body, first);
}

#[tokio::test]
async fn both_accept_at_once_and_get_one_room() {
    let app = TestApp::start().await;
    for round in 0..10 {
        let names = [format!("left{round}"), format!("right{round}")];
        let mut all = people(&app, [&*names[0], &*names[1]]).await;
        for (person, _) in &all {
            person.search(Some(10)).await;
        }
        let mine = all[0].1.push("match.proposed").await;
        let theirs = all[1].1.push("match.proposed").await;

        let (one, other) =
            tokio::join!(all[0].0.answer(&mine, "accept"), all[1].0.answer(&theirs, "accept"));

        let rooms: Vec<_> =
            [one, other].iter().filter_map(|a| a.body.get("room").cloned()).collect();
        assert!(!rooms.is_empty());
        for (person, page) in &mut all {
            assert_eq!(page.push("room.opened").await["room"]["id"], rooms[0]);
            assert_eq!(
                person.get("/api/v1/rooms").await.body["rooms"].as_array().unwrap().len(),
                1
            );
        }
    }
}

#[tokio::test]
async fn a_pair_with_an_open_room_is_not_matched_again_until_it_is_closed() {
    let app = TestApp::start().await;
    let ([jimin, oliver], [mut one, mut other], room) = app.two_in_a_room().await;

    jimin.search(Some(10)).await;
    oliver.search(Some(10)).await;
    assert!(one.pushes_so_far().await.iter().all(|push| push["t"] != "match.proposed"));

    jimin.send(Method::POST, &format!("/api/v1/rooms/{room}/leave"), &json!({})).await;
    jimin.search(Some(10)).await;
    oliver.search(Some(10)).await;
    one.push("match.proposed").await;
    other.push("match.proposed").await;
}

#[tokio::test]
async fn who_has_no_socket_is_not_offered_and_after_a_while_gone() {
    let app = TestApp::start().await;
    let mut all = people(&app, ["jimin", "oliver"]).await;
    let (oliver, page) = all.pop().unwrap();
    oliver.search(Some(10)).await;
    page.leave().await;
    let (jimin, mut open) = all.pop().unwrap();
    jimin.search(Some(10)).await;
    assert!(open.pushes_so_far().await.iter().all(|push| push["t"] != "match.proposed"));

    // Back in time: the ticket is there, and is matched without being asked for again.
    let mut back = oliver.page().await;
    app.clock.advance(Duration::from_secs(6));
    let proposal = back.push("match.proposed").await;
    oliver.answer(&proposal, "decline").await;
    back.push("match.waiting").await;

    back.leave().await;
    app.clock.advance(Duration::from_secs(31));
    eventually("the lost ticket is dropped", || async {
        (!is_waiting(&oliver).await).then_some(())
    })
    .await;
}

#[tokio::test]
async fn a_page_that_comes_back_finds_its_proposal() {
    let app = TestApp::start().await;
    let mut all = people(&app, ["jimin", "oliver"]).await;
    for (person, _) in &all {
        person.search(Some(10)).await;
    }
    let proposal = all[0].1.push("match.proposed").await;
    for (_, page) in &mut all {
        // Whatever came is on the screen.
        page.pushes_so_far().await;
    }
    app.clock.advance(Duration::from_secs(10));

    let back = all[0].0.page().await;

    assert_eq!(back.ready["proposal"]["id"], proposal["id"]);
    assert_eq!(back.ready["proposal"]["token"], proposal["token"]);
    assert_eq!(back.ready["proposal"]["expires_in_ms"], 20_000);
    assert_eq!(back.ready["proposal"]["answered"], json!(null));
}

#[tokio::test]
async fn who_waits_long_is_told_and_may_stop() {
    let app = TestApp::start().await;
    let mut found = people(&app, ["jimin"]).await;
    let (jimin, mut page) = found.pop().unwrap();
    jimin.search(Some(5)).await;
    assert_eq!(page.push("match.waiting").await.get("notice"), None);

    app.clock.advance(Duration::from_mins(1));
    assert_eq!(page.push("match.waiting").await["notice"], "long_wait");

    for _ in 0..2 {
        let left = jimin.send(Method::DELETE, "/api/v1/match/ticket", &json!({})).await;
        assert_eq!(left.status, 204);
    }
    assert_eq!(page.push("match.ended").await["outcome"], "cancelled");
    assert!(!is_waiting(&jimin).await);
}

#[tokio::test]
async fn a_place_is_needed_and_runs_out() {
    let Some(app) = TestApp::start_where_time_flies().await else { return };
    let jimin = app.person("jimin").await;
    let _page = jimin.page().await;
    let join = async || {
        let body = json!({"max_distance_km": 5});
        jimin.send(Method::PUT, "/api/v1/match/ticket", &body).await
    };

    assert_eq!(join().await.code(), "place_needed");
    jimin.place(SEOUL).await;
    assert_eq!(join().await.status, 200);
    jimin.send(Method::DELETE, "/api/v1/match/ticket", &json!({})).await;
    app.clock.advance(Duration::from_mins(30));
    // The access token has run out as well by then.
    let mut jimin = jimin.clone();
    jimin.refresh().await;
    let body = json!({"max_distance_km": 5});
    let late = jimin.send(Method::PUT, "/api/v1/match/ticket", &body).await;
    assert_eq!(late.code(), "place_needed");
    let odd = json!({"max_distance_km": 7});
    let refused = jimin.send(Method::PUT, "/api/v1/match/ticket", &odd).await;
    assert_eq!(refused.code(), "invalid_request");
}

#[tokio::test]
async fn whose_gateway_died_without_a_word_is_not_offered_to_anybody() {
    let clock: SharedClock = Arc::new(SystemClock);
    let shared = Shared::in_process(&Config::load(None, []).unwrap(), &clock);
    let substitutes = Substitutes { shared: Some(shared.clone()), ..Substitutes::default() };
    let app = TestApp::start_on(&[&ALL], &[], substitutes).await;
    let mut all = people(&app, ["gone", "jimin"]).await;
    all[0].0.search(Some(10)).await;
    // As the registry is when a gateway did not live to say goodbye.
    let gateway = shared.nodes.alive().await.unwrap()[0].id;
    let gone: MemberId = all[0].0.id.parse().unwrap();
    shared.inboxes.disconnect(gone, gateway).await.unwrap();
    app.clock.advance(Duration::from_secs(6));
    eventually("the sweeper has noticed", || async {
        let joined = shared.pool.ticket(gone).await.unwrap()?;
        matches!(joined.state, TicketState::Lost(_)).then_some(())
    })
    .await;

    all[1].0.search(Some(10)).await;

    let pushes = all[1].1.pushes_so_far().await;
    assert!(pushes.iter().all(|push| push["t"] != "match.proposed"), "{pushes:?}");
}

#[tokio::test]
async fn a_changed_profile_is_what_the_next_proposal_shows() {
    let app = TestApp::start().await;
    let mut all = people(&app, ["jimin", "oliver"]).await;
    all[0].0.search(Some(10)).await;
    all[0].0.send(Method::DELETE, "/api/v1/match/ticket", &json!(null)).await;

    let change = json!({"nickname": "minji", "interests": ["chess"]});
    assert_eq!(all[0].0.send(Method::PATCH, "/api/v1/members/me", &change).await.status, 200);
    for (person, _) in &all {
        person.search(Some(10)).await;
    }

    let shown = all[1].1.push("match.proposed").await["partner"].clone();
    assert_eq!(shown["nickname"], "minji");
    assert_eq!(shown["shared_interests"], json!([]));
}

#[tokio::test]
async fn every_condition_is_a_hard_one_and_counts_both_ways() {
    let app = TestApp::start().await;
    let person = async |name: &str, sex: &str, birth: &str, languages: &[&str]| {
        let mut form = TestApp::form(name, &app.proof(name).await);
        (form["sex"], form["birth_date"]) = (json!(sex), json!(birth));
        form["languages"] = json!(languages);
        let made = app.post("/api/v1/members", &form).await;
        assert_eq!(made.status, 201, "{made:?}");
        let access = made.body["access_token"].as_str().unwrap().to_owned();
        let jimin = Person {
            doors: app.doors.clone(),
            id: made.body["member"]["id"].as_str().unwrap().to_owned(),
            name: name.to_owned(),
            access,
            cookie: made.cookie.unwrap(),
            device: made.device.unwrap(),
            client: reqwest::Client::new(),
        };
        let page = jimin.page().await;
        jimin.place(SEOUL).await;
        (jimin, page)
    };
    let wish = async |person: &Person, more: &Value| {
        let mut asked = json!({"max_distance_km": 10});
        asked.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        let ticket = person.send(Method::PUT, "/api/v1/match/ticket", &asked).await;
        assert_eq!(ticket.status, 200, "{ticket:?}");
        for (field, value) in more.as_object().unwrap() {
            assert_eq!(ticket.body[field], *value);
        }
    };
    // Each of them fits the seeker but for one thing, on one of the two sides.
    let (seeker, mut page) = person("seeker", "female", "1999-05-17", &["ko"]).await;
    let seeks = json!({"sex": "male", "age_min": 25, "age_max": 35, "language": "en"});
    let mut others = Vec::new();
    for (name, sex, birth, languages, wishes) in [
        ("sex", "female", "1996-01-01", &["en"][..], json!({})),
        ("shy", "undisclosed", "1996-01-01", &["en"], json!({})),
        ("young", "male", "2006-01-01", &["en"], json!({})),
        ("old", "male", "1980-01-01", &["en"], json!({})),
        ("mute", "male", "1996-01-01", &["ko"], json!({})),
        ("wants_men", "male", "1996-01-01", &["en"], json!({"sex": "male"})),
        ("wants_older", "male", "1996-01-01", &["en"], json!({"age_min": 40})),
        ("wants_younger", "male", "1996-01-01", &["en"], json!({"age_max": 20})),
        ("wants_english", "male", "1996-01-01", &["en"], json!({"language": "en"})),
    ] {
        let (other, page) = person(&name.replace('_', ""), sex, birth, languages).await;
        // They would fit each other in part, so they come one by one and leave again.
        wish(&other, &wishes).await;
        wish(&seeker, &seeks).await;
        let gone = Answer::of(other.request(Method::DELETE, "/api/v1/match/ticket")).await;
        assert_eq!(gone.status, 204, "{name} was proposed");
        others.push((other, page));
    }

    let (right, mut their_page) = person("right", "male", "1996-01-01", &["ko", "en"]).await;
    wish(&right, &json!({"sex": "female", "age_min": 20, "age_max": 30, "language": "ko"})).await;
    assert_eq!(page.push("match.proposed").await["partner"]["nickname"], "right");
    assert_eq!(their_page.push("match.proposed").await["partner"]["nickname"], "seeker");
}

#[tokio::test]
async fn a_wish_that_cannot_be_is_refused_field_by_field() {
    let app = TestApp::start().await;
    let jimin = app.person("jimin").await;
    jimin.place(SEOUL).await;
    for (wish, field) in [
        (json!({"max_distance_km": 7}), "max_distance_km"),
        (json!({"sex": "undisclosed"}), "sex"),
        (json!({"age_min": 151}), "age_min"),
        (json!({"age_min": 30, "age_max": 20}), "age_max"),
        (json!({"language": "Korean"}), "language"),
    ] {
        let refused = jimin.send(Method::PUT, "/api/v1/match/ticket", &wish).await;
        assert_eq!((refused.status, &refused.body["fields"][0]["field"]), (400, &json!(field)));
    }
    for odd in [json!({"sex": "other"}), json!({"age_min": -1}), json!({"zodiac": "cat"})] {
        let refused = jimin.send(Method::PUT, "/api/v1/match/ticket", &odd).await;
        assert_eq!(refused.code(), "invalid_request", "{odd}");
    }
}

/// Two who fit, one of whom does not look at its page when the proposal comes.
async fn one_looks_away(app: &TestApp) -> (Vec<(Person, Page)>, Value) {
    let mut all = people(app, ["jimin", "absent"]).await;
    all[1].1.look_away();
    let since = all[0].0.search(Some(10)).await["since"].clone();
    all[1].0.search(Some(10)).await;
    all[0].1.push("match.proposed").await;
    // So that the server knows what this page has seen.
    all[0].1.pushes_so_far().await;
    (all, since)
}

#[tokio::test]
async fn a_proposal_that_one_page_does_not_show_is_withdrawn_without_harm_to_the_other() {
    let app = TestApp::start().await;
    let (mut all, since) = one_looks_away(&app).await;

    app.clock.advance(Duration::from_secs(3));

    assert_eq!(all[0].1.push("match.ended").await["outcome"], "not_matched");
    let waiting = all[0].1.push("match.waiting").await;
    assert_eq!((&waiting["notice"], &waiting["ticket"]["since"]), (&json!("partner_gone"), &since));
    let missed = all[1].1.push("match.ended").await;
    assert_eq!(missed["outcome"], "missed");
    assert!(is_waiting(&all[1].0).await, "it has 30 s to say that it is there");

    // Nobody said no, so the two may meet as soon as both are there.
    all[1].1.ask("seen", json!({"proposal": missed["proposal"]})).await;
    all[1].1.push("match.waiting").await;
    for (_, page) in &mut all {
        page.push("match.proposed").await;
    }
}

#[tokio::test]
async fn who_never_says_that_it_is_there_is_dropped() {
    let app = TestApp::start().await;
    let (mut all, _) = one_looks_away(&app).await;
    app.clock.advance(Duration::from_secs(3));
    assert_eq!(all[1].1.push("match.ended").await["outcome"], "missed");

    app.clock.advance(Duration::from_secs(30));

    assert_eq!(all[1].1.push("match.ended").await["outcome"], "dropped");
    assert!(!is_waiting(&all[1].0).await);
    assert!(is_waiting(&all[0].0).await);
}

#[tokio::test]
async fn an_answer_says_that_the_proposal_was_seen() {
    let app = TestApp::start().await;
    let (mut all, _) = one_looks_away(&app).await;
    let proposal = all[1].1.push("match.proposed").await;
    all[1].0.answer(&proposal, "accept").await;

    app.clock.advance(Duration::from_secs(29));

    let other = all[0].0.page().await.ready["proposal"].clone();
    all[0].0.answer(&other, "accept").await;
    for (_, page) in &mut all {
        assert_eq!(page.push("match.ended").await["outcome"], "accepted");
    }
}

#[tokio::test]
async fn who_declines_one_after_the_other_pauses_longer_each_time() {
    let Some(app) = TestApp::start_where_time_flies().await else { return };
    let mut all = people(&app, ["choosy", "one1", "two2", "three", "four", "five"]).await;
    let (choosy, mut page) = all.remove(0);
    choosy.search(Some(10)).await;
    for (number, (other, _)) in all.iter().enumerate() {
        other.search(Some(10)).await;
        let proposal = page.push("match.proposed").await;
        choosy.answer(&proposal, "decline").await;
        let waiting = page.push("match.waiting").await;
        other.send(Method::DELETE, "/api/v1/match/ticket", &json!({})).await;
        let pause = [None, None, Some(15), Some(60), Some(300)][number];
        let Some(pause) = pause else {
            assert!(waiting["notice"].is_null(), "{waiting}");
            continue;
        };
        assert_eq!(waiting["notice"], "paused");
        assert_eq!(waiting["ticket"]["paused_ms"], pause * 1_000);

        // Neither leaving and coming back nor a reload ends it early.
        choosy.send(Method::DELETE, "/api/v1/match/ticket", &json!({})).await;
        assert_eq!(choosy.search(Some(10)).await["paused_ms"], pause * 1_000);
        page.leave().await;
        page = choosy.page().await;
        assert_eq!(page.ready["ticket"]["paused_ms"], pause * 1_000);
        app.clock.advance(Duration::from_secs(pause));
        assert!(page.push("match.waiting").await["ticket"]["paused_ms"].is_null());
    }
}

#[tokio::test]
async fn the_outlook_tells_of_many_and_never_of_a_few() {
    let app = TestApp::start().await;
    let mut found = people(&app, ["jimin"]).await;
    let (jimin, _page) = found.pop().unwrap();
    jimin.search(Some(5)).await;
    let outlook = async || jimin.get("/api/v1/match/ticket").await.body["outlook"].clone();
    let nothing = json!({"in_reach_at_least": 0, "wait_s": null, "narrowest": "distance"});
    assert_eq!(outlook().await, nothing);

    let mut others = Vec::new();
    for number in 0..10 {
        let other = app.person(&format!("busan{number}")).await;
        let page = other.page().await;
        other.place(if number == 0 { SEOUL } else { BUSAN }).await;
        let wish =
            json!({"max_distance_km": if number == 0 { Some(10) } else { None }, "sex": "female"});
        other.send(Method::PUT, "/api/v1/match/ticket", &wish).await;
        others.push((other, page));
        assert_eq!(outlook().await, nothing, "{number} others are like nobody");
    }
    let wide = json!({"max_distance_km": null, "age_max": 22});
    jimin.send(Method::PUT, "/api/v1/match/ticket", &wide).await;
    assert_eq!(outlook().await["in_reach_at_least"], 10);
    assert_eq!(jimin.get("/api/v1/match/ticket").await.body["max_distance_km"], Value::Null);
}
