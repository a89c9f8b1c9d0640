//! An ordinary day: nobody dies. Two members meet and chat over different gateways.

use tokio::join;

use crate::adapters::Adapter;
use crate::client::Client;
use crate::history::{Kept, check};
use crate::processes::{GATEWAYS, System};

async fn two_chat_over_different_gateways(redis: Adapter) {
    let system = System::start(redis, &[]).await;
    let [one, other] = GATEWAYS;
    let mut jimin = Client::sign_up(&system, "jimin", &[one]).await;
    let mut oliver = Client::sign_up(&system, "oliver", &[other]).await;
    join!(jimin.find_room(), oliver.find_room());
    assert_eq!(jimin.room, oliver.room);

    jimin.write("안녕하세요".to_owned());
    let one_shown = |page: &Client| page.texts().len() == 1;
    join!(jimin.until("it has its place", one_shown), oliver.until("it is shown", one_shown));
    oliver.write("hello".to_owned());
    oliver.write("how are you?".to_owned());
    let all_stored = |page: &Client| page.texts().len() == 3 && page.waiting() == 0;
    join!(jimin.until("all is stored", all_stored), oliver.until("all is stored", all_stored));

    let texts = ["안녕하세요", "hello", "how are you?"];
    assert_eq!((jimin.texts(), oliver.texts()), (texts.to_vec(), texts.to_vec()));
    let histories = [jimin.history().await, oliver.history().await];
    let rows = system.rows().await.remove(jimin.room.as_ref().unwrap()).unwrap();
    assert_eq!(rows.len(), 3);
    let kept = Kept { histories, rows };
    assert_eq!(check(&[jimin.into_record(), oliver.into_record()], &kept, &[]), []);
    assert_eq!(system.warnings(), [""; 0], "nothing is worth a warning");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_chat_over_different_gateways_on_one_redis() {
    two_chat_over_different_gateways(Adapter::Redis).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_chat_over_different_gateways_on_a_redis_cluster() {
    two_chat_over_different_gateways(Adapter::RedisCluster).await;
}
