//! Use case: name and password become a session.

use secrecy::SecretString;

use crate::infra::Freshness;
use crate::infra::shared::Rate;

use super::account::LogInName;
use super::codes::{hash, sha256};
use super::lock::{
    count_from, count_known_device, count_stranger, forget_wrong_passwords,
    forget_wrong_passwords_from, lock_out_device,
};
use super::session::Verified;
use super::{MemberError, Members, store};

/// What somebody fills in to log in, and from where.
pub(super) struct LogIn {
    pub(super) name: String,
    pub(super) password: SecretString,
    /// The network address.
    pub(super) from: String,
    /// What the device has to show that it was here before.
    pub(super) device: Option<String>,
}

/// Checks username or e-mail address and password.
///
/// Whoever is refused learns from neither the answer nor its time whether there is such an account, and whether it
/// is locked.
pub(super) async fn log_in(members: &Members, given: LogIn) -> Result<Verified, MemberError> {
    let LogIn { name, password, from, device } = given;
    let (rules, limits) = (&members.rules, &members.infra.shared.limits);
    limits.check("log-in", &from, Rate::per_minute(rules.log_ins_per_minute)).await??;
    let name = LogInName::parse(&name).map_err(MemberError::field)?;
    let device = device.map(|token| sha256(&token));

    let (key, shown) = (name.clone(), device.clone());
    let account = members
        .infra
        .db
        .read("member.credentials", Freshness::Latest, move |conn| {
            store::credentials(conn, key.as_str(), shown.as_deref())
        })
        .await?;
    let known = match (&account, device) {
        (Some(account), Some(device)) if account.knows_device => {
            let count = count_known_device(members, account.id, device.clone()).await?;
            count.map(|count| (device, count))
        }
        _ => None,
    };
    if known.is_none() {
        let rate = Rate::per_minute(rules.log_ins_per_name_and_minute);
        limits.check("log-in-name", &hash(name.as_str()), rate).await??;
    }
    let password_hash = account.as_ref().map(|account| account.password_hash.clone());
    let is_right = members.passwords.verify(password, password_hash).await?;

    match (account, known) {
        (Some(account), known) if is_right && (known.is_some() || !account.is_locked) => {
            if !account.is_locked {
                forget_wrong_passwords(members, account.id).await?;
                forget_wrong_passwords_from(members, name.as_str(), &from).await?;
            }
            Ok(Verified { member: account.id, password_hash: account.password_hash })
        }
        (Some(account), Some((device, count))) => {
            count_from(members, name.as_str(), &from).await?;
            if count >= rules.lock_after {
                lock_out_device(members, account.id, device).await?;
            }
            Err(MemberError::CredentialsWrong)
        }
        (account, _) => {
            let account = account.map(|account| (account.id, account.is_locked));
            Err(count_stranger(members, name.as_str(), &from, account).await?)
        }
    }
}
