//! Devices that a member has logged in with.

use diesel::prelude::*;

use crate::base::{MemberId, Timestamp};
use crate::infra::db::schema::devices;
use crate::infra::db::sql;
use crate::infra::{DbError, ReadConn, WriteConn};

/// Notes that a member logged in on a device, and forgets all but the `keep` that were used last.
pub(in crate::member) fn remember_device(
    conn: &mut WriteConn<'_>,
    device: &[u8],
    member: MemberId,
    now: Timestamp,
    keep: i64,
) -> Result<(), DbError> {
    sql!(conn, |c| diesel::insert_into(devices::table)
        .values((
            devices::hash.eq(device),
            devices::member_id.eq(member),
            devices::last_used_at.eq(now),
        ))
        .on_conflict((devices::hash, devices::member_id))
        .do_update()
        .set((devices::last_used_at.eq(now), devices::failed_log_ins.eq(0)))
        .execute(c))?;
    let beyond: Vec<Vec<u8>> = sql!(conn, |c| devices::table
        .filter(devices::member_id.eq(member))
        .order((devices::last_used_at.desc(), devices::hash))
        .select(devices::hash)
        .limit(BEYOND_AT_ONCE)
        .offset(keep)
        .load(c))?;
    for hash in beyond {
        forget_device(conn, &hash, member)?;
    }
    Ok(())
}

/// How many devices are forgotten at once at most.
const BEYOND_AT_ONCE: i64 = 10;

/// Whether any member has logged in on this device.
pub(in crate::member) fn is_device_of_anybody(
    conn: &mut WriteConn<'_>,
    device: &[u8],
) -> Result<bool, DbError> {
    let known = devices::table.filter(devices::hash.eq(device));
    Ok(sql!(conn, |c| diesel::select(diesel::dsl::exists(known)).get_result(c))?)
}

/// Counts a try on a known device. How many there were in a row; none: it is not known.
pub(in crate::member) fn count_on_device(
    conn: &mut WriteConn<'_>,
    device: &[u8],
    member: MemberId,
) -> Result<Option<u32>, DbError> {
    let count: Option<i32> = sql!(conn, |c| diesel::update(devices::table.find((device, member)))
        .set(devices::failed_log_ins.eq(devices::failed_log_ins + 1))
        .returning(devices::failed_log_ins)
        .get_result(c))
    .optional()?;
    Ok(count.and_then(|count| u32::try_from(count).ok()))
}

pub(in crate::member) fn forget_device(
    conn: &mut WriteConn<'_>,
    device: &[u8],
    member: MemberId,
) -> Result<(), DbError> {
    sql!(conn, |c| diesel::delete(devices::table.find((device, member))).execute(c))?;
    Ok(())
}

/// Forgets every device of a member.
pub(in crate::member) fn forget_devices(
    conn: &mut WriteConn<'_>,
    member: MemberId,
) -> Result<(), DbError> {
    let all = devices::table.filter(devices::member_id.eq(member));
    sql!(conn, |c| diesel::delete(all).execute(c))?;
    Ok(())
}

/// When each device of a member was last used, the newest first.
pub(in crate::member) fn devices_of(
    conn: &mut ReadConn<'_>,
    member: MemberId,
) -> Result<Vec<Timestamp>, DbError> {
    Ok(sql!(conn, |c| devices::table
        .filter(devices::member_id.eq(member))
        .order(devices::last_used_at.desc())
        .select(devices::last_used_at)
        .load(c))?)
}
