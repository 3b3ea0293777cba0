//! Metrics: the numbers of a record as Prometheus reads them (text format 0.0.4), and what became of each disk beside.
//!
//! Two sets of names: `smartctl_*`, those of smartctl_exporter, so that its dashboards and alerts go on working; and
//! `stone_*`, which say what it cannot. Everything here is for the operator of the host: labels hold serial numbers.

mod disk;
mod family;
mod lines;
mod smartctl;
#[cfg(test)]
mod tests;

pub use disk::{Disk, Outcome, of_disk, of_record};
pub(crate) use family::agent;
pub use family::{Family, Kind, Profile};
pub use lines::{Lines, text};
