//! The arguments: one definition for the parser, the help, the man pages and the completions.

use std::ffi::OsString;
use std::path::PathBuf;
use std::time::Duration;

use clap::{ArgAction, Args, Parser, Subcommand, ValueEnum};

use super::agent::{AgentArgs, ExporterArgs};
use super::exit;
use crate::history::Stamp;

/// Reads the SMART data of all disks of this host, and makes the anonymous device report of it.
#[derive(Debug, Parser)]
#[command(name = "stone", version = env!("STONE_VERSION"), after_help = exit::HELP, after_long_help = EXAMPLES)]
pub(super) struct Cli {
    #[command(subcommand)]
    pub(super) command: Command,

    /// Say more on standard error: -v what is done, -vv each disk, -vvv each command.
    #[arg(short, long, global = true, action = ArgAction::Count)]
    pub(super) verbose: u8,

    /// Folder of all state [default: /var/lib/stone for root, the XDG state folder otherwise].
    #[arg(long, global = true, env = "STONE_STATE_DIR", value_name = "DIR")]
    pub(super) state_dir: Option<PathBuf>,

    /// How to print the result.
    #[arg(short, long, global = true, value_enum, default_value_t = Format::Plain, value_name = "FORMAT")]
    pub(super) format: Format,

    #[command(flatten)]
    pub(super) cluster: ClusterArgs,
}

const EXAMPLES: &str = "\
Examples:
  stone device ls                            the physical disks of this host
  stone device query                         read them all, at once
  stone device query /dev/sda -f json-pretty one disk, everything
  stone device scrape-health-metrics         read them all, and keep what they say for 180 days
  stone device check-health                  what is wrong with which of them
  stone telemetry show-device                the anonymous report that would be sent
  stone telemetry on --license sharing-1-0   agree to share it
  stone telemetry send                       send it
  stone device dump /dev/sda -o sda.dump     record a disk, to decode it elsewhere
  stone device decode sda.dump               decode it

Exit status: 0 all disks read, 1 some disks missing or cut short, 2 wrong command line, 3 nothing read or the command failed,
130 or 143 ended by SIGINT or SIGTERM, with what had been read until then.";

/// How a result is printed. Standard output holds the result alone; words for people go to standard error.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(super) enum Format {
    /// Text for people; not to be parsed.
    Plain,
    /// JSON on one line.
    Json,
    /// JSON, indented.
    JsonPretty,
}

#[derive(Debug, Subcommand)]
pub(super) enum Command {
    /// The disks of this host: list, read, record, decode.
    #[command(subcommand)]
    Device(DeviceCommand),
    /// The anonymous telemetry of this host.
    #[command(subcommand)]
    Telemetry(TelemetryCommand),
    /// The options of the telemetry module: set, get, remove, list, explain.
    #[command(subcommand, disable_help_subcommand = true)]
    Config(ConfigCommand),
    /// The service of this host: reads the disks, keeps their records, serves metrics, and sends reports when they are due.
    ///
    /// SIGHUP looks at options anew, SIGTERM ends it within seconds, whatever a disk does. It tells systemd when it is ready
    /// (Type=notify), and its watchdog.
    #[command(after_help = SERVED)]
    Agent(AgentArgs),
    /// Serve metrics for Prometheus: reads the disks every few minutes, keeps nothing and sends nothing.
    ///
    /// Nobody who asks waits for a disk: what the last round brought is served. A disk that hangs, sleeps or is in quarantine keeps the
    /// numbers of its last reading, and stone_device_age_seconds says how old they are.
    #[command(after_help = SERVED)]
    Exporter(ExporterArgs),
    /// Read a disk as smartctl does: its own arguments, JSON and exit status.
    ///
    /// The same as to call this program by the name `smartctl`. `stone smartctl --help` has the options.
    #[command(disable_help_flag = true)]
    Smartctl(SmartctlArgs),
    /// Write the man pages, the completions of shells, or the policy of the device report.
    #[command(hide = true)]
    Generate(GenerateArgs),
}

#[derive(Debug, Subcommand)]
pub(super) enum DeviceCommand {
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

const SERVED: &str = "\
Served, by GET: /metrics for Prometheus, /health for programs (last round, next round, disks that are missing and why).
Both name serial numbers: they are for the operator of this host.
Exit status: 0 ended by a signal, 2 wrong command line, 3 it cannot be started.";

const HEALTH_EXIT: &str = "\
Exit status: 0 nothing is wrong, 1 something is wrong with a disk, or it was not read for two days, 2 wrong command line, 3 there is no history to check.";

#[derive(Debug, Subcommand)]
pub(super) enum TelemetryCommand {
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
pub(super) enum ListCommand {
    /// List them.
    Ls,
}

#[derive(Debug, Args)]
pub(super) struct ShowArgs {
    /// Which channels [default: those that are on].
    #[arg(value_enum, value_name = "CHANNEL")]
    pub(super) channels: Vec<Channel>,
}

#[derive(Debug, Args)]
pub(super) struct ShowAllArgs {
    /// Read the disks now, and leave the history out.
    #[arg(long)]
    pub(super) fresh: bool,

