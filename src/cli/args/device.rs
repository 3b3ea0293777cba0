//! The arguments of `stone device`.

use std::path::PathBuf;
use std::time::Duration;

use clap::{Args, Subcommand};

use super::disks::{DiskArgs, HowArgs};
use super::numbers::seconds;
use crate::cli::exit;
use crate::history::Stamp;

#[derive(Debug, Subcommand)]
pub(in crate::cli) enum DeviceCommand {
    /// List the physical disks: each once, whole disks only; wear, health and life expectancy as the history has them.
    ///
    /// No command is sent to a disk. JSON is an array with the cluster's keys (devid, location, daemons, wear_level,
    /// life_expectancy_min, life_expectancy_max, life_expectancy_stamp), and ours beside.
    Ls(LsArgs),
    /// Show what the history knows of a disk: where it was last seen, daemons, wear, life expectancy, health.
    Info(InfoArgs),
    /// Read disks and keep their records in the history (180 days, in the state folder, for its owner alone).
    #[command(name = "scrape-health-metrics", after_help = exit::HELP)]
    ScrapeHealthMetrics(ScrapeArgs),
    /// Print the records that the history has of a disk, {stamp: record}, with all identifiers.
    #[command(name = "get-health-metrics")]
    GetHealthMetrics(GetArgs),
    /// Say what is wrong with which disk, by the records of the history.
    #[command(name = "check-health", after_help = HEALTH_EXIT)]
    CheckHealth,
    /// Read disks and print their records: what smartctl would say, and what became of each section.
    #[command(after_help = exit::HELP)]
    Query(QueryArgs),
    /// Record a disk: write each answer it gives into a folder, to be decoded or replayed anywhere.
    ///
    /// The folder holds the disk's serial number and other identifiers, unless --scrub takes them out.
    Dump(DumpArgs),
    /// Decode recorded disks: print the records of dumps, as `query` does of disks.
    Decode(DecodeArgs),
    /// Print the anonymous form of smartctl's JSON, or of a record: what the device report would hold of it.
    Anonymise(AnonymiseArgs),
}

const HEALTH_EXIT: &str = "\
Exit status: 0 nothing is wrong, 1 something is wrong with a disk, or it was not read for two days, 2 wrong command line, 3 there is no history to check.";

#[derive(Debug, Args)]
pub(in crate::cli) struct LsArgs {
    /// Disks, partitions, or what lies on them (LVM, md, multipath): they lead to their disks [default: all disks].
    #[arg(value_name = "DEV")]
    pub(in crate::cli) devices: Vec<PathBuf>,
}

#[derive(Debug, Args)]
pub(in crate::cli) struct QueryArgs {
    /// Ask for health, temperature and counters alone: at most 6 commands to an ATA disk, 8 to a SCSI disk, 3 to NVMe.
    /// What is read through smartctl is read whole.
    #[arg(long)]
    pub(in crate::cli) quick: bool,

    /// Read the Field Accessible Reliability Metrics of Seagate's disks as well, which takes them longer.
    /// What is read through smartctl is read without.
    #[arg(long, conflicts_with = "quick")]
    pub(in crate::cli) farm: bool,

    /// Print the JSON Schema of a record, and read nothing.
    #[arg(long)]
    pub(in crate::cli) schema: bool,

    #[command(flatten)]
    pub(in crate::cli) disks: DiskArgs,
}

#[derive(Debug, Args)]
pub(in crate::cli) struct InfoArgs {
    /// The disk, as `stone device ls` calls it under DEVICE ID.
    #[arg(value_name = "DEVID")]
    pub(in crate::cli) device_id: String,
}

#[derive(Debug, Args)]
pub(in crate::cli) struct GetArgs {
    /// The disk, as `stone device ls` calls it under DEVICE ID.
    #[arg(value_name = "DEVID")]
    pub(in crate::cli) device_id: String,

    /// One sample, by its stamp: YYYYMMDD-HHMMSS in UTC [default: all].
    #[arg(value_name = "SAMPLE")]
    pub(in crate::cli) sample: Option<Stamp>,
}

#[derive(Debug, Args)]
pub(in crate::cli) struct ScrapeArgs {
    /// Disks by their ids or their device nodes [default: all disks].
    #[arg(value_name = "DEVID")]
    pub(in crate::cli) disks: Vec<String>,

    /// Read recorded disks instead: each folder in DIR (or DIR itself) is a dump.
    #[arg(long, value_name = "DIR", conflicts_with = "disks")]
    pub(in crate::cli) drives: Option<PathBuf>,

    /// Days for which samples are kept.
    #[arg(long, default_value_t = 180, value_parser = clap::value_parser!(u32).range(1..=36_500), value_name = "DAYS")]
    pub(in crate::cli) retention: u32,

    #[command(flatten)]
    pub(in crate::cli) how: HowArgs,
}

#[derive(Debug, Args)]
pub(in crate::cli) struct DumpArgs {
    /// The disk.
    #[arg(value_name = "DEV")]
    pub(in crate::cli) device: PathBuf,

    /// The folder to write; it is made, and must be empty.
    #[arg(short, long, value_name = "DIR")]
    pub(in crate::cli) output: PathBuf,

    /// Take out what identifies the disk: serial numbers, world wide names, addresses, dates of manufacture, and bytes
    /// that only its vendor understands.
    #[arg(long)]
    pub(in crate::cli) scrub: bool,

    /// Time for the disk, in seconds.
    #[arg(long, default_value = "60", value_parser = seconds, value_name = "SECONDS")]
    pub(in crate::cli) deadline: Duration,

    /// Time for each command, in seconds.
    #[arg(long, default_value = "15", value_parser = seconds, value_name = "SECONDS")]
    pub(in crate::cli) command_timeout: Duration,
}

#[derive(Debug, Args)]
pub(in crate::cli) struct DecodeArgs {
    /// A dump, or a folder of dumps.
    #[arg(value_name = "DIR")]
    pub(in crate::cli) folder: PathBuf,

    #[command(flatten)]
    pub(in crate::cli) how: HowArgs,
}

#[derive(Debug, Args)]
pub(in crate::cli) struct AnonymiseArgs {
    /// A file with smartctl's JSON (`smartctl -x --json`), or - for standard input.
    #[arg(value_name = "FILE")]
    pub(in crate::cli) file: PathBuf,

    /// Say on standard error, for each key, what became of it and why.
    #[arg(long)]
    pub(in crate::cli) explain: bool,
}
