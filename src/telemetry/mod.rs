//! The telemetry module: where its state lives, and which host this is.

mod host;
mod state;

pub use host::Host;
pub use state::{StateError, state_dir};
