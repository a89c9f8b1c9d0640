//! Accounts, what their members agreed to, and what happened to them.

use diesel::prelude::*;

use crate::base::{AuditId, ImageId, MemberId, Timestamp};
use crate::infra::db::schema::{audit, consents, devices, members};
use crate::infra::db::{Conn, DbId, JsonList, sql};
use crate::infra::{DbError, ReadConn, WriteConn};
use crate::member::account::{Agreement, Email, Language};
use crate::member::codes::hash;
use crate::protocol::Sex;

use super::{delete_letters_of, delete_sessions, delete_suspensions, forget_devices};

/// An account to be made.
#[derive(Insertable)]
#[diesel(table_name = members)]
pub(in crate::member) struct NewMember {
    pub(in crate::member) id: MemberId,
    pub(in crate::member) username: String,
    pub(in crate::member) nickname: String,
    pub(in crate::member) nickname_key: String,
    pub(in crate::member) email: String,
    pub(in crate::member) email_key: String,
    pub(in crate::member) password_hash: String,
    pub(in crate::member) birth_date: String,
    pub(in crate::member) sex: String,
    pub(in crate::member) interests: JsonList,
    pub(in crate::member) languages: JsonList,
    pub(in crate::member) created_at: Timestamp,
    pub(in crate::member) language: String,
}

/// What a member agreed to.
#[derive(Insertable)]
#[diesel(table_name = consents)]
pub(in crate::member) struct Consent {
    member_id: MemberId,
    kind: &'static str,
    version: String,
    given_at: Timestamp,
}

impl Consent {
    /// To the terms and to the privacy notice.
    pub(in crate::member) fn both(
        member_id: MemberId,
        terms: &str,
        privacy: &str,
        given_at: Timestamp,
    ) -> [Self; 2] {
        [(Agreement::Terms, terms), (Agreement::Privacy, privacy)].map(|(kind, version)| Self {
            member_id,
            kind: kind.as_str(),
            version: version.to_owned(),
            given_at,
        })
    }
}

/// An account as its owner sees it.
#[derive(Queryable, Selectable)]
#[diesel(table_name = members)]
pub(in crate::member) struct MemberRow {
    pub(in crate::member) id: MemberId,
    pub(in crate::member) username: String,
    pub(in crate::member) nickname: String,
    pub(in crate::member) email: String,
    pub(in crate::member) birth_date: String,
    pub(in crate::member) sex: String,
    pub(in crate::member) introduction: String,
    pub(in crate::member) interests: JsonList,
    pub(in crate::member) languages: JsonList,
    pub(in crate::member) language: String,
    pub(in crate::member) share_read: bool,
    pub(in crate::member) share_typing: bool,
    pub(in crate::member) image_id: Option<ImageId>,
    pub(in crate::member) created_at: Timestamp,
}

/// What an account is recognised by and protected with.
pub(in crate::member) struct Account {
    pub(in crate::member) id: MemberId,
    pub(in crate::member) username: String,
    pub(in crate::member) nickname: String,
    pub(in crate::member) email: String,
    pub(in crate::member) email_key: String,
    pub(in crate::member) password_hash: String,
    pub(in crate::member) language: Language,
    pub(in crate::member) is_locked: bool,
}

impl Account {
    /// Changes with the password and with the address: what was proved before either counts no more.
    pub(in crate::member) fn fingerprint(&self) -> String {
        hash(&format!("{} {}", self.password_hash, self.email_key))
    }

    /// Words that must not be in the password.
    pub(in crate::member) fn own_words(&self) -> Vec<String> {
        vec![self.username.clone(), self.nickname.clone(), self.email.clone()]
    }
}

/// What a log-in is checked against.
pub(in crate::member) struct Credentials {
    pub(in crate::member) id: MemberId,
    pub(in crate::member) password_hash: String,
    pub(in crate::member) is_locked: bool,
    /// Whether the member has logged in before on the device that asks.
    pub(in crate::member) knows_device: bool,
}

