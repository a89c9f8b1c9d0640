//! Nothing that is nobody's business stands in the logs: the real program does everything there is, with
//! everything logged, and then what it has logged is searched.

mod canaries;
mod flows;
mod mail_server;
mod program;

use self::canaries::Leak;
use self::flows::{Post, Run};
use self::mail_server::take_mails;
use self::program::Program;

fn assert_none(leaks: &[Leak], place: &str) {
    let lines: Vec<String> = leaks
        .iter()
        .map(|Leak { canary, form, line }| format!("{canary} ({form}) in: {line}"))
        .collect();
    assert!(leaks.is_empty(), "{} leaks in {place}:\n{}\n", leaks.len(), lines.join("\n"));
}

#[tokio::test]
async fn the_logs_for_people_hold_no_secret_and_standard_output_only_mails() {
    let folder = tempfile::tempdir().unwrap();
    let program = Program::start(folder.path(), &[]).await;
    let mut run = Run::new(program, Post::Printed);

    run.everything().await;

    let (logged, printed) = run.program.stop().await;
    for heard in ["rand_chat::http::problem: request refused", "hyper_util::client"] {
        assert!(logged.contains(heard), "everything is logged: {heard}");
    }
    assert!(run.canaries.len() > 40, "{} canaries", run.canaries.len());
    assert_none(&run.canaries.leaks(&logged), "the log");
    assert_none(&run.canaries.leaks_into_mails(&printed), "the mails");
    // The search finds what is there: the mails.
    for canary in run.canaries.mailed().filter(|canary| canary.name == "a code") {
        assert!(printed.contains(&canary.value), "{canary:?}");
    }
}

#[tokio::test]
async fn the_logs_for_machines_hold_no_secret_when_mails_leave_over_smtp() {
    let folder = tempfile::tempdir().unwrap();
    let (port, taken) = take_mails().await;
    let port = port.to_string();
    let settings = [
        ("log__format", "json"),
        ("mail__kind", "smtp"),
        ("mail__host", "127.0.0.1"),
        ("mail__port", &port),
        ("mail__security", "none"),
        ("mail__from", "rand-chat <no-reply@chat.example>"),
    ];
    let program = Program::start(folder.path(), &settings).await;
    let mut run = Run::new(program, Post::Server(taken));

    run.everything().await;

    let (logged, printed) = run.program.stop().await;
    assert!(logged.contains("a letter did not leave"), "some addresses are refused");
    assert_none(&run.canaries.leaks(&logged), "the log");
    assert_eq!(printed, "", "nothing is printed");
}
