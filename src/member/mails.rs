//! What members are written, in their language.

use serde::Deserialize;
use utoipa::ToSchema;
use uuid::Uuid;

use crate::infra::Mail;

use super::account::Email;

/// A language that this service writes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub(super) enum Language {
    /// Korean.
    #[default]
    Ko,
    /// English.
    En,
}

/// The code that proves an address.
pub(super) fn code_mail(to: &Email, code: &str, minutes: u64, language: Language) -> Mail {
    let (subject, text) = match language {
        Language::Ko => (
            "rand-chat 이메일 인증 코드",
            format!(
                "rand-chat 가입을 계속하려면 아래 코드를 입력해 주세요. {minutes}분 동안 쓸 수 있어요.\n\n\
                 code: {code}\n\n가입하려던 것이 아니라면 이 메일을 무시해 주세요."
            ),
        ),
        Language::En => (
            "Your rand-chat e-mail code",
            format!(
                "Enter this code to go on signing up for rand-chat. It works for {minutes} minutes.\n\n\
                 code: {code}\n\nIf you were not signing up, you can ignore this mail."
            ),
        ),
    };
    mail(to, subject, text)
}

/// Instead of a code, to an address that has an account: only its owner learns of it.
pub(super) fn known_address_mail(to: &Email, language: Language) -> Mail {
    let (subject, text) = match language {
        Language::Ko => (
            "rand-chat에 이미 가입되어 있어요",
            "이 주소로 가입을 시도했지만 이미 계정이 있어요. 로그인해 주세요.\n\n\
             가입하려던 것이 아니라면 이 메일을 무시해 주세요.",
        ),
        Language::En => (
            "You already have a rand-chat account",
            "Somebody tried to sign up with this address, which has an account already. \
             Please log in.\n\nIf it was not you, you can ignore this mail.",
        ),
    };
    mail(to, subject, text.to_owned())
}

fn mail(to: &Email, subject: &str, text: String) -> Mail {
    let escaped = text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;");
    let html = format!("<p>{}</p>", escaped.replace("\n\n", "</p><p>"));
    Mail {
        id: Uuid::now_v7(),
        to: to.as_str().to_owned(),
        subject: subject.to_owned(),
        text: text.into(),
        html: html.into(),
    }
}
