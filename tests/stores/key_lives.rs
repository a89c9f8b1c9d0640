//! Every key in Redis has a life: nothing stays for ever because somebody never came back.

use std::time::Duration;

use deadpool_redis::redis::{AsyncCommands, Client};
use rand_chat::base::{MemberId, MessageId, NodeId, RoomId, SocketId};
use rand_chat::infra::shared::{Append, NewMessage, RoomEntry, Said};
use rand_chat::protocol::{Event, Message, MessageKind, ServerFrame};

use crate::adapters::Adapter;
use crate::harness::server;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_a_conversation_leaves_does_not_stay_for_ever() {
    let prefix = format!("test-{}", NodeId::fresh());
    let shared = Adapter::Redis.shared(&[("redis__prefix", &prefix)]);
    let (node, page, room) = (NodeId::fresh(), SocketId::fresh(), RoomId::fresh());
    let mut members = [MemberId::fresh(), MemberId::fresh()];
    members.sort_unstable();
    let [from, to] = members;

    shared.inboxes.connect(to, node).await.unwrap();
    let entry = RoomEntry { room, members, open: true, recent: Vec::new() };
    shared.rooms.fill(entry).await.unwrap();
    let (id, said) = (MessageId::fresh(), Said::Text("hi".to_owned()));
    let new = NewMessage { room, id, from, said, again: false };
    let Append::Placed { message, .. } = shared.rooms.append(new).await.unwrap() else {
        panic!("it has a place");
    };
    let frame = std::sync::Arc::new(ServerFrame::Message(message.clone()));
    let shown = Event::Show { frame, except: None, place: Some(message.seq) };
    shared.inboxes.deliver(to, shown).await.unwrap();
    let taken = shared.rooms.take(10, Duration::from_secs(5)).await.unwrap();
    shared.rooms.acknowledge(&taken).await.unwrap();
    // The only one there is.
    let retracted = Message { kind: MessageKind::Retracted, text: String::new(), ..message };
    shared.rooms.retract(&retracted).await.unwrap();
    shared.presence.look(from, page, room).await.unwrap();
    shared.presence.look_away(from, page, room, true).await.unwrap();
    shared.pool.block(members, rand_chat::base::Timestamp::from_micros(1)).await.unwrap();

    let client = Client::open(server("RAND_CHAT_TEST_REDIS")).unwrap();
    let mut link = client.get_multiplexed_async_connection().await.unwrap();
    let keys: Vec<String> = link.keys(format!("{prefix}:*")).await.unwrap();
    assert!(keys.len() > 8, "{keys:?}");
    for key in keys {
        let life: i64 = link.pttl(&key).await.unwrap();
        assert!(life > 0, "{key} stays for ever");
    }
}
