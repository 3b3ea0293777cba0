//! What is told of one disk: what came of it in a round, and what its record says.

use std::collections::BTreeMap;
use std::fmt;
use std::time::Duration;

use super::family::disk as family;
use super::lines::Lines;
use super::smartctl;
use crate::health::{self, Finding, Severity};
use crate::report::{Object, Record, Value};

/// What came of a disk in a round.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Outcome {
    /// It was read, all of it.
    Read,
    /// It stopped answering before its record was whole.
    CutShort,
    /// It gave no answer, and was left behind.
    Hung,
    /// It hung before, and was not asked.
    Quarantined,
    /// Its turn did not come in time.
    NotReached,
    /// It slept, and was not woken.
    Asleep,
    /// It cannot be read.
    Unreadable,
}

impl Outcome {
    /// All there are.
    pub const ALL: [Self; 7] = [
        Self::Read,
        Self::CutShort,
        Self::Hung,
        Self::Quarantined,
        Self::NotReached,
        Self::Asleep,
        Self::Unreadable,
    ];

    /// The value of the label `outcome`.
    pub fn word(self) -> &'static str {
        match self {
            Self::Read => "read",
            Self::CutShort => "cut_short",
            Self::Hung => "hung",
            Self::Quarantined => "quarantined",
            Self::NotReached => "not_reached",
            Self::Asleep => "asleep",
            Self::Unreadable => "unreadable",
        }
    }

    /// Was it to be read, and was not, or not whole?
    pub fn is_missing(self) -> bool {
        !matches!(self, Self::Read | Self::Asleep)
    }
}

/// Which disk it is.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Disk {
    /// The label `device`: its node without `/dev/`, as smartctl_exporter has it.
    pub label: String,
    /// Its id by the cluster's rules.
    pub device_id: Option<String>,
    /// Where it is, in a way that survives a reboot.
    pub path: Option<String>,
    /// Daemons that keep their data on it.
    pub daemons: Vec<String>,
    /// Its model, as the kernel has it.
    pub model: Option<String>,
    /// Its serial number, as the kernel has it.
    pub serial: Option<String>,
}

/// What is told of a disk whatever came of it; `took`: how long it was asked, if it was by this process.
pub fn of_disk(disk: &Disk, outcome: Outcome, took: Option<Duration>) -> Lines {
    let mut lines = Lines::default();
    let text = |text: &Option<String>| text.clone().unwrap_or_default();
    let (device_id, path, daemons) = (text(&disk.device_id), text(&disk.path), disk.daemons.join(","));
    let (model, serial) = (text(&disk.model), text(&disk.serial));
    lines.add(
        &family::INFO,
        &[
            ("device", &disk.label),
            ("device_id", &device_id),
            ("path", &path),
            ("daemons", &daemons),
            ("model", &model),
            ("serial_number", &serial),
        ],
        1,
    );
    for other in Outcome::ALL {
        let labels = [("device", disk.label.as_str()), ("outcome", other.word())];
        lines.add(&family::OUTCOME, &labels, u8::from(other == outcome));
    }
    if let Some(took) = took {
        lines.add(&family::READ_SECONDS, &[("device", &disk.label)], Thousandths(took.as_millis()));
    }
    lines
}

/// What a record says, by both sets of names. `findings` is what is wrong with the disk, of who knows its history;
/// `None`: the record alone says it.
pub fn of_record(label: &str, record: &Record, findings: Option<&[Finding]>) -> Lines {
    let mut lines = Lines::default();
    smartctl::add(&mut lines, label, &record.0);
    sections(&mut lines, label, &record.0);
    let device = [("device", label)];
    let checked;
    let findings = match findings {
        Some(findings) => findings,
        None => {
            checked = health::check(record, None);
            &checked
        }
    };
    for (severity, word) in [(Severity::Watch, "watch"), (Severity::Failing, "failing")] {
        let count = findings.iter().filter(|finding| finding.severity == severity).count();
        lines.add(&family::FINDINGS, &[("device", label), ("severity", word)], count);
    }
    if let Some(wear) = health::wear(record) {
        lines.add(&family::WEAR, &device, Hundredths(wear.into()));
    }
    if let Some(celsius) = record.0.at("temperature.current").and_then(Value::as_i64) {
        lines.add(&family::TEMPERATURE, &device, celsius);
    }
    if let Some(passed) = record.0.at("smart_status.passed").and_then(Value::as_bool) {
        lines.add(&family::PASSED, &device, u8::from(passed));
    }
    lines
}

/// What became of the sections of a native record; smartctl's has none.
fn sections(lines: &mut Lines, label: &str, record: &Object) {
    let Some(sections) = record.at("stone.sections").and_then(Value::as_object) else { return };
    let mut counts: BTreeMap<&str, u64> = BTreeMap::new();
    for (name, section) in sections.iter().filter_map(|(name, section)| Some((name, section.as_object()?))) {
        let Some(outcome) = section.get("outcome").and_then(Value::as_str) else { continue };
        *counts.entry(outcome).or_default() += 1;
        if !matches!(outcome, "ok" | "unsupported") {
            let labels = [("device", label), ("section", name), ("outcome", outcome)];
            lines.add(&family::SECTION_MISSING, &labels, 1);
        }
    }
    for outcome in ["ok", "unsupported", "failed", "timed_out", "malformed", "not_asked"] {
        let count = counts.get(outcome).copied().unwrap_or(0);
        lines.add(&family::SECTIONS, &[("device", label), ("outcome", outcome)], count);
    }
    let number = |path| record.at(path).and_then(Value::as_u64).unwrap_or(0);
    lines.add(&family::COMMANDS, &[("device", label)], number("stone.commands"));
    lines.add(&family::RECEIVED_BYTES, &[("device", label)], number("stone.bytes"));
}

/// A number of hundredths, as a decimal fraction.
struct Hundredths(u128);

impl fmt::Display for Hundredths {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{:02}", self.0 / 100, self.0 % 100)
    }
}

/// A number of thousandths, as a decimal fraction.
struct Thousandths(u128);

impl fmt::Display for Thousandths {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{:03}", self.0 / 1000, self.0 % 1000)
    }
}
