//! The telemetry module: its options, the opt-in, what the device channel takes from the history, the cluster report, where
//! state lives, and which host this is.

#[cfg(feature = "cluster")]
pub mod cluster;
mod collections;
mod consent;
#[cfg(feature = "history")]
mod device_samples;
mod host;
mod options;
#[cfg(feature = "cluster")]
pub mod report;
mod state;
mod turn;

pub use collections::{Collection, collections, not_agreed_to};
pub use consent::{
    ConsentError, LICENSE, LICENSE_NAME, LICENSE_URL, REVISION, is_asked_again, last_revision,
    may_send_cluster, may_send_device, opt_in,
};
#[cfg(feature = "history")]
pub use device_samples::{DeviceSamples, device_report};
pub use host::Host;
#[cfg(feature = "cluster")]
pub use options::ClusterStore;
pub use options::{
    FileStore, Kind, Note, OptIn, OptionError, Setting, Settings, Spec, Store, StoreError, spec, specs,
};
pub use state::{StateError, state_dir};
pub use turn::{Sent, Taken, Turn, Turns};
