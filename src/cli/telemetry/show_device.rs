//! `stone telemetry show-device`: the device report of this host, as it would be sent.

use std::io;

use crate::anonymise::Anonymised;
use crate::channel::DeviceReport;
use crate::cli::args::{Cli, Format, ShowDeviceArgs};
use crate::cli::{disks, exit::Exit, output, privacy, reading};
use crate::report::{Record, Value};
use crate::source::native::Extent;

pub(in crate::cli) fn show_device(cli: &Cli, args: &ShowDeviceArgs) -> io::Result<Exit> {
    let Some(anonymiser) = privacy::anonymiser(cli) else { return Ok(Exit::Nothing) };
    let found = disks::wanted(&args.disks);
    if found.devices.is_empty() && found.missing == 0 {
        output::say("this host has no disk with SMART data");
    }
    // What is not to be sent need not be kept either.
    let reading =
        reading::read(cli, found.devices, &args.disks.how, Extent::Whole, |one| match &one.result {
            Ok(record) => Sample::Ready(time(record), Box::new(anonymiser.anonymise(record))),
            Err(error) if reading::is_asleep(error) => Sample::Asleep,
            Err(_) => Sample::Missing,
        });
    let wanted = reading.finished.len() + found.missing;
    let mut report = DeviceReport::new(anonymiser.host().clone());
    let mut asleep = 0;
    for sample in reading.finished {
        match sample {
            Sample::Ready(time, record) => report.add(time, *record),
            Sample::Asleep => asleep += 1,
            Sample::Missing => {}
        }
    }
    if report.nameless() > 0 {
        output::say(format_args!("{} disks are left out: nothing tells them from others", report.nameless()));
    }
    // The report is JSON in every format: what is shown is what is sent.
    let format = if cli.format == Format::Json { Format::Json } else { Format::JsonPretty };
    output::print(format, &report, |_| Ok(()))?;
    let exit = Exit::of(report.samples() + asleep, wanted);
    Ok(exit.unless(reading.interrupt))
}

/// What becomes of a disk.
enum Sample {
    /// When its record was made, and the record.
    Ready(i64, Box<Anonymised>),
    Asleep,
    Missing,
}

/// When a record was made, in seconds since 1970 UTC.
fn time(record: &Record) -> i64 {
    record.0.at("local_time.time_t").and_then(Value::as_i64).unwrap_or(0)
}
