//! The telemetry module: where its state lives, and which host this is.

pub mod cluster;
mod host;
pub mod report;
mod state;

pub use host::Host;
pub use state::{StateError, state_dir};
