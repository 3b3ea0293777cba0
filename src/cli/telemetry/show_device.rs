//! `stone telemetry show-device`: the device report of this host, as it would be sent.

use std::io;

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
    let reading = reading::read(cli, found.devices, &args.disks.how, Extent::Whole);
    let collected = &reading.collected;
    reading::say_who_sleeps(collected);
    let mut report = DeviceReport::new(anonymiser.host().clone());
    for record in collected.iter().filter_map(|one| one.result.as_ref().ok()) {
        report.add(time(record), anonymiser.anonymise(record));
    }
    if report.nameless() > 0 {
        output::say(format_args!("{} disks are left out: nothing tells them from others", report.nameless()));
    }
    // The report is JSON in every format: what is shown is what is sent.
    let format = if cli.format == Format::Json { Format::Json } else { Format::JsonPretty };
    output::print(format, &report, |_| Ok(()))?;
    let asleep = collected.iter().filter(|one| one.result.as_ref().is_err_and(reading::is_asleep)).count();
    let exit = Exit::of(report.samples() + asleep, collected.len() + found.missing);
    Ok(exit.unless(reading.interrupt))
}

/// When a record was made, in seconds since 1970 UTC.
fn time(record: &Record) -> i64 {
    record.0.at("local_time.time_t").and_then(Value::as_i64).unwrap_or(0)
}
