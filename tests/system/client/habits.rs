//! What a member does of its own accord, at random.

use std::ops::Range;
use std::time::{Duration, Instant};

use rand::rngs::StdRng;
use rand::{RngExt, SeedableRng};

/// How long after it was sent a message may be sent again that need not be.
const REPEAT_WITHIN: Duration = Duration::from_secs(30);
/// Most absences are short, some are long.
const SHORT: Duration = Duration::from_secs(1);
const LONG: Duration = Duration::from_secs(20);

/// How a member behaves.
pub struct Habits {
    /// How many messages it writes in all.
    pub messages: usize,
    /// How long it takes for the next one.
    pub pause: Range<Duration>,
    /// When it says nothing.
    pub quiet: Vec<Range<Instant>>,
    /// How many of a hundred messages it sends again without a need.
    pub repeated_percent: u32,
    /// How long it stays, before it leaves and comes back.
    pub stays: Option<Range<Duration>>,
    pub random: StdRng,
}

impl Default for Habits {
    /// Writes fast, and does nothing else.
    fn default() -> Self {
        Self {
            messages: usize::MAX,
            pause: Duration::from_millis(20)..Duration::from_millis(80),
            quiet: Vec::new(),
            repeated_percent: 0,
            stays: None,
            random: StdRng::seed_from_u64(rand::random()),
        }
    }
}

impl Habits {
    /// When the next message is written.
    pub(super) fn write_at(&mut self) -> Instant {
        let at = Instant::now() + self.random.random_range(self.pause.clone());
        let quiet = self.quiet.iter().find(|quiet| quiet.contains(&at));
        quiet.map_or(at, |quiet| quiet.end + self.random.random_range(self.pause.clone()))
    }

    /// When a message is sent again that is sent now: often at once, sometimes more than once.
    pub(super) fn repeats(&mut self) -> Vec<Duration> {
        if self.random.random_range(0..100) >= self.repeated_percent {
            return Vec::new();
        }
        let times = self.random.random_range(1..=4);
        let mut later = || {
            let at_once = self.random.random_bool(0.5);
            if at_once { Duration::ZERO } else { REPEAT_WITHIN.mul_f64(self.random.random()) }
        };
        (0..times).map(|_| later()).collect()
    }

    /// When the page leaves that comes now.
    pub(super) fn leave_at(&mut self) -> Option<Instant> {
        let stays = self.stays.clone()?;
        Some(Instant::now() + self.random.random_range(stays))
    }

    /// Whether a page that leaves says so.
    pub(super) fn says_goodbye(&mut self) -> bool {
        self.random.random()
    }

    /// How long a page that leaves stays away.
    pub(super) fn absence(&mut self) -> Duration {
        let longest = if self.random.random_bool(0.8) { SHORT } else { LONG };
        longest.mul_f64(self.random.random())
    }
}
