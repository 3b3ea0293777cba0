//! `stone device query`: reads disks and prints their records.

use std::io::{self, Write};

use super::plain;
use crate::cli::args::{Cli, QueryArgs};
use crate::cli::{disks, exit::Exit, output};
use crate::collect::Collected;
use crate::object;
use crate::report::{Object, Record, Value};
use crate::source::native::Extent;

pub(in crate::cli) fn query(cli: &Cli, args: &QueryArgs) -> io::Result<Exit> {
    let found = disks::wanted(&args.disks);
    if found.devices.is_empty() && found.missing == 0 {
        output::say("this host has no disk with SMART data");
    }
    let extent = match (args.quick, args.farm) {
        (true, _) => Extent::Quick,
        (false, true) => Extent::WithFarm,
        (false, false) => Extent::Whole,
    };
    let collected = disks::read(found.devices, &args.disks.how, extent);
    print(cli, &collected, found.missing)
}

/// Prints what was collected, and says how complete it is.
pub(super) fn print(cli: &Cli, collected: &[Collected], missing: usize) -> io::Result<Exit> {
    let read =
        collected.iter().filter(|one| one.result.as_ref().is_ok_and(|record| !record.is_cut_short())).count();
    let cut_short = collected.iter().filter(|one| one.result.as_ref().is_ok_and(Record::is_cut_short));
    for one in cut_short {
        output::say(format_args!(
            "{}: it stopped answering; its record has what it gave until then",
            one.device.path().display()
        ));
    }
    let any = collected.iter().any(|one| one.result.is_ok());
    let devices: Vec<Object> = collected.iter().map(to_object).collect();
    let answer = object! { "devices" => Value::from(devices) };
    output::print(cli.format, &answer, |out| plain(out, collected))?;
    Ok(match Exit::of(read, collected.len() + missing) {
        Exit::Nothing if any => Exit::Partial,
        exit => exit,
    })
}

fn to_object(one: &Collected) -> Object {
    let mut object =
        object! { "path" => one.device.path().display().to_string(), "name" => one.device.name.clone() };
    match &one.result {
        Ok(record) => object.set("outcome", "ok").set("record", record.0.clone()),
        Err(error) => object.set("outcome", "failed").set("error", disks::reason(error)),
    };
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
