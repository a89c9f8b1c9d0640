//! What the two verbs of the database promise, on every engine.

use std::sync::Arc;
use std::time::Duration;

use rand_chat::base::{MemberId, SharedClock, SystemClock};
use rand_chat::infra::db::Conn;
use rand_chat::infra::shared::Shared;
use rand_chat::infra::{Db, DbError, Freshness, ReadConn, WriteConn};

use diesel::connection::SimpleConnection;
use diesel::sql_types::BigInt;
use diesel::{QueryableByName, RunQueryDsl};

use crate::adapters::{Adapter, Engine};
use crate::harness::{config_of, eventually};

#[derive(QueryableByName)]
struct Count {
    #[diesel(sql_type = BigInt)]
    n: i64,
}

/// A database with one empty table.
pub async fn open(engine: Engine) -> (Db, tempfile::TempDir) {
    open_with(engine, &[]).await
}

async fn open_with(engine: Engine, more: &[(&str, &str)]) -> (Db, tempfile::TempDir) {
    let folder = tempfile::tempdir().unwrap();
    let mut settings = engine.settings().await;
    settings.push(("storage__data_dir", folder.path().display().to_string()));
    settings.push(("storage__readers", "1".to_owned()));
    settings.extend(more.iter().map(|(key, value)| (*key, (*value).to_owned())));
    let config = config_of(&settings);
    let clock: SharedClock = Arc::new(SystemClock);
    let db = Db::open(&config, &Shared::in_process(&config, &clock)).unwrap();
    run(&db, "CREATE TABLE t (x INTEGER)").await.unwrap();
    (db, folder)
}

fn execute(conn: Conn<'_>, query: &str) -> Result<(), DbError> {
    match conn {
        Conn::Sqlite(conn) => conn.batch_execute(query)?,
        Conn::Postgres(conn) => conn.batch_execute(query)?,
    }
    Ok(())
}

fn write(conn: &mut WriteConn<'_>, query: &str) -> Result<(), DbError> {
    execute(conn.engine(), query)
}

pub async fn run(db: &Db, query: &str) -> Result<(), DbError> {
    let query = query.to_owned();
    db.write("test.run", move |conn| write(conn, &query)).await
}

fn count_rows(conn: &mut ReadConn<'_>) -> Result<i64, DbError> {
    let query = diesel::sql_query("SELECT COUNT(*) AS n FROM t");
    let count: Count = match conn.engine() {
        Conn::Sqlite(conn) => query.get_result(conn)?,
        Conn::Postgres(conn) => query.get_result(conn)?,
    };
    Ok(count.n)
}

async fn count(db: &Db, freshness: Freshness) -> i64 {
    db.read("test.count", freshness, count_rows).await.unwrap()
}

