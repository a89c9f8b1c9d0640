//! How far a replica must have come before it may answer somebody.

use std::sync::Arc;
use std::time::Duration;

use futures_util::{StreamExt, stream};
use tracing::warn;

use crate::base::MemberId;
use crate::infra::shared::{Key, SharedResult, Values};

/// Marks noted at the same time, at most.
const AT_ONCE: usize = 64;

/// A position in the log of the primary.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Mark(pub(super) i64);

/// Where the newest write of each member stands, for every process to see.
#[derive(Clone)]
pub(super) struct Marks {
    values: Arc<dyn Values>,
    life: Duration,
}

impl Marks {
    pub(super) fn new(values: Arc<dyn Values>, life: Duration) -> Self {
        Self { values, life }
    }

    /// The mark of a member; none if it wrote nothing for a long time.
    pub(super) async fn of(&self, member: MemberId) -> SharedResult<Option<Mark>> {
        let kept = self.values.get(Key::Written(member)).await?;
        // What is not understood is further than any replica.
        Ok(kept.map(|kept| Mark(kept.parse().unwrap_or(i64::MAX))))
    }

    /// Notes that these members have a write up to `mark`.
    pub(super) async fn note(&self, members: Vec<MemberId>, mark: Mark) {
        let noting = stream::iter(members)
            .map(|member| self.values.put_greater(Key::Written(member), mark.0, self.life));
        let failed = noting
            .buffer_unordered(AT_ONCE)
            .filter_map(|noted| std::future::ready(noted.err()))
            .collect::<Vec<_>>()
            .await;
        if let Some(error) = failed.first() {
            metrics::counter!("db_marks_lost_total").increment(failed.len() as u64);
            warn!(%error, lost = failed.len(), "marks could not be noted, a replica may answer too early");
        }
    }
}
