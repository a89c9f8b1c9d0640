//! Members who wait and fit nobody, neither each other nor those who come later.
//!
//! A quarter each, in turn:
//! - too far away: on a lattice around the city, about 17 km from each other, with a reach of 5 km;
//! - in the city, wishing for a sex that nobody there is of;
//! - in the city, wishing for an age that nobody there has;
//! - in the city, wishing for a language that nobody speaks.
//!
//! Those in the city have every reach from 25 km to anywhere, and are of 40 ages and 4 sets of languages by chance: few of
//! them are alike.

use std::collections::HashSet;

use futures_util::{StreamExt, stream};
use rand::rngs::StdRng;
use rand::{RngExt, SeedableRng};
use rand_chat::base::{Clock, Grid, MemberId, Place, SystemClock, TicketId};
use rand_chat::infra::shared::{Face, Revision, Ticket};
use rand_chat::protocol::{Sex, Wish};

use crate::harness::SEOUL;
use crate::service::Service;

/// The youngest of those who come later. The crowd is older, too.
pub const YOUNGEST: u32 = 21;
/// What people in the city may choose who want to be matched there.
const REACHES: [Option<u32>; 4] = [Some(25), Some(50), Some(100), None];
const LANGUAGES: [&str; 4] = ["ko", "ko en", "ko ja", "en"];
const DEAD_LANGUAGES: [&str; 4] = ["la", "cu", "pi", "sa"];
/// The city is a square of so many cells each way ...
const CITY: usize = 5;
/// ... of this side, which places are snapped to.
const CELL_KM: f64 = 5.0;
/// From its middle nobody is so far away, nor within 5 km of anybody who is.
const CITY_ENDS_KM: f64 = 25.0;
/// Degrees between two who are too far away.
const SPACING: f64 = 0.15;
/// Put into the pool at the same time.
const AT_ONCE: usize = 64;

/// Puts so many into the pool: the same ones each time.
pub async fn gather(service: &Service, count: usize) {
    let mut chance = StdRng::seed_from_u64(1);
    let mut far_away = far_away(count.div_ceil(4));
    let coming = (0..count).map(|number| stranger(number, &mut far_away, &mut chance));
    let mut coming = stream::iter(coming)
        .map(|ticket| async {
            service.gateway.connect(ticket.member).await;
            service.shared.pool.join(ticket, None, None).await.unwrap();
        })
        .buffer_unordered(AT_ONCE);
    while coming.next().await.is_some() {}
}

fn stranger(
    number: usize,
    far_away: &mut impl Iterator<Item = Place>,
    chance: &mut StdRng,
) -> Ticket {
    let some_cell = in_the_city(chance.random_range(0..CITY * CITY));
    let reach = REACHES[chance.random_range(0..REACHES.len())];
    let anywhere = Wish { max_distance_km: reach, ..Wish::default() };
    let (place, wish) = match number % 4 {
        0 => {
            let wish = Wish { max_distance_km: Some(5), ..Wish::default() };
            (far_away.next().unwrap(), wish)
        }
        1 => (some_cell, Wish { sex: Some(Sex::Female), ..anywhere }),
        2 => {
            let age_max = chance.random_range(0..YOUNGEST);
            let age_min = chance.random_range(0..=age_max);
            (some_cell, Wish { age_min: Some(age_min), age_max: Some(age_max), ..anywhere })
        }
        _ => {
            let language = DEAD_LANGUAGES[chance.random_range(0..DEAD_LANGUAGES.len())];
            (some_cell, Wish { language: Some(language.to_owned()), ..anywhere })
        }
    };
    let spoken = LANGUAGES[chance.random_range(0..LANGUAGES.len())];
    let face = Face {
        nickname: format!("stranger{number}"),
        image: None,
        sex: Sex::Male,
        age: chance.random_range(YOUNGEST..YOUNGEST + 40),
        interests: vec!["film".to_owned(), "산책".to_owned()],
        languages: spoken.split(' ').map(str::to_owned).collect(),
    };
    Ticket {
        id: TicketId::fresh(),
        revision: Revision::now_v7(),
        member: MemberId::fresh(),
        since: SystemClock.now(),
        place,
        wish,
        face,
        never: HashSet::new(),
    }
}

/// One of the cells of the city.
pub fn in_the_city(number: usize) -> Place {
    let grid = Grid::of_side(CELL_KM);
    let degrees = CELL_KM / 111.2;
    at(grid, number % CITY, number / CITY % CITY, CITY, degrees)
}

/// At least so many places, none of them near the city.
fn far_away(count: usize) -> impl Iterator<Item = Place> {
    // Three more each way than are needed: more than are near the city.
    let per_row = count.isqrt() + 4;
    let middle = Place::new(SEOUL.0, SEOUL.1).unwrap();
    (0..per_row * per_row)
        .map(move |number| {
            at(Grid::of_side(CELL_KM), number % per_row, number / per_row, per_row, SPACING)
        })
        .filter(move |place| place.distance(middle) > CITY_ENDS_KM)
}

/// The middle of a cell of a square of places around the middle of Seoul.
#[expect(clippy::cast_precision_loss, reason = "small numbers")]
fn at(grid: Grid, column: usize, row: usize, per_row: usize, spacing: f64) -> Place {
    let step = |count: usize| (count as f64 - (per_row - 1) as f64 / 2.0) * spacing;
    let latitude = SEOUL.0 + step(row);
    // Degrees of longitude shrink towards the poles.
    let longitude = SEOUL.1 + step(column) / latitude.to_radians().cos();
    let place = Place::new(latitude, longitude).unwrap();
    grid.centre(grid.cell(place))
}
