//! The record of ATA: its keys from the decoded pages, and the globals derived from them.
//!
//! A file for each group of keys; [`Presets`] brings in what is known of a model beyond what the drive says.

mod attributes;
mod capabilities;
mod command_names;
mod device_statistics;
mod emit;
mod error_description;
mod error_log;
mod farm;
mod features;
mod globals;
mod health;
mod identity;
mod link;
mod log_directory;
mod presets;
mod raw_format;
mod sct;
mod self_tests;
mod standard;
mod stone;
mod versions;

pub(super) use emit::emit;
pub use emit::power_mode;
pub use log_directory::log_name;
pub use presets::{AttributePreset, Medium, Presets, Source};
pub use raw_format::{ByteOrder, RawFormat};
