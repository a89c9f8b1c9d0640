//! The program from the outside: what it says when it cannot start, and its other commands.

use std::net::TcpListener;
use std::path::Path;
use std::process::{Command, Output};

fn rand_chat(folder: &Path) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_rand-chat"));
    command
        .current_dir(folder)
        .env_remove("RAND_CHAT_ROLE")
        .env("RAND_CHAT__HTTP__PORT", "0")
        .env("RAND_CHAT__INTERNAL__PORT", "0");
    command
}

fn output(command: &mut Command) -> (Option<i32>, String, String) {
    let Output { status, stdout, stderr } = command.output().unwrap();
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
    (status.code(), text(stdout), text(stderr))
}

/// The one line that a refused start prints.
fn refusal(command: &mut Command) -> (Option<i32>, String) {
    let (code, _, stderr) = output(command);
    let lines: Vec<&str> = stderr.lines().filter(|line| line.starts_with("rand-chat: ")).collect();
    assert_eq!(lines.len(), 1, "{stderr}");
    (code, lines[0].to_owned())
}

#[test]
fn a_role_named_wrongly_is_told_with_those_there_are() {
    let folder = tempfile::tempdir().unwrap();
    let (code, _, stderr) = output(rand_chat(folder.path()).args(["--role", "gateway"]));
    assert_eq!(code, Some(2));
    for part in ["gateway", "member", "matcher", "ws-gateway", "chat-writer"] {
        assert!(stderr.contains(part), "{stderr}");
    }
    let by_environment = output(rand_chat(folder.path()).env("RAND_CHAT_ROLE", "member,nobody"));
    assert_eq!(by_environment.0, Some(2));
}

#[test]
fn wrong_settings_are_told_in_one_line_each_with_its_name() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("wrong.toml");
    std::fs::write(&file, "[http]\nprot = 1\n").unwrap();
    let mut with_file = rand_chat(folder.path());
    with_file.arg("--config").arg(&file);
    let mut missing_file = rand_chat(folder.path());
    missing_file.args(["--config", "nowhere.toml"]);
    for (command, named) in [
        (rand_chat(folder.path()).env("RAND_CHAT__HTTP__PORT", "many"), "port"),
        (rand_chat(folder.path()).env("RAND_CHAT__HTTP__COLOUR", "red"), "colour"),
        (rand_chat(folder.path()).env("RAND_CHAT__STORAGE__READERS", "0"), "storage.readers"),
        (&mut with_file, "prot"),
        (&mut missing_file, "nowhere.toml"),
    ] {
        let (code, line) = refusal(command);
        assert_eq!(code, Some(78), "{line}");
        assert!(line.contains(named), "{line}");
    }
}

#[test]
fn a_port_in_use_is_told_with_the_setting_to_change() {
    let folder = tempfile::tempdir().unwrap();
    let taken = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = taken.local_addr().unwrap().port().to_string();

    let (code, line) = refusal(rand_chat(folder.path()).env("RAND_CHAT__HTTP__PORT", &port));

    assert_eq!(code, Some(1));
    assert!(line.contains(&port) && line.contains("RAND_CHAT__HTTP__PORT"), "{line}");
}

#[test]
fn a_data_folder_that_cannot_be_written_is_told() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("a-file");
    std::fs::write(&file, "").unwrap();

    let inside = file.join("data");
    let (code, line) =
        refusal(rand_chat(folder.path()).env("RAND_CHAT__STORAGE__DATA_DIR", &inside));

    assert_eq!(code, Some(1));
    assert!(line.contains("storage.data_dir") && line.contains("a-file"), "{line}");
}

#[test]
fn the_other_commands_print_and_end() {
    let folder = tempfile::tempdir().unwrap();
    let (code, migrated, _) = output(rand_chat(folder.path()).arg("migrate"));
    assert_eq!(code, Some(0));
    assert!(migrated.contains("create_members"), "{migrated}");
    let (_, again, _) = output(rand_chat(folder.path()).arg("migrate"));
    assert_eq!(again, "nothing to do\n");

    let (code, settings, _) = output(rand_chat(folder.path()).arg("config"));
    assert_eq!(code, Some(0));
    assert!(settings.contains("http.port = 0\n"), "{settings}");

    let (code, api, _) = output(rand_chat(folder.path()).arg("openapi"));
    assert_eq!(code, Some(0));
    let api: serde_json::Value = serde_json::from_str(&api).unwrap();
    assert!(api["paths"]["/api/v1/rooms"].is_object());

    let (code, frames, _) = output(rand_chat(folder.path()).arg("protocol"));
    assert_eq!(code, Some(0));
    let frames: serde_json::Value = serde_json::from_str(&frames).unwrap();
    assert!(frames["$defs"]["ToPage"].is_object());

    let (code, version, _) = output(rand_chat(folder.path()).arg("--version"));
    assert_eq!((code, version), (Some(0), format!("rand-chat {}\n", env!("CARGO_PKG_VERSION"))));
    let (code, help, _) = output(rand_chat(folder.path()).arg("--help"));
    assert_eq!(code, Some(0));
    for part in ["--role", "--config", "migrate", "openapi", "protocol", "Exit codes"] {
        assert!(help.contains(part), "{help}");
    }
}
