//! Reads the SMART data of every disk of a storage host and makes an anonymous device report of it.
//!
//! The data goes one way, and so do the imports:
//!
//! ```text
//! sys -> device -> transport -> decode -> report -> source -> collect -> health -> history -> anonymise -> channel -> telemetry -> cli, ffi
//! ```
//!
//! * [`device`] finds the physical disks, through udev and sysfs;
//! * [`transport`] moves commands and bytes, and knows nothing of their meaning;
//! * [`decode`] turns bytes into typed values, purely;
//! * [`report`] makes the *record* of a disk: smartctl's JSON, and what smartctl cannot say under `stone`;
//! * [`source`] reads a record, natively by ioctl or from smartctl;
//! * [`collect`] reads many disks at once, one outcome for each;
//! * [`health`] tells by rules what is wrong with a disk, from its records;
//! * [`history`] keeps the records of 180 days, for the operator of the host;
//! * [`anonymise`] is the only door to the outside: an allow-list over key paths;
//! * [`channel`] makes the device report.
#![deny(unsafe_code)]

pub mod anonymise;
pub mod channel;
mod child;
#[cfg(feature = "cli")]
pub mod cli;
pub mod collect;
pub mod decode;
pub mod device;
#[cfg(any(feature = "ffi", test))]
pub mod ffi;
pub mod health;
pub mod history;
pub mod report;
pub mod source;
pub mod telemetry;
pub mod transport;

/// The examples of README.md, run as tests.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
pub struct Readme;
