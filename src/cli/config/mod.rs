//! `stone config ...`: the options of the telemetry module.

mod read;
mod run;
mod write;

pub(super) use read::to_value;
pub(super) use run::run;
