//! What the arguments mean: the options of one call.

use super::wanted::{Part, Parts};
use crate::source::native::{Depth, Knowledge, Power};

/// One call.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) struct Options {
    pub(super) task: Task,
    /// What is no option: the device; for `-P showall` a model and a firmware revision.
    pub(super) operands: Vec<String>,
    /// What is asked for.
    pub(super) parts: Parts,
    /// How JSON is printed. `None`: as text.
    pub(super) json: Option<Json>,
    pub(super) quiet: Quiet,
    /// `-q noserial`: no serial number, WWN or other identifier.
    pub(super) anonymous: bool,
    pub(super) kind: Kind,
    /// The type of `-d` that `--scan` does not know.
    pub(super) unscanned: Option<String>,
    /// `-n`: the disk is left alone if it sleeps.
    pub(super) asleep: Option<Asleep>,
    /// `-f`: how the attribute table is printed.
    pub(super) table: Table,
    /// `-b exit`: a wrong checksum is the end.
    pub(super) checksum_is_fatal: bool,
    /// So much of some logs is read.
    pub(super) depth: Depth,
    /// `-l devstat,PAGE`: this page of the device statistics alone.
    pub(super) statistics: Option<u8>,
    /// `-l defects,N`: no more pending defects than these.
    pub(super) defects: Option<u16>,
    /// `-l gplog`, `-l smartlog`, `-l nvmelog`.
    pub(super) bytes: Vec<LogBytes>,
    /// `--identify`.
    pub(super) identify: Option<IdentifyWords>,
    /// What was understood and is not done, in words.
    pub(super) notes: Vec<String>,
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
    /// `-P show`: what the drive database knows of the device.
    Presets,
    /// `-P showall`: the drive database.
    AllPresets,
    /// `-v help`: the formats of raw values.
    AttributeFormats,
    /// Smartmontools' own smartctl does it.
    Foreign,
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
    /// `i`: the lines of text that tell what JSON has, too.
    pub(super) told: bool,
    /// `u`: the lines of text that tell what JSON does not have.
    pub(super) untold: bool,
}

impl Json {
    /// Is the text a part of the answer?
    pub(super) fn has_text(self) -> bool {
        self.output || self.told || self.untold
    }
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
    /// `ata`: ATA. The kernel carries it within SCSI, which the answer does not tell then.
    Ata,
    /// `sat`: ATA within SCSI.
    Sat,
    /// `sat,auto`: SCSI, with ATA within where the disk says that it is ATA.
    AtaOrScsi,
    /// `scsi`: never ATA commands.
    Scsi,
    /// `nvme`, and the namespace where one is named.
    Nvme(Option<u32>),
    /// `megaraid,N`: the disk of this number behind the controller of the named device.
    MegaRaid(u8),
}

/// A log whose bytes are printed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum LogBytes {
    /// Pages of 512 bytes of an ATA log.
    Ata {
        space: Space,
        address: u8,
        /// The first page.
        first: u16,
        pages: Length,
    },
    /// The first `size` bytes of an NVMe log page.
    Nvme { page: u8, size: u32 },
}

/// The two ways to the logs of an ATA disk.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Space {
    /// READ LOG EXT.
    General,
    /// SMART READ LOG.
    Smart,
}

/// How many pages.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Length {
    Pages(u16),
    /// `-max`.
    ToTheEnd,
}

/// `--identify`: which words of IDENTIFY DEVICE are printed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct IdentifyWords {
    /// `w`: all words, not only those that are neither 0000h nor FFFFh.
    pub(super) all: bool,
    pub(super) bits: Bits,
}

/// Which bits of the words of IDENTIFY DEVICE are printed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) enum Bits {
    /// Those that are not zero.
    #[default]
    Set,
    /// `n`: none.
    None,
    /// `v`: all of words that are neither 0000h nor FFFFh.
    OfValidWords,
    /// `b`: all.
    All,
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
    /// The name of the device.
    pub(super) fn device(&self) -> &str {
        self.operands.first().map_or("", String::as_str)
    }

    /// Is the attribute table brief?
    pub(super) fn is_brief(&self) -> bool {
        self.table.brief.unwrap_or_else(|| self.parts.has(Part::Everything))
    }
}
