//! The outlook counts others in reach and keeps silent about fewer than ten. Whoever brings nine accounts along learns
//! of a single stranger all the same, and the stranger notices nothing; but not more than from a proposal: the cell.

use futures_util::future::join_all;
use rand_chat::base::Place;
use rand_chat::protocol::DistanceBand;
use reqwest::Method;
use serde_json::{Value, json};

use crate::harness::{ALL, Page, Person, TestApp};

use super::attacker::Attacker;
use super::ground::{edge, grid, walk};
use super::question::{Answer, Question, Sight, Terms};
use super::victim::TICKET;
use super::{CITY, UNLIMITED, city, somewhere};

/// Accounts of the attacker besides the one that looks: with a victim they are ten others.
const COMPANIONS: u8 = 9;
const QUESTIONS: u32 = 60;

/// A service with a victim who waits, and an attacker with companions.
struct Square {
    _app: TestApp,
    victim: (Person, Page),
    /// The first is the one who looks.
    gang: Vec<(Person, Page)>,
}

impl Square {
    async fn with_victim_at(place: Place) -> Self {
        let app = TestApp::start_with(&ALL, &UNLIMITED).await;
        let somebody = async |name: String| {
            let person = app.person(&name).await;
            let page = person.page().await;
            (person, page)
        };
        let victim = somebody("victim".to_owned()).await;
        victim.0.place((place.latitude, place.longitude)).await;
        victim.0.search(None).await;
        let gang = join_all((0..=COMPANIONS).map(|n| somebody(format!("spy{n}")))).await;
        Self { _app: app, victim, gang }
    }

    /// Has the whole gang go there, and one of it look.
    async fn ask(&self, Question { from, reach }: Question) -> (Answer, Value) {
        // Nobody speaks it, so nobody is proposed.
        let wish = json!({"max_distance_km": reach, "language": "zxx"});
        let come = self.gang.iter().map(async |(person, _)| {
            person.place((from.latitude, from.longitude)).await;
            assert_eq!(person.send(Method::PUT, TICKET, &wish).await.status, 200);
        });
        join_all(come).await;
        let outlook = self.gang[0].0.get(TICKET).await.body["outlook"].take();
        let answer = match outlook["in_reach_at_least"].as_u64() {
            Some(10) => Some(DistanceBand::Far),
            Some(0) => None,
            _ => panic!("the gang is ten, with the victim: {outlook}"),
        };
        (answer, outlook)
    }
}

#[tokio::test]
async fn a_count_that_is_brought_up_to_ten_tells_the_cell_and_nothing_finer() {
    let (number, (city, _)) = (0, city(0));
    let somewhere = somewhere(number);
    let cell = grid().cell(somewhere);
    let at_the_edge = edge(cell, 1.0);
    let beyond = walk(at_the_edge, 1.0, 0.001);
    assert_ne!(grid().cell(beyond), cell);
    let places = [somewhere, at_the_edge, beyond];
    let mut squares = join_all(places.map(Square::with_victim_at)).await;
    let terms = Terms { victim_reach: None, sight: Sight::Count };
    let mut attacker = Attacker::new(city, CITY, terms, number.into());
    let mut is_told_apart = false;

    for _ in 0..QUESTIONS {
        let question = attacker.next_question();
        let told = join_all(squares.iter().map(|square| square.ask(question))).await;
        attacker.learn(question, told[0].0);
        assert_eq!(told[0], told[1], "{question:?} tells {somewhere:?} from {at_the_edge:?}");
        is_told_apart |= told[0] != told[2];
    }

    assert_eq!(attacker.cells(), (vec![cell], 0));
    assert!(is_told_apart, "the next cell, a metre further, is another");
    for Square { victim: (_, page), .. } in &mut squares {
        let shown = page.pushes_so_far().await;
        let is_proposed = |push: &Value| push["t"] == "match.proposed";
        assert!(!shown.iter().any(is_proposed), "the victim is left alone: {shown:?}");
    }
}
