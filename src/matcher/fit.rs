//! Who fits whom. Pure rules, no I/O.

use std::cmp::Reverse;
use std::sync::Arc;

use crate::base::Kilometres;
use crate::infra::shared::Ticket;
use crate::protocol::{DistanceBand, PartnerCard};

/// Tickets that came within this time of each other are as senior; then the better fit comes first.
const SAME_SENIORITY_US: i64 = 1_000_000;

/// Whether two members may be offered to each other: every hard condition, both ways.
pub(super) fn fits(one: &Ticket, other: &Ticket) -> bool {
    let strangers = one.member != other.member
        && !one.never.contains(&other.member)
        && !other.never.contains(&one.member);
    let distance = one.place.distance(other.place);
    strangers && takes(one, other, distance) && takes(other, one, distance)
}

/// Whether the other is whom a member wishes to meet.
fn takes(one: &Ticket, other: &Ticket, distance: Kilometres) -> bool {
    let (wish, face) = (&one.wish, &other.face);
    wish.takes_distance(distance)
        && wish.takes_sex(face.sex)
        && wish.ages().contains(&face.age)
        && wish.takes_languages(&face.languages)
}

/// Those of `candidates` who fit, in the order in which they are to be tried: longest waiting first,
/// then more shared interests, then nearer, then by chance.
pub(super) fn in_order_of_fit(seeker: &Ticket, candidates: &[Arc<Ticket>]) -> Vec<Arc<Ticket>> {
    let mut fitting: Vec<Arc<Ticket>> =
        candidates.iter().filter(|candidate| fits(seeker, candidate)).cloned().collect();
    fitting.sort_by_cached_key(|candidate| {
        let seniority = candidate.since.as_micros() / SAME_SENIORITY_US;
        let shared = shared_interests(seeker, candidate).len();
        let band = band(seeker.place.distance(candidate.place)) as u8;
        (seniority, Reverse(shared), band, rand::random::<u32>())
    });
    fitting
}

/// What a member is shown of another, with this link to the other's picture.
pub(super) fn card(shown: &Ticket, to: &Ticket, image: Option<String>) -> PartnerCard {
    let five = shown.face.age / 5 * 5;
    PartnerCard {
        nickname: shown.face.nickname.clone(),
        image,
        sex: shown.face.sex,
        age_band: format!("{five}-{}", five + 4),
        distance_band: band(shown.place.distance(to.place)),
        shared_interests: shared_interests(shown, to),
    }
}

fn shared_interests(one: &Ticket, other: &Ticket) -> Vec<String> {
    one.face.interests.iter().filter(|tag| other.face.interests.contains(tag)).cloned().collect()
}

