//! Work that waits in a table until it is due: taken in batches by the worker of each process, of two each takes other
//! rows, and what a process took that died is another's after a while.

use std::sync::Arc;
use std::time::Duration;

use futures_util::{StreamExt, stream};
use tokio::sync::Notify;
use tokio::time::sleep;
use tracing::{info, warn};

use crate::runtime::Stop;

use super::MemberError;

/// Rows taken at once, and worked on at once.
pub(super) const BATCH: i64 = 32;
const AT_ONCE: usize = 4;
/// After this, rows that a process has taken are another's. Longer than a whole batch may take.
pub(super) const TAKEN_FOR: Duration = Duration::from_mins(10);

/// Wakes a worker of this process. Cheap to clone.
#[derive(Clone, Debug, Default)]
pub(super) struct Bell(Arc<Notify>);

impl Bell {
    /// Something is due.
    pub(super) fn ring(&self) {
        self.0.notify_one();
    }
}

/// Works on what is due in a table, again and again, until the process stops. `batch` works on one batch and says how
/// many rows it took.
pub(super) async fn work_on_what_is_due<F>(
    table: &'static str,
    bell: &Bell,
    poll: Duration,
    stop: &Stop,
    batch: impl Fn() -> F,
) where
    F: Future<Output = Result<usize, MemberError>>,
{
    let mut is_down = false;
    loop {
        match batch().await {
            Ok(count) => {
                if is_down {
                    info!(table, "what is due can be taken again");
                }
                is_down = false;
                if count == usize::try_from(BATCH).unwrap_or(usize::MAX) && !stop.is_finishing() {
                    continue;
                }
            }
            Err(error) => {
                if !is_down {
                    warn!(table, %error, "what is due cannot be taken, trying again");
                }
                is_down = true;
            }
        }
        tokio::select! {
            () = stop.finish() => return,
            () = bell.0.notified() => {}
            () = sleep(poll) => {}
        }
    }
}

/// Works on a few rows at once. How many there were; the first error, after all were tried.
pub(super) async fn work_on_each<T, F>(
    taken: Vec<T>,
    work: impl FnMut(T) -> F,
) -> Result<usize, MemberError>
where
    F: Future<Output = Result<(), MemberError>>,
{
    let count = taken.len();
    let done: Vec<_> = stream::iter(taken).map(work).buffer_unordered(AT_ONCE).collect().await;
    done.into_iter().collect::<Result<(), _>>()?;
    Ok(count)
}

/// How long to wait after so many tries: twice as long after each, from one pause to the other.
pub(super) fn pause_after(tries: i32, (from, to): (Duration, Duration)) -> Duration {
    let doublings = u32::try_from(tries - 1).unwrap_or(0).min(20);
    from.saturating_mul(1 << doublings).min(to)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pauses_double_up_to_the_longest() {
        let pauses = (Duration::from_secs(5), Duration::from_mins(1));
        let after = |tries| pause_after(tries, pauses).as_secs();
        assert_eq!([0, 1, 2, 3, 4, 5, i32::MAX].map(after), [5, 5, 10, 20, 40, 60, 60]);
    }
}
