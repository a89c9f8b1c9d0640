//! Passwords that are guessed first, as estimated by zxcvbn (D. Wheeler, USENIX Security 2016): it knows common
//! passwords, words and names, keyboard patterns, dates, repeats and sequences.

use zxcvbn::zxcvbn;

/// Fewer guesses than this, and a password is too easy.
const GUESSES_MIN: u64 = 1_000_000;
/// So much of a password is looked at: what is hard to guess stays so when more is added.
const LOOKED_AT: usize = 40;

/// What Koreans choose first, mostly words typed with the keyboard set to Latin letters; and our own name.
const WORDS: &[&str] = &[
    "dkssud",
    "dkssudgktpdy",
    "gkstkfkd",
    "skrnrdls",
    "tkfkdgo",
    "tkfkd",
    "qlalfqjsgh",
    "gksrnr",
    "eogksalsrnr",
    "wkdrnjs",
    "rlaalswns",
    "sarangheyo",
    "saranghae",
    "daehanminguk",
    "korea",
    "seoul",
    "busan",
    "randchat",
    "rand-chat",
    "비밀번호",
    "사랑해",
    "안녕하세요",
    "대한민국",
];

/// Whether a password is among the first guesses.
pub(super) fn is_common(password: &str) -> bool {
    let head: String = password.chars().take(LOOKED_AT).collect();
    zxcvbn(&head, WORDS).guesses() < GUESSES_MIN
}

#[cfg(test)]
mod tests {
    use std::time::{Duration, Instant};

    use proptest::prelude::*;

    use super::*;

    #[test]
    fn what_many_people_choose_is_common_and_a_phrase_is_not() {
        for common in [
            "password123",
            "Password1!",
            "zzzzzzzzzzzz",
            "qwertyuiop",
            "1q2w3e4r",
            "12345678",
            "19990517",
            "iloveyou1",
            "abcabcabc",
            "trustno1",
            "dkssudgktpdy",
            "tkfkdgo1",
            "비밀번호123",
            "사랑해사랑해",
            "charlie1",
            "baseball",
        ] {
            assert!(is_common(common), "{common}");
        }
        for good in [
            "correct horse battery",
            "another good password",
            "비밀번호를 외워요",
            "xK9#mq2v",
            "7f3a9c1e5b",
        ] {
            assert!(!is_common(good), "{good}");
        }
    }

    proptest! {
        #[test]
        fn any_password_is_looked_at_in_no_time(password in "\\PC{0,128}") {
            let begun = Instant::now();
            is_common(&password);
            prop_assert!(begun.elapsed() < Duration::from_secs(2));
        }
    }
}
