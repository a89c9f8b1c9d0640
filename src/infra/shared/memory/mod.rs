//! Shared state in this process: what `rand-chat` with no arguments stands on.
//!
//! Locks are held for the length of one step and never over an `.await`. Nothing survives the
//! process; the pages of the members repair what matters (`docs/protocol.md`, section 6).

mod expiring;
mod inboxes;
mod nodes;
mod presence;
mod rate_limits;
mod room_log;
mod values;
mod waiting_pool;

use std::sync::{Mutex, MutexGuard, PoisonError};

pub use self::inboxes::MemoryInboxes;
pub use self::nodes::MemoryNodes;
pub use self::presence::MemoryPresence;
pub use self::rate_limits::MemoryRateLimits;
pub use self::room_log::MemoryRoomLog;
pub use self::values::MemoryValues;
pub use self::waiting_pool::MemoryWaitingPool;

use self::expiring::Expiring;

/// Locks. A step that panicked left its state whole: each changes it only at its end.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
