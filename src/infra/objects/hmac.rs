//! HMAC-SHA256 (RFC 2104), for links of both kinds.

use ::hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;

/// Keyed, and fed with nothing yet.
#[expect(clippy::expect_used, reason = "HMAC takes keys of any length")]
pub(super) fn keyed(key: &[u8]) -> Hmac<Sha256> {
    Hmac::new_from_slice(key).expect("a key of any length")
}

/// The code of one text.
pub(super) fn code(key: &[u8], text: &str) -> [u8; 32] {
    keyed(key).chain_update(text).finalize().into_bytes().into()
}
