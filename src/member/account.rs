//! What an account is made of: values that cannot be wrong once they are there. No I/O.

use chrono::{Datelike, NaiveDate};
use secrecy::{ExposeSecret, SecretString};
use serde::{Deserialize, Serialize};
use unicode_normalization::UnicodeNormalization;
use utoipa::ToSchema;

use crate::base::{age, is_language_code};
use crate::http::FieldProblem;

use super::common_passwords::is_common;

/// Longest e-mail address (RFC 5321, section 4.5.3.1.3).
const EMAIL_MAX: usize = 254;
const INTERESTS_MAX: usize = 10;
const INTEREST_CHARS_MAX: usize = 20;
const LANGUAGES_MAX: usize = 5;
const INTRODUCTION_CHARS_MAX: usize = 200;

fn problem(field: &'static str, code: &'static str, detail: &str) -> FieldProblem {
    FieldProblem { field, code, detail: detail.to_owned() }
}

/// A language that this service writes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub(super) enum Language {
    /// Korean.
    #[default]
    Ko,
    /// English.
    En,
}

impl Language {
    pub(super) const fn as_str(self) -> &'static str {
        match self {
            Self::Ko => "ko",
            Self::En => "en",
        }
    }

    pub(super) fn from_text(text: &str) -> Self {
        if text == "en" { Self::En } else { Self::Ko }
    }
}

/// What a member must have agreed to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub(super) enum Agreement {
    /// The terms of use.
    Terms,
    /// The privacy notice.
    Privacy,
}

impl Agreement {
    pub(super) const fn as_str(self) -> &'static str {
        match self {
            Self::Terms => "terms",
            Self::Privacy => "privacy",
        }
    }
}

/// What somebody gives as the username or e-mail address of an account, in lower case. Whether there is such an
/// account is another question.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub(super) struct LogInName(String);

impl LogInName {
    pub(super) fn parse(text: &str) -> Result<Self, FieldProblem> {
        let name = text.trim().to_lowercase();
        if (1..=EMAIL_MAX).contains(&name.len()) && !name.chars().any(char::is_control) {
            Ok(Self(name))
        } else {
            Err(problem("login", "format", "a username or an e-mail address"))
        }
    }

    pub(super) fn of_email(email: &Email) -> Self {
        Self(email.key())
    }

    pub(super) fn as_str(&self) -> &str {
        &self.0
    }
}

/// 4 to 20 of `a-z 0-9 _`, in lower case.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Username(String);

impl Username {
    pub(super) fn parse(text: &str) -> Result<Self, FieldProblem> {
        let name = text.to_ascii_lowercase();
        if !(4..=20).contains(&name.len()) {
            return Err(problem("username", "length", "4 to 20 characters"));
        }
        let allowed = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_';
        if !name.chars().all(allowed) {
            return Err(problem("username", "format", "only a-z, 0-9 and _"));
        }
        Ok(Self(name))
    }

    pub(super) fn as_str(&self) -> &str {
        &self.0
    }
}

/// 2 to 15 letters or digits of any script, in Unicode form NFKC.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Nickname(String);

impl Nickname {
    pub(super) fn parse(text: &str) -> Result<Self, FieldProblem> {
        let name: String = text.trim().nfkc().collect();
        if !(2..=15).contains(&name.chars().count()) {
            return Err(problem("nickname", "length", "2 to 15 characters"));
        }
        if !name.chars().all(char::is_alphanumeric) {
            return Err(problem("nickname", "format", "only letters and digits"));
        }
        Ok(Self(name))
    }

    pub(super) fn as_str(&self) -> &str {
        &self.0
    }

    /// The same for two nicknames that differ only in case.
    pub(super) fn key(&self) -> String {
        self.0.to_lowercase().nfkc().collect()
    }
}

/// An e-mail address.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub(super) struct Email(String);

