//! The connection under a request: how much of the system's memory it may hold, and an early end.

use std::any::Any;
use std::io;
use std::net::SocketAddr;
use std::time::Duration;

use actix_web::HttpRequest;
use actix_web::dev::Extensions;
use actix_web::rt::net::TcpStream;
use socket2::SockRef;
use tracing::debug;

/// How long what was sent may stay unread or on its way before the connection is given up. The system alone would ask a
/// reader that takes nothing for ever whether it takes something now.
const UNREAD_WITHIN: Duration = Duration::from_secs(10);
/// What the system holds of one connection besides what is on its way. All else waits where it is counted.
const UNSENT_BYTES: u32 = 64 * 1024;

/// Which connection of this process a request came on. Holds nothing of it.
#[derive(Clone, Copy, Debug)]
pub struct Connection {
    #[cfg_attr(not(target_os = "linux"), expect(dead_code, reason = "needs Linux"))]
    descriptor: i32,
    #[cfg_attr(not(target_os = "linux"), expect(dead_code, reason = "needs Linux"))]
    peer: SocketAddr,
}

/// Bounds a connection that has just come, and lets its requests know which one it is.
pub fn bound_connection(connection: &dyn Any, data: &mut Extensions) {
    let Some(connection) = connection.downcast_ref::<TcpStream>() else { return };
    match bound(connection) {
        Ok(known) => drop(data.insert(known)),
        Err(error) => debug!(%error, "a connection could not be bounded"),
    }
}

fn bound(connection: &TcpStream) -> io::Result<Connection> {
    let socket = SockRef::from(connection);
    socket.set_tcp_user_timeout(Some(UNREAD_WITHIN))?;
    socket.set_tcp_notsent_lowat(UNSENT_BYTES)?;
    let descriptor = std::os::fd::AsRawFd::as_raw_fd(connection);
    Ok(Connection { descriptor, peer: connection.peer_addr()? })
}

impl Connection {
    /// The connection of a request.
    #[must_use]
    pub fn of(request: &HttpRequest) -> Option<Self> {
        request.conn_data::<Self>().copied()
    }

    /// Has the server find that nothing more comes: it closes the connection once it has sent what is left. Otherwise it
    /// would wait for more from the other side, for up to a second.
    ///
    /// The server owns the connection and lends it to nobody. So this takes a second descriptor for a moment, which also
    /// costs no descriptor in between; where the system does not give one, the server waits.
    #[cfg(target_os = "linux")]
    pub fn read_no_more(self) {
        use rustix::process::{PidfdFlags, PidfdGetfdFlags, getpid, pidfd_getfd, pidfd_open};
        let end = || -> io::Result<()> {
            let process = pidfd_open(getpid(), PidfdFlags::empty())?;
            let same = pidfd_getfd(&process, self.descriptor, PidfdGetfdFlags::empty())?;
            let socket = socket2::Socket::from(same);
            // The number may belong to another connection by now.
            if socket.peer_addr()?.as_socket() == Some(self.peer) {
                socket.shutdown(std::net::Shutdown::Read)?;
            }
            Ok(())
        };
        if let Err(error) = end() {
            debug!(%error, "a connection ends later");
        }
    }

    /// Nothing: the server waits.
    #[cfg(not(target_os = "linux"))]
    pub const fn read_no_more(self) {}
}
