//! The arguments: one definition for the parser, the help, the man pages and the completions. Each group of commands has a file.

mod config;
mod device;
mod disks;
mod generate;
mod numbers;
mod program;
mod telemetry;
mod trusted;

pub(super) use config::ConfigCommand;
pub(super) use device::{
    AnonymiseArgs, DecodeArgs, DeviceCommand, DumpArgs, GetArgs, InfoArgs, LsArgs, QueryArgs, ScrapeArgs,
};
pub(super) use disks::{Backend, DiskArgs, HowArgs, NoCheck};
pub(super) use generate::{Generate, GenerateArgs};
pub(super) use numbers::seconds;
pub(super) use program::{Cli, Command, Format};
pub(super) use telemetry::{
    Channel, ListCommand, OnArgs, ShowAllArgs, ShowArgs, ShowDeviceArgs, TelemetryCommand,
};
#[cfg(feature = "http")]
pub(super) use telemetry::{ReportName, SendArgs};
