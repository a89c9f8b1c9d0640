//! Objects: in a folder, and in a bucket of an S3 server.

use std::sync::Arc;
use std::time::{Duration, Instant};

use rand_chat::app::{Role, Substitutes};
use rand_chat::base::{SharedClock, SystemClock};
use rand_chat::config::Config;
use rand_chat::infra::Objects;
use rand_chat::infra::objects::{Object, ObjectError, ObjectHead, ObjectStore};
use reqwest::{Response, Url};
use tempfile::TempDir;
use tokio::net::TcpListener;

use crate::harness::{TestApp, eventually, on_s3, server};

const LIFE: Duration = Duration::from_mins(10);
pub const WEBP: &str = "image/webp";

/// Where objects are.
#[derive(Clone, Copy, Debug)]
enum Place {
    Folder,
    S3,
}

/// A store with nothing in it, and the service that its links lead to, if they lead to ours.
struct Bench {
    store: Arc<dyn ObjectStore>,
    service: Option<TestApp>,
    _folder: TempDir,
}

impl Place {
    async fn bench(self, more: &[(&str, &str)]) -> Bench {
        let folder = tempfile::tempdir().unwrap();
        let data_dir = folder.path().display().to_string();
        let mut settings = vec![("storage__data_dir", data_dir)];
        settings.extend(match self {
            Self::Folder => Vec::new(),
            Self::S3 => on_s3(),
        });
        settings.extend(more.iter().map(|(key, value)| (*key, (*value).to_owned())));
        let settings: Vec<(&str, &str)> = settings.iter().map(|(k, v)| (*k, v.as_str())).collect();
        let service = match self {
            Self::S3 => None,
            Self::Folder => {
                let substitutes =
                    Substitutes { clock: Some(Arc::new(SystemClock)), ..Default::default() };
                Some(TestApp::start_on(&[&[Role::ChatWriter]], &settings, substitutes).await)
            }
        };
        Bench { store: open(&settings, &[]), service, _folder: folder }
    }
}

impl Bench {
    /// What a browser gets that follows a link.
    async fn follow(&self, link: &str) -> Response {
        let link = match &self.service {
            Some(service) => service.url(link),
            None => link.to_owned(),
        };
        reqwest::get(link).await.unwrap()
    }
}

/// The store of these settings, with these variables in the environment besides.
pub fn open(settings: &[(&str, &str)], variables: &[(&str, &str)]) -> Arc<dyn ObjectStore> {
    let ours = settings.iter().map(|(k, v)| (format!("RAND_CHAT__{}", k.to_uppercase()), *v));
    let all = ours.chain(variables.iter().map(|(k, v)| ((*k).to_owned(), *v)));
    let config = Config::load(None, all.map(|(k, v)| (k, v.to_owned()))).unwrap();
    let clock: SharedClock = Arc::new(SystemClock);
    Objects::open(&config.objects, &config.storage.data_dir, &clock).unwrap().store
}

/// The store on the S3 server, with some settings changed.
fn s3_with(changes: &[(&str, &str)]) -> Arc<dyn ObjectStore> {
    let settings = on_s3();
    let settings = settings.iter().map(|(key, value)| (*key, value.as_str()));
    open(&settings.chain(changes.iter().copied()).collect::<Vec<_>>(), &[])
}

macro_rules! on_every_store {
    ($(async fn $name:ident($place:ident: Place) $body:block)*) => {
        $(mod $name {
            use super::*;

            async fn test($place: Place) $body

            #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn in_a_folder() {
                test(Place::Folder).await;
            }

            #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn on_s3() {
                test(Place::S3).await;
            }
        })*
    };
}

