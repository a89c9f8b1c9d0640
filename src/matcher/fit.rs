//! Who fits whom. Pure rules, no I/O.

use std::cmp::Reverse;
use std::collections::HashSet;
use std::sync::Arc;

use crate::base::{Kilometres, MemberId};
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
    strangers && reaches(one, distance) && reaches(other, distance)
}

fn reaches(ticket: &Ticket, distance: Kilometres) -> bool {
    ticket.max_distance_km.is_none_or(|max| distance <= f64::from(max))
}

/// Those of `candidates` who fit, in the order in which they are to be tried: longest waiting first,
/// then more shared interests, then nearer.
pub(super) fn in_order_of_fit(
    seeker: &Ticket,
    candidates: &[Arc<Ticket>],
    kept_apart: &HashSet<MemberId>,
) -> Vec<Arc<Ticket>> {
    let mut fitting: Vec<Arc<Ticket>> = candidates
        .iter()
        .filter(|candidate| !kept_apart.contains(&candidate.member) && fits(seeker, candidate))
        .cloned()
        .collect();
    fitting.sort_by_cached_key(|candidate| {
        let seniority = candidate.since.as_micros() / SAME_SENIORITY_US;
        let shared = shared_interests(seeker, candidate).len();
        (seniority, Reverse(shared), band(seeker.place.distance(candidate.place)) as u8)
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

    use crate::base::{Place, TicketId, Timestamp};
    use crate::infra::shared::Face;
    use crate::protocol::Sex;

    use super::*;

    prop_compose! {
        fn ticket()(
            latitude in 36.0..38.0_f64,
            longitude in 126.0..128.0_f64,
            max_distance_km in prop::sample::select(vec![Some(5), Some(25), Some(100), None]),
            second in 0..20_i64,
            interests in prop::sample::subsequence(vec!["film", "산책", "music"], 0..=3),
            never in any::<bool>(),
        ) -> Ticket {
            Ticket {
                id: TicketId::fresh(),
                member: MemberId::fresh(),
                since: Timestamp::from_micros(second * 400_000),
                place: Place { latitude, longitude },
                max_distance_km,
                face: Face {
                    nickname: "x".to_owned(),
                    image: None,
                    sex: Sex::Undisclosed,
                    age: 27,
                    interests: interests.into_iter().map(str::to_owned).collect(),
                },
                never: HashSet::from_iter(never.then(MemberId::fresh)),
            }
        }
    }

    proptest! {
        #[test]
        fn fitting_is_mutual(one in ticket(), other in ticket()) {
            prop_assert_eq!(fits(&one, &other), fits(&other, &one));
            prop_assert!(!fits(&one, &one));
        }

        #[test]
        fn whoever_is_within_both_reaches_fits_and_nobody_else(one in ticket(), other in ticket()) {
            let distance = one.place.distance(other.place);
            let nearest = [one.max_distance_km, other.max_distance_km].into_iter().flatten().min();
            let within = nearest.is_none_or(|max| distance <= f64::from(max));
            prop_assert_eq!(fits(&one, &other), within);
        }

        #[test]
        fn nobody_is_offered_who_must_not_be_and_seniority_goes_first(
            seeker in ticket(),
            candidates in prop::collection::vec(ticket(), 0..20),
            apart in 0..20_usize,
        ) {
            let candidates: Vec<_> = candidates.into_iter().map(Arc::new).collect();
            let kept_apart: HashSet<MemberId> =
                candidates.get(apart).map(|candidate| candidate.member).into_iter().collect();

            let order = in_order_of_fit(&seeker, &candidates, &kept_apart);

            let fitting = candidates
                .iter()
                .filter(|c| fits(&seeker, c) && !kept_apart.contains(&c.member))
                .count();
            prop_assert_eq!(order.len(), fitting);
            let seconds = order.iter().map(|c| c.since.as_micros() / SAME_SENIORITY_US);
            prop_assert!(seconds.is_sorted());
        }
    }

    #[test]
    fn a_pair_with_an_open_room_never_fits() {
        let at = Place { latitude: 37.0, longitude: 127.0 };
        let face = Face {
            nickname: "x".to_owned(),
            image: None,
            sex: Sex::Male,
            age: 27,
            interests: Vec::new(),
        };
        let plain = |never| Ticket {
            id: TicketId::fresh(),
            member: MemberId::fresh(),
            since: Timestamp::from_micros(0),
            place: at,
            max_distance_km: Some(5),
            face: face.clone(),
            never,
        };
        let one = plain(HashSet::new());
        let other = plain(HashSet::from([one.member]));

        assert!(!fits(&one, &other));
        assert!(!fits(&other, &one));
        assert!(fits(&one, &plain(HashSet::new())));
        assert_eq!(card(&one, &other, None).age_band, "25-29");
    }
}
