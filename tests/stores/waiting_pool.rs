//! The waiting pool.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;
use std::time::Duration;

use proptest::prelude::*;
use proptest::test_runner::{TestCaseError, TestRunner};

use rand_chat::base::{MemberId, Place, ProposalId, TicketId, Timestamp};
use rand_chat::infra::shared::{
    Answer, Answered, Face, Left, Overdue, Proposal, Revision, Ticket, TicketState, WaitingPool,
};
use rand_chat::protocol::{DistanceBand, PartnerCard, ProposalView, Sex, Wish};

const SEOUL: Place = Place { latitude: 37.5665, longitude: 126.978 };
/// About 8 km east of [`SEOUL`].
const EAST: Place = Place { latitude: 37.5665, longitude: 127.069 };
const NEW_YORK: Place = Place { latitude: 40.7128, longitude: -74.006 };

type Pool = dyn WaitingPool;

fn at(second: i64) -> Timestamp {
    Timestamp::from_micros(second * 1_000_000)
}

fn ticket(place: Place, max_distance_km: Option<u32>, second: i64) -> Ticket {
    Ticket {
        id: TicketId::fresh(),
        revision: Revision::now_v7(),
        member: MemberId::fresh(),
        since: at(second),
        place,
        wish: Wish { max_distance_km, ..Wish::default() },
        face: Face {
            nickname: "x".to_owned(),
            image: None,
            sex: Sex::Undisclosed,
            age: 30,
            interests: Vec::new(),
            languages: Vec::new(),
        },
        never: HashSet::new(),
    }
}

fn offer(id: ProposalId) -> ProposalView {
    ProposalView {
        id,
        token: String::new(),
        expires_at: at(30),
        expires_in_ms: 0,
        partner: PartnerCard {
            nickname: "x".to_owned(),
            image: None,
            sex: Sex::Undisclosed,
            age_band: "30-34".to_owned(),
            distance_band: DistanceBand::Lt10,
            shared_interests: Vec::new(),
        },
        answered: None,
    }
}

async fn join(pool: &Pool, ticket: Ticket) -> Arc<Ticket> {
    pool.join(ticket).await.unwrap().ticket
}

async fn found(pool: &Pool, seeker: &Ticket) -> Vec<MemberId> {
    let near = pool.near(seeker, None, 64).await.unwrap();
    near.iter().map(|ticket| ticket.member).filter(|member| *member != seeker.member).collect()
}

/// Joins two and turns them into a proposal with a deadline at second 30.
async fn proposed(pool: &Pool) -> Proposal {
    let one = join(pool, ticket(SEOUL, Some(10), 1)).await;
    let two = join(pool, ticket(SEOUL, Some(10), 2)).await;
    let mut tickets = [one, two];
    tickets.sort_by_key(|ticket| ticket.member);
    let id = ProposalId::fresh();
    for ticket in &tickets {
        assert!(pool.claim(ticket, id, at(5)).await.unwrap());
    }
    let offers = [offer(id), offer(id)];
    let proposal = Proposal { id, tickets, answers: [None; 2], deadline: at(30), offers };
    assert!(pool.propose(proposal.clone()).await.unwrap());
    proposal
}

/// One step that somebody takes, with members and proposals named by small numbers.
#[derive(Clone, Copy, Debug)]
enum Step {
    Join(usize),
    Leave(usize),
    Lose(usize),
    Regain(usize),
    Pair(usize, usize),
    HalfPair(usize),
    Answer(usize, Answer),
    Settle(usize, bool),
    Sweep,
    Wait(i64),
}

fn step() -> impl Strategy<Value = Step> {
    let who = 0..6_usize;
    prop_oneof![
        4 => who.clone().prop_map(Step::Join),
        1 => who.clone().prop_map(Step::Leave),
        1 => who.clone().prop_map(Step::Lose),
        1 => who.clone().prop_map(Step::Regain),
        4 => (who.clone(), who.clone()).prop_map(|(a, b)| Step::Pair(a, b)),
        1 => who.clone().prop_map(Step::HalfPair),
        4 => (who.clone(), prop::bool::weighted(0.8)).prop_map(|(who, yes)| {
            Step::Answer(who, if yes { Answer::Accept } else { Answer::Decline })
        }),
        2 => (who, any::<bool>()).prop_map(|(who, back)| Step::Settle(who, back)),
        1 => Just(Step::Sweep),
        1 => (1..40_i64).prop_map(Step::Wait),
    ]
}

