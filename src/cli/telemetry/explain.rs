//! `stone telemetry show-device --explain`: what becomes of each value of each disk, and why.

use std::io;

use crate::anonymise::{Anonymiser, Counters, Entry};
use crate::cli::args::{Cli, DiskArgs};
use crate::cli::device::summary;
use crate::cli::{disks, exit::Exit, output, reading};
use crate::object;
use crate::report::{Object, Value};
use crate::source::native::Extent;

/// Reads the disks and explains, disk by disk; the counters on standard error.
pub(super) fn explain(cli: &Cli, args: &DiskArgs, anonymiser: &Anonymiser) -> io::Result<Exit> {
    let reader = reading::begin(cli.verbose);
    let found = disks::meant(args);
    let reading = reading::read(cli, reader, found.devices, &args.how, Extent::Whole, |one| one);
    let mut asleep = 0;
    let mut counters = Counters::default();
    let mut disks = Vec::new();
    for one in &reading.finished {
        match &one.result {
            Ok(record) => {
                counters += anonymiser.anonymise(record).counters();
                disks.push((one.device.path().display().to_string(), anonymiser.explain(record)));
            }
            Err(error) => asleep += usize::from(reading::is_asleep(error)),
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
    let exit = Exit::of(disks.len() + asleep, reading.finished.len() + found.missing);
    Ok(exit.unless(reading.interrupt))
}