    /// Read recorded disks instead: each folder in DIR (or DIR itself) is a dump.
    #[arg(long, value_name = "DIR")]
    pub(super) drives: Option<PathBuf>,

    #[command(flatten)]
    pub(super) how: HowArgs,
}

/// Which cluster, and how it is reached: by its own command.
#[derive(Debug, Args)]
#[command(next_help_heading = "The cluster")]
pub(super) struct ClusterArgs {
    /// Keep options, opt-in and secret of telemetry in the cluster's own store, the same for all its hosts; so it is, too, where
    /// there is a file /etc/stone/cluster.conf.
    #[arg(long, global = true, env = "STONE_CLUSTER", value_parser = clap::builder::FalseyValueParser::new())]
    pub(super) cluster: bool,

    /// The cluster's configuration [default: /etc/stone/cluster.conf if it is there, else where the cluster's command looks].
    #[arg(long, global = true, env = "STONE_CLUSTER_CONF", value_name = "FILE")]
    pub(super) conf: Option<PathBuf>,

    /// The cluster's keyring [default: as the configuration says].
    #[arg(long, global = true, value_name = "FILE")]
    pub(super) keyring: Option<PathBuf>,

    /// Who asks the cluster, as client.admin.
    #[arg(long, global = true, value_name = "NAME")]
    pub(super) name: Option<String>,

    /// The command of the cluster.
    #[arg(long, global = true, default_value = "ceph", value_name = "PROGRAM")]
    pub(super) program: PathBuf,

    /// Time for all that is asked of the cluster, in seconds.
    #[arg(long, global = true, default_value = "60", value_parser = seconds, value_name = "SECONDS")]
    pub(super) cluster_deadline: Duration,
}

/// The channels of the cluster report; the disks have a report of their own.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(super) enum Channel {
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
pub(super) struct OnArgs {
    /// The licence under which reports are shared; without it this command tells it.
    #[arg(long, value_name = "LICENSE")]
    license: Option<String>,

    /// The same without `--license`, which the cluster's own module takes.
    #[arg(hide = true, conflicts_with = "license")]
    named: Option<String>,
}

impl OnArgs {
    /// The licence, however it was named.
    pub(super) fn license(&self) -> Option<&str> {
        self.license.as_deref().or(self.named.as_deref())
    }
}

#[cfg(feature = "http")]
#[derive(Debug, Args)]
pub(super) struct SendArgs {
    /// Which reports [default: that of the devices and, with --cluster, that of the cluster].
    #[arg(value_enum, value_name = "REPORT")]
    reports: Vec<ReportName>,

    /// The same, as the cluster's own module takes it.
    #[arg(long, value_enum, value_name = "REPORT", num_args = 1.., hide = true)]
    endpoint: Vec<ReportName>,

    /// The licence under which reports are shared; needed while telemetry is off.
    #[arg(long, value_name = "LICENSE")]
    pub(super) license: Option<String>,

    /// Only what is due: a new report when the interval has passed, one that failed when its pause is over. For timers.
    #[arg(long)]
    pub(super) due: bool,

    /// Read the disks now, and leave the history out.
    #[arg(long)]
    pub(super) fresh: bool,

    /// Read recorded disks instead: each folder in DIR (or DIR itself) is a dump.
    #[arg(long, value_name = "DIR")]
    pub(super) drives: Option<PathBuf>,

