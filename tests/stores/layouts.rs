//! The walkthroughs once more, with every role in processes of its own, which meet on Redis and in PostgreSQL.

use rand_chat::app::{Role, Substitutes};

use crate::adapters::{Adapter, Engine};
use crate::harness::TestApp;
use crate::{walkthrough_one_match, walkthrough_one_message};

/// Seven processes; each request goes to the next one that plays the role.
async fn seven_processes(adapter: Adapter) -> TestApp {
    let mut settings = adapter.settings();
    settings.extend(Engine::PostgresWithReplica.settings().await);
    let settings: Vec<(&str, &str)> =
        settings.iter().map(|(key, value)| (*key, &**value)).collect();
    let processes: [&[Role]; 7] = [
        &[Role::Member],
        &[Role::Matcher],
        &[Role::Matcher],
        &[Role::WsGateway],
        &[Role::WsGateway],
        &[Role::ChatWriter],
        &[Role::ChatWriter],
    ];
    TestApp::start_on(&processes, &settings, Substitutes::default()).await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn one_message_over_one_redis() {
    walkthrough_one_message::walk(&seven_processes(Adapter::Redis).await).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn one_message_over_a_redis_cluster() {
    walkthrough_one_message::walk(&seven_processes(Adapter::RedisCluster).await).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn one_match_over_one_redis() {
    walkthrough_one_match::walk(&seven_processes(Adapter::Redis).await).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn one_match_over_a_redis_cluster() {
    walkthrough_one_match::walk(&seven_processes(Adapter::RedisCluster).await).await;
}