/// Columns of a profile that change; what is none stays.
#[derive(AsChangeset)]
#[diesel(table_name = members)]
pub(in crate::member) struct ProfileChange {
    pub(in crate::member) nickname: Option<String>,
    pub(in crate::member) nickname_key: Option<String>,
    pub(in crate::member) introduction: Option<String>,
    pub(in crate::member) interests: Option<JsonList>,
    pub(in crate::member) languages: Option<JsonList>,
    pub(in crate::member) language: Option<String>,
    pub(in crate::member) share_read: Option<bool>,
    pub(in crate::member) share_typing: Option<bool>,
}

impl ProfileChange {
    pub(in crate::member) const fn is_empty(&self) -> bool {
        self.nickname.is_none()
            && self.introduction.is_none()
            && self.interests.is_none()
            && self.languages.is_none()
            && self.language.is_none()
            && self.share_read.is_none()
            && self.share_typing.is_none()
    }
}

/// Something that happened to an account, for whoever has to look into it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::member) enum Happened {
    /// Too many wrong passwords. Without a member: for a name that nobody has.
    Locked,
    /// A mailed code unlocked it.
    Unlocked,
    /// Its member took another password.
    PasswordChanged,
    /// A mailed code gave it a new password.
    PasswordReset,
    /// It has another address.
    EmailChanged,
    /// A moderator suspended its member.
    Suspended,
    /// A moderator lifted that.
    Released,
    /// Its member withdrew.
    Withdrawn,
}

impl Happened {
    const fn name(self) -> &'static str {
        match self {
            Self::Locked => "locked",
            Self::Unlocked => "unlocked",
            Self::PasswordChanged => "password_changed",
            Self::PasswordReset => "password_reset",
            Self::EmailChanged => "email_changed",
            Self::Suspended => "suspended",
            Self::Released => "released",
            Self::Withdrawn => "withdrawn",
        }
    }
}

pub(in crate::member) const fn sex_text(sex: Sex) -> &'static str {
    match sex {
        Sex::Female => "female",
        Sex::Male => "male",
        Sex::Undisclosed => "undisclosed",
    }
}

pub(in crate::member) fn insert_member(
    conn: &mut WriteConn<'_>,
    new: &NewMember,
    given: &[Consent; 2],
) -> Result<(), DbError> {
    sql!(conn, |c| diesel::insert_into(members::table).values(new).execute(c))?;
    insert_consents(conn, given)
}

/// Notes consents; those that were given before stay as they were.
pub(in crate::member) fn insert_consents(
    conn: &mut WriteConn<'_>,
    given: &[Consent; 2],
) -> Result<(), DbError> {
    for consent in given {
        sql!(conn, |c| diesel::insert_into(consents::table)
            .values(consent)
            .on_conflict_do_nothing()
            .execute(c))?;
    }
    Ok(())
}

/// What a member agreed to: kind, version and when, oldest first.
pub(in crate::member) fn consents_of(
    conn: &mut ReadConn<'_>,
    id: MemberId,
) -> Result<Vec<(String, String, Timestamp)>, DbError> {
    Ok(sql!(conn, |c| consents::table
        .filter(consents::member_id.eq(id))
        .order((consents::given_at, consents::kind))
        .select((consents::kind, consents::version, consents::given_at))
        .load(c))?)
}

pub(in crate::member) fn email_is_known(
    conn: &mut ReadConn<'_>,
    key: &str,
) -> Result<bool, DbError> {
    let found = members::table.filter(members::email_key.eq(key));
    Ok(sql!(conn, |c| diesel::select(diesel::dsl::exists(found)).get_result(c))?)
}

pub(in crate::member) fn member(
    conn: &mut ReadConn<'_>,
    id: MemberId,
) -> Result<Option<MemberRow>, DbError> {
    let found = members::table.find(id).filter(members::withdrawn_at.is_null());
    Ok(sql!(conn, |c| found.select(MemberRow::as_select()).first(c)).optional()?)
}

