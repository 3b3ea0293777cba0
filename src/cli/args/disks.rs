//! Which disks are read, and how: shared by many commands.

use std::path::PathBuf;
use std::time::Duration;

use clap::builder::{OsStringValueParser, TypedValueParser};
use clap::{Args, ValueEnum};

use super::numbers::{at_least_one, seconds};
use super::trusted::{self, SMARTCTL};

/// Which disks, and how they are read.
#[derive(Debug, Args)]
pub(in crate::cli) struct DiskArgs {
    /// Disks, partitions, or what lies on them (LVM, md, multipath): they lead to their disks [default: all disks].
    #[arg(value_name = "DEV")]
    pub(in crate::cli) devices: Vec<PathBuf>,

    /// Read recorded disks instead: each folder in DIR (or DIR itself) is a dump.
    #[arg(long, value_name = "DIR", conflicts_with = "devices")]
    pub(in crate::cli) drives: Option<PathBuf>,

    #[command(flatten)]
    pub(in crate::cli) how: HowArgs,
}

/// How disks are read.
#[derive(Debug, Clone, Args)]
pub(in crate::cli) struct HowArgs {
    /// How to reach a disk: by its own commands, by smartctl, or smartctl only where there is no other way.
    #[arg(long, value_enum, default_value_t = Backend::Auto, value_name = "BACKEND")]
    pub(in crate::cli) backend: Backend,

    /// The smartctl to use. As root: one that nobody else can change.
    #[arg(long, default_value = SMARTCTL, value_parser = OsStringValueParser::new().try_map(trusted::program), value_name = "PROGRAM")]
    pub(in crate::cli) smartctl: PathBuf,

    /// Time for each disk, in seconds. No command is sent after it; a disk that hangs in a command is left behind.
    #[arg(long, default_value = "60", value_parser = seconds, value_name = "SECONDS")]
    pub(in crate::cli) deadline: Duration,

    /// Time for each command to a disk, in seconds.
    #[arg(long, default_value = "15", value_parser = seconds, value_name = "SECONDS")]
    pub(in crate::cli) command_timeout: Duration,

    /// Time for all disks, in seconds. What has been read until then is printed.
    #[arg(long, default_value = "600", value_parser = seconds, value_name = "SECONDS")]
    pub(in crate::cli) round_deadline: Duration,

    /// Disks read at the same time [default: all].
    #[arg(long, value_parser = at_least_one, value_name = "N")]
    pub(in crate::cli) jobs: Option<usize>,

    /// Disks read at the same time behind one SCSI host (an HBA with its expanders).
    #[arg(long, default_value = "512", value_parser = at_least_one, value_name = "N")]
    pub(in crate::cli) per_host: usize,

    /// Disks read at the same time behind one SAS expander.
    #[arg(long, default_value = "256", value_parser = at_least_one, value_name = "N")]
    pub(in crate::cli) per_expander: usize,

    /// Leave disks asleep that sleep as deeply as this or more; SSDs and NVMe are always read.
    #[arg(long, value_enum, default_value_t = NoCheck::Standby, value_name = "POWERMODE")]
    pub(in crate::cli) nocheck: NoCheck,

    /// Ask disks that hung a while ago, too.
    #[arg(long)]
    pub(in crate::cli) ignore_quarantine: bool,
}

/// How deep a disk has to sleep to be left asleep.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(in crate::cli) enum NoCheck {
    /// Read every disk, which may wake it.
    Never,
    /// The interface is off.
    Sleep,
    /// The medium stands.
    Standby,
    /// The heads are parked, perhaps.
    Idle,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(in crate::cli) enum Backend {
    /// Native where there is a way in, smartctl otherwise.
    Auto,
    /// By ioctl.
    Native,
    /// By smartctl 7.0 or newer.
    Smartctl,
}
