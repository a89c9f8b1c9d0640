//! Rooms and their members, put straight into the database.

use std::fmt::Write;

use rand_chat::base::{MemberId, RoomId};
use tokio_postgres::Client;

/// So many rooms of two members each, in the order of their ids.
pub async fn open_rooms(database: &Client, count: usize) -> Vec<(RoomId, [MemberId; 2])> {
    let mut rooms = Vec::with_capacity(count);
    let mut insert = String::new();
    for number in 0..count {
        let mut members = [MemberId::fresh(), MemberId::fresh()];
        members.sort_unstable();
        let [low, high] = members;
        let room = RoomId::fresh();
        for (side, member) in members.iter().enumerate() {
            let name = format!("m{number}_{side}");
            writeln!(
                insert,
                "INSERT INTO members (id, username, nickname, nickname_key, email, email_key,
                     password_hash, birth_date, sex, created_at)
                 VALUES ('{member}', '{name}', '{name}', '{name}', '{name}', '{name}', '', '', 'female', now());"
            )
            .unwrap();
        }
        writeln!(
            insert,
            "INSERT INTO rooms (id, proposal_id, member_low, member_high, opened_at)
             VALUES ('{room}', '{room}', '{low}', '{high}', now());
             INSERT INTO room_members (room_id, member_id, partner_id, active_seq)
             VALUES ('{room}', '{low}', '{high}', 1), ('{room}', '{high}', '{low}', 1);"
        )
        .unwrap();
        rooms.push((room, members));
    }
    database.batch_execute(&insert).await.unwrap();
    rooms
}
