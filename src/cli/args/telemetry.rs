//! The arguments of `stone telemetry`.

use std::path::PathBuf;

use clap::{Args, Subcommand, ValueEnum};

use super::disks::{DiskArgs, HowArgs};
use crate::cli::exit;

#[derive(Debug, Subcommand)]
pub(in crate::cli) enum TelemetryCommand {
    /// Show the anonymous device report of this host, as it would be sent.
    ///
    /// It holds the samples that the history has of the last two intervals (two days, unless the option `interval` says
    /// otherwise). Where there are none, or disks are named, or --fresh is given, the disks are read instead.
    #[command(name = "show-device", after_help = exit::HELP)]
    ShowDevice(ShowDeviceArgs),
    /// The same: show the device report without sending it, whether telemetry is on or off.
    #[command(name = "preview-device", after_help = exit::HELP)]
    PreviewDevice(ShowDeviceArgs),
    /// Show the anonymous report of the cluster, as it would be sent: sizes, versions, pools, crashes; no name, no address.
    #[command(after_help = CLUSTER_EXIT)]
    Show(ShowArgs),
    /// The same: show the cluster report without sending it, whether telemetry is on or off.
    #[command(after_help = CLUSTER_EXIT)]
    Preview(ShowArgs),
    /// Show both: {report, device_report}. Where no cluster answers, the device report alone.
    #[command(name = "show-all", after_help = CLUSTER_EXIT)]
    ShowAll(ShowAllArgs),
    /// The same: show both without sending them, whether telemetry is on or off.
    #[command(name = "preview-all", after_help = CLUSTER_EXIT)]
    PreviewAll(ShowAllArgs),
    /// The channels: what each of them shares, and whether it is on.
    #[command(subcommand)]
    Channel(ListCommand),
    /// The collections: what each channel holds, since which revision of the reports, and whether it is reported.
    #[command(subcommand)]
    Collection(ListCommand),
    /// Show what the reports tell that was not agreed to yet.
    Diff,
    /// Switch telemetry on: reports of this host may be sent from now on.
    On(OnArgs),
    /// Switch telemetry off: nothing is sent, and what waits to be sent is removed.
    Off,
    /// Show the options, whether telemetry is on, and what became of reports.
    Status,
    /// Replace the secret behind all pseudonyms: host and disks get new ones, which nobody can link to the old ones.
    #[command(name = "rotate-id")]
    RotateId,
    /// Make the device report, and that of the cluster, and send them, after those that wait from before.
    ///
    /// Each goes to its own endpoint (options device_url and url), by a request of its own. Of the hosts of a cluster one sends its report.
    /// A report is on disk before it is sent, and stays there until the endpoint has acknowledged it: what cannot be delivered now is
    /// delivered by a later `send`. Each report has a random key by which the endpoint leaves out what comes twice.
    #[cfg(feature = "http")]
    #[command(after_help = SEND_HELP)]
    Send(SendArgs),
}

const CLUSTER_EXIT: &str = "\
Exit status: 0 all of it, 1 some questions or disks without answer (said on standard error), 2 wrong command line, 3 no answer at all.";

#[derive(Debug, Clone, Copy, Subcommand)]
pub(in crate::cli) enum ListCommand {
    /// List them.
    Ls,
}

#[derive(Debug, Args)]
pub(in crate::cli) struct ShowArgs {
    /// Which channels [default: those that are on].
    #[arg(value_enum, value_name = "CHANNEL")]
    pub(in crate::cli) channels: Vec<Channel>,
}

#[derive(Debug, Args)]
pub(in crate::cli) struct ShowAllArgs {
    /// Read the disks now, and leave the history out.
    #[arg(long)]
    pub(in crate::cli) fresh: bool,

    /// Read recorded disks instead: each folder in DIR (or DIR itself) is a dump.
    #[arg(long, value_name = "DIR")]
    pub(in crate::cli) drives: Option<PathBuf>,

