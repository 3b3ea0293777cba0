//! The arguments: one definition for the parser, the help, the man pages and the completions.

use std::ffi::OsString;
use std::path::PathBuf;
use std::time::Duration;

use clap::{ArgAction, Args, Parser, Subcommand, ValueEnum};

use super::exit;

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
}

const EXAMPLES: &str = "\
Examples:
  stone device ls                            the physical disks of this host
  stone device query                         read them all, at once
  stone device query /dev/sda -f json-pretty one disk, everything
  stone telemetry show-device                the anonymous report that would be sent
  stone device dump /dev/sda -o sda.dump     record a disk, to decode it elsewhere
  stone device decode sda.dump               decode it

Exit status: 0 all disks read, 1 some disks missing or cut short, 2 wrong command line, 3 nothing read or the command failed.";

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
    /// Read a disk as smartctl does: its own arguments, JSON and exit status.
    ///
    /// The same as to call this program by the name `smartctl`. `stone smartctl --help` has the options.
    #[command(disable_help_flag = true)]
    Smartctl(SmartctlArgs),
    /// Write the man pages or the completions of a shell.
    #[command(hide = true)]
    Generate(GenerateArgs),
}

#[derive(Debug, Subcommand)]
pub(super) enum DeviceCommand {
    /// List the physical disks: each once, whole disks only. No command is sent to them.
    Ls(LsArgs),
    /// Read disks and print their records: what smartctl would say, and what became of each section.
    #[command(after_help = exit::HELP)]
    Query(QueryArgs),
    /// Record a disk: write each answer it gives into a folder, to be decoded or replayed anywhere.
    ///
    /// The folder holds the disk's serial number and other identifiers.
    Dump(DumpArgs),
    /// Decode recorded disks: print the records of dumps, as `query` does of disks.
    Decode(DecodeArgs),
    /// Print the anonymous form of smartctl's JSON, or of a record: what the device report would hold of it.
    Anonymise(AnonymiseArgs),
}

#[derive(Debug, Subcommand)]
pub(super) enum TelemetryCommand {
    /// Show the anonymous device report of this host, as it would be sent.
    #[command(name = "show-device", after_help = exit::HELP)]
    ShowDevice(ShowDeviceArgs),
    /// The same: show the device report without sending it, whether telemetry is on or off.
    #[command(name = "preview-device", after_help = exit::HELP)]
    PreviewDevice(ShowDeviceArgs),
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
#[derive(Debug, Args)]
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

    /// Disks read at the same time [default: all].
    #[arg(long, value_parser = at_least_one, value_name = "N")]
    pub(super) jobs: Option<usize>,
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
pub(super) struct DumpArgs {
    /// The disk.
    #[arg(value_name = "DEV")]
    pub(super) device: PathBuf,

    /// The folder to write; it is made, and must be empty.
    #[arg(short, long, value_name = "DIR")]
    pub(super) output: PathBuf,

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
}

fn seconds(text: &str) -> Result<Duration, String> {
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
