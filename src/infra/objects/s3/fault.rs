//! What it means when S3 does not do what it was asked.

use std::io::{self, ErrorKind};

use rusoto_core::RusotoError;

use super::xml::text_of;

/// Characters of a foreign message that are kept.
const MESSAGE_CHARS: usize = 200;

/// Why a call gave nothing.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Fault {
    /// There is no such object.
    NotThere,
    /// It is larger than it may be.
    TooLarge,
    /// No answer, or one that says: later.
    Unavailable(String),
    /// Not with these keys any more; others may work.
    KeysExpired(String),
    /// Not with these keys.
    KeysRefused(String),
    /// Not at all.
    Refused(String),
}

/// Sorts an error of rusoto. `not_there` knows the errors of the call that say so.
pub(super) fn fault<E>(error: RusotoError<E>, not_there: impl Fn(&E) -> bool) -> Fault
where
    E: std::error::Error + 'static,
{
    match error {
        RusotoError::Service(error) if not_there(&error) => Fault::NotThere,
        RusotoError::Unknown(answer) => {
            of_answer(answer.status.as_u16(), &String::from_utf8_lossy(&answer.body))
        }
        RusotoError::HttpDispatch(error) => Fault::Unavailable(error.to_string()),
        RusotoError::Service(_)
        | RusotoError::Credentials(_)
        | RusotoError::Validation(_)
        | RusotoError::ParseError(_)
        | RusotoError::Blocking => Fault::Refused(error.to_string()),
    }
}

/// Codes: <https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html>. `HEAD` has none.
fn of_answer(status: u16, body: &str) -> Fault {
    let code = text_of(body, "Code").unwrap_or("");
    let message: String =
        text_of(body, "Message").unwrap_or("").chars().take(MESSAGE_CHARS).collect();
    let why = [&status.to_string(), code, &message].join(" ").trim_end().to_owned();
    match (code, status) {
        ("NoSuchKey", _) | ("", 404) => Fault::NotThere,
        ("ExpiredToken" | "TokenRefreshRequired", _) => Fault::KeysExpired(why),
        ("InvalidAccessKeyId" | "InvalidToken" | "SignatureDoesNotMatch", _) => {
            Fault::KeysRefused(why)
        }
        ("RequestTimeout" | "OperationAborted", _) | (_, 408 | 429 | 500..) => {
            Fault::Unavailable(why)
        }
        _ => Fault::Refused(why),
    }
}

/// A body broke off.
impl From<io::Error> for Fault {
    fn from(error: io::Error) -> Self {
        match error.kind() {
            ErrorKind::FileTooLarge => Self::TooLarge,
            _ => Self::Unavailable(error.to_string()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sorted(status: u16, code: &str) -> String {
        let body = format!("<?xml version=\"1.0\"?><Error><Code>{code}</Code></Error>");
        let fault = format!("{:?}", of_answer(status, &body));
        fault.split('(').next().unwrap_or_default().to_owned()
    }

    #[test]
    fn answers_are_sorted_by_what_a_caller_can_do() {
        for (status, code, expected) in [
            (404, "NoSuchKey", "NotThere"),
            (404, "", "NotThere"),
            (404, "NoSuchBucket", "Refused"),
            (403, "AccessDenied", "Refused"),
            (301, "PermanentRedirect", "Refused"),
            (403, "SignatureDoesNotMatch", "KeysRefused"),
            (403, "InvalidAccessKeyId", "KeysRefused"),
            (400, "ExpiredToken", "KeysExpired"),
            (400, "RequestTimeout", "Unavailable"),
            (429, "", "Unavailable"),
            (500, "InternalError", "Unavailable"),
            (503, "SlowDown", "Unavailable"),
        ] {
            assert_eq!(sorted(status, code), expected, "{status} {code}");
        }
    }

    #[test]
    fn what_the_server_says_is_kept_and_cut() {
        let body = format!("<Code>AccessDenied</Code><Message>{}</Message>", "n".repeat(1000));
        let Fault::Refused(why) = of_answer(403, &body) else { panic!("sorted otherwise") };

        assert!(why.starts_with("403 AccessDenied nnn"), "{why}");
        assert!(why.len() < 250, "{why}");
        assert_eq!(of_answer(403, ""), Fault::Refused("403".to_owned()));
    }
}
