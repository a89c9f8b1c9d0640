//! Tests of the code itself: what may import what, and that every file says what it is for.
#![expect(clippy::unwrap_used, reason = "a test that cannot read the code should stop loudly")]

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

/// The floor of every top-level module. A module may import only from lower floors, and from
/// `FRIENDS` on its own.
const FLOORS: &[(&str, u8)] = &[
    ("base", 0),
    ("protocol", 0),
    ("config", 1),
    ("imaging", 1),
    ("runtime", 1),
    ("infra", 2),
    ("http", 3),
    ("chat", 4),
    ("safety", 4),
    ("member", 5),
    ("matcher", 5),
    ("ws_gateway", 5),
    ("chat_writer", 5),
    ("app", 6),
    ("cli", 7),
];

/// Imports between neighbours on one floor.
const FRIENDS: &[(&str, &str)] = &[("protocol", "base"), ("safety", "chat")];

/// Crates that only some modules may name, and the places that may.
const FENCES: &[(&str, &[&str])] = &[
    ("diesel", &["infra/db/", "store.rs", "member/store/"]),
    ("diesel_migrations", &["infra/db/"]),
    ("jsonwebtoken", &["http/tokens/"]),
    ("argon2", &["member/passwords.rs"]),
    ("rustix", &["member/passwords.rs"]),
    ("zxcvbn", &["member/common_passwords.rs"]),
    ("deadpool", &["infra/db/postgres/"]),
    ("diesel_async", &["infra/db/postgres/"]),
    ("tokio_postgres", &["infra/db/postgres/"]),
    ("rustls", &["infra/db/postgres/"]),
    ("lettre", &["infra/mail/"]),
    ("image", &["imaging/"]),
    ("deadpool_redis", &["infra/shared/redis/"]),
    ("reqwest", &["infra/peers/", "infra/objects/s3/", "ws_gateway/chat_writer_client.rs"]),
    ("rusoto_core", &["infra/objects/s3/"]),
    ("rusoto_s3", &["infra/objects/s3/"]),
    ("http02", &["infra/objects/s3/"]),
    ("hmac", &["infra/objects/"]),
    ("actix_ws", &["ws_gateway/wire/"]),
    ("socket2", &["http/connection.rs", "http/upgraded.rs"]),
    ("actix_http", &["http/server.rs", "http/upgraded.rs"]),
    ("actix_service", &["http/server.rs", "http/upgraded.rs"]),
    ("actix_codec", &["http/upgraded.rs"]),
    (
        "actix_web",
        &[
            "http/",
            "http.rs",
            "member/http/",
            "internal.rs",
            "ws_gateway/upgrade.rs",
            "ws_gateway/wire/",
            "runtime/parts.rs",
            "app/",
        ],
    ),
    ("clap", &["cli.rs", "app/role.rs"]),
    ("rust_embed", &["http/client_files.rs"]),
    ("tracing_subscriber", &["cli.rs"]),
];

/// The only places that may write a table.
const OWNERS: &[(&str, &str)] = &[
    ("members", "member/store/"),
    ("consents", "member/store/"),
    ("sessions", "member/store/"),
    ("refresh_tokens", "member/store/"),
    ("devices", "member/store/"),
    ("letters", "member/store/"),
    ("object_deletions", "infra/objects/store.rs"),
    ("audit", "member/store/"),
    ("rooms", "chat/store.rs"),
    ("room_members", "chat/store.rs"),
    ("messages", "chat/store.rs"),
    ("blocks", "safety/store.rs"),
    ("reports", "safety/store.rs"),
    ("report_images", "safety/store.rs"),
    ("suspensions", "member/store/"),
];

#[test]
fn every_table_is_written_by_its_owner_only() {
    let mut wrong = Vec::new();
    for (file, text) in sources() {
        for (table, owner) in OWNERS {
            for verb in ["insert_into", "update", "delete"] {
                if !file.starts_with(owner) && text.contains(&format!("{verb}({table}::table")) {
                    wrong.push(format!("{file}: only {owner} may {verb} `{table}`"));
                }
            }
        }
    }
    assert!(wrong.is_empty(), "\n{}\n", wrong.join("\n"));
}

#[test]
fn every_kind_of_shared_value_is_in_the_table_of_the_architecture() {
    let keys = fs::read_to_string(root().join("src/infra/shared/keys.rs")).unwrap();
    let page = fs::read_to_string(root().join("ARCHITECTURE.md")).unwrap();
    let variants = keys.lines().filter_map(|line| line.trim().strip_suffix("),"));
    let names: Vec<&str> = variants
        .filter(|line| !line.contains("=>") && !line.contains("::"))
        .filter_map(|line| line.split('(').next())
        .collect();
    assert!(names.len() >= 5, "{names:?}");
    for name in names {
        assert!(page.contains(&format!("`{name}`")), "ARCHITECTURE.md does not name `{name}`");
    }
}

