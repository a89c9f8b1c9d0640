//! The text of a message.

use super::ChatError;

/// A text that may be sent: not only white space, and not too long.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MessageText(String);

impl MessageText {
    /// Checks a text of at most `max` characters (Unicode code points).
    pub fn parse(text: String, max: usize) -> Result<Self, ChatError> {
        let chars = if text.trim().is_empty() { 0 } else { text.chars().count() };
        if chars == 0 || chars > max {
            return Err(ChatError::NotAcceptable { chars, max });
        }
        // No text of PostgreSQL can hold it.
        if text.contains('\0') {
            return Err(ChatError::HoldsNul);
        }
        Ok(Self(text))
    }

    /// The text.
    #[must_use]
    pub fn into_inner(self) -> String {
        self.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn characters_are_counted_not_bytes() {
        assert!(MessageText::parse("가".repeat(2000), 2000).is_ok());
        assert!(MessageText::parse("가".repeat(2001), 2000).is_err());
    }

    #[test]
    fn what_no_database_can_hold_is_refused() {
        let refused = MessageText::parse("a\0b".to_owned(), 2000);
        assert!(matches!(refused, Err(ChatError::HoldsNul)));
    }

    #[test]
    fn nothing_but_white_space_is_nothing() {
        for text in ["", " ", "\n\t", "\u{3000}"] {
            let refused = MessageText::parse(text.to_owned(), 2000);
            assert!(matches!(refused, Err(ChatError::NotAcceptable { chars: 0, .. })), "{text:?}");
        }
    }
}
