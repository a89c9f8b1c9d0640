//! The words of every mail, in Korean and English, as plain text and as HTML.

use crate::member::account::Language;

/// What a mail says.
#[derive(Clone, Copy, Debug)]
pub(super) enum Text<'a> {
    SignUpCode { code: &'a str, minutes: u64 },
    HasAccount,
    UnlockCode { code: &'a str, minutes: u64 },
    NotLocked,
    Username { username: &'a str },
    NoAccount,
    ResetCode { code: &'a str, minutes: u64 },
    ChangeEmailCode { code: &'a str, minutes: u64 },
    Locked,
    PasswordChanged,
    EmailChanged,
}

/// A mail in words.
pub(super) struct Words {
    pub(super) to: String,
    pub(super) subject: String,
    pub(super) text: String,
    pub(super) html: String,
}

/// A mail before it is laid out: subject, paragraphs, what stands out between the first and the others, and the page
/// where one goes on.
struct Draft<'a> {
    subject: &'static str,
    first: String,
    /// A name that programs look for, and the value that people do.
    shown: Option<(&'static str, &'a str)>,
    then: &'static str,
    page: Option<&'static str>,
}

impl Words {
    /// `url` is where the service is, for links; empty: there are none.
    pub(super) fn new(to: &str, language: Language, text: &Text<'_>, url: &str) -> Self {
        let draft = match language {
            Language::Ko => korean(text),
            Language::En => english(text),
        };
        let link = draft.page.filter(|_| !url.is_empty()).map(|page| format!("{url}{page}"));
        Self {
            to: to.to_owned(),
            subject: draft.subject.to_owned(),
            text: draft.as_text(link.as_deref()),
            html: draft.as_html(link.as_deref(), language),
        }
    }
}

impl Draft<'_> {
    fn as_text(&self, link: Option<&str>) -> String {
        let shown = self.shown.map(|(name, value)| format!("{name}: {value}"));
        let parts = [Some(&*self.first), shown.as_deref(), link, Some(self.then)];
        let parts: Vec<&str> =
            parts.into_iter().flatten().filter(|part| !part.is_empty()).collect();
        parts.join("\n\n")
    }

    fn as_html(&self, link: Option<&str>, language: Language) -> String {
        let paragraph =
            |inner: &str| format!("<p style=\"margin:0 0 16px;line-height:1.6\">{inner}</p>");
        let mut parts = vec![paragraph(&escaped(&self.first))];
        parts.extend(self.shown.map(|(_, value)| {
            let look = "font-size:28px;letter-spacing:4px;font-weight:bold";
            paragraph(&format!("<span style=\"{look}\">{}</span>", escaped(value)))
        }));
        parts.extend(link.map(|link| {
            let link = escaped(link);
            paragraph(&format!("<a href=\"{link}\">{link}</a>"))
        }));
        parts.push(paragraph(&escaped(self.then)));
        let body = parts.concat();
        let (language, subject) = (language.as_str(), escaped(self.subject));
        format!(
            "<!doctype html><html lang=\"{language}\"><head><meta charset=\"utf-8\"><title>{subject}</title></head>\
             <body style=\"margin:0;padding:24px;font-family:sans-serif;color:#1c1b22;background:#ffffff\">\
             <div style=\"max-width:480px;margin:0 auto\">\
             <p style=\"margin:0 0 24px;font-weight:bold\">rand-chat</p>{body}</div></body></html>"
        )
    }
}

fn escaped(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for letter in text.chars() {
        match letter {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            letter => escaped.push(letter),
        }
    }
    escaped
}

/// A mail with nothing that stands out, and no page.
fn draft<'a>(subject: &'static str, first: &str, then: &'static str) -> Draft<'a> {
    Draft { subject, first: first.to_owned(), shown: None, then, page: None }
}

fn korean<'a>(text: &Text<'a>) -> Draft<'a> {
    let with_code = |subject, what: &str, code, minutes: u64, then| {
        let first = format!("{what} 아래 코드를 입력해 주세요. {minutes}분 동안 쓸 수 있어요.");
        Draft { shown: Some(("code", code)), ..draft(subject, &first, then) }
    };
    match *text {
        Text::SignUpCode { code, minutes } => with_code(
            "rand-chat 이메일 인증 코드",
            "rand-chat 가입을 계속하려면",
            code,
            minutes,
            "가입하려던 것이 아니라면 이 메일을 무시해 주세요.",
        ),
        Text::HasAccount => Draft {
            page: Some("/log-in"),
            ..draft(
                "rand-chat에 이미 가입되어 있어요",
                "이 주소로 인증 코드를 요청했지만, 이 주소에는 이미 계정이 있어요. 로그인해 주세요.",
                "요청한 적이 없다면 이 메일을 무시해 주세요.",
            )
        },
        Text::UnlockCode { code, minutes } => with_code(
            "rand-chat 잠금 해제 코드",
            "계정 잠금을 풀려면",
            code,
            minutes,
            "요청한 적이 없다면 이 메일을 무시해 주세요. 코드를 아무에게도 알려 주지 마세요.",
        ),
        Text::NotLocked => Draft {
            page: Some("/forgot-password"),
            ..draft(
                "rand-chat 계정은 잠겨 있지 않아요",
                "잠금 해제를 요청했지만 이 계정은 잠겨 있지 않아요. 비밀번호를 잊었다면 새로 정할 수 있어요.",
                "요청한 적이 없다면 이 메일을 무시해 주세요.",
            )
        },
        Text::Username { username } => Draft {
            shown: Some(("username", username)),
            page: Some("/log-in"),
            ..draft(
                "rand-chat 아이디 안내",
                "이 주소로 가입한 rand-chat 아이디예요.",
                "요청한 적이 없다면 이 메일을 무시해 주세요.",
            )
        },
        Text::NoAccount => Draft {
            page: Some("/sign-up"),
            ..draft(
                "이 주소로 가입한 계정이 없어요",
                "rand-chat 아이디를 요청했지만, 이 주소로 가입한 계정이 없어요. 다른 주소로 가입했을 수 있어요.",
                "요청한 적이 없다면 이 메일을 무시해 주세요.",
            )
        },
        Text::ResetCode { code, minutes } => with_code(
            "rand-chat 비밀번호 재설정 코드",
            "새 비밀번호를 정하려면",
            code,
            minutes,
            "요청한 적이 없다면 이 메일을 무시해 주세요. 비밀번호는 그대로예요. 코드를 아무에게도 알려 주지 마세요.",
        ),
        Text::ChangeEmailCode { code, minutes } => with_code(
            "rand-chat 새 이메일 인증 코드",
            "rand-chat 계정의 이메일을 이 주소로 바꾸려면",
            code,
            minutes,
            "요청한 적이 없다면 이 메일을 무시해 주세요.",
        ),
        Text::Locked => Draft {
            page: Some("/unlock"),
            ..draft(
                "rand-chat 계정이 잠겼어요",
                "비밀번호가 여러 번 틀려서 계정을 잠갔어요. 전에 로그인했던 기기에서는 계속 로그인할 수 있고, 다른 기기에서는 \
                 ‘잠금 해제’에서 메일로 받은 코드로 풀 수 있어요.",
                "직접 시도한 것이 아니라면 누군가 비밀번호를 맞혀 보려 한 거예요. 다른 곳에서도 쓰는 비밀번호라면 바꿔 주세요.",
            )
        },
        Text::PasswordChanged => Draft {
            page: Some("/forgot-password"),
            ..draft(
                "rand-chat 비밀번호가 바뀌었어요",
                "비밀번호가 바뀌었고, 모든 기기에서 로그아웃했어요.",
                "직접 바꾼 것이 아니라면 ‘비밀번호 찾기’에서 바로 새 비밀번호를 정해 주세요.",
            )
        },
        Text::EmailChanged => draft(
            "rand-chat 이메일이 바뀌었어요",
            "rand-chat 계정의 이메일이 다른 주소로 바뀌었어요. 이 주소로는 더 이상 메일을 보내지 않아요.",
            "직접 바꾼 것이 아니라면 누군가 계정에 들어온 거예요. 운영자에게 알려 주세요.",
        ),
    }
}

