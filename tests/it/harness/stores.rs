//! The stores of a test: the embedded ones, or places of its own on the servers beside the tests.

use rand_chat::config::Config;
use reqwest::Url;
use tokio_postgres::NoTls;

/// The settings in force where these are given, such as `("matching__sweep_ms", "20")`.
pub fn config_of<V: AsRef<str>>(settings: &[(&str, V)]) -> Config {
    let env = settings.iter();
    let env = env.map(|(key, value)| {
        (format!("RAND_CHAT__{}", key.to_uppercase()), value.as_ref().to_owned())
    });
    Config::load(None, env).unwrap()
}

/// The settings of the stores that this run is for: the embedded ones, or, with
/// `RAND_CHAT_TEST_STORES=distributed`, `PostgreSQL` with a replica, S3 and Redis.
pub async fn stores_of_this_run() -> Vec<(&'static str, String)> {
    if !are_distributed() {
        return Vec::new();
    }
    let mut settings = postgres().await.to_vec();
    settings.extend(on_s3());
    settings.push(("redis__urls", server("RAND_CHAT_TEST_REDIS")));
    settings.push(("redis__prefix", format!("test-{}", uuid::Uuid::now_v7())));
    settings.push(("redis__buckets", "8".to_owned()));
    settings
}

/// Whether the stores of this run are servers, which keep a time of their own.
#[expect(clippy::disallowed_methods, reason = "where the test command says what to run on")]
pub fn are_distributed() -> bool {
    std::env::var("RAND_CHAT_TEST_STORES").as_deref() == Ok("distributed")
}

/// The settings for a fresh database on `PostgreSQL`: the primary, then its replica.
pub async fn postgres() -> [(&'static str, String); 2] {
    let primary = server("RAND_CHAT_TEST_POSTGRES");
    let replica = server("RAND_CHAT_TEST_POSTGRES_REPLICA");
    let name = format!("test_{}", uuid::Uuid::now_v7().simple());
    let all = format!("{primary}/postgres?sslmode=disable");
    let (client, connection) = tokio_postgres::connect(&all, NoTls).await.unwrap();
    tokio::spawn(connection);
    client.batch_execute(&format!("CREATE DATABASE {name}")).await.unwrap();
    [
        ("postgres__url", format!("{primary}/{name}?sslmode=disable")),
        ("postgres__replica_url", format!("{replica}/{name}?sslmode=disable")),
    ]
}

/// The settings for a place of its own in the bucket of the S3 server.
pub fn on_s3() -> Vec<(&'static str, String)> {
    let url = Url::parse(&server("RAND_CHAT_TEST_S3")).unwrap();
    vec![
        ("objects__kind", "s3".to_owned()),
        ("objects__endpoint", url.origin().ascii_serialization()),
        ("objects__bucket", url.path().trim_start_matches('/').to_owned()),
        ("objects__prefix", format!("test-{}/", uuid::Uuid::now_v7())),
        ("objects__access_key_id", url.username().to_owned()),
        ("objects__secret_access_key", url.password().unwrap().to_owned()),
        ("objects__tries", "2".to_owned()),
    ]
}

/// Where the test command says that a server is.
#[expect(clippy::disallowed_methods, reason = "where the test command says the stores are")]
pub fn server(variable: &str) -> String {
    std::env::var(variable).unwrap_or_else(|_| {
        panic!("{variable} is not set: run the tests by `.ci/with-stores cargo test`")
    })
}
