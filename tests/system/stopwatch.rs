//! The time that pages note, and when the machine stood still.

use std::ops::Range;
use std::sync::LazyLock;
use std::time::{Duration, Instant};

use rand_chat::base::{Clock, SystemClock};
use tokio::sync::oneshot;
use tokio::task::JoinHandle;
use tokio::time::sleep;

use crate::history::Micros;

/// How often it is looked whether the machine stands still, and for how long it must.
const LOOK: Duration = Duration::from_millis(20);
const STILL: Duration = Duration::from_millis(100);

static BEGUN: LazyLock<(Instant, Micros)> =
    LazyLock::new(|| (Instant::now(), SystemClock.now().as_micros()));

/// The time now, by a clock that only goes forward.
pub fn now() -> Micros {
    let (begun, at) = *BEGUN;
    at + i64::try_from(begun.elapsed().as_micros()).unwrap()
}

/// Notes when the machine stood still: whoever was to be woken up was not.
pub struct Stillness {
    end: oneshot::Sender<()>,
    noting: JoinHandle<Vec<Range<Micros>>>,
}

impl Stillness {
    /// Notes from now on.
    pub fn watch() -> Self {
        let (end, mut ended) = oneshot::channel();
        let noting = tokio::spawn(async move {
            let mut found = Vec::new();
            loop {
                let (fell_asleep, before) = (Instant::now(), now());
                tokio::select! {
                    _ = &mut ended => return found,
                    () = sleep(LOOK) => {}
                }
                if fell_asleep.elapsed() > LOOK + STILL {
                    found.push(before..now());
                }
            }
        });
        Self { end, noting }
    }

    /// When it stood still so far.
    pub async fn noted(self) -> Vec<Range<Micros>> {
        let _ = self.end.send(());
        self.noting.await.unwrap()
    }
}
