//! Two matchers, each with connections of its own, go for the same two tickets at the same moment.

use std::sync::Arc;

use futures_util::future::join;
use rand_chat::base::{Clock, TicketId};
use rand_chat::infra::shared::{After, Revision, Ticket, TicketState};
use rand_chat::matcher::{self, Found};
use rand_chat::protocol::Wish;

use crate::adapters::Adapter;

use crate::world::World;

async fn attack(adapter: Adapter, times: usize) {
    let world = World::new(adapter, 2).await;
    let [(here, pool), (there, _)] = &world.matchers[..] else { unreachable!("two matchers") };
    let pool = &pool.pool;
    let mut templates = Vec::new();
    for member in &world.members[..2] {
        templates.push(matcher::new_ticket(here, *member, Wish::default()).await.unwrap());
    }
    let (mut here_first, mut there_first) = (0, 0);
    for time in 0..times {
        let mut tickets = Vec::new();
        for template in &templates {
            let (id, revision) = (TicketId::fresh(), Revision::now_v7());
            let template = Ticket { id, revision, ..template.clone() };
            tickets.push(pool.join(template, None, None).await.unwrap().unwrap().ticket);
        }
        let [one, other]: [Arc<_>; 2] = tickets.try_into().unwrap();

        // Each goes for the pair from the other side, or both from the same.
        let seekers = if time % 2 == 0 { [&one, &other] } else { [&one, &one] };
        let found =
            join(matcher::search(here, seekers[0]), matcher::search(there, seekers[1])).await;

        let found = [found.0.unwrap(), found.1.unwrap()];
        match found {
            [Found::Partner, Found::Taken | Found::Nobody] => here_first += 1,
            [Found::Taken | Found::Nobody, Found::Partner] => there_first += 1,
            both => panic!("round {time}: {both:?}"),
        }
        let proposal = pool.proposal_of(one.member).await.unwrap().expect("there is one");
        assert_eq!(pool.proposal_of(other.member).await.unwrap().as_ref(), Some(&proposal));
        for ticket in [&one, &other] {
            let state = pool.ticket(ticket.member).await.unwrap().unwrap().state;
            assert_eq!(state, TicketState::Proposed(proposal.id));
        }
        let now = world.clock.now();
        assert!(pool.settle(&proposal, [After::Leaves; 2], now, &[]).await.unwrap());
        assert_eq!(pool.ticket(one.member).await.unwrap(), None, "nothing is left behind");
    }
    assert_eq!(pool.census().await.unwrap().waiting, 0);
    assert!(here_first > times / 100 && there_first > times / 100, "{here_first} {there_first}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_matchers_go_for_the_same_two_tickets_on_redis() {
    attack(Adapter::Redis, 100_000).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_matchers_go_for_the_same_two_tickets_on_a_redis_cluster() {
    attack(Adapter::RedisCluster, 5_000).await;
}