/// Takes the steps and checks after each what must always hold.
async fn walk(pool: &Pool, steps: &[Step]) -> Result<(), TestCaseError> {
    let members: Vec<MemberId> = (0..6).map(|_| MemberId::fresh()).collect();
    let mut since: HashMap<MemberId, Timestamp> = HashMap::new();
    let mut accepted: HashSet<ProposalId> = HashSet::new();
    let mut second = 1;
    for step in steps {
        let now = at(second);
        match *step {
            Step::Join(who) => {
                let asked = Ticket { member: members[who], ..ticket(SEOUL, Some(10), second) };
                let joined = pool.join(asked).await.unwrap();
                let first = since.entry(members[who]).or_insert(now);
                prop_assert_eq!(joined.ticket.since, *first, "seniority");
            }
            Step::Leave(who) => {
                pool.leave(members[who]).await.unwrap();
            }
            Step::Lose(who) => pool.lose(members[who], now).await.unwrap(),
            Step::Regain(who) => {
                pool.regain(members[who]).await.unwrap();
            }
            Step::Pair(one, other) => pair(pool, members[one], members[other], second).await,
            Step::HalfPair(who) => {
                if let Some(known) = pool.ticket(members[who]).await.unwrap() {
                    let claim = ProposalId::fresh();
                    pool.claim(&known.ticket, claim, at(second + 3)).await.unwrap();
                }
            }
            Step::Answer(who, answer) => {
                if let Some(open) = pool.proposal_of(members[who]).await.unwrap()
                    && let Answered::Accepted(both) =
                        pool.answer(open.id, members[who], answer, now).await.unwrap()
                {
                    prop_assert!(both.is_accepted());
                    prop_assert!(accepted.insert(both.id), "accepted twice");
                }
            }
            Step::Settle(who, back) => {
                if let Some(open) = pool.proposal_of(members[who]).await.unwrap() {
                    let back = if back { open.members().to_vec() } else { Vec::new() };
                    prop_assert!(pool.settle(open.id, &back).await.unwrap());
                    prop_assert!(!pool.settle(open.id, &back).await.unwrap());
                }
            }
            Step::Sweep => {
                pool.overdue(now, 64).await.unwrap();
            }
            Step::Wait(seconds) => second += seconds,
        }
        check(pool, &members, &mut since, second).await?;
    }
    Ok(())
}

async fn pair(pool: &Pool, one: MemberId, other: MemberId, second: i64) {
    let (low, high) = (one.min(other), one.max(other));
    let id = ProposalId::fresh();
    let mut tickets = Vec::new();
    for member in [low, high] {
        let Some(known) = pool.ticket(member).await.unwrap() else { break };
        if !pool.claim(&known.ticket, id, at(second + 3)).await.unwrap() {
            break;
        }
        tickets.push(known.ticket);
    }
    match <[Arc<Ticket>; 2]>::try_from(tickets) {
        Ok(tickets) => {
            let (deadline, offers) = (at(second + 30), [offer(id), offer(id)]);
            let proposal = Proposal { id, tickets, answers: [None; 2], deadline, offers };
            assert!(pool.propose(proposal).await.unwrap());
        }
        Err(claimed) => {
            for ticket in claimed {
                pool.release(ticket.member, id).await.unwrap();
            }
        }
    }
}

async fn check(
    pool: &Pool,
    members: &[MemberId],
    since: &mut HashMap<MemberId, Timestamp>,
    second: i64,
) -> Result<(), TestCaseError> {
    let mut waiting = Vec::new();
    for member in members {
        let Some(known) = pool.ticket(*member).await.unwrap() else {
            since.remove(member);
            continue;
        };
        prop_assert_eq!(known.ticket.since, since[member], "seniority");
        match known.state {
            TicketState::Waiting => waiting.push((known.ticket.since, *member)),
            TicketState::Proposed(id) => {
                let open = pool.proposal_of(*member).await.unwrap();
                let open = open.expect("a proposed ticket has its proposal");
                prop_assert_eq!(open.id, id);
                let [one, other] = open.members();
                prop_assert!(one < other, "never with oneself");
            }
            TicketState::Lost(_) | TicketState::Claimed(..) => {}
        }
    }
    // The index holds exactly those who wait, in the order of their seniority.
    waiting.sort_unstable();
    let seen = pool.near(&ticket(EAST, None, second), None, 64).await.unwrap();
    let seen: Vec<_> = seen.iter().map(|ticket| (ticket.since, ticket.member)).collect();
    prop_assert_eq!(&seen, &waiting);
    prop_assert_eq!(pool.waiting().await.unwrap(), waiting.len());
    Ok(())
}

