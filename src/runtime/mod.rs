//! What makes a process a well-behaved one: start, health, stop, telemetry.

mod health;
mod lifecycle;
mod parts;
mod telemetry;

pub use health::{HealthBoard, Light};
pub use lifecycle::{Lifecycle, Stop};
pub use parts::{RoleParts, Routes, Worker};
pub use telemetry::{metrics_text, record_metrics};