    #[command(flatten)]
    pub(super) how: HowArgs,
}

#[cfg(feature = "http")]
impl SendArgs {
    /// The reports that were named, in whichever way. Empty: none was.
    pub(super) fn named(&self) -> Vec<ReportName> {
        [self.reports.as_slice(), &self.endpoint].concat()
    }
}

/// The reports there are.
#[cfg(feature = "http")]
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(super) enum ReportName {
    /// The device report of this host.
    Device,
    /// The report of the cluster; `stone` means the same.
    #[value(alias = "stone")]
    Ceph,
}

#[derive(Debug, Subcommand)]
pub(super) enum ConfigCommand {
    /// Set an option, as in `stone config set mgr mgr/telemetry/interval 72`.
    Set {
        /// Whose option: `mgr`.
        who: String,
        /// Its name.
        #[arg(value_name = "OPTION")]
        option: String,
        /// Its value; `-` reads it from standard input, so that a password is in no list of processes.
        #[arg(allow_hyphen_values = true)]
        value: String,
    },
    /// Show an option, or all that are set. A proxy is shown without user and password.
    Get {
        /// Whose options: `mgr`.
        who: String,
        /// The name of one.
        #[arg(value_name = "OPTION")]
        option: Option<String>,
    },
    /// Put an option back to its default.
    Rm {
        /// Whose option: `mgr`.
        who: String,
        /// Its name.
        #[arg(value_name = "OPTION")]
        option: String,
    },
    /// Show all options that are set.
    Dump,
    /// Explain an option, or all.
    Help {
        /// Its name.
        #[arg(value_name = "OPTION")]
        option: Option<String>,
    },
}

#[derive(Debug, Args)]
pub(super) struct SmartctlArgs {
    /// Options and the device, as smartctl takes them.
    #[arg(value_name = "ARGS", trailing_var_arg = true, allow_hyphen_values = true)]
    pub(super) arguments: Vec<OsString>,
}

#[derive(Debug, Args)]
pub(super) struct LsArgs {
    /// Disks, partitions, or what lies on them (LVM, md, multipath): they lead to their disks [default: all disks].
    #[arg(value_name = "DEV")]
    pub(super) devices: Vec<PathBuf>,
}

/// Which disks, and how they are read.
#[derive(Debug, Args)]
pub(super) struct DiskArgs {
    /// Disks, partitions, or what lies on them (LVM, md, multipath): they lead to their disks [default: all disks].
    #[arg(value_name = "DEV")]
    pub(super) devices: Vec<PathBuf>,

    /// Read recorded disks instead: each folder in DIR (or DIR itself) is a dump.
    #[arg(long, value_name = "DIR", conflicts_with = "devices")]
    pub(super) drives: Option<PathBuf>,

    #[command(flatten)]
    pub(super) how: HowArgs,
}

/// How disks are read.
#[derive(Debug, Clone, Args)]
pub(super) struct HowArgs {
    /// How to reach a disk: by its own commands, by smartctl, or smartctl only where there is no other way.
    #[arg(long, value_enum, default_value_t = Backend::Auto, value_name = "BACKEND")]
    pub(super) backend: Backend,

    /// The smartctl to use.
    #[arg(long, default_value = "smartctl", value_name = "PROGRAM")]
    pub(super) smartctl: PathBuf,

    /// Time for each disk, in seconds. No command is sent after it; a disk that hangs in a command is left behind.
    #[arg(long, default_value = "60", value_parser = seconds, value_name = "SECONDS")]
    pub(super) deadline: Duration,

    /// Time for each command to a disk, in seconds.
    #[arg(long, default_value = "15", value_parser = seconds, value_name = "SECONDS")]
    pub(super) command_timeout: Duration,

    /// Time for all disks, in seconds. What has been read until then is printed.
    #[arg(long, default_value = "600", value_parser = seconds, value_name = "SECONDS")]
    pub(super) round_deadline: Duration,

    /// Disks read at the same time [default: all].
    #[arg(long, value_parser = at_least_one, value_name = "N")]
    pub(super) jobs: Option<usize>,

    /// Disks read at the same time behind one SCSI host (an HBA with its expanders).
    #[arg(long, default_value = "512", value_parser = at_least_one, value_name = "N")]
    pub(super) per_host: usize,

    /// Disks read at the same time behind one SAS expander.
    #[arg(long, default_value = "256", value_parser = at_least_one, value_name = "N")]
    pub(super) per_expander: usize,

    /// Leave disks asleep that sleep as deeply as this or more; SSDs and NVMe are always read.
    #[arg(long, value_enum, default_value_t = NoCheck::Standby, value_name = "POWERMODE")]
    pub(super) nocheck: NoCheck,

    /// Ask disks that hung a while ago, too.
    #[arg(long)]
    pub(super) ignore_quarantine: bool,
}

/// How deep a disk has to sleep to be left asleep.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(super) enum NoCheck {
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
pub(super) enum Backend {
    /// Native where there is a way in, smartctl otherwise.
    Auto,
    /// By ioctl.
    Native,
    /// By smartctl 7.0 or newer.
    Smartctl,
}

#[derive(Debug, Args)]
pub(super) struct QueryArgs {
    /// Ask for health, temperature and counters alone: at most 6 commands to an ATA disk, 8 to a SCSI disk, 3 to NVMe.
    /// What is read through smartctl is read whole.
    #[arg(long)]
    pub(super) quick: bool,

    /// Read the Field Accessible Reliability Metrics of Seagate's disks as well, which takes them longer.
    /// What is read through smartctl is read without.
    #[arg(long, conflicts_with = "quick")]
    pub(super) farm: bool,

