//! Reads the SMART data of every disk of a storage host and makes an anonymous device report of it.
//!
//! The data goes one way, and so do the imports:
//!
//! ```text
//! sys -> device -> transport -> decode -> report -> source -> collect -> health -> history -> metrics -> anonymise -> channel -> telemetry -> agent -> cli, ffi
//! ```
//!
//! | module | what it does | feature |
//! |---|---|---|
//! | `device` | finds the physical disks, through sysfs, and udev with the feature `udev` | `device` |
//! | `transport` | moves commands and bytes, and knows nothing of their meaning | `source`, `native` |
//! | [`decode`] | turns bytes into typed values, purely | |
//! | [`report`] | makes the *record* of a disk: smartctl's JSON, and what smartctl cannot say under `stone` | |
//! | `source` | reads a record, by the disk's own commands or from smartctl | `native`, `smartctl` |
//! | `collect` | reads many disks at once, one outcome for each | `source`, `worker` |
//! | [`health`] | tells by rules what is wrong with a disk, from its records | |
//! | `history` | keeps the records of 180 days, for the operator of the host | `history` |
//! | [`metrics`] | makes of a record the numbers that Prometheus reads | |
//! | `anonymise` | is the only door to the outside: an allow-list over key paths | `anonymise` |
//! | `channel` | makes the device report, and delivers it | `telemetry`, `http` |
//! | `telemetry` | holds the options and the consent; the report of a cluster | `telemetry`, `cluster` |
//! | `agent` | is the service of a host: what is due when, and what is served of the last round | `cli` |
//! | `cli` | is the program `stone` | `cli` |
//!
//! A library mostly wants `default-features = false` and one or two of these. Without any, what is left takes bytes and
//! gives values: it needs neither libc nor udev, and names nothing of the system.
//!
//! # Read every disk of this host
//!
//! ```no_run
//! # #[cfg(feature = "native")] {
//! use std::sync::Arc;
//! use std::time::Duration;
//! use stone_smart::{collect, device, source};
//!
//! let disks = device::enumerate(&device::Roots::default())?;
//! let options = collect::Options { disk_deadline: Duration::from_secs(30), ..Default::default() };
//! for one in collect::collect(disks, Arc::new(source::Native::new()), &options, |one| one, |_| ()) {
//!     match one.result {
//!         Ok(record) => println!("{}: {:?}", one.device.name, record.0.at("temperature.current")),
//!         Err(error) => eprintln!("{}: {error}", one.device.name),
//!     }
//! }
//! # }
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! # Decode bytes that came another way
//!
//! ```
//! use stone_smart::decode::nvme::SmartHealth;
//!
//! let mut page = [0; 512];
//! page[1..3].copy_from_slice(&310_u16.to_le_bytes());
//! page[5] = 7;
//! let health = SmartHealth::decode(&page)?;
//! assert_eq!(health.percentage_used, 7);
//! assert_eq!(health.composite_temperature.map(|kelvin| kelvin.celsius()), Some(37));
//! assert!(SmartHealth::decode(&page[..511]).is_err());
//! # Ok::<(), stone_smart::decode::DecodeError>(())
//! ```
//!
//! The guide (`docs/rust.md`) goes on from here, and says what a version promises; `examples/` has five short programs.
#![deny(unsafe_code)]

#[cfg(feature = "cli")]
pub mod agent;
#[cfg(feature = "anonymise")]
pub mod anonymise;
#[cfg(feature = "telemetry")]
pub mod channel;
#[cfg(any(feature = "smartctl", feature = "cluster"))]
mod child;
#[cfg(feature = "cli")]
pub mod cli;
#[cfg(feature = "source")]
pub mod collect;
pub mod decode;
#[cfg(feature = "device")]
pub mod device;
#[cfg(any(feature = "ffi", all(test, feature = "telemetry", feature = "worker")))]
pub mod ffi;
pub mod health;
#[cfg(feature = "history")]
pub mod history;
#[cfg(feature = "cli")]
pub mod metrics;
#[cfg(any(feature = "worker", feature = "history", feature = "anonymise"))]
mod own_file;
pub mod report;
#[cfg(feature = "source")]
pub mod source;
#[cfg(feature = "telemetry")]
pub mod telemetry;
#[cfg(feature = "source")]
pub mod transport;

/// The examples of README.md and of the guide, run as tests.
#[cfg(all(doctest, feature = "cli"))]
#[doc = include_str!("../README.md")]
#[doc = include_str!("../docs/rust.md")]
pub struct Guides;