#[test]
fn the_documentation_names_only_files_that_are_there() {
    let mut wrong = Vec::new();
    let mut pages = vec!["README.md".to_owned(), "ARCHITECTURE.md".to_owned()];
    for folder in ["docs", "docs/walkthroughs", "docs/adr"] {
        for entry in fs::read_dir(root().join(folder)).unwrap() {
            let path = entry.unwrap().path();
            if path.extension().is_some_and(|extension| extension == "md") {
                let name = path.file_name().unwrap().to_string_lossy().into_owned();
                pages.push(format!("{folder}/{name}"));
            }
        }
    }
    for page in pages {
        let text = fs::read_to_string(root().join(&page)).unwrap();
        for named in text.split('`').skip(1).step_by(2) {
            let is_file = ["src/", "tests/", "docs/", "config/", "migrations/", "web/src/"]
                .iter()
                .any(|folder| named.starts_with(folder));
            let path = named.split([' ', ':']).next().unwrap();
            if is_file && !path.contains(['*', '{', '<']) && !root().join(path).exists() {
                wrong.push(format!("{page}: there is no {path}"));
            }
        }
    }
    assert!(wrong.is_empty(), "\n{}\n", wrong.join("\n"));
}

#[test]
fn no_comment_leaves_work_for_later_without_an_issue() {
    let mut wrong = Vec::new();
    for (file, text) in sources() {
        for (number, line) in text.lines().enumerate() {
            let open = ["TODO", "FIXME", "XXX"].iter().any(|mark| line.contains(mark));
            if open && !line.contains("(#") {
                wrong.push(format!("{file}:{}: name the issue", number + 1));
            }
        }
    }
    assert!(wrong.is_empty(), "\n{}\n", wrong.join("\n"));
}

#[test]
fn imports_follow_the_floor_plan() {
    let floors: BTreeMap<_, _> = FLOORS.iter().copied().collect();
    let mut wrong = Vec::new();
    for (file, text) in sources() {
        let Some(from) = module_of(&file) else { continue };
        let from_floor = floors.get(from.as_str());
        let Some(from_floor) = from_floor else {
            wrong.push(format!("{file}: module `{from}` is on no floor, add it to FLOORS"));
            continue;
        };
        for to in crate_imports(&text) {
            let friends = FRIENDS.contains(&(from.as_str(), to.as_str()));
            let below = floors.get(to.as_str()).is_some_and(|to_floor| to_floor < from_floor);
            if to != from && !friends && !below {
                wrong.push(format!("{file}: `{from}` must not import `{to}`"));
            }
        }
    }
    assert!(wrong.is_empty(), "\n{}\n", wrong.join("\n"));
}

#[test]
fn crates_stay_behind_their_fences() {
    let mut wrong = Vec::new();
    for (file, text) in sources() {
        for (krate, places) in FENCES {
            let allowed =
                places.iter().any(|place| file.starts_with(place) || file.ends_with(place));
            if !allowed && code_lines(&text).any(|line| names_crate(line, krate)) {
                wrong.push(format!("{file}: `{krate}` may be named only in {places:?}"));
            }
        }
    }
    assert!(wrong.is_empty(), "\n{}\n", wrong.join("\n"));
}

/// Before this migration no table had rows yet.
const FIRST_WITH_ROWS: &str = "2026-11-25-000004";

#[test]
fn an_index_on_a_table_in_use_is_built_beside_those_who_use_it() {
    let mut wrong = Vec::new();
    for folder in fs::read_dir(root().join("migrations/postgres")).unwrap() {
        let folder = folder.unwrap().path();
        let name = folder.file_name().unwrap().to_string_lossy().into_owned();
        if name.as_str() < FIRST_WITH_ROWS {
            continue;
        }
        let metadata = fs::read_to_string(folder.join("metadata.toml")).unwrap_or_default();
        let outside = metadata.contains("run_in_transaction = false");
        let up = fs::read_to_string(folder.join("up.sql")).unwrap();
        if indexes_are_in_the_way(&up, outside) {
            wrong.push(name);
        }
    }
    assert_eq!(wrong, Vec::<String>::new(), "see migrations/README.md");
}