on_every_store! {
    async fn what_was_put_is_there_with_its_type_until_it_is_deleted(place: Place) {
        let store = place.bench(&[]).await.store;
        let name = "member/0190-face_1.bin";
        assert_eq!(store.get(name).await.unwrap(), None);
        assert_eq!(store.head(name).await.unwrap(), None);

        store.put(name, b"one".to_vec(), "image/png").await.unwrap();
        let every_byte: Vec<u8> = (0..=255).cycle().take(1_000_000).collect();
        store.put(name, every_byte.clone(), WEBP).await.unwrap();

        let object = Object { content_type: WEBP.to_owned(), bytes: every_byte };
        assert_eq!(store.get(name).await.unwrap(), Some(object));
        let head = ObjectHead { content_type: WEBP.to_owned(), size: 1_000_000 };
        assert_eq!(store.head(name).await.unwrap(), Some(head));

        store.delete(name).await.unwrap();
        store.delete(name).await.unwrap();
        assert_eq!(store.get(name).await.unwrap(), None);
    }

    async fn an_object_may_be_empty_and_names_may_go_deep(place: Place) {
        let store = place.bench(&[]).await.store;
        store.put("a/b/c/d", Vec::new(), "text/plain; charset=utf-8").await.unwrap();

        let object = store.get("a/b/c/d").await.unwrap().unwrap();
        assert_eq!((&*object.content_type, &*object.bytes), ("text/plain; charset=utf-8", &b""[..]));
        assert_eq!(store.head("a/b/c/d").await.unwrap().unwrap().size, 0);
    }

    async fn what_may_not_be_kept_is_refused_before_it_is_sent(place: Place) {
        let store = place.bench(&[("objects__bytes_max", "10")]).await.store;

        for name in ["../a", "a//b", "A", ""] {
            let refused = store.put(name, Vec::new(), WEBP).await;
            assert!(matches!(refused, Err(ObjectError::BadName)), "{name:?}");
            assert!(matches!(store.get(name).await, Err(ObjectError::BadName)), "{name:?}");
            assert!(matches!(store.link(name, LIFE).await, Err(ObjectError::BadName)), "{name:?}");
        }
        let refused = store.put("a", Vec::new(), "x\r\ny: z").await;
        assert!(matches!(refused, Err(ObjectError::BadContentType)));
        let refused = store.put("a", vec![0; 11], WEBP).await;
        assert!(matches!(refused, Err(ObjectError::TooLarge(10))));
        store.put("a", vec![0; 10], WEBP).await.unwrap();
    }

    async fn a_link_shows_one_object_to_whoever_has_it(place: Place) {
        let bench = place.bench(&[]).await;
        bench.store.put("a/face.webp", b"face".to_vec(), WEBP).await.unwrap();
        bench.store.put("a/other.webp", b"other".to_vec(), WEBP).await.unwrap();

        let link = bench.store.link("a/face.webp", LIFE).await.unwrap();
        let answer = bench.follow(&link).await;
        assert_eq!(answer.status(), 200);
        assert_eq!(answer.headers()["content-type"], WEBP);
        assert_eq!(answer.bytes().await.unwrap(), &b"face"[..]);

        let (rest, last) = link.split_at(link.len() - 1);
        let forged = format!("{rest}{}", if last == "0" { "1" } else { "0" });
        let longer = link.replace("xpires=", "xpires=1");
        let without = link.split('?').next().unwrap().to_owned();
        for changed in [link.replace("face", "other"), forged, longer, without] {
            assert_ne!(changed, link);
            assert_eq!(bench.follow(&changed).await.status(), 403, "{changed}");
        }
        let nowhere = bench.store.link("a/nobody.webp", LIFE).await.unwrap();
        assert_eq!(bench.follow(&nowhere).await.status(), 404);
    }

    async fn a_link_is_over_after_its_life(place: Place) {
        let bench = place.bench(&[]).await;
        bench.store.put("a.webp", b"face".to_vec(), WEBP).await.unwrap();
        let begun = Instant::now();

        let link = bench.store.link("a.webp", Duration::from_secs(1)).await.unwrap();

        let over = eventually("the link is over", || async {
            let status = bench.follow(&link).await.status();
            (status != 200).then_some(status)
        })
        .await;
        assert!(over == 410 || over == 403, "{over}");
        assert!(begun.elapsed() >= Duration::from_secs(1), "{:?}", begun.elapsed());
    }
}

