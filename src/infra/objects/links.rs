//! Links to objects that this service serves itself: a path that expires, signed with HMAC-SHA256
//! (RFC 2104). Whoever has the link can read the object; nobody can make one for another.

use std::sync::Arc;
use std::time::Duration;

use ::hmac::{Hmac, Mac};
use sha2::Sha256;

use crate::base::{SharedClock, Timestamp};

use super::{LINK_LIFE_MAX, hmac};

/// Where the links lead.
const PATH: &str = "/api/v1/files";

/// Why a link leads nowhere.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum LinkError {
    /// Not ours, or changed.
    #[error("link is not valid")]
    NotValid,
    /// Its time is over.
    #[error("link has expired")]
    Expired,
}

/// Signs and checks links. Cheap to clone.
#[derive(Clone)]
pub struct FileLinks(Arc<Inner>);

struct Inner {
    /// Keyed, and fed with nothing yet.
    keyed: Hmac<Sha256>,
    clock: SharedClock,
}

impl FileLinks {
    /// With the key of this installation.
    #[must_use]
    pub fn new(key: [u8; 32], clock: &SharedClock) -> Self {
        Self(Arc::new(Inner { keyed: hmac::keyed(&key), clock: clock.clone() }))
    }

    /// A path at which the object can be read for so long.
    pub(super) fn sign(&self, name: &str, life: Duration) -> String {
        let until = seconds_up(self.0.clock.now() + life.min(LINK_LIFE_MAX));
        let signature = hex::encode(self.mac(name, until).finalize().into_bytes());
        format!("{PATH}/{name}?expires={until}&signature={signature}")
    }

    /// How long the link to `name` with these parameters is still good for, if it is one of ours, and not over.
    pub fn check(&self, name: &str, expires: &str, signature: &str) -> Result<Duration, LinkError> {
        let until: i64 = expires.parse().map_err(|_| LinkError::NotValid)?;
        let signature = hex::decode(signature).map_err(|_| LinkError::NotValid)?;
        // Compares in constant time.
        self.mac(name, until).verify_slice(&signature).map_err(|_| LinkError::NotValid)?;
        let left = until.saturating_sub(self.0.clock.now().as_seconds());
        match u64::try_from(left) {
            Ok(left) if left > 0 => Ok(Duration::from_secs(left)),
            _ => Err(LinkError::Expired),
        }
    }

    fn mac(&self, name: &str, until: i64) -> Hmac<Sha256> {
        // No name has a line break in it, so no two links are signed over the same bytes.
        self.0.keyed.clone().chain_update(format!("{name}\n{until}"))
    }
}

/// The first whole second that is not before `moment`.
pub(super) fn seconds_up(moment: Timestamp) -> i64 {
    (moment + Duration::from_micros(999_999)).as_seconds()
}

#[cfg(test)]
mod tests {
    use crate::base::ManualClock;

    use super::*;

    const LIFE: Duration = Duration::from_mins(10);

    struct Bench {
        clock: Arc<ManualClock>,
        links: FileLinks,
    }

    fn bench() -> Bench {
        // Not on a whole second: a link is never good for less than its life.
        let clock = Arc::new(ManualClock::at(Timestamp::from_micros(1_790_000_000_700_000)));
        let shared: SharedClock = clock.clone();
        Bench { clock, links: FileLinks::new([7; 32], &shared) }
    }

    fn parts(link: &str) -> (&str, &str, &str) {
        let (path, query) = link.split_once('?').unwrap();
        let (expires, signature) = query.split_once('&').unwrap();
        let name = path.strip_prefix("/api/v1/files/").unwrap();
        (
            name,
            expires.strip_prefix("expires=").unwrap(),
            signature.strip_prefix("signature=").unwrap(),
        )
    }

    #[test]
    fn a_link_is_good_for_its_life_and_less_than_a_second_more() {
        let Bench { clock, links } = bench();
        let link = links.sign("member/a.webp", LIFE);
        let (name, expires, signature) = parts(&link);

        assert_eq!(links.check(name, expires, signature), Ok(LIFE + Duration::from_secs(1)));
        clock.advance(LIFE);
        assert_eq!(links.check(name, expires, signature), Ok(Duration::from_secs(1)));
        clock.advance(Duration::from_millis(300));
        assert_eq!(links.check(name, expires, signature), Err(LinkError::Expired));
    }

    #[test]
    fn a_link_is_for_one_object_and_one_time() {
        let links = bench().links;
        let link = links.sign("member/a.webp", LIFE);
        let (name, expires, signature) = parts(&link);
        let later = (expires.parse::<i64>().unwrap() + 1).to_string();
        let forged = signature.replace(|c: char| c.is_ascii_digit(), "f");

        for (name, expires, signature) in [
            ("member/b.webp", expires, signature),
            (name, &*later, signature),
            (name, &*format!("+{expires}x"), signature),
            (name, "", signature),
            (name, expires, &*forged),
            (name, expires, &signature[2..]),
            (name, expires, "not hex"),
            (name, expires, ""),
        ] {
            let checked = links.check(name, expires, signature);
            assert_eq!(checked, Err(LinkError::NotValid), "{name} {expires} {signature}");
        }
    }

    #[test]
    fn links_of_another_installation_are_refused() {
        let Bench { clock, links } = bench();
        let clock: SharedClock = clock;
        let link = FileLinks::new([8; 32], &clock).sign("a", LIFE);
        let (name, expires, signature) = parts(&link);

        assert_eq!(links.check(name, expires, signature), Err(LinkError::NotValid));
    }

    #[test]
    fn no_link_lives_longer_than_a_week() {
        let links = bench().links;
        let link = links.sign("a", LINK_LIFE_MAX * 9);

        assert_eq!(parts(&link).1, (1_790_000_001 + 7 * 24 * 60 * 60).to_string());
    }
}
