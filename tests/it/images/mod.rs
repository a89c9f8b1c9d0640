//! Pictures that people send: of members, and in rooms.

mod in_rooms;
mod of_members;

use std::collections::BTreeSet;
use std::sync::Arc;

use diesel::connection::SimpleConnection;
use diesel::sql_types::{BigInt, Text};
use diesel::{QueryableByName, RunQueryDsl};
use rand_chat::app::Substitutes;
use rand_chat::base::{Clock, SharedClock, SystemClock};
use rand_chat::infra::db::Conn;
use rand_chat::infra::objects::ObjectStore;
use rand_chat::infra::shared::Shared;
use rand_chat::infra::{Db, DbError, Freshness, Objects};
use reqwest::Response;
use serde_json::Value;

use crate::harness::{ALL, TestApp, config_of, eventually, stores_of_this_run};

/// 1,600 by 1,200 pixels, to be turned by a quarter: then red above blue. With all that phones write into one.
const FROM_A_PHONE: &[u8] = include_bytes!("../../fixtures/images/from-a-phone.jpg");
const PALETTE_PNG: &[u8] = include_bytes!("../../fixtures/images/palette.png");
const LOSSY_WEBP: &[u8] = include_bytes!("../../fixtures/images/lossy.webp");
const GIF: &[u8] = include_bytes!("../../fixtures/images/moving.gif");
const CANARY: &[u8] = b"Jimin's phone";

/// A service, and its stores as they are underneath.
struct Bench {
    app: TestApp,
    db: Db,
    objects: Arc<dyn ObjectStore>,
    folder: tempfile::TempDir,
}

impl Bench {
    async fn start(more: &[(&str, &str)]) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let mut settings = stores_of_this_run().await;
        settings.push(("storage__data_dir", folder.path().display().to_string()));
        settings.push(("images__delete_poll_ms", "50".to_owned()));
        settings.extend(more.iter().map(|(key, value)| (*key, (*value).to_owned())));
        let config = config_of(&settings);
        let settings: Vec<(&str, &str)> = settings.iter().map(|(k, v)| (*k, &**v)).collect();
        let app = TestApp::start_on(&[&ALL], &settings, Substitutes::default()).await;
        let clock: SharedClock = Arc::new(SystemClock);
        let db = Db::open(&config, &Shared::in_process(&config, &clock)).unwrap();
        let objects = Objects::open(&config.objects, folder.path(), &clock).unwrap().store;
        Self { app, db, objects, folder }
    }

    /// What a browser gets that follows a link.
    async fn follow(&self, link: &Value) -> Response {
        let link = link.as_str().expect("a link");
        let link = if link.starts_with('/') { self.app.url(link) } else { link.to_owned() };
        reqwest::get(link).await.unwrap()
    }

    async fn is_gone(&self, link: &Value) {
        eventually("the link leads nowhere", || async {
            (self.follow(link).await.status() == 404).then_some(())
        })
        .await;
    }

    async fn run(&self, query: &str) {
        let query = query.to_owned();
        self.db
            .write("test.run", move |conn| {
                match conn.engine() {
                    Conn::Sqlite(conn) => conn.batch_execute(&query)?,
                    Conn::Postgres(conn) => conn.batch_execute(&query)?,
                }
                Ok::<_, DbError>(())
            })
            .await
            .unwrap();
    }

    /// Has whoever would name a picture in an account fail, as if the process ended right before.
    async fn have_every_change_fail(&self, is_postgres: bool) {
        self.run(if is_postgres {
            "CREATE FUNCTION fail() RETURNS trigger LANGUAGE plpgsql AS
                 $$ BEGIN RAISE EXCEPTION 'the end'; END $$;
             CREATE TRIGGER fail BEFORE UPDATE OF image_id ON members
                 FOR EACH ROW EXECUTE FUNCTION fail();"
        } else {
            "CREATE TRIGGER fail BEFORE UPDATE OF image_id ON members
                 BEGIN SELECT RAISE(ABORT, 'the end'); END;"
        })
        .await;
    }

    /// What is to be deleted, and when, in seconds from now.
    async fn deletions(&self) -> BTreeSet<(String, i64)> {
        #[derive(QueryableByName)]
        struct Row {
            #[diesel(sql_type = Text)]
            name: String,
            #[diesel(sql_type = BigInt)]
            due: i64,
        }
        let rows = self.db.read("test.deletions", Freshness::Latest, |conn| {
            let rows: Vec<Row> = match conn.engine() {
                Conn::Sqlite(conn) => {
                    diesel::sql_query("SELECT name, due_at / 1000000 AS due FROM object_deletions")
                        .load(conn)?
                }
                Conn::Postgres(conn) => diesel::sql_query(
                    "SELECT name, floor(extract(epoch FROM due_at))::bigint AS due FROM object_deletions",
                )
                .load(conn)?,
            };
            Ok::<_, DbError>(rows)
        });
        let now = self.app.clock.now().as_seconds();
        rows.await.unwrap().into_iter().map(|row| (row.name, row.due - now)).collect()
    }
}

/// The picture that a link leads to, after it is checked to be drawn anew.
async fn picture(bench: &Bench, link: &Value) -> image::RgbImage {
    let file = bench.follow(link).await;
    assert_eq!(file.status(), 200);
    assert_eq!(file.headers()["content-type"], "image/jpeg");
    let bytes = file.bytes().await.unwrap();
    assert_eq!(image::guess_format(&bytes).unwrap(), image::ImageFormat::Jpeg);
    assert!(!bytes.windows(CANARY.len()).any(|window| window == CANARY));
    assert!(!bytes.windows(4).any(|window| window == b"Exif"));
    image::load_from_memory(&bytes).unwrap().into_rgb8()
}