#[tokio::test]
async fn wrong_keys_are_refused() {
    let secret = [("objects__secret_access_key", "guess")];
    let nobody = [("objects__access_key_id", "nobody")];
    for (changes, says) in [(secret, "SignatureDoesNotMatch"), (nobody, "403")] {
        let store = s3_with(&changes);
        for refused in [
            store.put("a", Vec::new(), WEBP).await.unwrap_err(),
            store.get("a").await.unwrap_err(),
            store.delete("a").await.unwrap_err(),
        ] {
            assert!(matches!(refused, ObjectError::Refused(_)), "{refused}");
            assert!(refused.to_string().contains(says), "{refused}");
        }
        let refused = store.head("a").await.unwrap_err();
        assert!(matches!(refused, ObjectError::Refused(_)), "{refused}");
    }
}

#[tokio::test]
async fn an_object_that_somebody_made_too_large_is_not_read() {
    let settings = on_s3();
    let mut settings: Vec<(&str, &str)> = settings.iter().map(|(k, v)| (*k, v.as_str())).collect();
    open(&settings, &[]).put("a", vec![0; 11], WEBP).await.unwrap();
    settings.push(("objects__bytes_max", "10"));

    let store = open(&settings, &[]);
    assert!(matches!(store.get("a").await, Err(ObjectError::TooLarge(10))));
    assert_eq!(store.head("a").await.unwrap().unwrap().size, 11);
}

#[tokio::test]
async fn a_server_that_is_away_is_unavailable() {
    let free = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let endpoint = format!("http://{}", free.local_addr().unwrap());
    drop(free);
    let store = s3_with(&[("objects__endpoint", &endpoint)]);

    let error = store.get("a").await.unwrap_err();
    assert!(error.is_passing(), "{error}");
    assert!(error.to_string().contains("onnect"), "{error}");
}

#[tokio::test]
async fn a_server_that_says_nothing_is_unavailable_when_the_time_is_over() {
    let silent = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let endpoint = format!("http://{}", silent.local_addr().unwrap());
    let store = s3_with(&[("objects__endpoint", &*endpoint), ("objects__answer_within_ms", "200")]);
    let begun = Instant::now();

    let error = store.put("a", b"face".to_vec(), WEBP).await.unwrap_err();

    assert!(error.is_passing(), "{error}");
    // Two tries of 200 ms and a pause of at most 500 ms; the rest is for a busy machine.
    let took = begun.elapsed();
    assert!(took >= Duration::from_millis(400) && took < Duration::from_secs(3), "{took:?}");
}

#[tokio::test]
async fn a_connection_that_breaks_is_tried_again() {
    let target = Url::parse(&server("RAND_CHAT_TEST_S3")).unwrap();
    let target = (target.host_str().unwrap().to_owned(), target.port().unwrap());
    let line = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let endpoint = format!("http://{}", line.local_addr().unwrap());
    tokio::spawn(async move {
        drop(line.accept().await.unwrap());
        while let Ok((mut near, _)) = line.accept().await {
            let mut far = tokio::net::TcpStream::connect(&target).await.unwrap();
            tokio::spawn(async move { tokio::io::copy_bidirectional(&mut near, &mut far).await });
        }
    });
    let store = s3_with(&[("objects__endpoint", &*endpoint), ("objects__tries", "3")]);

    store.put("a", b"face".to_vec(), WEBP).await.unwrap();

    assert_eq!(store.get("a").await.unwrap().unwrap().bytes, b"face");
}

#[tokio::test]
async fn with_objects_on_s3_pages_may_show_them_and_no_files_are_served_here() {
    let settings = on_s3();
    let settings: Vec<(&str, &str)> = settings.iter().map(|(k, v)| (*k, v.as_str())).collect();
    let service = TestApp::start_with(&[Role::ChatWriter], &settings).await;
    let endpoint = settings.iter().find(|(key, _)| *key == "objects__endpoint").unwrap().1;

    let page = reqwest::get(service.url("/")).await.unwrap();
    let policy = page.headers()["content-security-policy"].to_str().unwrap().to_owned();
    let images = policy.split(';').find(|part| part.contains("img-src")).unwrap();
    assert!(images.ends_with(&format!(" {endpoint}")), "{policy}");

    let link = "/api/v1/files/a?expires=9999999999&signature=00";
    assert_eq!(reqwest::get(service.url(link)).await.unwrap().status(), 404);
}