on_every_adapter! {
    async fn every_reach_meets_every_reach_where_both_can_reach(adapter: Adapter) {
        let reaches = [Some(5), Some(10), Some(25), Some(50), Some(100), None];
        for mine in reaches {
            for other in reaches {
                for place in [SEOUL, EAST, NEW_YORK] {
                    let shared = adapter.shared(&[]);
                    let pool = &*shared.pool;
                    let (me, them) = (ticket(SEOUL, mine, 1), ticket(place, other, 2));
                    join(pool, them.clone()).await;

                    let distance = SEOUL.distance(place);
                    let both = [mine, other].iter().flatten().all(|r| distance <= f64::from(*r));
                    let seen = found(pool, &me).await.contains(&them.member);

                    assert_eq!(seen, both, "{mine:?} and {other:?} at {distance} km");
                }
            }
        }
    }

    async fn the_longest_waiting_comes_first_and_pages_go_on_after_it(adapter: Adapter) {
        let shared = adapter.shared(&[]);
        let pool = &*shared.pool;
        let mut members = Vec::new();
        for second in [30, 10, 20] {
            members.push((second, join(pool, ticket(SEOUL, Some(10), second)).await.member));
        }
        members.sort_unstable();
        let seeker = ticket(SEOUL, Some(5), 99);
        // Who reaches 10 km is in reach of somebody who reaches 5, and the other way round.
        let first = pool.near(&seeker, None, 2).await.unwrap();
        let rest = pool.near(&seeker, Some((first[1].since, first[1].member)), 2).await.unwrap();

        let order: Vec<MemberId> = first.iter().chain(&rest).map(|ticket| ticket.member).collect();
        assert_eq!(order, members.iter().map(|(_, member)| *member).collect::<Vec<_>>());
    }

    async fn asking_twice_keeps_the_ticket_and_takes_the_new_conditions(adapter: Adapter) {
        let shared = adapter.shared(&[]);
        let pool = &*shared.pool;
        let first = join(pool, ticket(SEOUL, Some(5), 1)).await;

        let again = Ticket { member: first.member, ..ticket(SEOUL, None, 9) };
        let second = join(pool, again).await;

        assert_eq!((second.id, second.since, second.wish.max_distance_km), (first.id, first.since, None));
        assert_eq!(pool.waiting().await.unwrap(), 1);
        assert_eq!(found(pool, &ticket(SEOUL, None, 10)).await, [first.member]);
    }

    async fn a_ticket_is_claimed_by_one_and_comes_back_with_its_seniority(adapter: Adapter) {
        let shared = adapter.shared(&[]);
        let pool = &*shared.pool;
        let waiting = join(pool, ticket(SEOUL, Some(10), 1)).await;
        let (mine, other) = (ProposalId::fresh(), ProposalId::fresh());

        assert!(pool.claim(&waiting, mine, at(5)).await.unwrap());
        assert!(!pool.claim(&waiting, other, at(5)).await.unwrap());
        assert_eq!(pool.leave(waiting.member).await.unwrap(), Left::Claimed);
        assert!(found(pool, &ticket(SEOUL, Some(10), 9)).await.is_empty());

        pool.release(waiting.member, other).await.unwrap();
        assert!(found(pool, &ticket(SEOUL, Some(10), 9)).await.is_empty(), "not theirs to release");
        pool.release(waiting.member, mine).await.unwrap();
        assert_eq!(found(pool, &ticket(SEOUL, Some(10), 9)).await, [waiting.member]);
    }

    async fn a_ticket_is_claimed_only_with_the_conditions_that_the_matcher_knew(adapter: Adapter) {
        let shared = adapter.shared(&[]);
        let pool = &*shared.pool;
        let before = join(pool, ticket(SEOUL, None, 1)).await;
        let narrower = Ticket { member: before.member, ..ticket(SEOUL, Some(5), 2) };
        let after = pool.join(narrower).await.unwrap().ticket;
        assert_eq!((after.id, after.since), (before.id, before.since));

        assert!(!pool.claim(&before, ProposalId::fresh(), at(5)).await.unwrap());
        assert!(pool.claim(&after, ProposalId::fresh(), at(5)).await.unwrap());
    }

    async fn only_who_suits_by_sex_both_ways_is_near(adapter: Adapter) {
        let shared = adapter.shared(&[]);
        let pool = &*shared.pool;
        let sexes = [Sex::Female, Sex::Male, Sex::Undisclosed];
        let wishes = [None, Some(Sex::Female), Some(Sex::Male)];
        let mut all = Vec::new();
        let kinds = sexes.into_iter().flat_map(|sex| wishes.map(|wish| (sex, wish)));
        for (second, (sex, wish)) in (1..).zip(kinds) {
            let mut ticket = ticket(SEOUL, [Some(10), None][all.len() % 2], second);
            (ticket.face.sex, ticket.wish.sex) = (sex, wish);
            all.push(join(pool, ticket).await);
        }
        for seeker in &all {
            let takes = |one: &Ticket, other: &Ticket| {
                one.wish.sex.is_none_or(|sex| sex == other.face.sex)
            };
            let suits = |other: &&Arc<Ticket>| takes(seeker, other) && takes(other, seeker);
            let others = all.iter().filter(|other| other.member != seeker.member);
            let expected: Vec<MemberId> =
                others.filter(suits).map(|ticket| ticket.member).collect();
            assert_eq!(found(pool, seeker).await, expected, "{:?} {:?}", seeker.face.sex, seeker.wish);
        }
    }

    async fn a_claim_that_nobody_finished_is_given_back(adapter: Adapter) {
        let shared = adapter.shared(&[]);
        let pool = &*shared.pool;
        let waiting = join(pool, ticket(SEOUL, Some(10), 1)).await;
        pool.claim(&waiting, ProposalId::fresh(), at(5)).await.unwrap();

        assert_eq!(pool.overdue(at(4), 9).await.unwrap(), []);
        assert_eq!(pool.overdue(at(5), 9).await.unwrap(), [Overdue::Claim(waiting.clone())]);

        assert_eq!(found(pool, &ticket(SEOUL, Some(10), 9)).await, [waiting.member]);
    }

    async fn both_accept_and_exactly_one_caller_sees_it(adapter: Adapter) {
        let shared = adapter.shared(&[]);
        let pool = &*shared.pool;
        let proposal = proposed(pool).await;
        let [one, two] = [proposal.tickets[0].member, proposal.tickets[1].member];
        let accept = |member| pool.answer(proposal.id, member, Answer::Accept, at(9));

        assert!(matches!(accept(one).await.unwrap(), Answered::Noted(_)));
        assert!(matches!(accept(one).await.unwrap(), Answered::Repeat(_)));
        assert!(matches!(accept(two).await.unwrap(), Answered::Accepted(_)));
        assert!(matches!(accept(two).await.unwrap(), Answered::Repeat(_)));
        assert_eq!(accept(MemberId::fresh()).await.unwrap(), Answered::NotFound);

        assert!(pool.settle(proposal.id, &[]).await.unwrap());
        assert!(!pool.settle(proposal.id, &[]).await.unwrap());
        assert_eq!(pool.ticket(one).await.unwrap(), None);
    }

    async fn after_a_no_nothing_else_counts_and_the_other_waits_on(adapter: Adapter) {
        let shared = adapter.shared(&[]);
        let pool = &*shared.pool;
        let proposal = proposed(pool).await;
        let [one, two] = [proposal.tickets[0].member, proposal.tickets[1].member];
        let answer = |member, answer| pool.answer(proposal.id, member, answer, at(9));

        assert!(matches!(answer(one, Answer::Accept).await.unwrap(), Answered::Noted(_)));
        assert!(matches!(answer(two, Answer::Decline).await.unwrap(), Answered::Declined(_)));
        assert_eq!(answer(two, Answer::Accept).await.unwrap(), Answered::Over);
        assert_eq!(answer(one, Answer::Decline).await.unwrap(), Answered::Over);

        assert!(pool.settle(proposal.id, &[one]).await.unwrap());
        assert_eq!(pool.ticket(one).await.unwrap().unwrap().ticket.since, proposal.tickets[0].since);
        assert_eq!(pool.ticket(two).await.unwrap(), None);
    }

    async fn an_answer_after_the_deadline_is_too_late(adapter: Adapter) {
        let shared = adapter.shared(&[]);
        let pool = &*shared.pool;
        let proposal = proposed(pool).await;
        let one = proposal.tickets[0].member;

        let late = pool.answer(proposal.id, one, Answer::Accept, at(30)).await.unwrap();
        assert_eq!(late, Answered::Over);
        assert_eq!(pool.overdue(at(30), 9).await.unwrap(), [Overdue::Proposal(Box::new(proposal))]);
        assert_eq!(pool.overdue(at(30), 9).await.unwrap(), [], "handed out to one caller");
    }

    async fn a_proposal_that_nobody_showed_is_handed_out_when_its_claims_would_be_over(adapter: Adapter) {
        let shared = adapter.shared(&[]);
        let pool = &*shared.pool;
        let mut proposal = proposed(pool).await;
        let one = proposal.tickets[0].member;
        // One was shown it, and then its matcher died.
        pool.answer(proposal.id, one, Answer::Accept, at(4)).await.unwrap();
        proposal.answers[0] = Some(Answer::Accept);

        assert_eq!(pool.overdue(at(4), 9).await.unwrap(), []);
        let unshown = Overdue::Unshown(Box::new(proposal.clone()));
        assert_eq!(pool.overdue(at(5), 9).await.unwrap(), [unshown]);
        pool.shown(proposal.id).await.unwrap();
        assert_eq!(pool.overdue(at(29), 9).await.unwrap(), [], "they have the time they were told");

        let over = Overdue::Proposal(Box::new(proposal));
        assert_eq!(pool.overdue(at(30), 9).await.unwrap(), [over]);
    }

    async fn an_accepted_proposal_is_seen_to_at_once_also_if_it_is_noted_as_shown_late(adapter: Adapter) {
        let shared = adapter.shared(&[]);
        let pool = &*shared.pool;
        let proposal = proposed(pool).await;
        for ticket in &proposal.tickets {
            pool.answer(proposal.id, ticket.member, Answer::Accept, at(4)).await.unwrap();
        }

        pool.shown(proposal.id).await.unwrap();

        let overdue = pool.overdue(at(6), 9).await.unwrap();
        assert!(matches!(&overdue[..], [Overdue::Proposal(open)] if open.is_accepted()), "{overdue:?}");
    }

    async fn who_is_lost_is_not_offered_and_after_a_while_gone(adapter: Adapter) {
        let shared = adapter.shared(&[]);
        let pool = &*shared.pool;
        let waiting = join(pool, ticket(SEOUL, Some(10), 1)).await;

        pool.lose(waiting.member, at(10)).await.unwrap();
        assert!(found(pool, &ticket(SEOUL, Some(10), 9)).await.is_empty());
        assert_eq!(pool.regain(waiting.member).await.unwrap(), Some(waiting.clone()));
        assert_eq!(found(pool, &ticket(SEOUL, Some(10), 9)).await, [waiting.member]);

        pool.lose(waiting.member, at(20)).await.unwrap();
        assert_eq!(pool.overdue(at(49), 9).await.unwrap(), []);
        assert_eq!(pool.overdue(at(50), 9).await.unwrap(), [Overdue::Lost(waiting.clone())]);
        assert_eq!(pool.ticket(waiting.member).await.unwrap(), None);
    }

    async fn who_waits_long_is_told_once(adapter: Adapter) {
        let shared = adapter.shared(&[]);
        let pool = &*shared.pool;
        let waiting = join(pool, ticket(SEOUL, Some(10), 0)).await;

        let mut told = 0;
        for second in 0..200 {
            for overdue in pool.overdue(at(second), 9).await.unwrap() {
                if overdue == Overdue::LongWait(waiting.clone()) {
                    assert_eq!(second, 60);
                    told += 1;
                }
            }
        }
        assert_eq!(told, 1);
    }

    async fn a_declined_pair_is_kept_apart_longer_each_time(adapter: Adapter) {
        let shared = adapter.shared(&[]);
        let pool = &*shared.pool;
        let [one, two] = [MemberId::fresh(), MemberId::fresh()];
        let spans = [300, 1800, 86400].map(Duration::from_secs);

        let mut now = 0;
        for span in [300, 1800, 86400, 86400] {
            pool.keep_apart([two, one], at(now), &spans).await.unwrap();
            assert!(pool.kept_apart(one, at(now + span - 1)).await.unwrap().contains(&two));
            assert!(pool.kept_apart(two, at(now + span - 1)).await.unwrap().contains(&one));
            assert!(pool.kept_apart(one, at(now + span)).await.unwrap().is_empty());
            now += span;
        }
    }

    async fn whatever_happens_nobody_is_in_two_places_and_nobody_loses_seniority(adapter: Adapter) {
        let cases = if matches!(adapter, crate::adapters::Adapter::InProcess) { 256 } else { 24 };
        let mut runner = TestRunner::new(ProptestConfig::with_cases(cases));
        let steps = prop::collection::vec(step(), 1..120);
        let outcome = tokio::task::block_in_place(|| {
            let here = tokio::runtime::Handle::current();
            runner.run(&steps, |steps| {
                let shared = adapter.shared(&[]);
                here.block_on(walk(&*shared.pool, &steps))
            })
        });
        outcome.unwrap();
    }
}
