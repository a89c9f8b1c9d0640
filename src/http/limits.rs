//! How often somebody may use an endpoint.

use crate::infra::shared::{Rate, Shared};

use super::Problem;

/// Counts one more of `what` by `whom`; refuses with the pause to keep when it is too many.
pub async fn throttle(
    shared: &Shared,
    what: &'static str,
    whom: &str,
    rate: Rate,
) -> Result<(), Problem> {
    shared.limits.check(what, whom, rate).await?.map_err(Problem::from)
}
