//! Files by signed links, as browsers get them.

use std::sync::Arc;
use std::time::Duration;

use rand_chat::app::Role;
use rand_chat::base::SharedClock;
use rand_chat::config::Config;
use rand_chat::infra::Objects;
use reqwest::Client;

use crate::harness::{Answer, TestApp};

#[tokio::test]
async fn a_file_is_served_as_what_it_is_until_its_link_is_over() {
    let folder = tempfile::tempdir().unwrap();
    let data_dir = folder.path().to_str().unwrap();
    let settings = [("storage__data_dir", data_dir), ("objects__kind", "folder")];
    let app = TestApp::start_with(&[Role::ChatWriter], &settings).await;
    let clock: SharedClock = app.clock.clone() as Arc<_>;
    let config = Config::load(None, []).unwrap();
    let store = Objects::open(&config.objects, folder.path(), &clock).unwrap().store;
    store.put("a/face.webp", b"face".to_vec(), "image/webp").await.unwrap();
    let link = store.link("a/face.webp", Duration::from_mins(10)).await.unwrap();

    let file = reqwest::get(app.url(&link)).await.unwrap();
    assert_eq!(file.status(), 200);
    assert_eq!(file.headers()["content-type"], "image/webp");
    assert_eq!(file.headers()["cache-control"], "private, max-age=601");
    assert_eq!(file.headers()["x-content-type-options"], "nosniff");
    assert_eq!(file.bytes().await.unwrap(), &b"face"[..]);

    let ask = |path: &str| Answer::of(Client::new().get(app.url(path)));
    for changed in [
        link.replace("face", "other"),
        link.replace("signature=", "signature=00"),
        link.replace("expires=", "expires=x"),
        "/api/v1/files/a/face.webp".to_owned(),
        "/api/v1/files/..%2F..%2Fkeys%2Fed25519.seed".to_owned(),
    ] {
        let refused = ask(&changed).await;
        assert_eq!((refused.status, refused.code()), (403, "link_invalid"), "{changed}");
    }
    store.delete("a/face.webp").await.unwrap();
    assert_eq!(ask(&link).await.code(), "not_found");

    app.clock.advance(Duration::from_secs(601));
    let over = ask(&link).await;
    assert_eq!((over.status, over.code()), (410, "link_expired"));
}
