//! Whose tokens are taken, before, while and after keys change.

use std::fs;
use std::os::unix::fs::PermissionsExt;

use jsonwebtoken::EncodingKey;

use crate::base::{Clock, ImageId, ManualClock};

use super::*;

const LIFE: Duration = Duration::from_mins(10);
const TOKENS_END: Duration = Duration::from_mins(12);

struct Bench {
    clock: Arc<ManualClock>,
    folder: tempfile::TempDir,
    keys: TokenKeys,
}

impl Bench {
    fn new() -> Self {
        let clock = Arc::new(ManualClock::at(Timestamp::from_micros(1_790_000_000_000_000)));
        let folder = tempfile::tempdir().unwrap();
        let shared: SharedClock = clock.clone();
        let keys = TokenKeys::open(folder.path(), "rand-chat", &shared).unwrap();
        Self { clock, folder, keys }
    }

    /// The same folder as another process has it.
    fn another(&self) -> TokenKeys {
        let clock: SharedClock = self.clock.clone();
        TokenKeys::open(self.folder.path(), "rand-chat", &clock).unwrap()
    }

    fn add(&self, active_in: Duration) -> KeyInfo {
        let now = self.clock.now();
        add_key(self.folder.path(), now + active_in, now).unwrap()
    }

    fn list(&self) -> Vec<(String, KeyUse)> {
        let infos = list_keys(self.folder.path(), self.clock.now()).unwrap();
        infos.into_iter().map(|info| (info.id, info.does)).collect()
    }

    fn retire(&self, id: &str, force: bool) -> Result<String, String> {
        let retired = retire_key(self.folder.path(), id, self.clock.now(), TOKENS_END, force);
        retired.map_err(|error| error.to_string())
    }
}

fn access(keys: &TokenKeys) -> String {
    keys.access(MemberId::fresh(), SessionId::fresh(), LIFE).unwrap()
}

fn key_of(token: &str) -> String {
    jsonwebtoken::decode_header(token).unwrap().kid.unwrap()
}

#[tokio::test]
async fn a_token_is_good_for_its_time_and_its_audience_only() {
    let Bench { clock, keys, .. } = Bench::new();
    let token = access(&keys);

    assert!(keys.check_access(&token).await.is_ok());
    assert_eq!(keys.check_match(&token).await, Err(TokenError::NotValid));
    assert_eq!(keys.check_image(&token).await, Err(TokenError::NotValid));
    assert_eq!(keys.check_internal(&token).await, Err(TokenError::NotValid));

    clock.advance(LIFE + LEEWAY);
    assert_eq!(keys.check_access(&token).await, Err(TokenError::Expired));
}

#[tokio::test]
async fn the_token_of_a_picture_says_whose_it_is_where_and_how_large_for_an_hour() {
    let Bench { clock, keys, .. } = Bench::new();
    let image = ImageView { id: ImageId::fresh(), width: 1600, height: 1200 };
    let claims = ImageClaims { member: MemberId::fresh(), room: RoomId::fresh(), image };
    let token = keys.for_image(claims).unwrap();

    assert_eq!(keys.check_image(&token).await, Ok(claims));
    assert_eq!(keys.check_access(&token).await, Err(TokenError::NotValid));
    assert_eq!(keys.check_internal(&token).await, Err(TokenError::NotValid));
    clock.advance(IMAGE_TOKEN_LIFE + LEEWAY);
    assert_eq!(keys.check_image(&token).await, Err(TokenError::Expired));
}

#[tokio::test]
async fn the_key_stays_the_same_over_a_restart_and_only_its_owner_can_read_it() {
    let bench = Bench::new();

    assert!(bench.another().check_access(&access(&bench.keys)).await.is_ok());
    bench.add(Duration::ZERO);
    for name in fs::read_dir(bench.folder.path()).unwrap() {
        let mode = name.unwrap().metadata().unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600);
    }
}

