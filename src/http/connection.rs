//! The connection under requests: how much of the system's memory it may hold, and for how long.

use std::io;
use std::time::Duration;

use actix_web::rt::net::TcpStream;
use socket2::SockRef;
use tracing::debug;

/// How long what was sent may stay unread or on its way before the connection is given up. The system alone would ask a
/// reader that takes nothing for ever whether it takes something now.
const UNREAD_WITHIN: Duration = Duration::from_secs(10);
/// What the system holds of one connection besides what is on its way. All else waits where it is counted.
const UNSENT_BYTES: u32 = 64 * 1024;

/// Bounds a connection that has just come.
pub(super) fn bound_connection(connection: &TcpStream) {
    let bound = || -> io::Result<()> {
        let socket = SockRef::from(connection);
        socket.set_tcp_user_timeout(Some(UNREAD_WITHIN))?;
        socket.set_tcp_notsent_lowat(UNSENT_BYTES)
    };
    if let Err(error) = bound() {
        debug!(%error, "a connection could not be bounded");
    }
}
