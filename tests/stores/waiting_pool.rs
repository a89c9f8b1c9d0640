//! The waiting pool.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;
use std::time::Duration;

use proptest::prelude::*;
use proptest::test_runner::{TestCaseError, TestRunner};

use rand_chat::base::{Clock, MemberId, Place, ProposalId, SystemClock, TicketId, Timestamp};
use rand_chat::infra::shared::{
    After, Answered, Face, Offered, Overdue, Proposal, Revision, Ticket, TicketState, Wait,
    WaitingPool,
};
use rand_chat::protocol::{Answer, Condition, DistanceBand, PartnerCard, ProposalView, Sex, Wish};

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
    pool.join(ticket, None, None).await.unwrap().unwrap().ticket
}

async fn found(pool: &Pool, seeker: &Ticket) -> Vec<MemberId> {
    let near = pool.near(seeker, &HashSet::new(), 64).await.unwrap();
    near.iter().map(|ticket| ticket.member).collect()
}

async fn waiting(pool: &Pool) -> usize {
    pool.census().await.unwrap().waiting
}

/// A proposal made now, to be seen within 3 s and answered within 30.
fn proposal(one: &Arc<Ticket>, other: &Arc<Ticket>, second: i64) -> Proposal {
    let mut tickets = [one.clone(), other.clone()];
    tickets.sort_by_key(|ticket| ticket.member);
    let id = ProposalId::fresh();
    Proposal {
        id,
        tickets,
        seen: [false; 2],
        answers: [None; 2],
        see_until: at(second + 3),
        deadline: at(second + 30),
        offers: [offer(id), offer(id)],
    }
}

/// Joins two and proposes them to each other in second 2: to be seen by second 5, with a deadline at second 32.
async fn proposed(pool: &Pool) -> Proposal {
    let one = join(pool, ticket(SEOUL, Some(10), 1)).await;
    let two = join(pool, ticket(SEOUL, Some(10), 2)).await;
    let proposal = proposal(&one, &two, 2);
    assert_eq!(pool.propose(proposal.clone(), at(2)).await.unwrap(), Offered::Proposed);
    proposal
}

async fn both_have_seen(pool: &Pool, proposal: &Proposal) -> Proposal {
    for member in proposal.members() {
        assert!(pool.seen(proposal.id, member).await.unwrap());
    }
    Proposal { seen: [true; 2], ..proposal.clone() }
}

/// One step that somebody takes, with members and proposals named by small numbers.
#[derive(Clone, Copy, Debug)]
enum Step {
    Join(usize),
    Leave(usize),
    Lose(usize),
    Regain(usize),
    Pair(usize, usize),
    Seen(usize),
    Answer(usize, Answer),
    Settle(usize, After),
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
        2 => who.clone().prop_map(Step::Seen),
        4 => (who.clone(), prop::bool::weighted(0.8)).prop_map(|(who, yes)| {
            Step::Answer(who, if yes { Answer::Accept } else { Answer::Decline })
        }),
        2 => (who, after()).prop_map(|(who, after)| Step::Settle(who, after)),
        1 => Just(Step::Sweep),
        1 => (1..40_i64).prop_map(Step::Wait),
    ]
}

