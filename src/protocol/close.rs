//! Why the gateway hangs up, and what the page should do next.

/// The reason in a WebSocket close frame.
///
/// Codes 4000 to 4499 mean "come back", 4500 to 4999 mean "do not come back by yourself"; the page
/// needs no other rule. The codes below 4000 are those of RFC 6455, section 7.4.1.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum CloseReason {
    /// Not WebSocket frames.
    Framing,
    /// Not a text frame.
    NotText,
    /// Not UTF-8.
    NotUtf8,
    /// A frame or a message over the limit.
    TooBig,
    /// This node is going away.
    GoingAway,
    /// Our mistake.
    Internal,
    /// No `hello` in time.
    NoHello,
    /// The access token ran out.
    TokenExpired,
    /// The page reads too slowly.
    TooSlow,
    /// The page did not answer our ping in time.
    NoHeartbeat,
    /// Too many frames.
    TooMany,
    /// Not a frame of this protocol.
    Protocol,
    /// The token is not valid, or the session was ended.
    NotValid,
    /// The member is suspended.
    Suspended,
    /// A subprotocol that is not spoken here.
    Version,
    /// A newer page of this member took the place of this one.
    Replaced,
}

impl CloseReason {
    /// Every reason there is, for tests and for the table in the documentation.
    pub const ALL: [Self; 16] = [
        Self::Framing,
        Self::NotText,
        Self::NotUtf8,
        Self::TooBig,
        Self::GoingAway,
        Self::Internal,
        Self::NoHello,
        Self::TokenExpired,
        Self::TooSlow,
        Self::NoHeartbeat,
        Self::TooMany,
        Self::Protocol,
        Self::NotValid,
        Self::Suspended,
        Self::Version,
        Self::Replaced,
    ];

    /// The table: code and text on the wire.
    const fn row(self) -> (u16, &'static str) {
        match self {
            Self::Framing => (1002, "against the WebSocket protocol"),
            Self::NotText => (1003, "text frames only"),
            Self::NotUtf8 => (1007, "not UTF-8"),
            Self::TooBig => (1009, "frame too big"),
            Self::GoingAway => (4400, "going away"),
            Self::Internal => (4401, "internal error"),
            Self::NoHello => (4402, "no hello in time"),
            Self::TokenExpired => (4403, "token expired"),
            Self::TooSlow => (4408, "too slow"),
            Self::NoHeartbeat => (4412, "no heartbeat"),
            Self::TooMany => (4429, "too many frames"),
            Self::Protocol => (4500, "not a frame of this protocol"),
            Self::NotValid => (4501, "token not valid or session ended"),
            Self::Suspended => (4503, "suspended"),
            Self::Version => (4505, "subprotocol not spoken here"),
            Self::Replaced => (4509, "replaced by a newer page"),
        }
    }

    /// The code on the wire.
    #[must_use]
    pub const fn code(self) -> u16 {
        self.row().0
    }

    /// The text on the wire.
    #[must_use]
    pub const fn text(self) -> &'static str {
        self.row().1
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    #[test]
    fn codes_are_unique_and_texts_fit_a_control_frame() {
        let codes: HashSet<u16> = CloseReason::ALL.map(CloseReason::code).into();
        assert_eq!(codes.len(), CloseReason::ALL.len());

        for reason in CloseReason::ALL {
            assert!(reason.text().len() <= 123, "{reason:?}");
        }
    }

    #[test]
    fn every_code_is_in_the_documentation() {
        let page = include_str!("../../docs/protocol.md");
        for reason in CloseReason::ALL {
            assert!(page.contains(&reason.code().to_string()), "{reason:?} is not in protocol.md");
        }
    }
}