#[tokio::test]
async fn tokens_of_others_and_changed_ones_are_refused() {
    let (ours, theirs) = (Bench::new(), Bench::new());
    let token = access(&ours.keys);
    let parts: Vec<&str> = token.split('.').collect();
    let unsigned = format!("eyJhbGciOiJub25lIn0.{}.", parts[1]);
    let swapped = {
        let foreign = access(&theirs.keys);
        let payload = foreign.split('.').nth(1).unwrap().to_owned();
        format!("{}.{payload}.{}", parts[0], parts[2])
    };
    let mut header = Header::new(Algorithm::HS256);
    header.kid = Some(key_of(&token));
    let claims = serde_json::json!({"iss": "rand-chat", "aud": "access", "exp": i64::MAX / 2_000_000,
        "sub": Uuid::nil(), "sid": Uuid::nil(), "iat": 0, "jti": Uuid::nil()});
    let symmetric =
        jsonwebtoken::encode(&header, &claims, &EncodingKey::from_secret(b"guess")).unwrap();

    for bad in ["", "a.b.c", &unsigned, &swapped, &symmetric, &access(&theirs.keys)] {
        assert_eq!(ours.keys.check_access(bad).await, Err(TokenError::NotValid), "{bad}");
    }
}

#[tokio::test]
async fn a_key_signs_from_its_time_on_and_tokens_of_the_one_before_stay_good() {
    let bench = Bench::new();
    let before = access(&bench.keys);
    let added = bench.add(Duration::from_mins(5));
    bench.keys.reload().await.unwrap();

    assert_eq!(key_of(&access(&bench.keys)), key_of(&before), "not yet");
    bench.clock.advance(Duration::from_mins(5));
    let after = access(&bench.keys);

    assert_eq!(key_of(&after), added.id);
    for keys in [&bench.keys, &bench.another()] {
        assert!(keys.check_access(&before).await.is_ok());
        assert!(keys.check_access(&after).await.is_ok());
    }
    let uses = [(key_of(&before), KeyUse::Checking), (added.id, KeyUse::Signing)];
    assert_eq!(bench.list(), uses);
}

#[tokio::test]
async fn a_key_that_was_just_put_there_is_found_when_a_token_names_it() {
    let bench = Bench::new();
    let late = bench.another();
    bench.add(Duration::ZERO);
    bench.keys.reload().await.unwrap();
    let token = access(&bench.keys);

    let checks = (0..32).map(|_| late.check_access(&token));
    for checked in futures_util::future::join_all(checks).await {
        assert!(checked.is_ok(), "whoever asks at the same time is not refused");
    }
}

#[tokio::test(start_paused = true)]
async fn tokens_that_name_nonsense_have_the_folder_read_once_a_second_at_most() {
    let bench = Bench::new();
    let foreign: Vec<String> = (0..100).map(|_| access(&Bench::new().keys)).collect();
    let begun = Instant::now();
    for _ in 0..2 {
        let checked = bench.keys.check_access(&foreign[0]).await;
        assert_eq!(checked, Err(TokenError::NotValid));
    }
    assert_eq!(begun.elapsed(), Duration::ZERO, "nobody had looked lately; the second is known");

    // Whoever comes within the second with another waits for its end, and then one look answers all.
    let checks = foreign[1..].iter().map(|foreign| bench.keys.check_access(foreign));
    let late = async {
        tokio::time::sleep(Duration::from_millis(500)).await;
        bench.add(Duration::ZERO);
        let token = access(&bench.another());
        bench.keys.check_access(&token).await.map(|_| ())
    };
    let (checked, late) = tokio::join!(futures_util::future::join_all(checks), late);

    assert!(checked.iter().all(|checked| *checked == Err(TokenError::NotValid)));
    assert_eq!(late, Ok(()), "a key that has come meanwhile is found");
    assert_eq!(begun.elapsed(), LOOK_AGAIN_EVERY);
}

#[tokio::test]
async fn a_key_is_retired_only_when_nobody_needs_it_any_more() {
    let bench = Bench::new();
    let token = access(&bench.keys);
    let old = key_of(&token);
    assert!(bench.retire(&old, false).unwrap_err().contains("signs: add another first"));
    let waiting = bench.add(Duration::from_mins(5));
    assert!(bench.retire(&old, false).unwrap_err().contains("signs: add another first"));
    assert!(bench.retire("nobody", true).unwrap_err().contains("there is no key nobody"));

    bench.clock.advance(Duration::from_mins(5));
    let error = bench.retire(&old, false).unwrap_err();
    assert!(error.contains("are good until 2026-"), "{error}");
    // Nothing but the time when the new one became active counts, so another makes no difference.
    bench.add(Duration::from_mins(1));
    bench.clock.advance(Duration::from_micros(719_999_999));
    bench.retire(&old, false).unwrap_err();
    bench.clock.advance(Duration::from_micros(1));
    assert_eq!(bench.retire(&old, false).unwrap(), "ed25519.seed");

    assert_eq!(bench.list()[0].0, waiting.id);
    bench.keys.reload().await.unwrap();
    assert_eq!(bench.keys.check_access(&token).await, Err(TokenError::NotValid));
}

