//! Who is connected where, and the way there.

use std::time::Duration;

use rand_chat::base::{MemberId, NodeId};
use rand_chat::infra::shared::{Inbox, InboxItem};
use rand_chat::protocol::{Envelope, Event, ServerFrame};
use tokio::time::{sleep, timeout};

const PATIENCE: Duration = Duration::from_secs(5);

fn event() -> Event {
    Event::show(ServerFrame::GoAway { reconnect_in_ms: 7 })
}

/// The next envelope; gaps are passed over.
async fn next(inbox: &mut Inbox) -> Envelope {
    loop {
        let item = timeout(PATIENCE, inbox.next()).await.expect("an envelope comes");
        if let InboxItem::Envelope(envelope) = item.expect("the inbox is open") {
            return envelope;
        }
    }
}

on_every_adapter! {
    async fn an_event_reaches_every_node_that_holds_the_member(adapter: Adapter) {
        let processes = adapter.processes(3, &[]);
        let nodes = [NodeId::fresh(), NodeId::fresh(), NodeId::fresh()];
        let (member, other) = (MemberId::fresh(), MemberId::fresh());
        let mut inboxes = Vec::new();
        for (process, node) in processes.iter().zip(nodes) {
            inboxes.push(process.inboxes.open(node).await.unwrap());
        }
        for at in [0, 1] {
            processes[at].inboxes.connect(member, nodes[at]).await.unwrap();
        }
        processes[2].inboxes.connect(other, nodes[2]).await.unwrap();
        for inbox in &mut inboxes {
            if matches!(adapter, crate::adapters::Adapter::InProcess) { break; }
            // A node hears from here on.
            assert_eq!(timeout(PATIENCE, inbox.next()).await.unwrap(), Some(InboxItem::Gap));
        }

        processes[2].inboxes.deliver(member, event()).await.unwrap();
        processes[0].inboxes.deliver(other, event()).await.unwrap();

        for (inbox, to) in inboxes.iter_mut().zip([member, member, other]) {
            assert_eq!(next(inbox).await, Envelope { to, event: event() });
            assert!(timeout(Duration::from_millis(50), inbox.next()).await.is_err());
        }
    }

    async fn the_latest_place_is_known_of_who_was_connected(adapter: Adapter) {
        let processes = adapter.processes(2, &[]);
        let (node, member, absent) = (NodeId::fresh(), MemberId::fresh(), MemberId::fresh());
        let latest = async |member| processes[1].inboxes.latest_place(member).await.unwrap();
        let deliver = async |to, place| {
            let Event::Show { frame, except, .. } = event() else { unreachable!("it is shown") };
            processes[0].inboxes.deliver(to, Event::Show { frame, except, place }).await.unwrap();
        };
        processes[0].inboxes.connect(member, node).await.unwrap();
        assert_eq!(latest(member).await, None);

        for place in [None, Some(7), Some(1_795_521_600_000_002), None, Some(8)] {
            deliver(member, place).await;
            deliver(absent, place).await;
        }

        assert_eq!(latest(member).await, Some(1_795_521_600_000_002), "the greatest");
        assert_eq!(latest(absent).await, None);
    }

    async fn a_member_is_connected_until_the_last_node_says_otherwise(adapter: Adapter) {
        let processes = adapter.processes(2, &[]);
        let (here, there, member) = (NodeId::fresh(), NodeId::fresh(), MemberId::fresh());
        let inboxes = &processes[0].inboxes;
        assert!(!inboxes.is_connected(member).await.unwrap());
        inboxes.connect(member, here).await.unwrap();
        processes[1].inboxes.connect(member, there).await.unwrap();

        inboxes.disconnect(member, here).await.unwrap();
        assert!(inboxes.is_connected(member).await.unwrap());
        inboxes.disconnect(member, there).await.unwrap();
        assert!(!inboxes.is_connected(member).await.unwrap());
        inboxes.deliver(member, event()).await.unwrap();
    }

    async fn an_inbox_that_nobody_reads_is_bounded_and_says_that_something_is_missing(adapter: Adapter) {
        let shared = adapter.shared(&[("ws_gateway__inbox_frames", "4")]);
        let (node, member) = (NodeId::fresh(), MemberId::fresh());
        let mut inbox = shared.inboxes.open(node).await.unwrap();
        shared.inboxes.connect(member, node).await.unwrap();
        sleep(Duration::from_millis(200)).await;
        for _ in 0..10 {
            shared.inboxes.deliver(member, event()).await.unwrap();
        }
        sleep(Duration::from_millis(200)).await;

        assert_eq!(timeout(PATIENCE, inbox.next()).await.unwrap(), Some(InboxItem::Gap));
        for _ in 0..4 {
            next(&mut inbox).await;
        }
        assert!(timeout(Duration::from_millis(50), inbox.next()).await.is_err());
    }
}
