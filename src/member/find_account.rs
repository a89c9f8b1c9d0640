//! The account of somebody, as it is now.

use crate::base::MemberId;
use crate::infra::Freshness;

use super::account::LogInName;
use super::store::{self, Account};
use super::{MemberError, Members};

/// The account of a member who has not withdrawn.
pub(super) async fn account_of(
    members: &Members,
    member: MemberId,
) -> Result<Option<Account>, MemberError> {
    members
        .infra
        .db
        .read("member.account", Freshness::Latest, move |conn| Ok(store::account(conn, member)?))
        .await
}

/// The account with this username or address.
pub(super) async fn account_named(
    members: &Members,
    name: &LogInName,
) -> Result<Option<Account>, MemberError> {
    let name = name.clone();
    members
        .infra
        .db
        .read("member.by_name", Freshness::Latest, move |conn| {
            Ok(store::account_named(conn, name.as_str())?)
        })
        .await
}
