//! Codes of languages.

/// Whether a text is like a code of ISO 639: two or three small letters.
#[must_use]
pub fn is_language_code(text: &str) -> bool {
    (2..=3).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_lowercase())
}
