//! Pictures while the object store is away.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

use rand_chat::app::Substitutes;
use rand_chat::infra::objects::ObjectStore;
use reqwest::{Method, Url};
use serde_json::Value;
use tokio::net::{TcpListener, TcpStream};

use crate::harness::{ALL, Answer, Person, TestApp, eventually, on_s3};
use crate::objects::open;

const FILE: &[u8] = include_bytes!("../fixtures/images/lossy.webp");
const MY_IMAGE: &str = "/api/v1/members/me/image";

/// A way to the S3 server that can be closed.
struct Way {
    address: String,
    is_open: Arc<AtomicBool>,
    /// Connections that something may still get through.
    live: Arc<AtomicUsize>,
}

impl Way {
    async fn to(server: &str) -> Self {
        let server = Url::parse(server).unwrap();
        let server = server.socket_addrs(|| None).unwrap()[0];
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = format!("http://{}", listener.local_addr().unwrap());
        let is_open = Arc::new(AtomicBool::new(true));
        let live = Arc::new(AtomicUsize::new(0));
        let (open, counted) = (is_open.clone(), live.clone());
        tokio::spawn(async move {
            while let Ok((mut here, _)) = listener.accept().await {
                let (open, live) = (open.clone(), counted.clone());
                live.fetch_add(1, Ordering::SeqCst);
                tokio::spawn(async move {
                    let mut there = TcpStream::connect(server).await.unwrap();
                    let closed = async {
                        while open.load(Ordering::SeqCst) {
                            tokio::time::sleep(std::time::Duration::from_millis(5)).await;
                        }
                    };
                    tokio::select! {
                        // Once it is closed nothing gets through any more, not even what is there already.
                        biased;
                        () = closed => {}
                        _ = tokio::io::copy_bidirectional(&mut here, &mut there) => {}
                    }
                    live.fetch_sub(1, Ordering::SeqCst);
                });
            }
        });
        Self { address, is_open, live }
    }

    fn open(&self) {
        self.is_open.store(true, Ordering::SeqCst);
    }

    /// Closes the way, and waits until nothing gets through.
    async fn close(&self) {
        self.is_open.store(false, Ordering::SeqCst);
        eventually("the way is closed", async || {
            (self.live.load(Ordering::SeqCst) == 0).then_some(())
        })
        .await;
    }
}

async fn send(person: &Person) -> Answer {
    Answer::of(person.request(Method::PUT, MY_IMAGE).body(FILE)).await
}

/// The name of the object that a link leads to.
fn name_of(link: &Value) -> String {
    let url = Url::parse(link.as_str().unwrap()).unwrap();
    let at = url.path().find("images/").unwrap();
    url.path()[at..].to_owned()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn while_the_store_is_away_pictures_stay_as_they_are_and_deletions_wait() {
    let mut settings = on_s3();
    let underneath: Vec<(&str, &str)> = settings.iter().map(|(k, v)| (*k, &**v)).collect();
    let store: Arc<dyn ObjectStore> = open(&underneath, &[]);
    let endpoint = settings.iter_mut().find(|(key, _)| *key == "objects__endpoint").unwrap();
    let way = Way::to(&endpoint.1).await;
    endpoint.1.clone_from(&way.address);
    let more = [
        ("images__delete_poll_ms", "20"),
        ("images__delete_retry_from_s", "5"),
        ("member__images_per_minute", "100"),
    ];
    let settings: Vec<(&str, &str)> = settings.iter().map(|(k, v)| (*k, &**v)).collect();
    let settings = [&settings[..], &more].concat();
    let app = TestApp::start_on(&[&ALL], &settings, Substitutes::default()).await;
    let jimin = app.person("jimin").await;
    let shown = send(&jimin).await.body["image"].clone();
    let names = [name_of(&shown["small"]), name_of(&shown["large"])];

    way.close().await;
    let refused = send(&jimin).await;
    assert_eq!((refused.status, refused.code()), (503, "temporarily_unavailable"), "{refused:?}");
    assert_eq!(jimin.get("/api/v1/members/me").await.body["image"], shown);
    let removed = Answer::of(jimin.request(Method::DELETE, MY_IMAGE)).await;
    assert_eq!((removed.status, &removed.body["image"]), (200, &Value::Null), "it needs no store");
    eventually("the deletions were tried", || async {
        let metrics = reqwest::get(app.internal("/metrics")).await.ok()?.text().await.ok()?;
        metrics.contains(r#"object_deletions_total{outcome="put_off"}"#).then_some(())
    })
    .await;
    for name in &names {
        assert!(store.head(name).await.unwrap().is_some(), "{name}");
    }

    way.open();
    app.clock.advance(std::time::Duration::from_mins(10));
    eventually("what was removed is deleted", || async {
        for name in &names {
            if store.head(name).await.unwrap().is_some() {
                return None;
            }
        }
        Some(())
    })
    .await;
    app.request_stop();
    assert!(app.stopped().await);
}
