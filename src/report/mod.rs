//! The record of a disk: smartctl's JSON, and under `stone` what smartctl cannot say. No I/O, no clock.
//!
//! Decoded pages become a [`Record`] here, one file for each protocol; a page that did not come is a
//! [`Section`] with its [`Outcome`], never the end of the record.

pub mod ata;
#[cfg(test)]
mod hostile;
mod nvme;
mod record;
mod scsi;
mod section;
pub mod value;

pub use ata::{AttributePreset, ByteOrder, FirmwareBugs, Medium, Presets, RawFormat, Source as PresetSource};
pub use record::{Findings, Header, Pages, Record, SCHEMA, Severity, Stamp, build, exit};
pub use section::{Outcome, Section};
pub use value::{Object, Value};
