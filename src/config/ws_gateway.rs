//! Section `[ws_gateway]`.

use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::at_least_one;

/// Sockets.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct WsGatewayConfig {
    /// How long the first frame may take.
    pub hello_within_ms: u64,
    /// How often an idle socket is pinged.
    pub heartbeat_ms: u64,
    /// How long a pong may take.
    pub pong_within_ms: u64,
    /// How long one frame may take to leave.
    pub send_within_ms: u64,
    /// Longest frame, and longest message of several frames.
    pub frame_bytes_max: usize,
    /// Frames that may wait for a slow reader.
    pub queue_frames: usize,
    /// Bytes that may wait for a slow reader.
    pub queue_bytes: usize,
    /// Frames that may wait in the inbox of the node.
    pub inbox_frames: usize,
    /// Sockets that this process may have.
    pub sockets_max: usize,
    /// Sockets a member may have.
    pub sockets_per_member: usize,
    /// Frames a socket may send.
    pub frames_per_minute: u32,
    /// Messages a socket may send.
    pub messages_per_10s: u32,
    /// How often typing is passed on.
    pub typing_every_ms: u64,
    /// Messages replayed after an absence.
    pub resume_messages_max: usize,
    /// For tests: of a hundred messages that come for members here so many are lost.
    pub lose_messages_percent: u8,
}

impl WsGatewayConfig {
    /// How long the first frame may take.
    #[must_use]
    pub const fn hello_within(&self) -> Duration {
        Duration::from_millis(self.hello_within_ms)
    }

    /// How often an idle socket is pinged.
    #[must_use]
    pub const fn heartbeat(&self) -> Duration {
        Duration::from_millis(self.heartbeat_ms)
    }

    /// How long a pong may take.
    #[must_use]
    pub const fn pong_within(&self) -> Duration {
        Duration::from_millis(self.pong_within_ms)
    }

    /// How long one frame may take to leave.
    #[must_use]
    pub const fn send_within(&self) -> Duration {
        Duration::from_millis(self.send_within_ms)
    }

    /// How often typing is passed on.
    #[must_use]
    pub const fn typing_every(&self) -> Duration {
        Duration::from_millis(self.typing_every_ms)
    }

    pub(super) fn check(&self, wrong: &mut Vec<String>) {
        if self.lose_messages_percent > 50 {
            wrong.push(format!(
                "ws_gateway.lose_messages_percent must be 50 at most, got {}",
                self.lose_messages_percent
            ));
        }
        if self.pong_within_ms >= self.heartbeat_ms {
            wrong.push(format!(
                "ws_gateway.pong_within_ms ({}) must be less than ws_gateway.heartbeat_ms ({})",
                self.pong_within_ms, self.heartbeat_ms
            ));
        }
        at_least_one(
            wrong,
            [
                ("ws_gateway.hello_within_ms", self.hello_within_ms),
                ("ws_gateway.send_within_ms", self.send_within_ms),
                ("ws_gateway.queue_frames", self.queue_frames as u64),
                ("ws_gateway.inbox_frames", self.inbox_frames as u64),
                ("ws_gateway.sockets_max", self.sockets_max as u64),
                ("ws_gateway.sockets_per_member", self.sockets_per_member as u64),
                ("ws_gateway.frames_per_minute", self.frames_per_minute.into()),
                ("ws_gateway.messages_per_10s", self.messages_per_10s.into()),
                ("ws_gateway.resume_messages_max", self.resume_messages_max as u64),
            ],
        );
        if self.queue_bytes < self.frame_bytes_max {
            wrong.push("ws_gateway.queue_bytes must hold at least one frame".to_owned());
        }
        if self.frame_bytes_max < 1024 {
            let got = self.frame_bytes_max;
            wrong.push(format!("ws_gateway.frame_bytes_max must be at least 1024, got {got}"));
        }
    }
}
