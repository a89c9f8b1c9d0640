//! Tells a silent socket from a dead one.

use std::time::Duration;

use tokio::time::{Instant, sleep_until};

/// What to do now.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Beat {
    /// Send a ping.
    Ping,
    /// The last ping was not answered in time.
    Lost,
}

/// The heartbeat of one socket.
#[derive(Debug)]
pub(super) struct Heartbeat {
    ping_every: Duration,
    pong_within: Duration,
    awaiting_pong: bool,
    next_ping: Instant,
    /// The next ping, or the end of the time to answer the last one.
    due: Instant,
}

impl Heartbeat {
    /// The first ping comes somewhere within the first period, so that the pings of many sockets that
    /// came at once are spread.
    pub(super) fn new(ping_every: Duration, pong_within: Duration) -> Self {
        let next_ping = Instant::now() + ping_every.mul_f64(rand::random_range(0.5..1.0));
        Self { ping_every, pong_within, awaiting_pong: false, next_ping, due: next_ping }
    }

    /// Waits for the next beat. Safe to drop and call again: the deadline is kept in `self`.
    pub(super) async fn beat(&mut self) -> Beat {
        sleep_until(self.due).await;
        if self.awaiting_pong {
            return Beat::Lost;
        }
        self.awaiting_pong = true;
        let now = Instant::now();
        self.next_ping = now + self.ping_every;
        self.due = now + self.pong_within;
        Beat::Ping
    }

    /// Notes that the page is there. It is pinged as often as one that is silent: the answer says what it has.
    pub(super) const fn heard(&mut self) {
        self.awaiting_pong = false;
        self.due = self.next_ping;
    }
}

#[cfg(test)]
mod tests {
    use tokio::time::timeout;

    use super::*;

    #[tokio::test(start_paused = true)]
    async fn an_unanswered_ping_means_lost() {
        let mut heartbeat = Heartbeat::new(Duration::from_secs(25), Duration::from_secs(10));
        assert_eq!(heartbeat.beat().await, Beat::Ping);
        assert_eq!(heartbeat.beat().await, Beat::Lost);
    }

    #[tokio::test(start_paused = true)]
    async fn a_page_that_talks_all_the_time_is_pinged_all_the_same() {
        let mut heartbeat = Heartbeat::new(Duration::from_secs(25), Duration::from_secs(10));
        assert_eq!(heartbeat.beat().await, Beat::Ping);
        let begun = Instant::now();
        let next = async {
            loop {
                heartbeat.heard();
                if let Ok(beat) = timeout(Duration::from_secs(2), heartbeat.beat()).await {
                    return beat;
                }
            }
        };
        assert_eq!(next.await, Beat::Ping);
        assert_eq!(begun.elapsed(), Duration::from_secs(25));
    }
}
