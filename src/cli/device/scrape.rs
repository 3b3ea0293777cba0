//! `stone device scrape-health-metrics`: reads disks and keeps their records.

use std::collections::HashSet;
use std::io;
use std::time::Duration;

use crate::anonymise::Identity;
use crate::cli::args::{Cli, ScrapeArgs};
use crate::cli::disks::{self, Found};
use crate::cli::history::{now, open, said};
use crate::cli::{exit::Exit, output, reading};
use crate::collect::{CollectError, Collected};
use crate::device::BlockDevice;
use crate::health;
use crate::history::{self, Device, History, Identifiers, Sample, Stamp};
use crate::object;
use crate::report::{Record, Value};
use crate::source::native::Extent;

pub(in crate::cli) fn scrape(cli: &Cli, args: &ScrapeArgs) -> io::Result<Exit> {
    // Before the disks are woken: there is nothing to read them for if their records cannot be kept.
    let Some(mut history) = open(cli) else { return Ok(Exit::Nothing) };
    let reader = reading::begin(cli.verbose);
    let found = wanted(args, &history);
    if found.devices.is_empty() && found.missing == 0 {
        output::say("this host has no disk with SMART data");
    }
    let reading = reading::read(cli, reader, found.devices, &args.how, Extent::Whole, |one| one);
    let Some((round, removed)) = keep(&mut history, &reading.finished, args.retention) else {
        return Ok(Exit::Nothing);
    };
    let stored = round.iter().map(|(device, stamp, _)| {
        object! { "devid" => device.device_id.clone(), "stamp" => stamp.to_string() }
    });
    let answer = object! {
        "stored" => Value::array(stored), "removed" => u64::try_from(removed).unwrap_or(u64::MAX),
    };
    output::print(cli.format, &answer, |_| Ok(()))?;
    let is_whole = |record: &Record| !record.is_cut_short() && record.0.get("error").is_none();
    let whole = round.iter().filter(|(_, _, record)| is_whole(record)).count();
    let asleep = reading.finished.iter().filter(|one| is_asleep(one)).count();
    let exit = match Exit::of(whole + asleep, reading.finished.len() + found.missing) {
        Exit::Nothing if !round.is_empty() => Exit::Partial,
        exit => exit,
    };
    Ok(exit.unless(reading.interrupt))
}

/// What was kept of a round.
type Kept = Vec<(Device, Stamp, Record)>;

/// Keeps the records of a round for `retention` days; what was kept, and how many samples were older than that. `None`: nothing
/// could be kept, and a line on standard error says why.
pub(in crate::cli) fn keep(
    history: &mut History,
    collected: &[Collected],
    retention: u32,
) -> Option<(Kept, usize)> {
    let now = now();
    let round = round(collected, now);
    let samples: Vec<Sample<'_>> = round
        .iter()
        .map(|(device, stamp, record)| Sample { device, stamp: *stamp, wear: health::wear(record), record })
        .collect();
    let removed = said(history.put(&samples, now, Duration::from_secs(u64::from(retention) * 86_400)))?;
    tracing::info!(samples = samples.len(), removed, "stored");
    Some((round, removed))
}

/// A sleeping disk is not woken for its record, and has none: that is no failure.
fn is_asleep(one: &Collected) -> bool {
    one.result.as_ref().is_err_and(reading::is_asleep)
}

/// The disks that are asked for, by id or node.
fn wanted(args: &ScrapeArgs, history: &History) -> Found {
    let is_path = |name: &&String| name.contains('/');
    let paths: Vec<_> = args.disks.iter().filter(is_path).map(Into::into).collect();
    let ids: Vec<&String> = args.disks.iter().filter(|name| !is_path(name)).collect();
    let all = ids.is_empty() || !paths.is_empty();
    let mut found = if all { disks::wanted(&args.drives, &paths, &args.how) } else { Found::default() };
    if ids.is_empty() {
        return found;
    }
    let known = disks::wanted(&None, &[], &args.how);
    for id in ids {
        let place = history.device(id).ok().flatten().map(|known| known.device.path);
        let is_it = |device: &&BlockDevice| match &device.device_id {
            Some(device_id) => device_id == id,
            None => place.as_deref() == Some(&place_of(device)),
        };
        match known.devices.iter().find(is_it) {
            Some(device) => found.devices.push(device.clone()),
            None => {
                output::say("a device that was asked for is not found: `stone device ls` lists them");
                found.missing += 1;
            }
        }
    }
    found
}

