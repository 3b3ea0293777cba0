//! What is wrong with a disk, by its records: one rule for each thing that can be wrong; how worn it is, and how long it
//! may last at that rate.
//!
//! A rule takes the newest record and, for what must grow to be wrong, an earlier one. It says what it saw in words; no
//! text of the disk is in them.

mod expectancy;
mod rules;
mod wear;

pub use expectancy::{LifeExpectancy, life_expectancy};
pub use rules::{Finding, Severity, check};
pub use wear::wear;