fn band(distance: Kilometres) -> DistanceBand {
    match distance {
        d if d < 10.0 => DistanceBand::Lt10,
        d if d < 25.0 => DistanceBand::Lt25,
        d if d < 50.0 => DistanceBand::Lt50,
        d if d < 100.0 => DistanceBand::Lt100,
        _ => DistanceBand::Far,
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use std::collections::HashSet;

    use crate::base::{MemberId, Place, TicketId, Timestamp};
    use crate::infra::shared::{Face, Revision};
    use crate::protocol::{Sex, Wish};

    use super::*;

    prop_compose! {
        fn ticket()(
            latitude in 36.0..38.0_f64,
            longitude in 126.0..128.0_f64,
            second in 0..20_i64,
            interests in prop::sample::subsequence(vec!["film", "산책", "music"], 0..=3),
            languages in prop::sample::subsequence(vec!["ko", "en"], 1..=2),
            sex in prop::sample::select(vec![Sex::Female, Sex::Male, Sex::Undisclosed]),
            age in 19..40_u32,
            never in any::<bool>(),
            wish in wish(),
        ) -> Ticket {
            let texts = |texts: Vec<&str>| texts.into_iter().map(str::to_owned).collect();
            Ticket {
                id: TicketId::fresh(),
                revision: Revision::now_v7(),
                member: MemberId::fresh(),
                since: Timestamp::from_micros(second * 400_000),
                place: Place { latitude, longitude },
                wish,
                face: Face {
                    nickname: "x".to_owned(),
                    image: None,
                    sex,
                    age,
                    interests: texts(interests),
                    languages: texts(languages),
                },
                never: HashSet::from_iter(never.then(MemberId::fresh)),
            }
        }
    }

    prop_compose! {
        fn wish()(
            max_distance_km in prop::sample::select(vec![Some(5), Some(25), Some(100), None]),
            sex in prop::sample::select(vec![None, None, Some(Sex::Female), Some(Sex::Male)]),
            age_min in prop::option::of(19..30_u32),
            age_max in prop::option::of(25..40_u32),
            language in prop::sample::select(vec![None, None, Some("ko"), Some("en")]),
        ) -> Wish {
            let language = language.map(str::to_owned);
            Wish { max_distance_km, sex, age_min, age_max, language }
        }
    }

    proptest! {
        #[test]
        fn fitting_is_mutual(one in ticket(), other in ticket()) {
            prop_assert_eq!(fits(&one, &other), fits(&other, &one));
            prop_assert!(!fits(&one, &one));
        }

        #[test]
        fn whoever_is_all_that_both_wish_for_fits_and_nobody_else(
            one in ticket(),
            other in ticket(),
        ) {
            let distance = one.place.distance(other.place);
            let mut unmet = Vec::new();
            for (wish, face) in [(&one.wish, &other.face), (&other.wish, &one.face)] {
                unmet.extend(wish.max_distance_km.map(|max| distance > f64::from(max)));
                unmet.extend(wish.sex.map(|sex| sex != face.sex));
                unmet.extend(wish.age_min.map(|min| face.age < min));
                unmet.extend(wish.age_max.map(|max| face.age > max));
                let speaks = |language| face.languages.contains(language);
                unmet.extend(wish.language.as_ref().map(|language| !speaks(language)));
            }
            prop_assert_eq!(fits(&one, &other), !unmet.contains(&true));
        }

        #[test]
        fn nobody_is_offered_who_must_not_be_and_seniority_goes_first(
            seeker in ticket(),
            candidates in prop::collection::vec(ticket(), 0..20),
        ) {
            let candidates: Vec<_> = candidates.into_iter().map(Arc::new).collect();
            let order = in_order_of_fit(&seeker, &candidates);

            let fitting = candidates.iter().filter(|c| fits(&seeker, c)).count();
            prop_assert_eq!(order.len(), fitting);
            let seconds = order.iter().map(|c| c.since.as_micros() / SAME_SENIORITY_US);
            prop_assert!(seconds.is_sorted());
        }
    }

    fn plain() -> Ticket {
        let (interests, languages) = (Vec::new(), vec!["ko".to_owned()]);
        let nickname = "x".to_owned();
        Ticket {
            id: TicketId::fresh(),
            revision: Revision::now_v7(),
            member: MemberId::fresh(),
            since: Timestamp::from_micros(0),
            place: Place { latitude: 37.0, longitude: 127.0 },
            wish: Wish { max_distance_km: Some(5), ..Wish::default() },
            face: Face { nickname, image: None, sex: Sex::Male, age: 27, interests, languages },
            never: HashSet::new(),
        }
    }

    #[test]
    fn a_pair_with_an_open_room_never_fits() {
        let one = plain();
        let other = Ticket { never: HashSet::from([one.member]), ..plain() };

        assert!(!fits(&one, &other));
        assert!(!fits(&other, &one));
        assert!(fits(&one, &plain()));
        assert_eq!(card(&one, &other, None).age_band, "25-29");
    }

    #[test]
    fn who_does_not_say_its_sex_fits_only_who_does_not_ask() {
        let mut shy = plain();
        shy.face.sex = Sex::Undisclosed;
        let mut asks = plain();
        asks.wish.sex = Some(Sex::Male);

        assert!(fits(&shy, &plain()));
        assert!(!fits(&shy, &asks));
    }
}