/// The columns of [`Account`].
type AccountColumns = (
    members::id,
    members::username,
    members::nickname,
    members::email,
    members::email_key,
    members::password_hash,
    members::language,
    members::locked_at,
);

type AccountRow = (MemberId, String, String, String, String, String, String, Option<Timestamp>);

fn into_account(row: AccountRow) -> Account {
    let (id, username, nickname, email, email_key, password_hash, language, locked_at) = row;
    let (language, is_locked) = (Language::from_text(&language), locked_at.is_some());
    Account { id, username, nickname, email, email_key, password_hash, language, is_locked }
}

/// An account that has not withdrawn.
pub(in crate::member) fn account(
    conn: &mut ReadConn<'_>,
    id: MemberId,
) -> Result<Option<Account>, DbError> {
    let found = members::table
        .find(id)
        .filter(members::withdrawn_at.is_null())
        .select(AccountColumns::default());
    let row: Option<AccountRow> = sql!(conn, |c| found.first(c)).optional()?;
    Ok(row.map(into_account))
}

/// The account with this username or address, in lower case.
pub(in crate::member) fn account_named(
    conn: &mut ReadConn<'_>,
    name: &str,
) -> Result<Option<Account>, DbError> {
    let found = members::table
        .filter(members::username.eq(name).or(members::email_key.eq(name)))
        .filter(members::withdrawn_at.is_null())
        .select(AccountColumns::default());
    let row: Option<AccountRow> = sql!(conn, |c| found.first(c)).optional()?;
    Ok(row.map(into_account))
}

/// What a log-in with this username or address, in lower case, on this device is checked against.
pub(in crate::member) fn credentials(
    conn: &mut ReadConn<'_>,
    name: &str,
    device: Option<&[u8]>,
) -> Result<Option<Credentials>, DbError> {
    let account = account_named(conn, name)?;
    // Looked up for nobody too, so that both take the same time.
    let id = account.as_ref().map_or_else(MemberId::fresh, |account| account.id);
    let known = devices::table.find((device.unwrap_or_default(), id));
    let knows_device = sql!(conn, |c| diesel::select(diesel::dsl::exists(known)).get_result(c))?;
    Ok(account.map(|account| Credentials {
        id,
        password_hash: account.password_hash,
        is_locked: account.is_locked,
        knows_device,
    }))
}

/// Locks an account. False if it was locked.
pub(in crate::member) fn lock_account(
    conn: &mut WriteConn<'_>,
    id: MemberId,
    now: Timestamp,
) -> Result<bool, DbError> {
    let open = members::table
        .find(id)
        .filter(members::locked_at.is_null())
        .filter(members::withdrawn_at.is_null());
    let locked = sql!(conn, |c| diesel::update(open).set(members::locked_at.eq(now)).execute(c))?;
    Ok(locked == 1)
}

/// Unlocks an account. False if it was not locked.
pub(in crate::member) fn unlock_account(
    conn: &mut WriteConn<'_>,
    id: MemberId,
) -> Result<bool, DbError> {
    let locked = members::table.find(id).filter(members::locked_at.is_not_null());
    let unlocked = sql!(conn, |c| diesel::update(locked)
        .set(members::locked_at.eq(None::<Timestamp>))
        .execute(c))?;
    Ok(unlocked == 1)
}

/// Whether the password of an account is still the one with this hash. It stays so until the transaction ends.
pub(in crate::member) fn has_password(
    conn: &mut WriteConn<'_>,
    id: MemberId,
    password_hash: &str,
) -> Result<bool, DbError> {
    if let Conn::Postgres(c) = conn.engine() {
        diesel::sql_query("SELECT 1 FROM members WHERE id = $1 FOR SHARE")
            .bind::<DbId, _>(id)
            .execute(c)?;
    }
    let account = account(&mut conn.as_read(), id)?;
    Ok(account.is_some_and(|account| account.password_hash == password_hash))
}

