//! Rooms and what is said in them, in words and pictures, shared by three roles. Owns the tables `rooms`, `room_members`
//! and `messages`.
//!
//! A message is *sent* once the room log has it, with its place: the partner can see it. It is
//! *stored* once chat-writer has committed it to the database. A page keeps what is not stored and
//! sends it again with the same id.

mod close_room;
mod error;
mod history;
mod leave_room;
mod mark_read;
mod open_room;
mod resume;
mod retract_message;
mod rooms;
mod send_message;
mod show_image;
mod store;
mod store_messages;
mod text;
mod upload_image;

pub use close_room::{close_room_of, have_met, room_closed_at, tell_closed};
pub use error::ChatError;
pub use history::{Page, history, newer_messages, stored_message};
pub use leave_room::{leave_every_room, leave_room, tell_left};
pub use mark_read::mark_read;
pub use open_room::{OpenedRoom, announce_room, open_room};
pub use resume::resume;
pub use retract_message::retract_message;
pub use rooms::{RoomPage, fill_room, list_rooms, open_partners, show_room};
pub use send_message::{Sending, send_message};
pub use show_image::{ShownImage, show_image};
pub use store::{Range, hold_rooms, images_said, partner_of};
pub use store_messages::{store_again, store_messages};
pub use text::MessageText;
pub use upload_image::{UploadedImage, may_upload_image, upload_image};
