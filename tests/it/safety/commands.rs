//! `rand-chat admin` beside a process of its own, and when there is none.

use crate::crash::{Process, free_ports, sign_up};
use crate::harness::{are_distributed, server};

use super::*;

fn settings(ports: [u16; 2]) -> [(&'static str, String); 2] {
    [
        ("RAND_CHAT__HTTP__PORT", ports[0].to_string()),
        ("RAND_CHAT__INTERNAL__PORT", ports[1].to_string()),
    ]
}

#[tokio::test]
async fn the_commands_find_the_process_by_the_settings_and_say_what_they_did() {
    let folder = tempfile::tempdir().unwrap();
    let (ports, data_dir) = (free_ports(), folder.path().join("data"));
    let process = Process::start(folder.path(), ports).await;
    let access = sign_up(&process.doors, folder.path(), "jimin").await;
    let mut page = Page::greeted(&process.doors, &access, None).await;
    let settings = settings(ports);
    let ask = async |args: &[&str]| run_admin(&data_dir, &settings, args).await;

    let none = ask(&["reports"]).await;
    assert_eq!((none.code, none.printed.as_str()), (Some(0), "no reports\n"), "{none:?}");
    let suspended = ask(&["suspend", "jimin_01", "--for", "12h", "--reason", "spam"]).await;
    assert_eq!(suspended.code, Some(0), "{suspended:?}");
    assert!(suspended.printed.contains("jimin_01 (jimin)"), "{suspended:?}");
    assert!(suspended.printed.contains("by hana: spam"), "{suspended:?}");
    assert_eq!(page.closed().await, 4503);
    let unknown = "01935f3a-7c00-7000-8000-000000000001";
    for (args, said) in [
        (&["report", unknown][..], "no such report"),
        (&["decide", unknown, "--dismiss"], "no such report"),
        (&["member", "nobody_01"], "no such member"),
        (&["suspend", unknown, "--for", "1d", "--reason", "spam"], "no such member"),
        (&["release", "nobody_01"], "no such member"),
    ] {
        let refused = ask(args).await;
        assert_eq!(refused.code, Some(1), "{refused:?}");
        assert!(refused.error.contains(said), "{refused:?}");
    }
    for wrong in [
        &["suspend", "jimin_01", "--for", "7"][..],
        &["suspend", "jimin_01", "--for", "7d"],
        &["suspend", "a/../b", "--for", "7d", "--reason", "spam"],
        &["decide", unknown],
        &["reports", "--state", "lost"],
    ] {
        assert_eq!(ask(wrong).await.code, Some(2), "{wrong:?}");
    }
    drop(process);
    let away = ask(&["reports"]).await;
    assert_eq!(away.code, Some(1));
    for part in ["no running process with the role member answers", &ports[1].to_string(), "--at"] {
        assert!(away.error.contains(part), "{away:?}");
    }
}

#[tokio::test]
async fn a_command_with_other_keys_or_none_is_refused_and_makes_none() {
    let app = TestApp::start().await;
    let at = app.internal("");
    let empty = tempfile::tempdir().unwrap();

    let without = run_admin(empty.path(), &[], &["reports", "--at", &at]).await;
    assert_eq!(without.code, Some(1));
    assert!(without.error.contains("keys of the service"), "{without:?}");
    assert!(!empty.path().join("keys").exists(), "none is made");

    let other = TestApp::start().await;
    let foreign = run_admin(&other.data_dir(), &[], &["reports", "--at", &at]).await;
    assert_eq!(foreign.code, Some(1));
    assert!(foreign.error.contains("has other keys"), "{foreign:?}");
}

#[tokio::test]
async fn a_report_is_printed_for_people_and_nothing_in_it_moves_the_cursor() {
    let app = TestApp::start().await;
    let ([jimin, _oliver], [mut one, mut other], room) = app.two_in_a_room().await;
    other.send(&room, "unkind\u{1b}[2J\nreport fake").await;
    let unsaid = other.send(&room, "unsaid").await;
    let unsaid = json!({"room": room, "id": unsaid["cid"]});
    assert_eq!(other.ask("retract", unsaid).await["t"], "ok");
    one.push("retracted").await;
    let made = report(&jimin, &room, "harassment", Some("see above")).await;
    let id = made.body["id"].as_str().unwrap();

    let queue = admin(&app, &["reports"]).await.printed;
    assert!(
        queue.contains(id) && queue.contains("jimin_01 (jimin) reports oliver_01 (oliver)"),
        "{queue}"
    );
    let printed = admin(&app, &["report", id]).await.printed;
    for part in [
        "reason    harassment",
        "state     open",
        "what the reporter wrote:\n  see above",
        "nickname      oliver",
        "reported: unkind\\u{1b}[2J ⏎ report fake",
        "reported: (retracted)",
        "suspensions of the reported member:\n  none",
    ] {
        assert!(printed.contains(part), "{part} in {printed}");
    }
    assert!(!printed.contains('\u{1b}'), "{printed}");
}

/// The commands ask a process with the role; others say so.
#[tokio::test]
async fn a_process_without_the_role_says_so() {
    use rand_chat::app::Role;
    let app = TestApp::start_with(&[Role::WsGateway], &[]).await;
    let refused = admin(&app, &["reports"]).await;
    assert_eq!(refused.code, Some(1));
    assert!(refused.error.contains("does not play the role member"), "{refused:?}");
}

/// With Redis nobody has to say where a process is: those with other roles are passed over.
#[tokio::test]
async fn the_commands_find_a_process_by_what_it_announced() {
    use rand_chat::app::{Role, Substitutes};
    if !are_distributed() {
        return;
    }
    let prefix = format!("test-{}", uuid::Uuid::now_v7());
    let processes: [&[Role]; 2] =
        [&[Role::WsGateway, Role::Matcher], &[Role::Member, Role::ChatWriter]];
    let app =
        TestApp::start_on(&processes, &[("redis__prefix", &prefix)], Substitutes::default()).await;
    let _oliver = app.person("oliver").await;
    let settings = [
        ("RAND_CHAT__REDIS__URLS", server("RAND_CHAT_TEST_REDIS")),
        ("RAND_CHAT__REDIS__PREFIX", prefix.clone()),
    ];

    let suspend = ["suspend", "oliver_01", "--for", "1d", "--reason", "spam"];
    let done = run_admin(&app.data_dir(), &settings, &suspend).await;

    assert_eq!(done.code, Some(0), "{done:?}");
    assert_eq!(log_in(&app, "oliver", PASSWORD).await.code(), "suspended");
    app.request_stop();
    let data_dir = app.data_dir();
    assert!(app.stopped().await);
    let away = run_admin(&data_dir, &settings, &suspend).await;
    assert_eq!(away.code, Some(1), "{away:?}");
    assert!(!away.error.is_empty());
}
