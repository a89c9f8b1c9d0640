//! What members can do against each other's misuse, shared by three roles: blocks and reports. Owns the tables `blocks`,
//! `reports` and `report_images`.
//!
//! A *block* is for good, until it is lifted: the two are not matched, whichever of them blocked the other, and have no
//! open room. A *report* keeps a copy of what it is about, its evidence, whatever the two do afterwards; `member` decides
//! it for a moderator.

mod block_member;
mod decide;
mod end_proposal;
mod error;
mod list_blocks;
mod list_reports;
mod report_member;
mod store;
mod unblock_member;

use std::collections::HashSet;
use std::fmt::Display;
use std::str::FromStr;

use crate::base::{MemberId, Timestamp};
use crate::infra::{DbError, ReadConn, WriteConn};
use crate::protocol::ReportView;

pub use block_member::block_member;
pub use decide::{Verdict, decide, tell_decided};
pub use end_proposal::end_proposal;
pub use error::SafetyError;
pub use list_blocks::{BlockPage, BlockView, list_blocks};
pub use list_reports::{ReportPage, list_reports, report_queue, show_report};
pub use report_member::{NewReport, report_member};
pub use store::{delete_old_reports, person};
pub use unblock_member::unblock_member;

/// Whom a member has blocked and who has blocked it: never a match (called by `matcher`).
pub fn blocked_either_way(
    conn: &mut ReadConn<'_>,
    member: MemberId,
) -> Result<HashSet<MemberId>, DbError> {
    store::blocked_either_way(conn, member)
}

/// Lifts every block of a member who withdraws, in the transaction of the caller (called by `member`). Reports stay until
/// their time is over.
pub fn forget_blocks(conn: &mut WriteConn<'_>, member: MemberId) -> Result<(), DbError> {
    store::delete_blocks_of(conn, member)
}

/// Every block of a member, for its export.
pub fn all_blocks(conn: &mut ReadConn<'_>, member: MemberId) -> Result<Vec<BlockView>, DbError> {
    store::blocks_page(conn, member, None, usize::MAX)
}

/// Every report of a member with what it wrote, for its export.
pub fn all_reports(
    conn: &mut ReadConn<'_>,
    member: MemberId,
) -> Result<Vec<(ReportView, String)>, DbError> {
    store::reports_with_text(conn, member)
}

/// The end of a page of what is listed newest first: when and which.
type Cursor<Id> = (Timestamp, Id);

/// After everything that was or will be, and no more than a database can hold.
const END_OF_TIME: Timestamp = Timestamp::from_micros(9_000_000_000_000_000);

/// Reads the `next` of a page; one that is not understood is ignored.
fn read_cursor<Id: FromStr>(cursor: &str) -> Option<Cursor<Id>> {
    let (at, id) = cursor.split_once('_')?;
    let at = Timestamp::from_micros(at.parse().ok()?);
    let is_time = at >= Timestamp::from_micros(0) && at <= END_OF_TIME;
    is_time.then_some((at, id.parse().ok()?))
}

/// Cuts a page to its size, and says where the next one begins.
fn cut<T, Id: Display>(
    listed: &mut Vec<T>,
    limit: usize,
    place: impl Fn(&T) -> Cursor<Id>,
) -> Option<String> {
    let more = listed.len() > limit;
    listed.truncate(limit);
    let (at, id) = place(listed.last().filter(|_| more)?);
    Some(format!("{}_{id}", at.as_micros()))
}

#[cfg(test)]
mod tests {
    use crate::base::ReportId;

    use super::*;

    #[test]
    fn a_place_in_a_list_is_read_again_and_nonsense_is_not() {
        let mut listed =
            vec![(7, ReportId::fresh()), (5, ReportId::fresh()), (3, ReportId::fresh())];
        let last = listed[1];
        let next = cut(&mut listed, 2, |(at, id)| (Timestamp::from_micros(*at), *id)).unwrap();
        assert_eq!(listed.len(), 2);
        assert_eq!(read_cursor(&next), Some((Timestamp::from_micros(last.0), last.1)));
        assert_eq!(cut(&mut listed, 2, |(at, id)| (Timestamp::from_micros(*at), *id)), None);

        let id = ReportId::fresh();
        for wrong in [String::new(), "7".to_owned(), format!("x_{id}"), "7_x".to_owned()] {
            assert_eq!(read_cursor::<ReportId>(&wrong), None, "{wrong}");
        }
        for no_time in [i64::MIN, -1, i64::MAX] {
            assert_eq!(read_cursor::<ReportId>(&format!("{no_time}_{id}")), None);
        }
    }
}
