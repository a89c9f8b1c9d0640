//! A mail as it goes over the wire (RFC 5322, MIME). Pure.

use std::time::{Duration, UNIX_EPOCH};

use lettre::Message;
use lettre::address::Address;
use lettre::message::header::{HeaderName, HeaderValue};
use lettre::message::{Mailbox, MultiPart};
use secrecy::ExposeSecret;

use crate::base::Timestamp;

use super::{Mail, MailError};

/// Who it is for, and its bytes.
pub(super) struct Ready {
    pub(super) to: Address,
    pub(super) bytes: Vec<u8>,
}

/// Writes a mail down. What is not one line where it must be is refused: it could add lines of its own.
pub(super) fn write_message(
    mail: &Mail,
    from: &Mailbox,
    now: Timestamp,
) -> Result<Ready, MailError> {
    if mail.subject.contains(char::is_control) || mail.to.contains(char::is_control) {
        return Err(refused("the subject or the address is not one line"));
    }
    // Not what the parser says of it: that is the address.
    let to: Address = mail.to.parse().map_err(|_| refused("the address is none"))?;
    let date = u64::try_from(now.as_micros()).unwrap_or_default();
    let message = Message::builder()
        .from(from.clone())
        .to(Mailbox::new(None, to.clone()))
        .subject(mail.subject.clone())
        .date(UNIX_EPOCH + Duration::from_micros(date))
        .message_id(Some(format!("<{}@{}>", mail.id, from.email.domain())))
        .raw_header(HeaderValue::new(
            // No out-of-office note is sent back (RFC 3834).
            HeaderName::new_from_ascii_str("Auto-Submitted"),
            "auto-generated".to_owned(),
        ))
        .multipart(MultiPart::alternative_plain_html(
            mail.text.expose_secret().to_owned(),
            mail.html.expose_secret().to_owned(),
        ))
        .map_err(|_| refused("it cannot be written down"))?;
    Ok(Ready { to, bytes: message.formatted() })
}

fn refused(why: &str) -> MailError {
    MailError::Refused(why.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn mail(to: &str, subject: &str) -> Mail {
        Mail {
            id: uuid::Uuid::from_u128(7),
            to: to.to_owned(),
            subject: subject.to_owned(),
            text: "code: 123456".to_owned().into(),
            html: "<p>123456</p>".to_owned().into(),
        }
    }

    fn written(mail: &Mail) -> Result<String, MailError> {
        let from = "rand-chat <no-reply@example.com>".parse().unwrap();
        let now = Timestamp::from_micros(1_700_000_000_000_000);
        write_message(mail, &from, now).map(|ready| String::from_utf8(ready.bytes).unwrap())
    }

    #[test]
    fn the_head_says_all_that_is_needed_and_is_the_same_when_sent_again() {
        let text = written(&mail("jimin@example.com", "이메일 인증 코드")).unwrap();
        let (head, body) = text.split_once("\r\n\r\n").unwrap();

        assert!(text.is_ascii(), "it passes every server");
        let boundary = head.lines().find_map(|line| line.split_once("boundary=")).unwrap().1;
        insta::assert_snapshot!(head.replace(boundary, "…").replace('\r', ""), @r"
        From: rand-chat <no-reply@example.com>
        To: jimin@example.com
        Subject: =?utf-8?b?7J2066mU7J28IOyduOymnSDsvZTrk5w=?=
        Date: Tue, 14 Nov 2023 22:13:20 +0000
        Message-ID: <00000000-0000-0000-0000-000000000007@example.com>
        Auto-Submitted: auto-generated
        MIME-Version: 1.0
        Content-Type: multipart/alternative;
         boundary=…
        ");
        assert!(body.contains("text/plain; charset=utf-8"), "{body}");
        assert!(body.contains("text/html; charset=utf-8"), "{body}");
    }

    #[test]
    fn nobody_adds_lines_to_the_head() {
        for (to, subject) in [
            ("jimin@example.com", "hello\r\nBcc: all@example.com"),
            ("jimin@example.com", "hello\nBcc: all@example.com"),
            ("jimin@example.com", "hello\rBcc: all@example.com"),
            ("jimin@example.com\r\nBcc: all@example.com", "hello"),
            ("jimin@example.com>\r\nRCPT TO:<all@example.com", "hello"),
            ("jimin@example.com, all@example.com", "hello"),
            ("<jimin@example.com>", "hello"),
            ("jimin", "hello"),
            ("", "hello"),
        ] {
            let error = written(&mail(to, subject)).unwrap_err();

            assert!(!error.is_passing(), "{to:?} {subject:?}");
            assert!(!error.to_string().contains("jimin"), "{error}");
        }
        let long = "가 ".repeat(400);
        let text = written(&mail("jimin@example.com", &long)).unwrap();
        assert!(text.lines().all(|line| line.len() <= 998), "as long as a line may be");
    }
}
