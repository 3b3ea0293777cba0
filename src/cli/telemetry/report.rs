//! The device report of this host, as it is shown and as it is sent: of the history's samples, or of disks read now.

use std::io;
use std::time::Duration;

use serde::{Serialize, Serializer};

use crate::anonymise::{Anonymised, Anonymiser};
use crate::channel::DeviceReport;
use crate::cli::args::{Cli, DiskArgs, Format};
use crate::cli::history::{find, now, said};
use crate::cli::{disks, exit::Exit, output, reading};
use crate::collect::worker::Interrupt;
use crate::history::History;
use crate::report::{Record, Value};
use crate::source::native::Extent;
use crate::telemetry::{DeviceSamples, device_report};

/// A report.
pub(super) enum Made<'a> {
    /// Of the samples that the history has of the last two intervals; they are read as the report is written.
    Kept(DeviceSamples<'a>),
    /// Of a fresh reading.
    Read {
        report: DeviceReport,
        /// Number of disks that it was to be about.
        wanted: usize,
        /// How many of them were left asleep.
        asleep: usize,
        /// What ended the reading before its time. `None`: nothing did.
        interrupt: Option<Interrupt>,
    },
}

/// The history that a report may be made of; `None` where disks are named or recorded. What cannot be read is said, and
/// the disks are read instead.
pub(super) fn history(cli: &Cli, args: &DiskArgs) -> Option<History> {
    let is_named = args.drives.is_some() || !args.devices.is_empty();
    if is_named { None } else { find(cli).ok().flatten() }
}

/// Takes the samples of `history`, or reads the disks where it has none; those that cannot be read have their lines on
/// standard error. `interval` is from one report to the next.
pub(super) fn make<'a>(
    cli: &Cli,
    history: Option<&'a History>,
    anonymiser: &'a Anonymiser,
    interval: Duration,
    args: &DiskArgs,
) -> Made<'a> {
    let interval = interval.as_secs().try_into().unwrap_or(i64::MAX);
    let samples = history.and_then(|history| said(device_report(history, anonymiser, interval, now())));
    match samples {
        Some(samples) if samples.samples() > 0 => Made::Kept(samples),
        _ => read(cli, anonymiser, args),
    }
}

/// What becomes of a disk. What is not to be sent need not be kept either.
enum Sample {
    /// When its record was made, and the record.
    Ready(i64, Box<Anonymised>),
    Asleep,
    Missing,
}

fn read(cli: &Cli, anonymiser: &Anonymiser, args: &DiskArgs) -> Made<'static> {
    let reader = reading::begin(cli.verbose);
    let found = disks::meant(args);
    if found.devices.is_empty() && found.missing == 0 {
        output::say("this host has no disk with SMART data");
    }
    let reading =
        reading::read(cli, reader, found.devices, &args.how, Extent::Whole, |one| match &one.result {
            Ok(record) => Sample::Ready(time(record), Box::new(anonymiser.anonymise(record))),
            Err(error) if reading::is_asleep(error) => Sample::Asleep,
            Err(_) => Sample::Missing,
        });
    let wanted = reading.finished.len() + found.missing;
    let mut report = DeviceReport::new(anonymiser.host().clone());
    let mut asleep = 0;
    for sample in reading.finished {
        match sample {
            Sample::Ready(time, record) => {
                if let Err(error) = report.add(time, *record) {
                    output::complain("a disk is left out", &error);
                }
            }
            Sample::Asleep => asleep += 1,
            Sample::Missing => {}
        }
    }
    if report.nameless() > 0 {
        output::say(format_args!("{} disks are left out: nothing tells them from others", report.nameless()));
    }
    Made::Read { report, wanted, asleep, interrupt: reading.interrupt }
}

impl Made<'_> {
    /// How complete it is.
    pub(super) fn exit(&self) -> Exit {
        match self {
            Self::Kept(_) => Exit::Complete,
            Self::Read { report, wanted, asleep, interrupt } => {
                Exit::of(report.samples() + asleep, *wanted).unless(*interrupt)
            }
        }
    }

    /// Prints it: JSON in every format, on one line byte for byte what is sent.
    pub(super) fn print(&self, format: Format) -> io::Result<()> {
        output::print(if format == Format::Json { format } else { Format::JsonPretty }, self, |_| Ok(()))
    }
}

impl Serialize for Made<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Kept(samples) => samples.report().serialize(serializer),
            Self::Read { report, .. } => report.serialize(serializer),
        }
    }
}

#[cfg(feature = "http")]
impl Made<'_> {
    /// Number of samples.
    pub(super) fn samples(&self) -> usize {
        match self {
            Self::Kept(samples) => samples.samples(),
            Self::Read { report, .. } => report.samples(),
        }
    }

    /// Number of devices.
    pub(super) fn devices(&self) -> usize {
        match self {
            Self::Kept(samples) => samples.devices(),
            Self::Read { report, .. } => report.devices(),
        }
    }

    /// Writes what is sent.
    pub(super) fn write_body(&self, out: &mut dyn io::Write) -> io::Result<()> {
        match self {
            Self::Kept(samples) => samples.report().write_body(out),
            Self::Read { report, .. } => report.write_body(out),
        }
    }
}

/// When a record was made, in seconds since 1970 UTC.
fn time(record: &Record) -> i64 {
    record.0.at("local_time.time_t").and_then(Value::as_i64).unwrap_or(0)
}