/// What there is to store of what was read.
fn round(collected: &[Collected], now: Stamp) -> Kept {
    let mut taken = HashSet::new();
    let mut round = Vec::with_capacity(collected.len());
    for one in collected.iter().filter(|one| !is_asleep(one)) {
        let record = match &one.result {
            Ok(record) => record.clone(),
            Err(error) => failed(error, now),
        };
        let Some(device) = device(&one.device, &record) else {
            if one.result.is_err() {
                // It had its line already.
                continue;
            }
            let path = one.device.path().display();
            output::say(format_args!("{path}: nothing tells it from other disks; its record is not kept"));
            continue;
        };
        let mut stamp = Stamp(record.0.at("local_time.time_t").and_then(Value::as_i64).unwrap_or(now.0));
        // The two logical units of one drive have one id.
        while !taken.insert((device.device_id.clone(), stamp)) {
            stamp.0 += 1;
        }
        round.push((device, stamp, record));
    }
    round
}

/// The record of a disk that could not be read: that it was so is worth to be known.
fn failed(error: &CollectError, now: Stamp) -> Record {
    let words = if matches!(error, CollectError::Deadline(_)) { "timed out" } else { "failed" };
    Record(object! { "local_time" => object! { "time_t" => now.0 }, "error" => words })
}

/// The disk as the history is to know it. `None`: nothing tells it from others.
fn device(device: &BlockDevice, record: &Record) -> Option<Device> {
    let identity = Identity::of(record);
    let identifiers = Identifiers {
        vendor: identity.vendor.or_else(|| device.vendor.clone()),
        model: identity.model.or_else(|| device.model.clone()),
        serial: identity.serial.or_else(|| device.serial.clone()),
        wwn: identity.wwn.or_else(|| device.wwn.clone()),
    };
    Some(Device {
        device_id: device.device_id.clone().or_else(|| history::device_id(record))?,
        name: device.name.clone(),
        path: place_of(device),
        daemons: device.daemons.clone(),
        identifiers,
    })
}

/// Where it is, in a way that survives a reboot if there is one.
fn place_of(device: &BlockDevice) -> String {
    device.by_path.first().map_or_else(|| device.path(), |path| path.as_path()).display().to_string()
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    fn collected(device_id: Option<&str>, result: Result<Record, CollectError>) -> Collected {
        let device = BlockDevice {
            name: "sda".into(),
            device_id: device_id.map(str::to_owned),
            serial: Some("S1".into()),
            ..BlockDevice::default()
        };
        Collected { device, result, took: Duration::ZERO, hung_in: None }
    }

    #[test]
    fn what_failed_is_kept_as_such_and_twins_do_not_overwrite_each_other() {
        let record = || {
            Record(
                object! { "local_time" => object! { "time_t" => 7u8 }, "model_name" => "ST1", "serial_number" => "S1" },
            )
        };
        let late = Err(CollectError::Deadline(Duration::from_secs(1)));
        let round = round(
            &[
                collected(None, Ok(record())),
                collected(None, Ok(record())),
                collected(Some("ST2_S2"), late),
                collected(None, Err(CollectError::Panicked)),
            ],
            Stamp(9),
        );
        let facts: Vec<_> =
            round.iter().map(|(device, stamp, _)| (device.device_id.as_str(), stamp.0)).collect();
        assert_eq!(facts, [("ST1_S1", 7), ("ST1_S1", 8), ("ST2_S2", 9)]);
        assert_eq!(round[2].2.0.at("error").and_then(Value::as_str), Some("timed out"));
        assert_eq!(round[2].0.identifiers.serial.as_deref(), Some("S1"));
    }
}
