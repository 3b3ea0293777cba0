//! The telemetry module: where its state lives, which host this is, and what the device channel takes from the history.

mod device_samples;
mod host;
mod state;

pub use device_samples::{DeviceSamples, device_report};
pub use host::Host;
pub use state::{StateError, state_dir};
