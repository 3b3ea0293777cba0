//! The record of ATA: its keys from the decoded pages, and the globals derived from them.
//!
//! A file for each group of keys; [`Presets`] brings in what is known of a model beyond what the drive says.

mod attributes;
mod capabilities;
mod emit;
mod features;
mod globals;
mod health;
mod identity;
mod presets;
mod raw_format;
mod standard;
mod versions;

pub(super) use emit::emit;
pub use presets::{AttributePreset, FirmwareBugs, Medium, Presets, Source};
pub use raw_format::{ByteOrder, RawFormat};
