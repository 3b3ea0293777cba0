//! What the arguments mean: the options of one call.

use super::wanted::{Part, Parts};
use crate::source::native::{Knowledge, Power};

/// One call.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) struct Options {
    pub(super) task: Task,
    /// The device; none for a scan.
    pub(super) device: Option<String>,
    /// What is asked for.
    pub(super) parts: Parts,
    /// How JSON is printed. `None`: as text.
    pub(super) json: Option<Json>,
    pub(super) quiet: Quiet,
    /// `-q noserial`: no serial number, WWN or other identifier.
    pub(super) anonymous: bool,
    pub(super) kind: Kind,
    /// `-n`: the disk is left alone if it sleeps.
    pub(super) asleep: Option<Asleep>,
    /// `-f`: how the attribute table is printed.
    pub(super) table: Table,
    /// `-b exit`: a wrong checksum is the end.
    pub(super) checksum_is_fatal: bool,
    /// `-B`, `-P`, `-v`, `-F`.
    pub(super) knowledge: Knowledge,
}

/// What is to be done.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) enum Task {
    /// Read a device.
    #[default]
    Read,
    /// `-d test`: only say what it is.
    Test,
    /// `--scan`: list the devices.
    Scan,
    /// `--scan-open`: list them, with what each turns out to be.
    ScanOpen,
    /// `-h`.
    Help,
    /// `-V`.
    Version,
}

/// The letters of `--json=`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct Json {
    pub(super) form: Form,
    /// `s`: keys in alphabetical order.
    pub(super) sorted: bool,
    /// `o`: the text as well.
    pub(super) output: bool,
    /// `v`: each large number also as a string.
    pub(super) verbose: bool,
}

/// How JSON is laid out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) enum Form {
    /// Indented.
    #[default]
    Pretty,
    /// `c`: on one line.
    Compact,
    /// `g`: one assignment on each line, for grep.
    Flat,
    /// `y`: YAML.
    Yaml,
}

/// `-q`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) enum Quiet {
    /// Everything is printed.
    #[default]
    No,
    /// `errorsonly`: only what is wrong.
    ErrorsOnly,
    /// `silent`: nothing but the exit status.
    Silent,
}

/// `-d`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) enum Kind {
    /// As the system says.
    #[default]
    Auto,
    /// `ata`, `sat`: ATA, within SCSI where there is SCSI.
    Ata,
    /// `scsi`: never ATA commands.
    Scsi,
    /// `nvme`, and the namespace where one is named.
    Nvme(Option<u32>),
}

/// `-n MODE[,STATUS]`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Asleep {
    /// From which depth of sleep on the disk is left alone. `None`: `never`, it is only asked.
    pub(super) from: Option<Power>,
    /// The exit status then.
    pub(super) status: u8,
}

/// `-f`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct Table {
    /// `brief` or `old`. `None`: as usual, which is brief for `-x`.
    pub(super) brief: Option<bool>,
    /// `hex,id`.
    pub(super) hex_ids: bool,
    /// `hex,val`.
    pub(super) hex_values: bool,
}

impl Options {
    /// Is the attribute table brief?
    pub(super) fn is_brief(&self) -> bool {
        self.table.brief.unwrap_or_else(|| self.parts.has(Part::Everything))
    }
}
