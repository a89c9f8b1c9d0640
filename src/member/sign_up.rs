//! Use case: a new account.

use chrono::NaiveDate;
use secrecy::SecretString;
use tracing::warn;

use crate::base::MemberId;
use crate::http::FieldProblem;
use crate::infra::shared::{Key, Rate};
use crate::protocol::Sex;

use super::account::{
    Email, Language, Nickname, Username, check_age, parse_interests, parse_languages,
};
use super::codes::hash;
use super::consent::check_versions;
use super::session::Verified;
use super::store::{Consent, NewMember};
use super::{MemberError, Members, store};

/// What somebody fills in.
pub(super) struct SignUp {
    pub(super) proof: String,
    pub(super) username: String,
    pub(super) password: SecretString,
    pub(super) nickname: String,
    pub(super) birth_date: NaiveDate,
    pub(super) sex: Sex,
    pub(super) interests: Vec<String>,
    pub(super) languages: Vec<String>,
    /// Of the mails.
    pub(super) language: Language,
    pub(super) terms_version: String,
    pub(super) privacy_version: String,
}

/// Makes an account. The proof is used up only when everything else is right.
pub(super) async fn sign_up(members: &Members, form: SignUp) -> Result<Verified, MemberError> {
    let (values, limits) = (&members.infra.shared.values, &members.infra.shared.limits);
    let proof = hash(&form.proof);
    let rate = Rate::per_hour(members.rules.proof_tries_per_hour);
    limits.check("sign-up", &proof, rate).await??;
    let proof = Key::EmailProof(proof);
    let address = values.get(proof.clone()).await?.ok_or(MemberError::ProofExpired)?;
    let email = Email::parse(&address).map_err(MemberError::field)?;
    let language = form.language;
    let checked = check(members, form, &email).await?;

    let password_hash = members.passwords.hash(checked.password).await?;
    let now = members.clock.now();
    let id = MemberId::fresh();
    let new = NewMember {
        id,
        username: checked.username.as_str().to_owned(),
        nickname: checked.nickname.as_str().to_owned(),
        nickname_key: checked.nickname.key(),
        email: email.as_str().to_owned(),
        email_key: email.key(),
        password_hash: password_hash.clone(),
        birth_date: checked.birth_date.to_string(),
        sex: store::sex_text(checked.sex).to_owned(),
        interests: crate::infra::db::JsonList(checked.interests),
        languages: crate::infra::db::JsonList(checked.languages),
        created_at: now,
        language: language.as_str().to_owned(),
    };
    let rules = &members.rules;
    let consents = Consent::both(id, &rules.terms_version, &rules.privacy_version, now);
    members
        .infra
        .db
        .write("member.sign_up", move |conn| store::insert_member(conn, &new, &consents))
        .await
        .map_err(MemberError::taken)?;
    members.infra.db.show_to(vec![id]).await;
    metrics::counter!("sign_ups_total").increment(1);
    // The address is taken now, so nobody signs up with the proof again even if it stays.
    if let Err(error) = values.take(proof).await {
        warn!(%error, "a proof that was used could not be forgotten");
    }
    Ok(Verified { member: id, password_hash })
}

struct Checked {
    username: Username,
    nickname: Nickname,
    password: SecretString,
    birth_date: NaiveDate,
    sex: Sex,
    interests: Vec<String>,
    languages: Vec<String>,
}

/// Checks every field and reports all that is wrong at once.
async fn check(members: &Members, form: SignUp, email: &Email) -> Result<Checked, MemberError> {
    let rules = &members.rules;
    let mut wrong = Vec::new();
    let today = members.clock.now().date();
    keep(&mut wrong, check_age(form.birth_date, today, rules.minimum_age));
    let versions = check_versions(members, &form.terms_version, &form.privacy_version);
    wrong.extend(versions.err().into_iter().flatten());
    let own_words = vec![form.username.clone(), form.nickname.clone(), email.as_str().to_owned()];
    let password = members.passwords.check(form.password, own_words).await?;
    let username = keep(&mut wrong, Username::parse(&form.username));
    let nickname = keep(&mut wrong, Nickname::parse(&form.nickname));
    let password = keep(&mut wrong, password);
    let interests = keep(&mut wrong, parse_interests(form.interests));
    let languages = keep(&mut wrong, parse_languages(form.languages));
    match (username, nickname, password, interests, languages) {
        (Some(username), Some(nickname), Some(password), Some(interests), Some(languages))
            if wrong.is_empty() =>
        {
            let password = password.into_secret();
            let (birth_date, sex) = (form.birth_date, form.sex);
            Ok(Checked { username, nickname, password, birth_date, sex, interests, languages })
        }
        _ => Err(MemberError::Fields(wrong)),
    }
}

fn keep<T>(wrong: &mut Vec<FieldProblem>, result: Result<T, FieldProblem>) -> Option<T> {
    result.map_err(|problem| wrong.push(problem)).ok()
}
