//! `stone device query`: reads disks and prints their records.

use std::io::{self, Write};

use super::plain;
use crate::cli::args::{Cli, QueryArgs};
use crate::cli::reading::{self, Reading};
use crate::cli::{disks, exit::Exit, output};
use crate::collect::Collected;
use crate::object;
use crate::report::{Object, Value};
use crate::source::native::Extent;

pub(in crate::cli) fn query(cli: &Cli, args: &QueryArgs) -> io::Result<Exit> {
    let found = disks::wanted(&args.disks);
    if found.devices.is_empty() && found.missing == 0 {
        output::say("this host has no disk with SMART data");
    }
    let extent = if args.quick { Extent::Quick } else { Extent::Whole };
    let reading = reading::read(cli, found.devices, &args.disks.how, extent);
    print(cli, &reading, found.missing)
}

/// Prints what was collected, and says how complete it is.
pub(super) fn print(cli: &Cli, reading: &Reading, missing: usize) -> io::Result<Exit> {
    let collected = &reading.collected;
    let is_done = |one: &&Collected| match &one.result {
        Ok(record) => !record.is_cut_short(),
        // Nothing is missing that was wanted.
        Err(error) => reading::is_asleep(error),
    };
    let done = collected.iter().filter(is_done).count();
    for one in collected {
        if let Ok(record) = &one.result
            && record.is_cut_short()
        {
            let stop = record.0.at("stone.stopped_at.page").and_then(Value::as_str).unwrap_or("a command");
            let path = one.device.path().display();
            output::say(format_args!(
                "{path}: it stopped answering at {stop}; its record has what it gave until then"
            ));
        }
    }
    reading::say_who_sleeps(collected);
    let any = collected.iter().any(|one| one.result.is_ok());
    let devices: Vec<Object> = collected.iter().map(to_object).collect();
    let answer = object! { "devices" => Value::from(devices) };
    output::print(cli.format, &answer, |out| plain(out, collected))?;
    let exit = match Exit::of(done, collected.len() + missing) {
        Exit::Nothing if any => Exit::Partial,
        exit => exit,
    };
    Ok(exit.unless(reading.interrupt))
}

fn to_object(one: &Collected) -> Object {
    let mut object =
        object! { "path" => one.device.path().display().to_string(), "name" => one.device.name.clone() };
    match &one.result {
        Ok(record) => object.set("outcome", "ok").set("record", record.0.clone()),
        Err(error) if reading::is_asleep(error) => object.set("outcome", "asleep"),
        Err(error) => object.set("outcome", "failed").set("error", reading::reason(error)),
    };
    object.set_some("hung_in", one.hung_in.clone());
    object.set("duration_ms", u64::try_from(one.took.as_millis()).unwrap_or(u64::MAX));
    object
}

fn plain(out: &mut dyn Write, collected: &[Collected]) -> io::Result<()> {
    let records = collected.iter().filter_map(|one| Some((one, one.result.as_ref().ok()?)));
    match records.collect::<Vec<_>>().as_slice() {
        [] => Ok(()),
        [(one, record)] => plain::details(out, &one.device, record),
        records => plain::overview(out, records),
    }
}
