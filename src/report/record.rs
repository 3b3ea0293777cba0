//! The record: one disk, as smartctl's JSON would say it, with `stone` beside.

use crate::decode;
use crate::object;
use crate::report::ata::Presets;
use crate::report::{Object, Section, Value, ata, nvme, scsi};

/// Version of what stands under `stone`: grows when a key changes its meaning or leaves.
pub const SCHEMA: u32 = 1;

/// Everything known of one disk at one time.
///
/// ```
/// use stone_smart::report::{Object, Record, Value};
///
/// let record = Record(serde_json::from_str::<Object>(r#"{"temperature":{"current":31}}"#)?);
/// assert_eq!(record.0.at("temperature.current").and_then(Value::as_u64), Some(31));
/// assert!(record.0.at("power_on_time.hours").is_none(), "what is not known is not there");
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Record(pub Object);

impl Record {
    /// Did its reading stop before all its sections were asked for: at a command that got no answer, as the disk left,
    /// or at the end of its time?
    pub fn is_cut_short(&self) -> bool {
        self.0.at("stone.stopped_at").is_some()
    }
}

/// When a record was made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stamp {
    /// Seconds since 1970-01-01T00:00:00Z.
    pub time_t: i64,
    /// The same in words, in the host's time zone: `Sun Nov 22 15:20:00 2026 UTC`.
    pub asctime: String,
}

/// What a record says of itself and of the way to its disk.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Header {
    /// Name of the device node: `/dev/sda`.
    pub name: String,
    /// The same for people, with the way to it: `/dev/sda [SAT]`.
    pub info_name: String,
    /// smartctl's name for the way to it: `sat`, `scsi`, `nvme`, `sat+megaraid,5`.
    pub kind: String,
    /// When it was read.
    pub stamp: Stamp,
    /// What the reader has to warn of, beside what the pages tell: a broken drive database.
    pub warnings: Vec<String>,
}

/// The decoded pages of one disk, whatever it speaks.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub enum Pages {
    /// An ATA disk.
    Ata(Box<decode::ata::Pages>),
    /// A SCSI disk.
    Scsi(Box<decode::scsi::Pages>),
    /// An NVMe controller.
    Nvme(Box<decode::nvme::Pages>),
}

impl Pages {
    /// `device.protocol` of the record.
    pub fn protocol(&self) -> &'static str {
        match self {
            Self::Ata(_) => "ATA",
            Self::Scsi(_) => "SCSI",
            Self::Nvme(_) => "NVMe",
        }
    }
}

/// What is wrong with a disk, or with reading it: smartctl's exit status and messages.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Findings {
    /// smartctl's exit status, a set of the bits in [`exit`].
    pub exit_status: u8,
    /// Warnings and errors in words, each with its severity.
    pub messages: Vec<(Severity, String)>,
}

/// `severity` of a message.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Severity {
    /// Good to know.
    Information,
    /// Something could not be read, or looks wrong.
    Warning,
    /// The record lacks what was asked for.
    Error,
}

impl Severity {
    /// The word in the record.
    pub fn word(self) -> &'static str {
        match self {
            Self::Information => "information",
            Self::Warning => "warning",
            Self::Error => "error",
        }
    }
}

/// The bits of smartctl's exit status.
pub mod exit {
    /// The command line is wrong.
    pub const USAGE: u8 = 1 << 0;
    /// The device could not be opened, did not identify itself, or is asleep.
    pub const NO_DEVICE: u8 = 1 << 1;
    /// A SMART or log command failed, or a checksum was wrong.
    pub const COMMAND_FAILED: u8 = 1 << 2;
    /// The disk says that it is failing.
    pub const FAILING: u8 = 1 << 3;
    /// A pre-fail attribute is at or below its threshold.
    pub const PREFAIL_NOW: u8 = 1 << 4;
    /// An attribute was at or below its threshold at some time.
    pub const THRESHOLD_PAST: u8 = 1 << 5;
    /// The error log has entries.
    pub const ERROR_LOG: u8 = 1 << 6;
    /// The self-test log has failed tests.
    pub const SELF_TEST_LOG: u8 = 1 << 7;
}

impl Findings {
    /// Adds bits of the exit status.
    pub fn exit(&mut self, bits: u8) {
        self.exit_status |= bits;
    }

    /// Adds a message.
    pub fn message(&mut self, severity: Severity, text: impl Into<String>) {
        self.messages.push((severity, text.into()));
    }
}

/// Makes the record of the pages that were decoded and of what became of each section. `presets` are those of the
/// ATA model ([`Presets::standard`] where no database is at hand); other protocols need none.
pub fn build(header: &Header, pages: &Pages, sections: &[Section], presets: &Presets) -> Record {
    let mut record = object! {
        "json_format_version" => Value::array([1u8, 0]),
        "local_time" => object! {
            "time_t" => header.stamp.time_t,
            "asctime" => header.stamp.asctime.clone(),
        },
        "device" => object! {
            "name" => header.name.clone(),
            "info_name" => header.info_name.clone(),
            "type" => header.kind.clone(),
            "protocol" => pages.protocol(),
        },
    };
    let mut findings = Findings::default();
    for warning in &header.warnings {
        findings.message(Severity::Warning, warning.clone());
    }
    match pages {
        Pages::Ata(pages) => ata::emit(pages, presets, sections, &mut record, &mut findings),
        Pages::Scsi(pages) => scsi::emit(pages, sections, &mut record, &mut findings),
        Pages::Nvme(pages) => nvme::emit(pages, sections, &mut record, &mut findings),
    }
    let smartctl = record.object("smartctl");
    if !findings.messages.is_empty() {
        let messages = findings.messages.into_iter();
        let messages =
            messages.map(|(severity, text)| object! { "string" => text, "severity" => severity.word() });
        smartctl.set("messages", Value::array(messages));
    }
    smartctl.set("exit_status", findings.exit_status);
    let stone = record.object("stone");
    stone.set("schema", SCHEMA).set("source", "native");
    stone.set(
        "sections",
        sections.iter().map(|section| (section.name, section.to_object())).collect::<Object>(),
    );
    Record(record)
}