/// Sets another password, unless it is not `before` any more. Whether it did.
pub(in crate::member) fn set_password(
    conn: &mut WriteConn<'_>,
    id: MemberId,
    before: &str,
    password_hash: &str,
) -> Result<bool, DbError> {
    let same = members::table
        .find(id)
        .filter(members::withdrawn_at.is_null())
        .filter(members::password_hash.eq(before));
    let set = sql!(conn, |c| diesel::update(same)
        .set(members::password_hash.eq(password_hash))
        .execute(c))?;
    Ok(set == 1)
}

/// Moves an account that has not withdrawn to another address. Whether it did.
pub(in crate::member) fn set_email(
    conn: &mut WriteConn<'_>,
    id: MemberId,
    email: &Email,
) -> Result<bool, DbError> {
    let there = members::table.find(id).filter(members::withdrawn_at.is_null());
    let set = sql!(conn, |c| diesel::update(there)
        .set((members::email.eq(email.as_str()), members::email_key.eq(email.key())))
        .execute(c))?;
    Ok(set == 1)
}

/// Changes the profile of a member who has not withdrawn. Whether it did.
pub(in crate::member) fn change_profile(
    conn: &mut WriteConn<'_>,
    id: MemberId,
    change: &ProfileChange,
) -> Result<bool, DbError> {
    let there = members::table.find(id).filter(members::withdrawn_at.is_null());
    Ok(sql!(conn, |c| diesel::update(there).set(change).execute(c))? == 1)
}

/// Erases everything personal. What stays is what the rooms of a member need: the row, and that it has withdrawn.
pub(in crate::member) fn erase(
    conn: &mut WriteConn<'_>,
    id: MemberId,
    now: Timestamp,
) -> Result<(), DbError> {
    // Unique, and nothing that somebody could give as a name.
    let nobody = format!("({id})");
    sql!(conn, |c| diesel::update(members::table.find(id))
        .set((
            (
                members::username.eq(&nobody),
                members::nickname.eq(""),
                members::nickname_key.eq(&nobody),
                members::email.eq(""),
                members::email_key.eq(&nobody),
                members::password_hash.eq(""),
                members::birth_date.eq(""),
                members::sex.eq(sex_text(Sex::Undisclosed)),
                members::introduction.eq(""),
                members::interests.eq(JsonList::default()),
                members::languages.eq(JsonList::default()),
            ),
            (
                members::language.eq(Language::default().as_str()),
                members::image_id.eq(None::<ImageId>),
                members::locked_at.eq(None::<Timestamp>),
                members::withdrawn_at.eq(now),
            ),
        ))
        .execute(c))?;
    let given = consents::table.filter(consents::member_id.eq(id));
    sql!(conn, |c| diesel::delete(given).execute(c))?;
    forget_devices(conn, id)?;
    delete_sessions(conn, id)?;
    delete_suspensions(conn, id)?;
    delete_letters_of(conn, id)
}

/// What happened to an account, oldest first.
pub(in crate::member) fn events_of(
    conn: &mut ReadConn<'_>,
    id: MemberId,
) -> Result<Vec<(String, Timestamp)>, DbError> {
    Ok(sql!(conn, |c| audit::table
        .filter(audit::member_id.eq(id))
        .order((audit::at, audit::id))
        .select((audit::event, audit::at))
        .load(c))?)
}

/// Notes what happened to an account.
pub(in crate::member) fn note(
    conn: &mut WriteConn<'_>,
    member: Option<MemberId>,
    event: Happened,
    now: Timestamp,
) -> Result<(), DbError> {
    sql!(conn, |c| diesel::insert_into(audit::table)
        .values((
            audit::id.eq(AuditId::fresh()),
            audit::member_id.eq(member),
            audit::event.eq(event.name()),
            audit::at.eq(now),
        ))
        .execute(c))?;
    Ok(())
}
