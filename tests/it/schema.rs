//! `src/infra/db/schema.rs` names the columns that the migrations make, no more and no fewer.

use std::collections::BTreeMap;
use std::sync::Arc;

use diesel::prelude::*;
use diesel::sql_types::Text;
use rand_chat::base::{SharedClock, SystemClock};
use rand_chat::config::Config;
use rand_chat::infra::{Db, Shared};

#[derive(QueryableByName)]
struct Column {
    #[diesel(sql_type = Text)]
    table_name: String,
    #[diesel(sql_type = Text)]
    name: String,
}

#[tokio::test]
async fn the_schema_is_what_the_migrations_make() {
    let folder = tempfile::tempdir().unwrap();
    let mut config = Config::load(None, []).unwrap();
    folder.path().clone_into(&mut config.storage.data_dir);
    let clock: SharedClock = Arc::new(SystemClock);
    let db = Db::open(&config, &Shared::in_process(&config, &clock)).unwrap();
    db.migrate().await.unwrap();
    let file = folder.path().join("rand-chat.db");
    let mut conn = SqliteConnection::establish(&file.to_string_lossy()).unwrap();
    let columns: Vec<Column> = diesel::sql_query(
        "SELECT m.name AS table_name, c.name AS name FROM sqlite_master m
         JOIN pragma_table_info(m.name) c
         WHERE m.type = 'table' AND m.name NOT LIKE '\\_\\_%' ESCAPE '\\' ORDER BY m.name, c.cid",
    )
    .load(&mut conn)
    .unwrap();
    let mut made: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for column in columns {
        made.entry(column.table_name).or_default().push(column.name);
    }

    let mut named: BTreeMap<String, Vec<String>> = BTreeMap::new();
    let mut table = String::new();
    for line in include_str!("../../src/infra/db/schema.rs").lines().map(str::trim) {
        if let Some((name, _)) = line.strip_suffix(") {").and_then(|line| line.split_once(" (")) {
            table = name.to_owned();
        } else if let Some((column, _)) = line.split_once(" -> ") {
            named.entry(table.clone()).or_default().push(column.to_owned());
        }
    }
    assert_eq!(named, made);
}
