//! The program: what all commands share, and the commands.

use std::ffi::OsString;
use std::path::PathBuf;
use std::time::Duration;

use clap::builder::{OsStringValueParser, TypedValueParser};
use clap::{ArgAction, Args, Parser, Subcommand, ValueEnum};

use super::config::ConfigCommand;
use super::device::DeviceCommand;
use super::generate::GenerateArgs;
use super::numbers::seconds;
use super::telemetry::TelemetryCommand;
use super::trusted::{self, CEPH};
use crate::cli::agent::{AgentArgs, ExporterArgs};
use crate::cli::exit;

/// Reads the SMART data of all disks of this host, and makes the anonymous device report of it.
#[derive(Debug, Parser)]
#[command(name = "stone", version = env!("STONE_VERSION"), after_help = exit::HELP, after_long_help = EXAMPLES)]
pub(in crate::cli) struct Cli {
    #[command(subcommand)]
    pub(in crate::cli) command: Command,

    /// Say more on standard error: -v what is done, -vv each disk, -vvv each command.
    #[arg(short, long, global = true, action = ArgAction::Count)]
    pub(in crate::cli) verbose: u8,

    /// Folder of all state [default: /var/lib/stone for root, the XDG state folder otherwise].
    #[arg(long, global = true, env = "STONE_STATE_DIR", value_name = "DIR")]
    pub(in crate::cli) state_dir: Option<PathBuf>,

    /// How to print the result.
    #[arg(short, long, global = true, value_enum, default_value_t = Format::Plain, value_name = "FORMAT")]
    pub(in crate::cli) format: Format,

    #[command(flatten)]
    pub(in crate::cli) cluster: ClusterArgs,
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
pub(in crate::cli) enum Format {
    /// Text for people; not to be parsed.
    Plain,
    /// JSON on one line.
    Json,
    /// JSON, indented.
    JsonPretty,
}

#[derive(Debug, Subcommand)]
pub(in crate::cli) enum Command {
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

const SERVED: &str = "\
Served, by GET: /metrics for Prometheus, /health for programs (last round, next round, disks that are missing and why).
Both name serial numbers: they are for the operator of this host.
Exit status: 0 ended by a signal, 2 wrong command line, 3 it cannot be started.";

/// Which cluster, and how it is reached: by its own command.
#[derive(Debug, Args)]
#[command(next_help_heading = "The cluster")]
pub(in crate::cli) struct ClusterArgs {
    /// Keep options, opt-in and secret of telemetry in the cluster's own store, the same for all its hosts; so it is, too, where
    /// there is a file /etc/stone/cluster.conf.
    #[arg(long, global = true, env = "STONE_CLUSTER", value_parser = clap::builder::FalseyValueParser::new())]
    pub(in crate::cli) cluster: bool,

    /// The cluster's configuration [default: /etc/stone/cluster.conf if it is there, else where the cluster's command looks].
    #[arg(long, global = true, env = "STONE_CLUSTER_CONF", value_name = "FILE")]
    pub(in crate::cli) conf: Option<PathBuf>,

    /// The cluster's keyring [default: as the configuration says].
    #[arg(long, global = true, value_name = "FILE")]
    pub(in crate::cli) keyring: Option<PathBuf>,

    /// Who asks the cluster, as client.admin.
    #[arg(long, global = true, value_name = "NAME")]
    pub(in crate::cli) name: Option<String>,

    /// The command of the cluster. As root: one that nobody else can change.
    #[arg(long, global = true, default_value = CEPH, value_parser = OsStringValueParser::new().try_map(trusted::program), value_name = "PROGRAM")]
    pub(in crate::cli) program: PathBuf,

    /// Time for all that is asked of the cluster, in seconds.
    #[arg(long, global = true, default_value = "60", value_parser = seconds, value_name = "SECONDS")]
    pub(in crate::cli) cluster_deadline: Duration,
}

#[derive(Debug, Args)]
pub(in crate::cli) struct SmartctlArgs {
    /// Options and the device, as smartctl takes them.
    #[arg(value_name = "ARGS", trailing_var_arg = true, allow_hyphen_values = true)]
    pub(in crate::cli) arguments: Vec<OsString>,
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory;

    use super::*;

    #[test]
    fn the_definition_is_sound() {
        Cli::command().debug_assert();
    }
}
