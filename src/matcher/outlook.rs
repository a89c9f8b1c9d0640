//! Use case: a member who waits asks what to expect. Every number is rounded before it is shown or compared, so that it
//! tells of many. Who has nine accounts in a cell can see whether a tenth waits there, but no more: places are cells.

use std::sync::Arc;
use std::time::Duration;

use crate::infra::shared::{Surroundings, Ticket, Wait};
use crate::protocol::{Condition, Outlook};

use super::{MatcherError, Matching};

/// Fewer than this are not told apart from nobody.
const FEW: usize = 10;

/// What a waiting member may expect.
pub(super) async fn outlook(
    matching: &Matching,
    ticket: &Arc<Ticket>,
) -> Result<Outlook, MatcherError> {
    let around = matching.infra.shared.pool.surroundings(ticket, matching.clock.now()).await?;
    Ok(Outlook {
        in_reach_at_least: rounded_down(around.in_reach),
        wait_s: median(&around.waits).map(rounded_up_s),
        narrowest: narrowest(&around),
    })
}

/// To 1, 2 or 5 times a power of ten.
fn rounded_down(count: usize) -> u64 {
    if count < FEW {
        return 0;
    }
    let count = count as u64;
    let ten = 10_u64.pow(count.ilog10());
    [5, 2, 1].into_iter().map(|times| times * ten).find(|step| *step <= count).unwrap_or(0)
}

/// Up to 5 s, 15 s or a minute, the longer the less exact.
fn rounded_up_s(wait: Duration) -> u64 {
    let seconds = wait.as_millis().div_ceil(1_000).max(1);
    let seconds = u64::try_from(seconds).unwrap_or(u64::MAX);
    let step = match seconds {
        0..=60 => 5,
        61..=300 => 15,
        _ => 60,
    };
    seconds.div_ceil(step).saturating_mul(step)
}

/// The condition without which most would fit, if there are enough of them; else the first that is usually narrow,
/// whoever is there.
fn narrowest(around: &Surroundings) -> Option<Condition> {
    let usually = [Condition::Distance, Condition::Language, Condition::Age, Condition::Sex];
    let given = usually.into_iter().filter_map(|condition| {
        let without = around.without.iter().find(|(given, _)| *given == condition)?.1;
        Some((condition, rounded_down(without)))
    });
    // Of those that bring in as many, the first.
    let (condition, most) = given.reduce(|one, next| if next.1 > one.1 { next } else { one })?;
    (most == 0 || most > rounded_down(around.fitting)).then_some(condition)
}

/// How long it takes until half of all who wait have found somebody, those counted in who gave up before (the median of
/// the Kaplan-Meier estimate, 1958). None if fewer than half found somebody.
fn median(waits: &[Wait]) -> Option<Duration> {
    let mut waits = waits.to_vec();
    // At the same time, those who found somebody come before those who gave up.
    waits.sort_by_key(|wait| (wait.lasted, !wait.found));
    let mut still_waiting = 1.0;
    for (gone, wait) in waits.iter().enumerate() {
        if wait.found {
            still_waiting *= 1.0 - 1.0 / float(waits.len() - gone);
            if still_waiting <= 0.5 {
                return Some(wait.lasted);
            }
        }
    }
    None
}

#[expect(clippy::cast_precision_loss, reason = "a few hundred waits")]
fn float(count: usize) -> f64 {
    count as f64
}

#[cfg(test)]
mod tests {
    use super::*;

    fn wait(seconds: u64, found: bool) -> Wait {
        Wait { lasted: Duration::from_secs(seconds), found }
    }

    #[test]
    fn counts_are_rounded_down_and_few_are_like_nobody() {
        let counts = [0, 1, 9, 10, 19, 20, 49, 50, 99, 100, 4_321, 70_000];
        let rounded = counts.map(rounded_down);
        assert_eq!(rounded, [0, 0, 0, 10, 10, 20, 20, 50, 50, 100, 2_000, 50_000]);
    }

    #[test]
    fn waits_are_rounded_up() {
        let rounded = [0, 4, 5, 6, 60, 61, 300, 301].map(|s| rounded_up_s(Duration::from_secs(s)));
        assert_eq!(rounded, [5, 5, 5, 10, 60, 75, 300, 360]);
    }

    #[test]
    fn who_gave_up_counts_as_having_waited_longer_than_that() {
        let found = |seconds| wait(seconds, true);
        assert_eq!(median(&[]), None);
        assert_eq!(median(&[found(10), found(20), found(30)]), Some(Duration::from_secs(20)));
        // Textbook example: 1 - (1 - 1/5)(1 - 1/3) = 0.47 after 30, then the next is the half.
        let some = [found(10), wait(20, false), found(30), wait(40, false), found(50)];
        assert_eq!(median(&some), Some(Duration::from_secs(50)));
        assert_eq!(median(&[found(1), wait(2, false), wait(3, false)]), None);
    }

    #[test]
    fn the_narrowest_condition_is_told_by_many_and_never_by_a_few() {
        let around = |fitting, without: &[(Condition, usize)]| Surroundings {
            in_reach: 0,
            fitting,
            without: without.to_vec(),
            waits: Vec::new(),
        };
        let two = |age, language| [(Condition::Age, age), (Condition::Language, language)];
        assert_eq!(narrowest(&around(0, &[])), None);
        assert_eq!(narrowest(&around(0, &two(12, 40))), Some(Condition::Language));
        assert_eq!(narrowest(&around(0, &two(40, 12))), Some(Condition::Age));
        assert_eq!(narrowest(&around(40, &two(49, 41))), None, "one more or less does not show");
        assert_eq!(narrowest(&around(40, &two(40, 40))), None, "neither brings in anybody");
        // Whether one or nine would come is not told.
        for (age, language) in [(0, 0), (9, 0), (0, 9)] {
            assert_eq!(narrowest(&around(0, &two(age, language))), Some(Condition::Language));
        }
    }
}
