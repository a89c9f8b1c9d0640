//! What a failed transaction leaves behind, and what survives a request.

use diesel::RunQueryDsl;
use diesel::connection::SimpleConnection;
use diesel::sql_types::Integer;

use crate::config::Config;

use super::*;

#[derive(diesel::QueryableByName)]
struct Count {
    #[diesel(sql_type = Integer)]
    n: i32,
}

async fn open(folder: &tempfile::TempDir) -> Db {
    let mut config = Config::load(None, []).unwrap().storage;
    config.data_dir = folder.path().to_owned();
    config.readers = 1;
    let db = Db::open(&config).unwrap();
    let made: Result<(), DbError> = db
        .write("test.create", |conn| Ok(conn.sql().batch_execute("CREATE TABLE t (x INTEGER)")?))
        .await;
    made.unwrap();
    db
}

async fn count(db: &Db) -> i32 {
    let rows: Result<Count, DbError> = db
        .read("test.count", Freshness::Latest, |conn| {
            Ok(diesel::sql_query("SELECT COUNT(*) AS n FROM t").get_result(conn.sql())?)
        })
        .await;
    rows.unwrap().n
}

#[tokio::test]
async fn a_failed_body_leaves_no_trace() {
    let folder = tempfile::tempdir().unwrap();
    let db = open(&folder).await;

    let result: Result<(), DbError> = db
        .write("test.insert_then_fail", |conn| {
            conn.sql().batch_execute("INSERT INTO t VALUES (1)")?;
            Err(DbError::NotFound)
        })
        .await;

    assert!(matches!(result, Err(DbError::NotFound)));
    assert_eq!(count(&db).await, 0);
}

#[tokio::test]
async fn a_read_cannot_write() {
    let folder = tempfile::tempdir().unwrap();
    let db = open(&folder).await;

    let result: Result<(), DbError> = db
        .read("test.write", Freshness::Latest, |conn| {
            Ok(conn.sql().batch_execute("INSERT INTO t VALUES (1)")?)
        })
        .await;

    assert!(matches!(result, Err(DbError::Other(_))), "{result:?}");
}

#[tokio::test]
async fn a_transaction_survives_the_request_that_began_it() {
    let folder = tempfile::tempdir().unwrap();
    let db = open(&folder).await;
    let (begun, wait_begun) = tokio::sync::oneshot::channel();
    let (go_on, wait_go_on) = std::sync::mpsc::channel::<()>();
    let writer = db.clone();
    let request = tokio::spawn(async move {
        writer
            .write::<_, DbError, _>("test.slow_insert", move |conn| {
                conn.sql().batch_execute("INSERT INTO t VALUES (1)")?;
                begun.send(()).unwrap();
                wait_go_on.recv().unwrap();
                Ok(())
            })
            .await
    });
    wait_begun.await.unwrap();

    request.abort();
    go_on.send(()).unwrap();

    // There is one connection that writes, so this waits until the transaction is over.
    let after: Result<(), DbError> = db.write("test.after", |_| Ok(())).await;
    after.unwrap();
    assert_eq!(count(&db).await, 1);
}