    #[command(flatten)]
    pub(super) disks: DiskArgs,
}

#[derive(Debug, Args)]
pub(super) struct InfoArgs {
    /// The disk, as `stone device ls` calls it under DEVICE ID.
    #[arg(value_name = "DEVID")]
    pub(super) device_id: String,
}

#[derive(Debug, Args)]
pub(super) struct GetArgs {
    /// The disk, as `stone device ls` calls it under DEVICE ID.
    #[arg(value_name = "DEVID")]
    pub(super) device_id: String,

    /// One sample, by its stamp: YYYYMMDD-HHMMSS in UTC [default: all].
    #[arg(value_name = "SAMPLE")]
    pub(super) sample: Option<Stamp>,
}

#[derive(Debug, Args)]
pub(super) struct ScrapeArgs {
    /// Disks by their ids or their device nodes [default: all disks].
    #[arg(value_name = "DEVID")]
    pub(super) disks: Vec<String>,

    /// Read recorded disks instead: each folder in DIR (or DIR itself) is a dump.
    #[arg(long, value_name = "DIR", conflicts_with = "disks")]
    pub(super) drives: Option<PathBuf>,

    /// Days for which samples are kept.
    #[arg(long, default_value_t = 180, value_parser = clap::value_parser!(u32).range(1..=36_500), value_name = "DAYS")]
    pub(super) retention: u32,

    #[command(flatten)]
    pub(super) how: HowArgs,
}

#[derive(Debug, Args)]
pub(super) struct DumpArgs {
    /// The disk.
    #[arg(value_name = "DEV")]
    pub(super) device: PathBuf,

    /// The folder to write; it is made, and must be empty.
    #[arg(short, long, value_name = "DIR")]
    pub(super) output: PathBuf,

    /// Take out what identifies the disk: serial numbers, world wide names, addresses, dates of manufacture, and bytes
    /// that only its vendor understands.
    #[arg(long)]
    pub(super) scrub: bool,

    /// Time for the disk, in seconds.
    #[arg(long, default_value = "60", value_parser = seconds, value_name = "SECONDS")]
    pub(super) deadline: Duration,

    /// Time for each command, in seconds.
    #[arg(long, default_value = "15", value_parser = seconds, value_name = "SECONDS")]
    pub(super) command_timeout: Duration,
}

#[derive(Debug, Args)]
pub(super) struct DecodeArgs {
    /// A dump, or a folder of dumps.
    #[arg(value_name = "DIR")]
    pub(super) folder: PathBuf,

    #[command(flatten)]
    pub(super) how: HowArgs,
}

#[derive(Debug, Args)]
pub(super) struct AnonymiseArgs {
    /// A file with smartctl's JSON (`smartctl -x --json`), or - for standard input.
    #[arg(value_name = "FILE")]
    pub(super) file: PathBuf,

    /// Say on standard error, for each key, what became of it and why.
    #[arg(long)]
    pub(super) explain: bool,
}

#[derive(Debug, Args)]
pub(super) struct ShowDeviceArgs {
    #[command(flatten)]
    pub(super) disks: DiskArgs,

    /// Read the disks now, and leave the history out.
    #[arg(long)]
    pub(super) fresh: bool,

    /// Print, instead of the report, what becomes of each value of each disk, and why. For your eyes: reads the disks now.
    #[arg(long)]
    pub(super) explain: bool,

    /// Print the JSON Schema of the report: all that can be sent.
    #[arg(long)]
    pub(super) schema: bool,
}

#[derive(Debug, Args)]
pub(super) struct GenerateArgs {
    /// What to write.
    #[arg(value_enum)]
    pub(super) what: Generate,

    /// The folder to write into.
    #[arg(value_name = "DIR")]
    pub(super) folder: PathBuf,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(super) enum Generate {
    /// A man page for each command.
    Man,
    /// Completions for bash, zsh and fish.
    Completions,
    /// The policy of the device report: a table of all paths, and a JSON Schema.
    Policy,
}

pub(super) fn seconds(text: &str) -> Result<Duration, String> {
    let seconds: f64 =
        text.parse().map_err(|_| "a number of seconds is expected, as 30 or 2.5".to_owned())?;
    match Duration::try_from_secs_f64(seconds) {
        Ok(duration) if (0.001..=86_400.0).contains(&seconds) => Ok(duration),
        _ => Err("a number of seconds from 0.001 to 86400 is expected".to_owned()),
    }
}

fn at_least_one(text: &str) -> Result<usize, String> {
    match text.parse() {
        Ok(number) if number >= 1 => Ok(number),
        _ => Err("a whole number from 1 up is expected".to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory;

    use super::*;

    #[test]
    fn the_definition_is_sound() {
        Cli::command().debug_assert();
    }

    #[test]
    fn seconds_are_bounded() {
        assert_eq!(seconds("2.5"), Ok(Duration::from_millis(2500)));
        for wrong in ["0", "-1", "nan", "inf", "1e9", "ten"] {
            assert!(seconds(wrong).is_err(), "{wrong}");
        }
    }
}
