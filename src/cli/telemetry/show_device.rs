//! `stone telemetry show-device`: the device report of this host, as it would be sent.

use std::io;

use crate::anonymise::{self, Anonymiser, Counters, Entry};
use crate::channel::DeviceReport;
use crate::cli::args::{Cli, Format, ShowDeviceArgs};
use crate::cli::device::summary;
use crate::cli::history::{find, now, said};
use crate::cli::{disks, exit::Exit, output, privacy};
use crate::collect::Collected;
use crate::history::History;
use crate::object;
use crate::report::{Object, Record, Value};
use crate::source::native::Extent;
use crate::telemetry;

/// Seconds between two reports unless said otherwise: a day.
const INTERVAL: i64 = 86_400;

pub(in crate::cli) fn show_device(cli: &Cli, args: &ShowDeviceArgs) -> io::Result<Exit> {
    if args.schema {
        output::print(format(cli), &anonymise::schema(), |_| Ok(()))?;
        return Ok(Exit::Complete);
    }
    let Some(anonymiser) = privacy::anonymiser(cli) else { return Ok(Exit::Nothing) };
    let is_fresh =
        args.fresh || args.explain || args.disks.drives.is_some() || !args.disks.devices.is_empty();
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
    let collected = disks::read(found.devices, &args.disks.how, Extent::Whole);
    if args.explain {
        return explain(cli, &collected, found.missing, anonymiser);
    }
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

/// What becomes of each value, disk by disk; the counters on standard error.
fn explain(cli: &Cli, collected: &[Collected], missing: usize, anonymiser: &Anonymiser) -> io::Result<Exit> {
    let mut counters = Counters::default();
    let mut disks = Vec::new();
    for one in collected {
        if let Ok(record) = &one.result {
            counters += anonymiser.anonymise(record).counters();
            disks.push((one.device.path().display().to_string(), anonymiser.explain(record)));
        }
    }
    let value = |entry: &Entry| {
        object! { "path" => entry.path.clone(), "fate" => entry.fate.to_string(), "why" => entry.why.clone() }
    };
    let answer: Object =
        disks.iter().map(|(disk, entries)| (disk.clone(), Value::array(entries.iter().map(value)))).collect();
    output::say(summary(&counters));
    output::print(cli.format, &answer, |out| {
        for (disk, entries) in &disks {
            writeln!(out, "{disk}")?;
            let row =
                |entry: &Entry| vec![format!("  {}", entry.path), entry.fate.to_string(), entry.why.clone()];
            output::table(out, &entries.iter().map(row).collect::<Vec<_>>())?;
        }
        Ok(())
    })?;
    Ok(Exit::of(disks.len(), collected.len() + missing))
}

/// The report is JSON in every format: what is shown is what is sent.
fn format(cli: &Cli) -> Format {
    if cli.format == Format::Json { Format::Json } else { Format::JsonPretty }
}

/// When a record was made, in seconds since 1970 UTC.
fn time(record: &Record) -> i64 {
    record.0.at("local_time.time_t").and_then(Value::as_i64).unwrap_or(0)
}
