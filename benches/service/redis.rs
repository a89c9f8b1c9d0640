//! What the Redis beside a benchmark says of itself.

use deadpool_redis::redis::{Client as RedisClient, cmd};

use crate::harness::server;

/// One figure or word of `INFO`, such as `process_id`.
pub async fn info(name: &str) -> String {
    let client = RedisClient::open(server("RAND_CHAT_TEST_REDIS")).unwrap();
    let mut link = client.get_multiplexed_async_connection().await.unwrap();
    let all: String = cmd("INFO").arg("everything").query_async(&mut link).await.unwrap();
    let said = all.lines().find_map(|said| said.strip_prefix(name)?.strip_prefix(':'));
    said.expect("Redis says it").to_owned()
}
