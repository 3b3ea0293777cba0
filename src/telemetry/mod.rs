//! The telemetry module: its options, the opt-in, where its state lives, and which host this is.

mod consent;
mod host;
mod options;
mod state;

pub use consent::{
    ConsentError, LICENSE, LICENSE_NAME, LICENSE_URL, REVISION, last_revision, may_send_device, opt_in,
};
pub use host::Host;
pub use options::{
    FileStore, Kind, OptIn, OptionError, Setting, Settings, Spec, Store, StoreError, spec, specs,
};
pub use state::{StateError, state_dir};