on_every_engine! {

async fn a_failed_body_leaves_no_trace(engine: Engine) {
    let (db, _folder) = open(engine).await;

    let result: Result<(), DbError> = db
        .write("test.insert_then_fail", |conn| {
            write(conn, "INSERT INTO t VALUES (1)")?;
            Err(DbError::NotFound)
        })
        .await;

    assert!(matches!(result, Err(DbError::NotFound)));
    assert_eq!(count(&db, Freshness::Latest).await, 0);
}

async fn a_read_cannot_write(engine: Engine) {
    let (db, _folder) = open(engine).await;

    let result: Result<(), DbError> = db
        .read("test.write", Freshness::Latest, |conn| {
            execute(conn.engine(), "INSERT INTO t VALUES (1)")
        })
        .await;

    assert!(matches!(result, Err(DbError::Other(_))), "{result:?}");
}

async fn a_transaction_survives_the_request_that_began_it(engine: Engine) {
    let (db, _folder) = open(engine).await;
    let (begun, wait_begun) = tokio::sync::oneshot::channel();
    let (go_on, wait_go_on) = std::sync::mpsc::channel::<()>();
    let writer = db.clone();
    let request = tokio::spawn(async move {
        writer
            .write::<_, DbError, _>("test.slow_insert", move |conn| {
                write(conn, "INSERT INTO t VALUES (1)")?;
                begun.send(()).unwrap();
                wait_go_on.recv().unwrap();
                Ok(())
            })
            .await
    });
    wait_begun.await.unwrap();

    request.abort();
    go_on.send(()).unwrap();

    eventually("the transaction is over", || async {
        (count(&db, Freshness::Latest).await == 1).then_some(())
    })
    .await;
}

async fn who_writes_sees_it_in_the_next_read(engine: Engine) {
    let (db, _folder) = open(engine).await;
    let member = MemberId::fresh();

    for n in 1..=50 {
        run(&db, "INSERT INTO t VALUES (1)").await.unwrap();
        db.show_to(vec![member]).await;
        assert_eq!(count(&db, Freshness::SeenBy(member)).await, n);
    }
}

async fn every_connection_in_use_is_an_answer_not_a_wait_for_ever(engine: Engine) {
    let few = [("postgres__writers", "1"), ("postgres__wait_ms", "100"), ("storage__wait_ms", "100")];
    let (db, _folder) = open_with(engine, &few).await;
    let (begun, wait_begun) = tokio::sync::oneshot::channel();
    let (go_on, wait_go_on) = std::sync::mpsc::channel::<()>();
    let slow = db.clone();
    let holding = tokio::spawn(async move {
        slow.write::<_, DbError, _>("test.hold", move |_| {
            begun.send(()).unwrap();
            wait_go_on.recv().unwrap();
            Ok(())
        })
        .await
    });
    wait_begun.await.unwrap();

    let refused = run(&db, "INSERT INTO t VALUES (1)").await;
    assert!(matches!(refused, Err(DbError::Busy)), "{refused:?}");

    go_on.send(()).unwrap();
    holding.await.unwrap().unwrap();
    run(&db, "INSERT INTO t VALUES (1)").await.unwrap();
}

async fn a_taken_key_is_named_and_data_that_break_a_rule_are_refused(engine: Engine) {
    let (db, _folder) = open(engine).await;
    let table = "CREATE TABLE things (id INTEGER, name TEXT CONSTRAINT things_name UNIQUE, CHECK (id > 0))";
    run(&db, table).await.unwrap();
    run(&db, "INSERT INTO things VALUES (1, 'one')").await.unwrap();

    let taken = run(&db, "INSERT INTO things VALUES (2, 'one')").await.unwrap_err();
    assert!(taken.is_taken("things_name") && taken.is_for_ever(), "{taken:?}");
    let refused = run(&db, "INSERT INTO things VALUES (0, 'two')").await.unwrap_err();
    assert!(matches!(refused, DbError::Refused(_)), "{refused:?}");
}

async fn migrations_can_be_run_by_all_at_once(engine: Engine) {
    let (db, _folder) = open(engine).await;
    let (one, other) = (db.clone(), db.clone());

    let (one, other) = tokio::join!(one.migrate(), other.migrate());

    let done = [one.unwrap(), other.unwrap()].concat();
    let all = [
        "2026-11-24-000000_create_members",
        "2026-11-24-000001_create_rooms",
        "2026-11-25-000000_complete_accounts",
        "2026-11-25-000001_create_safety",
        "2026-11-25-000002_retract_messages",
        "2026-11-25-000003_validate_message_kinds",
        "2026-11-25-000004_add_message_images",
        "2026-11-25-000005_validate_message_images",
        "2026-11-25-000006_index_message_images",
    ];
    assert_eq!(done, all.map(str::to_owned));
    assert_eq!(db.migrate().await.unwrap(), Vec::<String>::new());
}

}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_statement_that_takes_too_long_ends_and_the_connection_lives_on() {
    let short = [("postgres__statement_within_ms", "100"), ("postgres__writers", "1")];
    let (db, _folder) = open_with(Engine::Postgres, &short).await;

    let slow = run(&db, "SELECT pg_sleep(10)").await;

    assert!(matches!(slow, Err(DbError::Unavailable(_))), "{slow:?}");
    run(&db, "INSERT INTO t VALUES (1)").await.unwrap();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_server_that_answers_nothing_is_cut_off() {
    // The server is told to take its time, so only this side can end it.
    let short = [("postgres__transaction_within_ms", "300"), ("postgres__writers", "1")];
    let (db, _folder) = open_with(Engine::Postgres, &short).await;

    let begun = std::time::Instant::now();
    let slow = run(&db, "SET LOCAL statement_timeout = 0; SELECT pg_sleep(30)").await;

    assert!(matches!(slow, Err(DbError::Unavailable(_))), "{slow:?}");
    assert!(begun.elapsed() < Duration::from_secs(5), "{:?}", begun.elapsed());
    run(&db, "INSERT INTO t VALUES (1)").await.unwrap();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_server_is_trusted_only_with_a_certificate_for_its_name_by_a_known_signer() {
    let settings = Engine::Postgres.settings().await;
    let (_, url) = settings.iter().find(|(key, _)| *key == "postgres__url").unwrap();
    let signer = crate::harness::server("RAND_CHAT_TEST_POSTGRES_CA");
    let try_it = async |url: String, signer: &str| {
        let more = [("postgres__url", &*url), ("postgres__ca_file", signer)];
        let more = more.map(|(key, value)| (key, value.to_owned())).to_vec();
        let config = config_of(&more);
        let shared = Adapter::InProcess.shared(&[]);
        let db = Db::open(&config, &shared).unwrap();
        db.read::<_, DbError, _>("test.select", Freshness::Latest, |conn| {
            execute(conn.engine(), "SELECT 1")
        })
        .await
    };
    let with_name = url.replace("127.0.0.1", "localhost").replace("disable", "require");
    let with_number = url.replace("disable", "require");

    try_it(with_name.clone(), &signer).await.unwrap();
    let stranger = try_it(with_name, "").await.unwrap_err().to_string();
    assert!(stranger.contains("unavailable"), "{stranger}");
    try_it(with_number, &signer).await.unwrap_err();
}