fn english<'a>(text: &Text<'a>) -> Draft<'a> {
    let with_code = |subject, what: &str, code, minutes: u64, then| {
        let first = format!("Enter this code to {what}. It works for {minutes} minutes.");
        Draft { shown: Some(("code", code)), ..draft(subject, &first, then) }
    };
    match *text {
        Text::SignUpCode { code, minutes } => with_code(
            "Your rand-chat e-mail code",
            "go on signing up for rand-chat",
            code,
            minutes,
            "If you were not signing up, you can ignore this mail.",
        ),
        Text::HasAccount => Draft {
            page: Some("/log-in"),
            ..draft(
                "You already have a rand-chat account",
                "Somebody asked for a code for this address, which has an account already. Please log in.",
                "If it was not you, you can ignore this mail.",
            )
        },
        Text::UnlockCode { code, minutes } => with_code(
            "Your rand-chat unlock code",
            "unlock your account",
            code,
            minutes,
            "If you did not ask for it, you can ignore this mail. Never tell anybody the code.",
        ),
        Text::NotLocked => Draft {
            page: Some("/forgot-password"),
            ..draft(
                "Your rand-chat account is not locked",
                "Somebody asked to unlock your account, but it is not locked. If you forgot your password, you can set a new one.",
                "If it was not you, you can ignore this mail.",
            )
        },
        Text::Username { username } => Draft {
            shown: Some(("username", username)),
            page: Some("/log-in"),
            ..draft(
                "Your rand-chat username",
                "This is the username of the rand-chat account with this address.",
                "If you did not ask for it, you can ignore this mail.",
            )
        },
        Text::NoAccount => Draft {
            page: Some("/sign-up"),
            ..draft(
                "No account has this address",
                "Somebody asked for the rand-chat username of this address, but no account has it. Perhaps you signed up with another one.",
                "If it was not you, you can ignore this mail.",
            )
        },
        Text::ResetCode { code, minutes } => with_code(
            "Your rand-chat password code",
            "set a new password",
            code,
            minutes,
            "If you did not ask for it, you can ignore this mail: your password stays as it is. Never tell anybody the code.",
        ),
        Text::ChangeEmailCode { code, minutes } => with_code(
            "Your code for a new rand-chat address",
            "move your rand-chat account to this address",
            code,
            minutes,
            "If you did not ask for it, you can ignore this mail.",
        ),
        Text::Locked => Draft {
            page: Some("/unlock"),
            ..draft(
                "Your rand-chat account is locked",
                "There were several wrong passwords, so your account is locked. Devices that you have logged in with before still can; \
                 on others, unlock it with a code that we mail you.",
                "If it was not you, somebody tried to guess your password. If you use it elsewhere too, please change it.",
            )
        },
        Text::PasswordChanged => Draft {
            page: Some("/forgot-password"),
            ..draft(
                "Your rand-chat password was changed",
                "Your password was changed, and every device was logged out.",
                "If it was not you, set a new password at once with “Forgot password”.",
            )
        },
        Text::EmailChanged => draft(
            "Your rand-chat address was changed",
            "Your rand-chat account has moved to another address. No more mail comes to this one.",
            "If it was not you, somebody has got into your account. Please tell whoever runs the service.",
        ),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ALL: [Text<'static>; 11] = [
        Text::SignUpCode { code: "123456", minutes: 3 },
        Text::HasAccount,
        Text::UnlockCode { code: "123456", minutes: 3 },
        Text::NotLocked,
        Text::Username { username: "jimin_01" },
        Text::NoAccount,
        Text::ResetCode { code: "123456", minutes: 3 },
        Text::ChangeEmailCode { code: "123456", minutes: 3 },
        Text::Locked,
        Text::PasswordChanged,
        Text::EmailChanged,
    ];

    #[test]
    fn a_mail_says_the_same_in_both_forms_and_shows_a_code_on_a_line_of_its_own() {
        let text = Text::SignUpCode { code: "123456", minutes: 3 };
        let words = Words::new("a@example.com", Language::En, &text, "");

        insta::assert_snapshot!(words.text, @r"
        Enter this code to go on signing up for rand-chat. It works for 3 minutes.

        code: 123456

        If you were not signing up, you can ignore this mail.
        ");
        assert!(words.html.contains(">123456</span>"), "{}", words.html);
        assert!(words.html.contains("Enter this code to go on"), "{}", words.html);
    }

    #[test]
    fn every_mail_is_there_in_both_languages_and_links_only_to_this_service() {
        for text in ALL {
            let korean = Words::new("a@example.com", Language::Ko, &text, "https://chat.example");
            let english = Words::new("a@example.com", Language::En, &text, "https://chat.example");
            assert_ne!(korean.subject, english.subject, "{text:?}");
            assert!(korean.text.chars().any(|c| ('가'..='힣').contains(&c)), "{text:?}");
            assert!(english.text.is_ascii() || english.text.contains('“'), "{text:?}");
            for link in english.html.split("href=\"").skip(1) {
                assert!(link.starts_with("https://chat.example/"), "{text:?}");
            }
            let without = Words::new("a@example.com", Language::En, &text, "");
            assert!(!without.html.contains("href"), "{text:?}");
        }
    }

    #[test]
    fn what_stands_in_a_mail_is_no_markup() {
        let text = Text::Username { username: "<b>&\"" };
        let words = Words::new("a@example.com", Language::En, &text, "");
        assert!(words.html.contains("&lt;b&gt;&amp;&quot;"), "{}", words.html);
    }
}