#[tokio::test]
async fn a_key_that_leaked_is_retired_at_once() {
    let bench = Bench::new();
    let token = access(&bench.keys);
    bench.add(Duration::ZERO);
    bench.retire(&key_of(&token), false).unwrap_err();

    bench.retire(&key_of(&token), true).unwrap();

    bench.keys.reload().await.unwrap();
    assert_eq!(bench.keys.check_access(&token).await, Err(TokenError::NotValid));
    assert!(bench.keys.check_access(&access(&bench.keys)).await.is_ok());
}

#[tokio::test]
async fn a_key_that_has_not_signed_yet_can_be_retired() {
    let bench = Bench::new();
    let waiting = bench.add(Duration::from_mins(5));

    assert_eq!(bench.retire(&waiting.id, false).unwrap(), waiting.file);
}

#[tokio::test]
async fn what_is_no_key_stops_a_start_and_changes_nothing_for_who_runs() {
    for (name, contents) in [
        ("ed25519-2026-11-25.seed", "00".repeat(32)),
        ("ed25519-2026-11-25T020000Z.seed.bak", "00".repeat(32)),
        ("ed25519-2026-13-25T020000Z.seed", "00".repeat(32)),
        ("ed25519-2026-11-25T020000Z.seed", "00".repeat(31)),
        ("ed25519-2026-11-25T020000Z.seed", "not hex".to_owned()),
        ("ed25519-2026-11-25T020000Z.seed", String::new()),
    ] {
        let bench = Bench::new();
        fs::write(bench.folder.path().join(name), contents).unwrap();
        let clock: SharedClock = bench.clock.clone();

        let refused = TokenKeys::open(bench.folder.path(), "rand-chat", &clock).err().unwrap();
        assert!(format!("{refused:#}").contains(name), "{refused:#}");

        let error = bench.keys.reload().await.unwrap_err();
        assert!(format!("{error:#}").contains(name), "{error:#}");
        assert!(bench.keys.check_access(&access(&bench.keys)).await.is_ok());
    }
}

#[tokio::test]
async fn a_running_process_keeps_its_keys_when_the_folder_is_gone() {
    let bench = Bench::new();
    for entry in fs::read_dir(bench.folder.path()).unwrap() {
        fs::remove_file(entry.unwrap().path()).unwrap();
    }

    let error = bench.keys.reload().await.unwrap_err();

    assert!(error.to_string().contains("there is no key"), "{error}");
    assert!(bench.keys.check_access(&access(&bench.keys)).await.is_ok());
}

#[tokio::test]
async fn one_key_under_two_names_is_told() {
    let bench = Bench::new();
    let folder = bench.folder.path();
    let copy = folder.join("ed25519-2026-11-25T020000Z.seed");
    fs::copy(folder.join("ed25519.seed"), copy).unwrap();

    let error = bench.keys.reload().await.unwrap_err().to_string();

    assert!(error.contains("are the same key"), "{error}");
}

#[tokio::test]
async fn other_files_in_the_folder_do_not_matter() {
    let bench = Bench::new();
    for name in ["file-links.key", ".ed25519.seed-draft", "README"] {
        fs::write(bench.folder.path().join(name), "x").unwrap();
    }

    bench.keys.reload().await.unwrap();
    assert_eq!(bench.list().len(), 1);
}

#[test]
fn a_name_says_a_moment_to_the_second_and_never_an_earlier_one() {
    let bench = Bench::new();
    bench.clock.advance(Duration::from_micros(1));

    let added = bench.add(Duration::ZERO);

    assert_eq!(added.file, "ed25519-2026-09-21T141321Z.seed");
    assert_eq!(added.active_at, Some(Timestamp::from_micros(1_790_000_001_000_000)));
    let now = bench.clock.now();
    let twice = add_key(bench.folder.path(), now, now).unwrap_err().to_string();
    assert!(twice.contains("there is one already"), "{twice}");
}