    #[command(flatten)]
    pub(in crate::cli) how: HowArgs,
}

/// The channels of the cluster report; the disks have a report of their own.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(in crate::cli) enum Channel {
    /// Sizes, versions, pools, names of changed options.
    Basic,
    /// Crashes of daemons.
    Crash,
    /// That the health data of devices is shared.
    Device,
    /// What you say about the cluster.
    Ident,
}

#[cfg(feature = "http")]
const SEND_HELP: &str = "\
Exit status: 0 the reports were delivered, or with --due nothing was due; 1 telemetry is off or the licence is missing, or the report \
was delivered without some disks that could not be read; 2 wrong command line; 3 not delivered: the report waits, unless it says that it \
was given up.";

#[derive(Debug, Args)]
pub(in crate::cli) struct OnArgs {
    /// The licence under which reports are shared; without it this command tells it.
    #[arg(long, value_name = "LICENSE")]
    license: Option<String>,

    /// The same without `--license`, which the cluster's own module takes.
    #[arg(hide = true, conflicts_with = "license")]
    named: Option<String>,
}

impl OnArgs {
    /// The licence, however it was named.
    pub(in crate::cli) fn license(&self) -> Option<&str> {
        self.license.as_deref().or(self.named.as_deref())
    }
}

#[cfg(feature = "http")]
#[derive(Debug, Args)]
pub(in crate::cli) struct SendArgs {
    /// Which reports [default: that of the devices and, with --cluster, that of the cluster].
    #[arg(value_enum, value_name = "REPORT")]
    reports: Vec<ReportName>,

    /// The same, as the cluster's own module takes it.
    #[arg(long, value_enum, value_name = "REPORT", num_args = 1.., hide = true)]
    endpoint: Vec<ReportName>,

    /// The licence under which reports are shared; needed while telemetry is off.
    #[arg(long, value_name = "LICENSE")]
    pub(in crate::cli) license: Option<String>,

    /// Only what is due: a new report when the interval has passed, one that failed when its pause is over. For timers.
    #[arg(long)]
    pub(in crate::cli) due: bool,

    /// Read the disks now, and leave the history out.
    #[arg(long)]
    pub(in crate::cli) fresh: bool,

    /// Read no disk: a device report is made of the history, or none is. For the agent, which reads them itself.
    #[arg(long, hide = true, conflicts_with_all = ["fresh", "drives"])]
    pub(in crate::cli) kept: bool,

    /// Read recorded disks instead: each folder in DIR (or DIR itself) is a dump.
    #[arg(long, value_name = "DIR")]
    pub(in crate::cli) drives: Option<PathBuf>,

    #[command(flatten)]
    pub(in crate::cli) how: HowArgs,
}

#[cfg(feature = "http")]
impl SendArgs {
    /// The reports that were named, in whichever way. Empty: none was.
    pub(in crate::cli) fn named(&self) -> Vec<ReportName> {
        [self.reports.as_slice(), &self.endpoint].concat()
    }
}

/// The reports there are.
#[cfg(feature = "http")]
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(in crate::cli) enum ReportName {
    /// The device report of this host.
    Device,
    /// The report of the cluster; `stone` means the same.
    #[value(alias = "stone")]
    Ceph,
}

#[derive(Debug, Args)]
pub(in crate::cli) struct ShowDeviceArgs {
    #[command(flatten)]
    pub(in crate::cli) disks: DiskArgs,

    /// Read the disks now, and leave the history out.
    #[arg(long)]
    pub(in crate::cli) fresh: bool,

    /// Print, instead of the report, what becomes of each value of each disk, and why. For your eyes: reads the disks now.
    #[arg(long)]
    pub(in crate::cli) explain: bool,

    /// Print the JSON Schema of the report: all that can be sent.
    #[arg(long)]
    pub(in crate::cli) schema: bool,
}
