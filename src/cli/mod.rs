//! The command line: arguments in, JSON or text on standard output, words for people on standard error.
#![allow(clippy::print_stderr, reason = "this is the layer that speaks to people")]

mod args;
mod device;
mod disks;
mod exit;
mod generate;
mod logging;
mod output;
mod privacy;
mod run;
mod smartctl;
mod telemetry;

pub use run::run;