impl Email {
    pub(super) fn parse(text: &str) -> Result<Self, FieldProblem> {
        let address = text.trim();
        let good = address.len() <= EMAIL_MAX
            && !address
                .chars()
                .any(|c| c.is_whitespace() || c.is_control() || "<>,;\"".contains(c))
            && address.split_once('@').is_some_and(|(local, domain)| {
                (1..=64).contains(&local.len())
                    && !domain.contains('@')
                    && domain.contains('.')
                    && domain.split('.').all(|label| (1..=63).contains(&label.len()))
            });
        if good {
            Ok(Self(address.to_owned()))
        } else {
            Err(problem("email", "format", "an address like name@example.com"))
        }
    }

    pub(super) fn as_str(&self) -> &str {
        &self.0
    }

    /// The same for two addresses that differ only in case.
    pub(super) fn key(&self) -> String {
        self.0.to_lowercase()
    }
}

/// A password of 8 to 128 characters that is neither common nor made of the account's own words.
pub(super) struct Password(SecretString);

impl Password {
    /// `own_words` are those of the account: a part before an `@` counts by itself.
    pub(super) fn parse(password: SecretString, own_words: &[&str]) -> Result<Self, FieldProblem> {
        let text = password.expose_secret();
        if !(8..=128).contains(&text.chars().count()) {
            return Err(problem("password", "length", "8 to 128 characters"));
        }
        let lower = text.to_lowercase();
        // The part before an `@` counts by itself, if it is more than a few letters.
        let locals = own_words.iter().filter_map(|word| word.split_once('@'));
        let locals = locals.map(|(local, _)| local).filter(|local| local.chars().count() >= 4);
        for own in own_words.iter().copied().chain(locals) {
            if !own.is_empty() && lower.contains(&own.to_lowercase()) {
                let detail = "must not contain your username, nickname or e-mail address";
                return Err(problem("password", "contains_personal", detail));
            }
        }
        if is_common(text) {
            return Err(problem("password", "too_common", "too easy to guess"));
        }
        Ok(Self(password))
    }

    pub(super) fn into_secret(self) -> SecretString {
        self.0
    }
}

/// Checks that somebody born on `birth` has lived `minimum` years on `today`.
pub(super) fn check_age(
    birth: NaiveDate,
    today: NaiveDate,
    minimum: u32,
) -> Result<(), FieldProblem> {
    if birth > today || birth.year() < 1900 {
        return Err(problem("birth_date", "format", "a day in the past, as YYYY-MM-DD"));
    }
    if age(birth, today) < minimum {
        let detail = format!("members are at least {minimum} years old");
        return Err(problem("birth_date", "too_young", &detail));
    }
    Ok(())
}

/// At most 10 interests of 1 to 20 characters, each once.
pub(super) fn parse_interests(interests: Vec<String>) -> Result<Vec<String>, FieldProblem> {
    let mut kept: Vec<String> = Vec::new();
    for interest in interests {
        let tag: String = interest.trim().to_lowercase().nfkc().collect();
        if !(1..=INTEREST_CHARS_MAX).contains(&tag.chars().count()) {
            return Err(problem("interests", "length", "each 1 to 20 characters"));
        }
        if tag.chars().any(char::is_control) {
            return Err(problem("interests", "format", "no control characters"));
        }
        if !kept.contains(&tag) {
            kept.push(tag);
        }
    }
    if kept.len() > INTERESTS_MAX {
        return Err(problem("interests", "too_many", "at most 10"));
    }
    Ok(kept)
}

/// At most 5 language codes (ISO 639).
pub(super) fn parse_languages(languages: Vec<String>) -> Result<Vec<String>, FieldProblem> {
    if !languages.iter().all(|language| is_language_code(language)) {
        return Err(problem("languages", "format", "codes like ko or en"));
    }
    if languages.len() > LANGUAGES_MAX {
        return Err(problem("languages", "too_many", "at most 5"));
    }
    Ok(languages)
}

