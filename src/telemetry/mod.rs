//! The telemetry module: its options, the opt-in, what the device channel takes from the history, where state lives, and which host this is.

mod consent;
mod device_samples;
mod host;
mod options;
mod state;

pub use consent::{
    ConsentError, LICENSE, LICENSE_NAME, LICENSE_URL, REVISION, last_revision, may_send_device, opt_in,
};
pub use device_samples::{DeviceSamples, device_report};
pub use host::Host;
pub use options::{
    FileStore, Kind, OptIn, OptionError, Setting, Settings, Spec, Store, StoreError, spec, specs,
};
pub use state::{StateError, state_dir};
