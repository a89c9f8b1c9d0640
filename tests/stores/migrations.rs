//! Migrations on a database that is in use, and back again.

use std::collections::BTreeSet;

use diesel::sql_types::Text;
use diesel::{QueryableByName, RunQueryDsl};
use rand_chat::infra::db::Conn;
use rand_chat::infra::{Db, DbError, Freshness};

use crate::adapters::Engine;
use crate::database::{open, run};
use crate::harness::eventually;

/// As if the index of pictures had never been built.
const FORGET_INDEX: &str = "
    DROP INDEX messages_of_image;
    DELETE FROM __diesel_schema_migrations WHERE version = '20261125000006'";
const INDEX: &str = "2026-11-25-000006_index_message_images";

async fn texts(db: &Db, query: &'static str) -> Vec<String> {
    #[derive(QueryableByName)]
    struct Row {
        #[diesel(sql_type = Text)]
        text: String,
    }
    let rows = db.read("test.texts", Freshness::Latest, move |conn| {
        let query = diesel::sql_query(query);
        let rows: Vec<Row> = match conn.engine() {
            Conn::Sqlite(conn) => query.load(conn)?,
            Conn::Postgres(conn) => query.load(conn)?,
        };
        Ok::<_, DbError>(rows)
    });
    rows.await.unwrap().into_iter().map(|row| row.text).collect()
}

on_every_engine! {

async fn pictures_go_with_the_schema_that_knew_of_them(engine: Engine) {
    let (db, _folder) = open(engine).await;
    db.migrate().await.unwrap();
    let is_sqlite = matches!(engine, Engine::Sqlite);
    let (now, down) = if is_sqlite {
        ("0", include_str!("../../migrations/sqlite/2026-11-25-000004_add_message_images/down.sql"))
    } else {
        ("now()", include_str!("../../migrations/postgres/2026-11-25-000004_add_message_images/down.sql"))
    };
    let id = |n: u8| match engine {
        Engine::Sqlite => format!("x'0123456789ab4cde8f0123456789ab{n:02x}'"),
        _ => format!("'01234567-89ab-4cde-8f01-23456789ab{n:02x}'"),
    };
    let [jimin, oliver, room, report] = [1, 2, 3, 4].map(id);
    let [said, both, kept] = [0xa1, 0xa2, 0xa3].map(id);
    for (id, name) in [(&jimin, "jimin"), (&oliver, "oliver")] {
        run(&db, &format!(
            "INSERT INTO members (id, username, nickname, nickname_key, email, email_key, password_hash, birth_date,
                                  sex, created_at)
             VALUES ({id}, '{name}', '{name}', '{name}', '{name}', '{name}', '', '', 'male', {now})"
        )).await.unwrap();
    }
    run(&db, &format!(
        "INSERT INTO rooms (id, proposal_id, member_low, member_high, opened_at)
             VALUES ({room}, {room}, {jimin}, {oliver}, {now});
         INSERT INTO messages (room_id, seq, prev, id, sender_id, kind, body, sent_at, image_id, image_width,
                               image_height)
             VALUES ({room}, 1, 0, {said}, {jimin}, 'image', '', {now}, {said}, 4, 3),
                    ({room}, 2, 1, {both}, {jimin}, 'image', '', {now}, {both}, 4, 3),
                    ({room}, 3, 2, {room}, {jimin}, 'text', 'hello', {now}, NULL, NULL, NULL);
         INSERT INTO reports (id, room_id, reporter_id, reported_id, reason, text, evidence, created_at)
             VALUES ({report}, {room}, {oliver}, {jimin}, 'spam', '', '[]', {now});
         INSERT INTO report_images (report_id, image_id) VALUES ({report}, {both}), ({report}, {kept});"
    )).await.unwrap();

    run(&db, down).await.unwrap();

    let deletions: BTreeSet<String> =
        texts(&db, "SELECT name AS text FROM object_deletions").await.into_iter().collect();
    let images = ["a1", "a2", "a3"].map(|n| format!("01234567-89ab-4cde-8f01-23456789ab{n}"));
    let names = images.into_iter().flat_map(|image| {
        rand_chat::infra::objects::image_names(image.parse().unwrap())
    });
    assert_eq!(deletions, names.collect::<BTreeSet<_>>());
    let kinds = texts(&db, "SELECT kind AS text FROM messages ORDER BY seq").await;
    assert_eq!(kinds, ["retracted", "retracted", "text"]);
}

}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_index_is_built_beside_those_who_store() {
    let (db, _folder) = open(Engine::Postgres).await;
    db.migrate().await.unwrap();
    run(&db, FORGET_INDEX).await.unwrap();
    let (begun, wait_begun) = tokio::sync::oneshot::channel();
    let (go_on, wait_go_on) = std::sync::mpsc::channel::<()>();
    let storing = db.clone();
    let before = tokio::spawn(async move {
        storing
            .write::<_, DbError, _>("test.store", move |conn| {
                let Conn::Postgres(conn) = conn.engine() else { return Err(DbError::NotFound) };
                diesel::sql_query("LOCK TABLE messages IN ROW EXCLUSIVE MODE").execute(conn)?;
                begun.send(()).unwrap();
                wait_go_on.recv().unwrap();
                Ok(())
            })
            .await
    });
    wait_begun.await.unwrap();

    let migrated = db.clone();
    let migrating = tokio::spawn(async move { migrated.migrate().await });
    eventually("it waits for who stored before", || async {
        let waiting = "SELECT query AS text FROM pg_stat_activity
             WHERE datname = current_database() AND wait_event_type = 'Lock'";
        let waiting = texts(&db, waiting).await;
        waiting.iter().any(|query| query.contains("messages_of_image")).then_some(())
    })
    .await;

    run(&db, "LOCK TABLE messages IN ROW EXCLUSIVE MODE").await.unwrap();
    assert_eq!(texts(&db, "SELECT body AS text FROM messages").await, Vec::<String>::new());
    assert!(!migrating.is_finished());
    go_on.send(()).unwrap();
    before.await.unwrap().unwrap();
    assert_eq!(migrating.await.unwrap().unwrap(), [INDEX]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_index_that_was_not_finished_is_built_anew() {
    let (db, _folder) = open(Engine::Postgres).await;
    db.migrate().await.unwrap();
    run(
        &db,
        "UPDATE pg_index SET indisvalid = false WHERE indexrelid = 'messages_of_image'::regclass;
              DELETE FROM __diesel_schema_migrations WHERE version = '20261125000006'",
    )
    .await
    .unwrap();

    assert_eq!(db.migrate().await.unwrap(), [INDEX]);

    let valid = "SELECT indisvalid::text AS text FROM pg_index WHERE indexrelid = 'messages_of_image'::regclass";
    assert_eq!(texts(&db, valid).await, ["true"]);
}
