//! What is remembered of members who decline everybody, or whose pages miss everybody. Who declines several in a row
//! pauses, a little longer with each.

use std::time::Duration;

use crate::base::{MemberId, Timestamp};
use crate::infra::shared::{Key, SharedResult};

use super::Matching;

/// Notes that a member declined; too often in a row, and it pauses.
pub(super) async fn note_decline(matching: &Matching, member: MemberId) -> SharedResult<()> {
    let (values, rules) = (&matching.infra.shared.values, &matching.rules);
    let times = values.count(Key::Declines(member), rules.declines_remembered()).await?;
    let Some(pause) = pause_after(times, rules.declines_without_pause, &rules.pauses()) else {
        return Ok(());
    };
    metrics::counter!("match_pauses_total").increment(1);
    let until = matching.clock.now() + pause;
    values.put(Key::MatchPause(member), until.as_micros().to_string(), pause).await
}

/// Notes that a member accepted: its declines before count no more.
pub(super) async fn note_acceptance(matching: &Matching, member: MemberId) -> SharedResult<()> {
    matching.infra.shared.values.take(Key::Declines(member)).await.map(|_| ())
}

/// Until when a member pauses, if it does.
pub(super) async fn paused_until(
    matching: &Matching,
    member: MemberId,
) -> SharedResult<Option<Timestamp>> {
    let kept = matching.infra.shared.values.get(Key::MatchPause(member)).await?;
    let until = kept.and_then(|kept| kept.parse().ok()).map(Timestamp::from_micros);
    Ok(until.filter(|until| *until > matching.clock.now()))
}

/// Counts a proposal that a member's page did not show in time. Whether it was not the first lately.
pub(super) async fn misses_often(matching: &Matching, member: MemberId) -> SharedResult<bool> {
    let life = matching.rules.declines_remembered();
    Ok(matching.infra.shared.values.count(Key::Misses(member), life).await? > 1)
}

/// The pause after so many declines, of which the first few are free.
fn pause_after(times: u32, free: u32, pauses: &[Duration]) -> Option<Duration> {
    let paid = usize::try_from(times.checked_sub(free)?).ok()?.checked_sub(1)?;
    pauses.get(paid.min(pauses.len().checked_sub(1)?)).copied()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_declines_are_free_and_the_last_pause_holds_for_all_later_ones() {
        let pauses = [15, 60, 300].map(Duration::from_secs);
        let after = |times| pause_after(times, 2, &pauses).map(|pause| pause.as_secs());

        let all: Vec<Option<u64>> = (0..7).map(after).collect();

        assert_eq!(all, [None, None, None, Some(15), Some(60), Some(300), Some(300)]);
        assert_eq!(pause_after(9, 2, &[]), None);
    }
}
