//! `stone telemetry show-device`: the device report of this host, as it would be sent.

use std::io;

use crate::anonymise::Anonymiser;
use crate::channel::DeviceReport;
use crate::cli::args::{Cli, Format, ShowDeviceArgs};
use crate::cli::history::{find, now, said};
use crate::cli::{disks, exit::Exit, output, privacy};
use crate::history::History;
use crate::report::{Record, Value};
use crate::telemetry;

/// Seconds between two reports unless said otherwise: a day.
const INTERVAL: i64 = 86_400;

pub(in crate::cli) fn show_device(cli: &Cli, args: &ShowDeviceArgs) -> io::Result<Exit> {
    let Some(anonymiser) = privacy::anonymiser(cli) else { return Ok(Exit::Nothing) };
    let is_fresh = args.fresh || args.disks.drives.is_some() || !args.disks.devices.is_empty();
    // What cannot be read is said, and the disks are read instead.
    let history = if is_fresh { None } else { find(cli).ok().flatten() };
    if let Some(history) = history
        && let Some(exit) = from_history(cli, &history, &anonymiser)?
    {
        return Ok(exit);
    }
    from_disks(cli, args, &anonymiser)
}

/// The samples of the last two intervals. `None`: there are none.
fn from_history(cli: &Cli, history: &History, anonymiser: &Anonymiser) -> io::Result<Option<Exit>> {
    let Some(samples) = said(telemetry::device_report(history, anonymiser, INTERVAL, now())) else {
        return Ok(None);
    };
    if samples.samples() == 0 {
        return Ok(None);
    }
    output::print(format(cli), &samples.report(), |_| Ok(()))?;
    Ok(Some(Exit::Complete))
}

fn from_disks(cli: &Cli, args: &ShowDeviceArgs, anonymiser: &Anonymiser) -> io::Result<Exit> {
    let found = disks::meant(&args.disks);
    if found.devices.is_empty() && found.missing == 0 {
        output::say("this host has no disk with SMART data");
    }
    let collected = disks::read(found.devices, &args.disks.how);
    let mut report = DeviceReport::new(anonymiser.host().clone());
    for record in collected.iter().filter_map(|one| one.result.as_ref().ok()) {
        report.add(time(record), anonymiser.anonymise(record));
    }
    if report.nameless() > 0 {
        output::say(format_args!("{} disks are left out: nothing tells them from others", report.nameless()));
    }
    output::print(format(cli), &report, |_| Ok(()))?;
    Ok(Exit::of(report.samples(), collected.len() + found.missing))
}

/// The report is JSON in every format: what is shown is what is sent.
fn format(cli: &Cli) -> Format {
    if cli.format == Format::Json { Format::Json } else { Format::JsonPretty }
}

/// When a record was made, in seconds since 1970 UTC.
fn time(record: &Record) -> i64 {
    record.0.at("local_time.time_t").and_then(Value::as_i64).unwrap_or(0)
}