/// At most 200 characters.
pub(super) fn parse_introduction(text: &str) -> Result<String, FieldProblem> {
    let text = text.trim();
    if text.chars().count() > INTRODUCTION_CHARS_MAX {
        return Err(problem("introduction", "length", "at most 200 characters"));
    }
    if text.contains('\0') {
        return Err(problem("introduction", "format", "no character U+0000"));
    }
    Ok(text.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn code<T>(result: Result<T, FieldProblem>) -> Option<&'static str> {
        result.err().map(|problem| problem.code)
    }

    #[test]
    fn a_username_is_plain_and_ignores_case() {
        assert_eq!(Username::parse("Min_01").unwrap().as_str(), "min_01");
        assert_eq!(code(Username::parse("abc")), Some("length"));
        assert_eq!(code(Username::parse(&"a".repeat(21))), Some("length"));
        for bad in ["with space", "dash-ed", "점점점점", "a@b.c"] {
            assert!(Username::parse(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn a_nickname_may_be_of_any_script_and_is_compared_without_case_and_width() {
        // The second is the same text in conjoining jamo, as some systems type it.
        let (composed, decomposed) = ("지민", "\u{110C}\u{1175}\u{1106}\u{1175}\u{11AB}");
        assert_eq!(Nickname::parse(composed).unwrap(), Nickname::parse(decomposed).unwrap());
        assert_eq!(Nickname::parse("ＡＢ").unwrap().key(), Nickname::parse("ab").unwrap().key());
        assert_eq!(code(Nickname::parse("김")), Some("length"));
        for bad in ["a b", "a\u{202E}b", "👍👍", "<b>"] {
            assert_eq!(code(Nickname::parse(bad)), Some("format"), "{bad}");
        }
    }

    #[test]
    fn addresses_that_cannot_be_are_refused() {
        assert!(Email::parse(" jimin@example.com ").is_ok());
        let long = format!("{}@example.com", "a".repeat(65));
        for bad in
            ["", "a", "a@", "@b.c", "a@b", "a@b..c", "a b@c.d", "a@b@c.d", "a\r\nBcc: x@y.z", &long]
        {
            assert!(Email::parse(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn passwords_that_are_guessed_first_are_refused() {
        let parse = |password: &str| {
            let own_words = ["jimin_01", "지민이다", "jimin@example.com"];
            Password::parse(password.to_owned().into(), &own_words)
        };
        assert!(parse("correct horse battery").is_ok());
        assert!(parse("비밀번호를 외워요").is_ok());
        assert_eq!(code(parse("short")), Some("length"));
        assert_eq!(code(parse(&"x".repeat(129))), Some("length"));
        assert_eq!(code(parse("Password123")), Some("too_common"));
        assert_eq!(code(parse("my JIMIN_01 pw")), Some("contains_personal"));
        assert_eq!(code(parse("지민이다지민이다")), Some("contains_personal"));
    }

    #[test]
    fn a_birth_date_is_in_the_past_and_long_enough_ago() {
        let day = |text: &str| text.parse::<NaiveDate>().unwrap();
        let check = |birth| check_age(day(birth), day("2026-06-15"), 19);
        assert!(check("2007-06-15").is_ok());
        assert_eq!(code(check("2007-06-16")), Some("too_young"));
        assert_eq!(code(check("2030-01-01")), Some("format"));
        assert_eq!(code(check("1899-12-31")), Some("format"));
    }

    #[test]
    fn interests_are_tidied_and_counted() {
        let some = |tags: &[&str]| tags.iter().map(|tag| (*tag).to_owned()).collect::<Vec<_>>();
        assert_eq!(parse_interests(some(&[" Film", "film", "산책"])).unwrap(), ["film", "산책"]);
        assert_eq!(code(parse_interests(some(&[""]))), Some("length"));
        let many: Vec<String> = (0..11).map(|n| n.to_string()).collect();
        assert_eq!(code(parse_interests(many)), Some("too_many"));
    }
}
