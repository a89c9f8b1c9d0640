//! A process dies between two steps of its work. The test takes the first steps in its place, straight
//! on shared state; the processes that live must take the others.

use std::collections::HashSet;
use std::sync::Arc;
use std::time::Duration;

use rand_chat::base::{Clock, MemberId, MessageId, Place, ProposalId, SystemClock, TicketId};
use rand_chat::infra::Shared;
use rand_chat::infra::shared::{
    Append, Face, NewMessage, Offered, Proposal, Revision, Said, Ticket,
};
use rand_chat::protocol::{DistanceBand, PartnerCard, ProposalView, Sex, Wish};
use tokio::join;

use crate::adapters::Adapter;
use crate::client::Client;
use crate::harness::SEOUL;
use crate::processes::{GATEWAYS, System};

/// As the settings have it.
const SEEN: Duration = Duration::from_secs(3);
const PROPOSAL: Duration = Duration::from_secs(30);

/// A member who waits, as a matcher puts it into the pool.
async fn waiting(shared: &Shared, client: &Client) -> Arc<Ticket> {
    let (latitude, longitude) = SEOUL;
    let face = Face {
        nickname: client.person.name.clone(),
        image: None,
        sex: Sex::Undisclosed,
        age: 27,
        interests: Vec::new(),
        languages: Vec::new(),
    };
    let ticket = Ticket {
        id: TicketId::fresh(),
        revision: Revision::now_v7(),
        member: client.person.id.parse().unwrap(),
        since: SystemClock.now(),
        place: Place { latitude, longitude },
        wish: Wish::default(),
        face,
        never: HashSet::new(),
    };
    shared.pool.join(ticket, None, None).await.unwrap().unwrap().ticket
}

/// Two tickets, proposed to each other, and nobody was told.
async fn propose(system: &System, shared: &Shared, mut tickets: [Arc<Ticket>; 2]) {
    let (id, now) = (ProposalId::fresh(), SystemClock.now());
    let (see_until, deadline) = (now + SEEN, now + PROPOSAL);
    tickets.sort_by_key(|ticket| ticket.member);
    let offer = |to: MemberId| ProposalView {
        id,
        token: system.tokens().for_match(to, id, PROPOSAL).unwrap(),
        expires_at: deadline,
        expires_in_ms: u64::try_from(PROPOSAL.as_millis()).unwrap(),
        partner: PartnerCard {
            nickname: "somebody".to_owned(),
            image: None,
            sex: Sex::Undisclosed,
            age_band: "25-29".to_owned(),
            distance_band: DistanceBand::Lt10,
            shared_interests: Vec::new(),
        },
        answered: None,
    };
    let offers = [offer(tickets[0].member), offer(tickets[1].member)];
    let (seen, answers) = ([false; 2], [None; 2]);
    let proposal = Proposal { id, tickets, seen, answers, see_until, deadline, offers };
    assert_eq!(shared.pool.propose(proposal, now).await.unwrap(), Offered::Proposed);
}

async fn a_proposal_that_its_matcher_did_not_show_is_shown(redis: Adapter) {
    let system = System::start(redis, &[]).await;
    let shared = system.shared();
    let [one, other] = GATEWAYS;
    let mut jimin = Client::sign_up(&system, "jimin", &[one]).await;
    let mut oliver = Client::sign_up(&system, "oliver", &[other]).await;
    join!(
        jimin.until("the page is there", Client::is_connected),
        oliver.until("the page is there", Client::is_connected),
    );
    let tickets = [waiting(&shared, &jimin).await, waiting(&shared, &oliver).await];

    propose(&system, &shared, tickets).await;

    let in_a_room = |page: &Client| page.room.is_some();
    join!(jimin.until("it is in a room", in_a_room), oliver.until("it is in a room", in_a_room));
    assert_eq!(jimin.room, oliver.room);
}

async fn a_message_that_its_gateway_did_not_show_is_shown(redis: Adapter) {
    let system = System::start(redis, &[]).await;
    let shared = system.shared();
    let [one, other] = GATEWAYS;
    let mut jimin = Client::sign_up(&system, "jimin", &[one]).await;
    let mut oliver = Client::sign_up(&system, "oliver", &[other]).await;
    join!(jimin.find_room(), oliver.find_room());
    let text = "the last word".to_owned();
    let message = NewMessage {
        room: jimin.room.as_ref().unwrap().parse().unwrap(),
        id: MessageId::new(jimin.write(text.clone())),
        from: jimin.person.id.parse().unwrap(),
        said: Said::Text(text),
        again: false,
    };

    let appended = shared.rooms.append(message).await.unwrap();

    assert!(matches!(appended, Append::Placed { .. }), "{appended:?}");
    // The sender's page is gone as well, so nobody sends it again, and nobody says anything after it.
    oliver.until("it is shown", |page| page.texts() == ["the last word"]).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_proposal_that_its_matcher_did_not_show_is_shown_on_one_redis() {
    a_proposal_that_its_matcher_did_not_show_is_shown(Adapter::Redis).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_proposal_that_its_matcher_did_not_show_is_shown_on_a_redis_cluster() {
    a_proposal_that_its_matcher_did_not_show_is_shown(Adapter::RedisCluster).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_message_that_its_gateway_did_not_show_is_shown_on_one_redis() {
    a_message_that_its_gateway_did_not_show_is_shown(Adapter::Redis).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_message_that_its_gateway_did_not_show_is_shown_on_a_redis_cluster() {
    a_message_that_its_gateway_did_not_show_is_shown(Adapter::RedisCluster).await;
}
