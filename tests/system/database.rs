//! The one database and the one object store that all processes of a system share, and the folder with
//! their keys.

use std::collections::HashMap;
use std::path::Path;

use tokio_postgres::{Client, NoTls};

use crate::harness::{on_s3, postgres};
use crate::history::Line;

/// The settings that name them: a fresh database on `PostgreSQL` with its replica, and S3. The processes are on one
/// host, so they can share a folder.
pub async fn settings(folder: &Path) -> Vec<(&'static str, String)> {
    let mut settings = postgres().await.to_vec();
    settings.extend(on_s3());
    settings.push(("storage__data_dir", folder.join("data").display().to_string()));
    settings
}

/// Connects past every process.
pub async fn connect(url: &str) -> Client {
    let (client, connection) = tokio_postgres::connect(url, NoTls).await.unwrap();
    tokio::spawn(connection);
    client
}

/// The rows of every room, in the order of their places.
pub async fn rows(database: &Client) -> HashMap<String, Vec<Line>> {
    let all = "SELECT room_id::text, seq, prev, id::text, sender_id::text, body FROM messages
               ORDER BY room_id, seq";
    let mut rooms: HashMap<String, Vec<Line>> = HashMap::new();
    for row in database.query(all, &[]).await.unwrap() {
        let uuid = |column| row.get::<_, &str>(column).parse().unwrap();
        let (seq, prev, text) = (row.get(1), row.get(2), row.get(5));
        let line = Line { seq, prev, id: uuid(3), from: uuid(4), text };
        rooms.entry(row.get(0)).or_default().push(line);
    }
    rooms
}
