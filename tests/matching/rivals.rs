//! Two matchers, each with connections of its own, go for the same two tickets at the same moment.

use std::sync::Arc;

use futures_util::future::join;
use rand_chat::base::{Clock, ProposalId, TicketId};
use rand_chat::infra::shared::{After, Offered, Proposal, Revision, Ticket, TicketState};
use rand_chat::matcher::{self, Found};
use rand_chat::protocol::Wish;

use crate::adapters::Adapter;
use crate::world::World;

/// The two members' tickets, joined anew.
async fn join_both(world: &World, templates: &[Ticket]) -> [Arc<Ticket>; 2] {
    let pool = &world.matchers[0].1.pool;
    let mut tickets = Vec::new();
    for template in templates {
        let (id, revision) = (TicketId::fresh(), Revision::now_v7());
        let ticket = Ticket { id, revision, ..template.clone() };
        tickets.push(pool.join(ticket, None, None).await.unwrap().unwrap().ticket);
    }
    tickets.try_into().unwrap()
}

async fn templates(world: &World) -> Vec<Ticket> {
    let mut all = Vec::new();
    for member in &world.members[..2] {
        let ticket = matcher::new_ticket(&world.matchers[0].0, *member, Wish::default());
        all.push(ticket.await.unwrap());
    }
    all.sort_by_key(|ticket| ticket.member);
    all
}

/// Both tickets are in one proposal, which ends and leaves nothing behind.
async fn end(world: &World, tickets: &[Arc<Ticket>; 2]) -> ProposalId {
    let pool = &world.matchers[0].1.pool;
    let [one, other] = tickets;
    let proposal = pool.proposal_of(one.member).await.unwrap().expect("there is one");
    let (state, other_state) = join(pool.ticket(one.member), pool.ticket(other.member)).await;
    for state in [state, other_state] {
        let state = state.unwrap().unwrap().state;
        assert_eq!(state, TicketState::Proposed(proposal.id));
    }
    let now = world.clock.now();
    assert!(pool.settle(&proposal, [After::Leaves; 2], now, &[]).await.unwrap());
    assert_eq!(pool.ticket(one.member).await.unwrap(), None, "nothing is left behind");
    proposal.id
}

/// As matchers search.
async fn search_at_once(adapter: Adapter, times: usize) {
    let world = World::new(adapter, 2).await;
    let templates = templates(&world).await;
    let [(here, _), (there, _)] = &world.matchers[..] else { unreachable!("two matchers") };
    for time in 0..times {
        let tickets = join_both(&world, &templates).await;
        let [one, other] = &tickets;
        // Each goes for the pair from the other side, or both from the same.
        let seekers = if time % 2 == 0 { [one, other] } else { [one, one] };
        let found =
            join(matcher::search(here, seekers[0]), matcher::search(there, seekers[1])).await;
        let found = [found.0.unwrap(), found.1.unwrap()];
        let winners = found.iter().filter(|found| **found == Found::Partner).count();
        assert_eq!(winners, 1, "round {time}: {found:?}");
        end(&world, &tickets).await;
    }
}

/// As matchers end up, when both have found the same two.
async fn propose_at_once(adapter: Adapter, times: usize) {
    let world = World::new(adapter, 2).await;
    let templates = templates(&world).await;
    let pools = [&world.matchers[0].1.pool, &world.matchers[1].1.pool];
    let first = join_both(&world, &templates).await;
    matcher::search(&world.matchers[0].0, &first[0]).await.unwrap();
    let template = pools[0].proposal_of(first[0].member).await.unwrap().unwrap();
    end(&world, &first).await;
    let mut won = [0, 0];
    for time in 0..times {
        let tickets = join_both(&world, &templates).await;
        let proposal =
            || Proposal { id: ProposalId::fresh(), tickets: tickets.clone(), ..template.clone() };
        let both = [proposal(), proposal()];
        let now = world.clock.now();
        // Each is the first to begin in every other round.
        let (first, second) = (time % 2, 1 - time % 2);
        let offer = |by: usize| pools[by].propose(both[by].clone(), now);
        let offered = join(offer(first), offer(second)).await;
        let winner = match [offered.0.unwrap(), offered.1.unwrap()] {
            [Offered::Proposed, Offered::Gone(_)] => first,
            [Offered::Gone(_), Offered::Proposed] => second,
            other => panic!("round {time}: {other:?}"),
        };
        won[winner] += 1;
        assert_eq!(end(&world, &tickets).await, both[winner].id);
    }
    assert_eq!(pools[0].census().await.unwrap().waiting, 0);
    assert!(won.iter().all(|won| won * 100 > times), "both win: {won:?}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_matchers_search_for_the_same_two_tickets_at_once_on_redis() {
    search_at_once(Adapter::Redis, 5_000).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_matchers_search_for_the_same_two_tickets_at_once_on_a_redis_cluster() {
    search_at_once(Adapter::RedisCluster, 2_000).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_matchers_propose_the_same_two_tickets_at_once_on_redis() {
    propose_at_once(Adapter::Redis, 100_000).await;
}