/// Whether some index of a migration keeps others from their tables: it is built in a transaction, or not `CONCURRENTLY`,
/// and its table is not made here.
fn indexes_are_in_the_way(up: &str, outside: bool) -> bool {
    let code: Vec<&str> = up.lines().filter(|line| !line.trim_start().starts_with("--")).collect();
    let code = code.join(" ");
    let statements = code.split(';').map(|it| it.split_whitespace().collect::<Vec<_>>());
    let statements: Vec<Vec<&str>> = statements.filter(|words| !words.is_empty()).collect();
    let is_made = |table| statements.iter().any(|it| it.starts_with(&["CREATE", "TABLE", table]));
    statements.iter().filter(|words| words[0] == "CREATE" && words.contains(&"INDEX")).any(
        |words| {
            let on = words.iter().position(|word| *word == "ON").unwrap();
            let beside = words.contains(&"CONCURRENTLY") && outside && statements.len() == 1;
            !beside && !is_made(words[on + 1])
        },
    )
}

#[test]
fn the_reader_of_migrations_tells_which_indexes_are_in_the_way() {
    let index = "-- Why.\nCREATE INDEX i ON t (x);";
    assert!(indexes_are_in_the_way(index, true));
    assert!(!indexes_are_in_the_way(&format!("CREATE TABLE t (x uuid); {index}"), false));
    let beside = "CREATE UNIQUE INDEX CONCURRENTLY i ON t (x);";
    assert!(!indexes_are_in_the_way(beside, true));
    assert!(indexes_are_in_the_way(beside, false), "in a transaction");
    assert!(indexes_are_in_the_way(&format!("SELECT 1; {beside}"), true), "it is one then too");
}

#[test]
fn every_file_says_what_it_is_for() {
    let mut wrong = Vec::new();
    for (file, text) in sources() {
        if !text.starts_with("//! ") {
            wrong.push(format!("{file}: must begin with a `//!` line that says what it is for"));
        }
    }
    assert!(wrong.is_empty(), "\n{}\n", wrong.join("\n"));
}

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// Every source file, as its path below `src/` and its text.
fn sources() -> Vec<(String, String)> {
    let root = root().join("src");
    let mut files = Vec::new();
    collect(&root, &mut files);
    files
        .into_iter()
        .map(|path| {
            let name = path.strip_prefix(&root).unwrap().to_string_lossy().replace('\\', "/");
            (name, fs::read_to_string(&path).unwrap())
        })
        .collect()
}

fn collect(folder: &Path, files: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            collect(&path, files);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            files.push(path);
        }
    }
}

/// The top-level module a file belongs to; none for the crate roots.
fn module_of(file: &str) -> Option<String> {
    let first = file.split('/').next()?.trim_end_matches(".rs");
    (!matches!(first, "lib" | "main")).then(|| first.to_owned())
}

fn code_lines(text: &str) -> impl Iterator<Item = &str> {
    text.lines().map(str::trim).filter(|line| !line.starts_with("//"))
}

/// The top-level modules named after `crate::`, also in braces and over several lines.
fn crate_imports(text: &str) -> BTreeSet<String> {
    let code: String = code_lines(text).collect::<Vec<_>>().join(" ");
    let mut found = BTreeSet::new();
    for (at, _) in code.match_indices("crate::") {
        let rest = &code[at + "crate::".len()..];
        match rest.strip_prefix('{') {
            None => found.extend(leading_name(rest)),
            Some(group) => found.extend(top_names(group)),
        }
    }
    found
}

/// The first path segment of each entry in a brace group.
fn top_names(group: &str) -> BTreeSet<String> {
    let (mut depth, mut start, mut names) = (0_u32, true, BTreeSet::new());
    for (at, letter) in group.char_indices() {
        match letter {
            '{' => depth += 1,
            '}' if depth == 0 => break,
            '}' => depth -= 1,
            ',' if depth == 0 => start = true,
            letter if start && letter.is_alphabetic() => {
                start = false;
                names.extend(leading_name(&group[at..]));
            }
            _ => {}
        }
    }
    names
}

fn leading_name(text: &str) -> Option<String> {
    let name: String = text.chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect();
    (!name.is_empty()).then_some(name)
}

fn names_crate(line: &str, krate: &str) -> bool {
    line.match_indices(krate).any(|(at, _)| {
        let before = line[..at].chars().next_back();
        let after = &line[at + krate.len()..];
        // In quotes it is a text, such as the target of a log line.
        !before.is_some_and(|c| c.is_alphanumeric() || "_:\"".contains(c))
            && after.starts_with("::")
    })
}

#[test]
fn the_reader_of_imports_understands_groups() {
    let text = "use crate::{base::{Clock, ids}, http};\nuse crate::config::Config; // crate::x";
    let found: Vec<_> = crate_imports(text).into_iter().collect();
    assert_eq!(found, ["base", "config", "http", "x"]);
}
