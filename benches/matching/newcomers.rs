//! Members who come to be matched: each with a row in the database, a place, an access token and a connection.

use std::time::Duration;

use chrono::{Datelike, NaiveDate};
use diesel::prelude::*;
use futures_util::{StreamExt, stream};
use rand_chat::base::{Clock, MemberId, Place, SessionId, SystemClock};
use rand_chat::infra::DbError;
use rand_chat::infra::db::Conn;
use rand_chat::infra::db::schema::members;
use rand_chat::infra::shared::Key;
use rand_chat::protocol::Wish;
use serde_json::json;

use crate::crowd::{YOUNGEST, in_the_city};
use crate::service::Service;

/// Life of what they need.
const LIFE: Duration = Duration::from_hours(1);
/// Prepared at the same time.
const AT_ONCE: usize = 64;
/// Rows in one statement.
const ROWS: usize = 1_000;
/// The reaches they choose in turn: all of them reach the whole city.
const REACHES: [Option<u32>; 3] = [Some(50), Some(100), None];
/// Ages that members of a couple may be of.
const AGES: u32 = 98;

/// What somebody is like.
pub struct Character {
    age: u32,
    language: String,
    place: Place,
    wish: Wish,
}

/// Somebody who may ask.
pub struct Newcomer {
    pub id: MemberId,
    pub access: String,
    pub wish: Wish,
}

/// Somebody who fits everybody of its kind.
pub fn easy_going(number: usize) -> Character {
    let max_distance_km = REACHES[number % REACHES.len()];
    Character {
        age: YOUNGEST + u32::try_from(number % 40).unwrap(),
        language: "ko".to_owned(),
        place: in_the_city(number),
        wish: Wish { max_distance_km, ..Wish::default() },
    }
}

/// Two who fit each other and no other couple: by a language that only they speak, or by their ages.
pub fn couple(number: usize) -> [Character; 2] {
    let places = [in_the_city(number), in_the_city(number * 7 + 3)];
    let max_distance_km = REACHES[number / 2 % REACHES.len()];
    let wish = Wish { max_distance_km, ..Wish::default() };
    if number.is_multiple_of(2) {
        let language = language(number / 2);
        return places.map(|place| Character {
            age: 30,
            language: language.clone(),
            place,
            wish: Wish { language: Some(language.clone()), ..wish.clone() },
        });
    }
    let [one, other] = two_ages(number / 2);
    [(one, other), (other, one)].map(|(age, of)| Character {
        age,
        language: "ko".to_owned(),
        place: places[usize::from(age < of)],
        wish: Wish { age_min: Some(of), age_max: Some(of), ..wish.clone() },
    })
}

/// Three letters.
fn language(mut number: usize) -> String {
    let mut letters = String::new();
    for _ in 0..3 {
        letters.push(char::from(b'a' + u8::try_from(number % 26).unwrap()));
        number /= 26;
    }
    assert_eq!(number, 0, "there are not so many languages");
    letters
}

/// Two ages, the lower first, that no other number has.
fn two_ages(number: usize) -> [u32; 2] {
    let couples = (0..AGES).flat_map(|one| (one + 1..AGES).map(move |other| [one, other]));
    couples.map(|ages| ages.map(|age| YOUNGEST + age)).nth(number).unwrap()
}

/// Prepares them. None of them asks yet.
pub async fn prepare(service: &Service, characters: Vec<Character>) -> Vec<Newcomer> {
    let with_ids = characters.into_iter().map(|character| (MemberId::fresh(), character));
    let all: Vec<(MemberId, Character)> = with_ids.collect();
    insert(service, &all).await;
    stream::iter(all)
        .map(|(id, Character { place, wish, .. })| async move {
            let kept = json!(place).to_string();
            service.shared.values.put(Key::Place(id), kept, LIFE).await.unwrap();
            service.gateway.connect(id).await;
            let access = service.tokens.access(id, SessionId::fresh(), LIFE).unwrap();
            Newcomer { id, access, wish }
        })
        .buffered(AT_ONCE)
        .collect()
        .await
}

async fn insert(service: &Service, all: &[(MemberId, Character)]) {
    let now = SystemClock.now();
    let rows = all.iter().map(|(id, character)| {
        let name = id.to_string();
        let born = now.date().year() - i32::try_from(character.age).unwrap();
        let born = NaiveDate::from_ymd_opt(born, 1, 1).unwrap();
        (
            members::id.eq(*id),
            members::username.eq(name.clone()),
            members::nickname.eq(name.clone()),
            members::nickname_key.eq(name.clone()),
            members::email.eq(name.clone()),
            members::email_key.eq(name),
            members::password_hash.eq(""),
            members::birth_date.eq(born.to_string()),
            members::sex.eq("male"),
            members::interests.eq(json!(["film", "music"]).to_string()),
            members::languages.eq(json!([character.language]).to_string()),
            members::created_at.eq(now),
        )
    });
    let rows: Vec<_> = rows.collect();
    let inserting = service.db.write("bench.newcomers", move |conn| {
        let Conn::Sqlite(conn) = conn.engine() else { panic!("the database is SQLite") };
        for some in rows.chunks(ROWS) {
            diesel::insert_into(members::table).values(some).execute(conn)?;
        }
        Ok::<_, DbError>(())
    });
    inserting.await.unwrap();
}
