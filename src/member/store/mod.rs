//! Every query of this role.

mod accounts;
mod devices;
mod export;
mod housekeeping;
mod images;
mod letters;
mod sessions;
mod suspensions;

pub(super) use self::accounts::*;
pub(super) use self::devices::*;
pub(super) use self::export::*;
pub(super) use self::housekeeping::*;
pub(super) use self::images::*;
pub(super) use self::letters::*;
pub(super) use self::sessions::*;
pub(super) use self::suspensions::*;
