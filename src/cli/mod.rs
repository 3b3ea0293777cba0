//! The command line: arguments in, JSON or text on standard output, words for people on standard error.

mod agent;
mod args;
mod config;
mod device;
mod disks;
mod exit;
mod generate;
mod history;
mod logging;
mod output;
mod privacy;
mod progress;
mod reading;
mod run;
mod smartctl;
mod state;
mod summary;
mod telemetry;
mod worker;

pub use run::run;
#[doc(hidden)]
pub use smartctl::understood;
