//! Which processes are there.

use rand_chat::base::NodeId;
use rand_chat::infra::shared::NodeEntry;

fn node(role: &str) -> NodeEntry {
    NodeEntry {
        id: NodeId::fresh(),
        roles: vec![role.to_owned()],
        internal_url: format!("http://{role}:9090"),
    }
}

on_every_adapter! {
    async fn who_is_announced_is_there_until_withdrawn(adapter: Adapter) {
        let processes = adapter.processes(2, &[]);
        let (matcher, writer) = (node("matcher"), node("chat-writer"));
        processes[0].nodes.announce(matcher.clone()).await.unwrap();
        processes[1].nodes.announce(writer.clone()).await.unwrap();
        processes[1].nodes.announce(writer.clone()).await.unwrap();

        let mut alive = processes[0].nodes.alive().await.unwrap();
        alive.sort_by_key(|node| node.id);
        assert_eq!(alive, [matcher.clone(), writer.clone()]);

        processes[0].nodes.withdraw(matcher.id).await.unwrap();
        assert_eq!(processes[1].nodes.alive().await.unwrap(), [writer]);
    }
}
