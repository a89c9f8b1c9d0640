//! Use case: whom a member has blocked.

use serde::Serialize;
use utoipa::ToSchema;

use crate::base::{MemberId, Timestamp};
use crate::infra::{Freshness, Infra};

use super::{SafetyError, cut, read_cursor, store};

/// A block as its member sees it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct BlockView {
    /// Who is blocked.
    pub member: MemberId,
    /// Its nickname; empty once it has withdrawn.
    pub nickname: String,
    /// Since when.
    pub blocked_at: Timestamp,
}

/// A page of a member's blocks, newest first.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct BlockPage {
    /// The blocks.
    pub blocks: Vec<BlockView>,
    /// Ask with this for the next page; null on the last.
    #[schema(required)]
    pub next: Option<String>,
}

/// Lists the blocks of a member. `cursor` is the `next` of the page before; one that is not understood is ignored.
pub async fn list_blocks(
    infra: &Infra,
    member: MemberId,
    cursor: Option<String>,
    limit: usize,
) -> Result<BlockPage, SafetyError> {
    let after = cursor.as_deref().and_then(read_cursor);
    let read = infra.db.read("safety.blocks", Freshness::SeenBy(member), move |conn| {
        Ok::<_, SafetyError>(store::blocks_page(conn, member, after, limit + 1)?)
    });
    let mut blocks = read.await?;
    let next = cut(&mut blocks, limit, |block| (block.blocked_at, block.member));
    Ok(BlockPage { blocks, next })
}