fn after() -> impl Strategy<Value = After> {
    prop_oneof![
        Just(After::Waits),
        Just(After::Leaves),
        (1..200_i64).prop_map(|second| After::Pauses(at(second))),
        (1..200_i64).prop_map(|second| After::IsLost(at(second))),
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
                let last = pool.last_match(members[who]).await.unwrap();
                let joined = pool.join(asked, None, last).await.unwrap().unwrap();
                let first = since.entry(members[who]).or_insert(now);
                prop_assert_eq!(joined.ticket.since, *first, "seniority");
            }
            Step::Leave(who) => {
                pool.leave(members[who], now).await.unwrap();
            }
            Step::Lose(who) => pool.lose(members[who], now).await.unwrap(),
            Step::Regain(who) => {
                pool.regain(members[who]).await.unwrap();
            }
            Step::Pair(one, other) => pair(pool, members[one], members[other], second).await,
            Step::Seen(who) => {
                if let Some(open) = pool.proposal_of(members[who]).await.unwrap() {
                    prop_assert!(pool.seen(open.id, members[who]).await.unwrap());
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
            Step::Settle(who, after) => {
                if let Some(open) = pool.proposal_of(members[who]).await.unwrap() {
                    let after = [after, After::Waits];
                    let changed = Proposal { answers: [Some(Answer::Decline); 2], ..open.clone() };
                    prop_assert!(!pool.settle(&changed, after, now, &[]).await.unwrap());
                    prop_assert!(pool.settle(&open, after, now, &[]).await.unwrap());
                    prop_assert!(!pool.settle(&open, after, now, &[]).await.unwrap());
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
    let known = [pool.ticket(one).await.unwrap(), pool.ticket(other).await.unwrap()];
    let [Some(one), Some(other)] = known else { return };
    if one.ticket.member != other.ticket.member {
        let wait = [one.state, other.state] == [TicketState::Waiting; 2];
        let offered = pool.propose(proposal(&one.ticket, &other.ticket, second), at(second));
        assert_eq!(offered.await.unwrap() == Offered::Proposed, wait);
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
            TicketState::Lost(_) | TicketState::Paused(_) => {}
        }
    }
    // The index holds exactly those who wait, in the order of their seniority.
    waiting.sort_unstable();
    let seen = pool.near(&ticket(EAST, None, second), &HashSet::new(), 64).await.unwrap();
    let seen: Vec<_> = seen.iter().map(|ticket| (ticket.since, ticket.member)).collect();
    prop_assert_eq!(&seen, &waiting);
    let census = pool.census().await.unwrap();
    prop_assert_eq!(census.waiting, waiting.len());
    prop_assert_eq!(census.oldest, waiting.first().map(|(since, _)| *since));
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

    async fn the_longest_waiting_comes_first_but_for_the_excepted(adapter: Adapter) {
        let shared = adapter.shared(&[]);
        let pool = &*shared.pool;
        let mut members = Vec::new();
        for second in [30, 10, 20, 40] {
            members.push((second, join(pool, ticket(SEOUL, Some(10), second)).await.member));
        }
        members.sort_unstable();
        let order: Vec<MemberId> = members.into_iter().map(|(_, member)| member).collect();
        let seeker = ticket(SEOUL, Some(5), 99);

        // Who reaches 10 km is in reach of somebody who reaches 5, and the other way round.
        let near = pool.near(&seeker, &HashSet::from([order[1]]), 2).await.unwrap();

        let near: Vec<MemberId> = near.iter().map(|ticket| ticket.member).collect();
        assert_eq!(near, [order[0], order[2]]);
    }

    async fn asking_twice_keeps_the_ticket_and_takes_the_new_conditions(adapter: Adapter) {
        let shared = adapter.shared(&[]);
        let pool = &*shared.pool;
        let first = join(pool, ticket(SEOUL, Some(5), 1)).await;

        let again = Ticket { member: first.member, ..ticket(SEOUL, None, 9) };
        let second = join(pool, again).await;

        assert_eq!((second.id, second.since, second.wish.max_distance_km), (first.id, first.since, None));
        assert_eq!(waiting(pool).await, 1);
        assert_eq!(found(pool, &ticket(SEOUL, None, 10)).await, [first.member]);
    }

    async fn a_ticket_is_in_one_proposal_and_comes_back_with_its_seniority(adapter: Adapter) {
        let shared = adapter.shared(&[]);
        let pool = &*shared.pool;
        let open = proposed(pool).await;
        let third = join(pool, ticket(SEOUL, Some(10), 3)).await;

        let taken = &open.tickets[0];
        let offered = pool.propose(proposal(taken, &third, 3), at(3)).await.unwrap();
        assert_eq!(offered, Offered::Gone(taken.member));
        assert_eq!(found(pool, &ticket(SEOUL, Some(10), 9)).await, [third.member]);

        assert!(pool.settle(&open, [After::Waits, After::Leaves], at(4), &[]).await.unwrap());
        let back = pool.ticket(taken.member).await.unwrap().unwrap();
        assert_eq!((back.state, back.ticket.since), (TicketState::Waiting, taken.since));
        let order = found(pool, &ticket(SEOUL, Some(10), 9)).await;
        assert_eq!(order, [taken.member, third.member]);
    }

    async fn a_ticket_is_proposed_only_with_the_conditions_that_the_matcher_knew(adapter: Adapter) {
        let shared = adapter.shared(&[]);
        let pool = &*shared.pool;
        let other = join(pool, ticket(SEOUL, None, 1)).await;
        let before = join(pool, ticket(SEOUL, None, 1)).await;
        let narrower = Ticket { member: before.member, ..ticket(SEOUL, Some(5), 2) };
        let after = join(pool, narrower).await;
        assert_eq!((after.id, after.since), (before.id, before.since));

        let offered = pool.propose(proposal(&before, &other, 3), at(3)).await.unwrap();
        assert_eq!(offered, Offered::Gone(before.member));
        let offered = pool.propose(proposal(&after, &other, 3), at(3)).await.unwrap();
        assert_eq!(offered, Offered::Proposed);
    }

    async fn a_copy_that_is_far_behind_sees_who_waits_all_the_same(adapter: Adapter) {
        let processes = adapter.processes(2, &[]);
        let [here, there] = [&*processes[0].pool, &*processes[1].pool];
        let first = join(here, ticket(SEOUL, Some(10), 1)).await;
        let seeker = ticket(SEOUL, Some(10), 99);
        assert_eq!(found(there, &seeker).await, [first.member]);

        // What is cut off leaves as many as before, but others: a copy that went on from the middle would be wrong.
        here.leave(first.member, at(2)).await.unwrap();
        let second = join(here, ticket(SEOUL, Some(10), 2)).await;
        // More changes than are kept for those who are behind.
        let restless = ticket(SEOUL, Some(10), 2);
        for _ in 0..10_500 {
            join(here, restless.clone()).await;
            here.leave(restless.member, at(3)).await.unwrap();
        }
        let last = join(here, ticket(SEOUL, Some(10), 4)).await;

        assert_eq!(found(there, &seeker).await, [second.member, last.member]);
        assert_eq!(found(here, &seeker).await, [second.member, last.member]);
    }

    async fn whoever_joined_before_a_search_is_seen_by_it_on_every_process(adapter: Adapter) {
        let processes = adapter.processes(3, &[]);
        let mut expected = Vec::new();
        for second in 0..60 {
            let joins_at = &*processes[usize::try_from(second % 3).unwrap()].pool;
            expected.push(join(joins_at, ticket(SEOUL, Some(10), second)).await.member);
            for process in &processes {
                assert_eq!(found(&*process.pool, &ticket(SEOUL, Some(5), 99)).await, expected);
            }
        }
    }

    async fn by_age_and_language_only_who_suits_both_ways_is_near(adapter: Adapter) {
        let shared = adapter.shared(&[]);
        let pool = &*shared.pool;
        let mut all = Vec::new();
        for (second, age) in (1..).zip([20, 30, 40, 30, 20]) {
            for (language, wishes) in [("ko", None), ("en", Some("ko")), ("ko", Some("en"))] {
                let mut ticket = ticket(SEOUL, Some(25), second);
                ticket.face.age = age;
                ticket.face.languages = vec!["fr".to_owned(), language.to_owned()];
                ticket.wish.language = wishes.map(str::to_owned);
                (ticket.wish.age_min, ticket.wish.age_max) = match second {
                    1 => (None, Some(30)),
                    2 => (Some(25), None),
                    3 => (Some(20), Some(20)),
                    _ => (None, None),
                };
                all.push(join(pool, ticket).await);
            }
        }
        for seeker in &all {
            let takes = |one: &Ticket, other: &Ticket| {
                one.wish.age_min.is_none_or(|min| other.face.age >= min)
                    && one.wish.age_max.is_none_or(|max| other.face.age <= max)
                    && one.wish.language.as_ref().is_none_or(|l| other.face.languages.contains(l))
            };
            let others = all.iter().filter(|other| other.member != seeker.member);
            let suits = |other: &&Arc<Ticket>| takes(seeker, other) && takes(other, seeker);
            let expected: HashSet<MemberId> = others.filter(suits).map(|other| other.member).collect();
            let found: HashSet<MemberId> = found(pool, seeker).await.into_iter().collect();
            assert_eq!(found, expected, "{:?} {:?}", seeker.face, seeker.wish);
        }
    }

    async fn what_is_around_is_counted_condition_by_condition(adapter: Adapter) {
        let shared = adapter.shared(&[]);
        let pool = &*shared.pool;
        for second in 0..4 {
            let mut man = ticket(SEOUL, Some(10), second);
            man.face.sex = Sex::Male;
            join(pool, man).await;
        }
        for place in [EAST, NEW_YORK, NEW_YORK] {
            join(pool, ticket(place, None, 9)).await;
        }
        let mut wishes = ticket(SEOUL, Some(10), 10);
        wishes.wish.sex = Some(Sex::Female);
        wishes.wish.language = Some("ko".to_owned());
        let wishes = join(pool, wishes).await;

        let around = pool.surroundings(&wishes, at(10)).await.unwrap();
        assert_eq!((around.in_reach, around.fitting), (5, 0), "not itself, not New York");
        let one_at_a_time = [(Condition::Distance, 0), (Condition::Sex, 0), (Condition::Language, 0)];
        assert_eq!(around.without, one_at_a_time);

        let mut only_sex = Ticket { member: wishes.member, ..ticket(SEOUL, Some(10), 10) };
        only_sex.wish.sex = Some(Sex::Female);
        let around = pool.surroundings(&*join(pool, only_sex).await, at(10)).await.unwrap();
        assert_eq!(around.without, [(Condition::Distance, 0), (Condition::Sex, 5)]);

        let anybody = Ticket { member: wishes.member, ..ticket(SEOUL, Some(10), 10) };
        let around = pool.surroundings(&*join(pool, anybody).await, at(10)).await.unwrap();
        assert_eq!((around.fitting, &around.without[..]), (5, &[(Condition::Distance, 7)][..]));
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

    async fn waits_that_ended_near_by_are_told_once_there_are_some(adapter: Adapter) {
        let processes = adapter.processes(1, &[]);
        let pool = &*processes[0].pool;
        // Servers keep a time of their own, so these waits end now.
        let now = SystemClock.now();
        let ago = |seconds: i64| Timestamp::from_micros(now.as_micros() - seconds * 1_000_000);
        let mine = join(pool, Ticket { since: now, ..ticket(SEOUL, Some(10), 0) }).await;
        assert_eq!(pool.surroundings(&mine, now).await.unwrap().waits, []);
        for seconds in [30, 40] {
            let tickets = [seconds, seconds + 1].map(|s| Ticket { since: ago(s), ..ticket(SEOUL, Some(10), 0) });
            let [one, other] = tickets;
            let (one, other) = (join(pool, one).await, join(pool, other).await);
            let open = Proposal { deadline: at(0), ..proposal(&one, &other, 0) };
            assert_eq!(pool.propose(open, now).await.unwrap(), Offered::Proposed);
        }
        assert_eq!(pool.surroundings(&mine, now).await.unwrap().waits, [], "four say nothing");

        let gives_up = join(pool, Ticket { since: ago(50), ..ticket(EAST, Some(10), 0) }).await;
        pool.leave(gives_up.member, now).await.unwrap();

        let waits = pool.surroundings(&mine, now).await.unwrap().waits;
        let about: Vec<(u64, bool)> = waits
            .iter()
            .map(|Wait { lasted, found }| (lasted.as_secs() / 5 * 5, *found))
            .collect();
        assert_eq!(about, [(30, true), (30, true), (40, true), (40, true), (50, false)]);
        let far = Ticket { since: now, ..ticket(NEW_YORK, Some(10), 0) };
        assert_eq!(pool.surroundings(&far, now).await.unwrap().waits, []);
    }

    async fn who_pauses_is_not_offered_and_waits_again_after_it(adapter: Adapter) {
        let shared = adapter.shared(&[]);
        let pool = &*shared.pool;
        let new = ticket(SEOUL, Some(10), 1);
        let seeker = ticket(SEOUL, Some(10), 9);
        let joined = pool.join(new.clone(), Some(at(16)), None).await.unwrap().unwrap();
        assert_eq!(joined.state, TicketState::Paused(at(16)));
        assert_eq!(joined.view(at(6)).paused_ms, Some(10_000));

        // Neither asking again nor a lost connection changes it.
        let again = pool.join(Ticket { revision: Revision::now_v7(), ..new.clone() }, None, None).await.unwrap().unwrap();
        assert_eq!(again.state, TicketState::Paused(at(16)));
        pool.lose(new.member, at(7)).await.unwrap();
        assert_eq!(pool.regain(new.member).await.unwrap(), None);
        assert_eq!(found(pool, &seeker).await, []);
        assert_eq!(pool.overdue(at(15), 9).await.unwrap(), []);

        assert_eq!(pool.overdue(at(16), 9).await.unwrap(), [Overdue::Rested(again.ticket)]);
        assert_eq!(found(pool, &seeker).await, [new.member]);
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

        let accepted = Proposal { answers: [Some(Answer::Accept); 2], ..proposal.clone() };
        let end = |given| async move { pool.settle(given, [After::Leaves; 2], at(9), &[]).await };
        assert!(!end(&proposal).await.unwrap(), "it is not as it was");
        assert!(end(&accepted).await.unwrap());
        assert!(!end(&accepted).await.unwrap());
        assert_eq!(pool.ticket(one).await.unwrap(), None);

        // A ticket that was written before does not know of their room.
        let before = ticket(SEOUL, Some(10), 9);
        let before = Ticket { member: one, ..before };
        assert_eq!(pool.join(before.clone(), None, None).await.unwrap(), None);
        let last = pool.last_match(one).await.unwrap();
        assert_eq!(last, Some(proposal.id));
        assert!(pool.join(before, None, last).await.unwrap().is_some());
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

        let declined = [Some(Answer::Accept), Some(Answer::Decline)];
        let declined = Proposal { answers: declined, ..proposal.clone() };
        let after = [After::Waits, After::Leaves];
        assert!(pool.settle(&declined, after, at(9), &[]).await.unwrap());
        assert_eq!(pool.ticket(one).await.unwrap().unwrap().ticket.since, proposal.tickets[0].since);
        assert_eq!(pool.ticket(two).await.unwrap(), None);
    }

    async fn an_answer_after_the_deadline_is_too_late(adapter: Adapter) {
        let shared = adapter.shared(&[]);
        let pool = &*shared.pool;
        let proposal = proposed(pool).await;
        let one = proposal.tickets[0].member;

        let proposal = both_have_seen(pool, &proposal).await;
        let late = pool.answer(proposal.id, one, Answer::Accept, at(32)).await.unwrap();
        assert_eq!(late, Answered::Over);
        assert_eq!(pool.overdue(at(32), 9).await.unwrap(), [Overdue::Proposal(Box::new(proposal))]);
        assert_eq!(pool.overdue(at(32), 9).await.unwrap(), [], "handed out to one caller");
    }

    async fn a_proposal_that_not_both_have_seen_is_shown_again_and_then_withdrawn(adapter: Adapter) {
        let shared = adapter.shared(&[]);
        let pool = &*shared.pool;
        let mut open = proposed(pool).await;
        // An answer says that it was seen, too.
        let one = open.tickets[0].member;
        pool.answer(open.id, one, Answer::Accept, at(2)).await.unwrap();
        open.answers[0] = Some(Answer::Accept);

        assert_eq!(pool.overdue(at(2), 9).await.unwrap(), []);
        let unshown = Overdue::Unshown(Box::new(open.clone()));
        assert_eq!(pool.overdue(at(3), 9).await.unwrap(), [unshown]);
        assert_eq!(pool.overdue(at(4), 9).await.unwrap(), []);
        let unseen = Overdue::Unseen(Box::new(open.clone()));
        assert_eq!(pool.overdue(at(5), 9).await.unwrap(), [unseen]);

        // Seen at the last moment: whoever was handed it cannot withdraw it any more.
        assert!(pool.seen(open.id, open.tickets[1].member).await.unwrap());
        let after = [After::Waits, After::IsLost(at(5))];
        assert!(!pool.settle(&open, after, at(5), &[]).await.unwrap());
        open.seen[1] = true;
        assert_eq!(pool.overdue(at(31), 9).await.unwrap(), [], "they have the time they were told");
        assert_eq!(pool.overdue(at(32), 9).await.unwrap(), [Overdue::Proposal(Box::new(open))]);
    }

    async fn who_did_not_see_a_proposal_is_lost_until_it_says_that_it_is_there(adapter: Adapter) {
        let shared = adapter.shared(&[]);
        let pool = &*shared.pool;
        let open = proposed(pool).await;
        let [one, two] = open.members();
        assert!(!pool.seen(open.id, MemberId::fresh()).await.unwrap());
        assert!(!pool.seen(ProposalId::fresh(), one).await.unwrap());

        let after = [After::Waits, After::IsLost(at(5))];
        assert!(pool.settle(&open, after, at(5), &[]).await.unwrap());

        assert_eq!(found(pool, &ticket(SEOUL, Some(10), 9)).await, [one]);
        assert!(!pool.seen(open.id, two).await.unwrap(), "it is over");
        assert!(pool.regain(two).await.unwrap().is_some());
        assert_eq!(found(pool, &ticket(SEOUL, Some(10), 9)).await.len(), 2);
    }

    async fn an_accepted_proposal_is_seen_to_at_once(adapter: Adapter) {
        let shared = adapter.shared(&[]);
        let pool = &*shared.pool;
        let proposal = proposed(pool).await;
        for ticket in &proposal.tickets {
            pool.answer(proposal.id, ticket.member, Answer::Accept, at(4)).await.unwrap();
        }
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
        let spans = [300, 1800, 86400].map(Duration::from_secs);
        let one = join(pool, ticket(SEOUL, Some(10), 0)).await;
        let two = join(pool, ticket(SEOUL, Some(10), 1)).await;

        let mut now = 2;
        for span in [300, 1800, 86400, 86400] {
            let open = proposal(&one, &two, now);
            assert_eq!(pool.propose(open.clone(), at(now)).await.unwrap(), Offered::Proposed);
            assert!(pool.settle(&open, [After::Waits; 2], at(now), &spans).await.unwrap());
            let end = now + span;
            for (of, other) in [(&one, &two), (&two, &one)] {
                assert!(pool.kept_apart(of.member, at(end - 1)).await.unwrap().contains(&other.member));
                assert!(pool.kept_apart(of.member, at(end)).await.unwrap().is_empty());
            }
            let too_early = pool.propose(proposal(&one, &two, end - 1), at(end - 1)).await.unwrap();
            assert_eq!(too_early, Offered::Apart);
            now = end;
        }
    }

    async fn a_blocked_pair_is_not_proposed_until_the_block_is_lifted_and_declines_go_on_counting(adapter: Adapter) {
        let shared = adapter.shared(&[]);
        let pool = &*shared.pool;
        let one = join(pool, ticket(SEOUL, Some(10), 0)).await;
        let two = join(pool, ticket(SEOUL, Some(10), 1)).await;
        let (pair, swapped) = ([one.member, two.member], [two.member, one.member]);
        let apart_from = async |of: &Ticket, now| pool.kept_apart(of.member, at(now)).await.unwrap();

        pool.block(pair, at(2)).await.unwrap();
        pool.block(swapped, at(2)).await.unwrap();
        for (of, other) in [(&one, &two), (&two, &one)] {
            assert_eq!(apart_from(of, 3).await, HashSet::from([other.member]));
        }
        for (first, second) in [(&one, &two), (&two, &one)] {
            let refused = pool.propose(proposal(first, second, 3), at(3)).await.unwrap();
            assert_eq!(refused, Offered::Apart);
        }
        let week = 7 * 24 * 3600;
        assert!(apart_from(&one, 2 + week - 1).await.contains(&two.member));
        assert!(apart_from(&one, 2 + week).await.is_empty());

        pool.unblock(swapped).await.unwrap();
        assert!(apart_from(&one, 3).await.is_empty() && apart_from(&two, 3).await.is_empty());
        let open = proposal(&one, &two, 4);
        assert_eq!(pool.propose(open.clone(), at(4)).await.unwrap(), Offered::Proposed);
        let spans = [Duration::from_mins(5)];
        assert!(pool.settle(&open, [After::Waits; 2], at(5), &spans).await.unwrap());
        pool.block(pair, at(6)).await.unwrap();
        pool.unblock(pair).await.unwrap();
        let refused = pool.propose(proposal(&one, &two, 7), at(7)).await.unwrap();
        assert_eq!(refused, Offered::Apart, "one of them declined");
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
