//! `stone device ls`: the physical disks, from udev and sysfs, and from RAID controllers for those behind them.

use std::io;
use std::path::PathBuf;

use super::condition::{self, Condition};
use crate::cli::args::{Cli, LsArgs};
use crate::cli::history::{find, now, said};
use crate::cli::{disks, exit::Exit, output, reading};
use crate::collect::Quarantine;
use crate::collect::quarantine::Rule;
use crate::device::{BlockDevice, Hctl};
use crate::history::Stamp;
use crate::object;
use crate::report::{Object, Value};

pub(in crate::cli) fn ls(cli: &Cli, args: &LsArgs) -> io::Result<Exit> {
    let found = disks::find(&args.devices);
    let conditions = conditions(cli, &found.devices);
    let quarantine = reading::quarantine(cli);
    let (host, now) = (condition::host(), now());
    let disks = || found.devices.iter().zip(&conditions);
    for device in &found.devices {
        if let Some(words) = quarantine.refusal(device, reading::now(), Rule::Kept) {
            output::say(format_args!("{}: in quarantine: {words}", device.path().display()));
        }
    }
    let answer = Value::array(disks().map(|(device, condition)| {
        let mut object = to_object(device, condition.as_ref(), &host);
        object.set_some("quarantine", in_quarantine(&quarantine, device));
        object
    }));
    output::print(cli.format, &answer, |out| {
        let heads = [
            "DEVICE",
            "LINK",
            "SIZE",
            "TYPE",
            "MODEL",
            "ADDRESS",
            "ADAPTER",
            "DAEMONS",
            "WEAR",
            "HEALTH",
            "LIFE EXPECTANCY",
            "DEVICE ID",
        ];
        let mut rows = vec![heads.map(str::to_owned).to_vec()];
        rows.extend(disks().map(|(device, condition)| row(device, condition.as_ref(), now)));
        output::table(out, &rows)
    })?;
    // A host without disks is a host whose disks were all listed.
    Ok(if found.missing == 0 {
        Exit::Complete
    } else {
        Exit::of(found.devices.len(), found.devices.len() + found.missing)
    })
}

/// How each disk is by the history, where it may be read and knows the disk.
fn conditions(cli: &Cli, devices: &[BlockDevice]) -> Vec<Option<Condition>> {
    let history = find(cli).ok().flatten();
    let of = |device: &BlockDevice| {
        let history = history.as_ref()?;
        let known = said(history.device(device.device_id.as_deref()?))??;
        said(Condition::of(history, &known, now()))
    };
    devices.iter().map(of).collect()
}

fn row(device: &BlockDevice, condition: Option<&Condition>, now: Stamp) -> Vec<String> {
    let none = || "-".to_owned();
    let or_none = |words: String| if words.is_empty() { none() } else { words };
    vec![
        device.path().display().to_string(),
        device.link.word().to_owned(),
        device.size_bytes.map_or_else(none, output::bytes),
        device.rotational.map_or_else(none, |rotates| if rotates { "hdd" } else { "ssd" }.to_owned()),
        device.model.clone().unwrap_or_else(none),
        device.hctl.map_or_else(none, |hctl| address(&hctl)),
        device.adapter.as_ref().map_or_else(none, |(driver, address)| format!("{driver} {address}")),
        if device.daemons.is_empty() { none() } else { device.daemons.join(",") },
        or_none(condition.map(Condition::wear_words).unwrap_or_default()),
        condition.map_or_else(none, |condition| condition.word().to_owned()),
        or_none(condition.map(|condition| condition.life_words(now)).unwrap_or_default()),
        device.device_id.clone().unwrap_or_else(none),
    ]
}

fn address(hctl: &Hctl) -> String {
    format!("{}:{}:{}:{}", hctl.host, hctl.channel, hctl.target, hctl.lun)
}

/// That a disk hung, when, and until when it is left alone. `None`: it did not.
fn in_quarantine(quarantine: &Quarantine, device: &BlockDevice) -> Option<Object> {
    let entry = quarantine.of(device)?;
    Some(object! {
        "times" => entry.times,
        "since" => entry.since,
        "until" => entry.until,
        "command" => entry.command.clone(),
        "left_alone" => quarantine.refusal(device, reading::now(), Rule::Kept).is_some(),
    })
}

/// The cluster's keys, then ours.
fn to_object(device: &BlockDevice, condition: Option<&Condition>, host: &str) -> Object {
    let paths = |paths: &[PathBuf]| Value::array(paths.iter().map(|path| path.display().to_string()));
    let by_path = device.by_path.first().map(|path| path.display().to_string());
    let mut object = object! {};
    object.set_some("devid", device.device_id.clone());
    let location = object! {
        "host" => host.to_owned(), "dev" => device.name.clone(), "path" => by_path.unwrap_or_default(),
    };
    object.set("location", Value::array([location]));
    object.set("daemons", Value::array(device.daemons.iter().cloned()));
    if let Some(condition) = condition {
        condition.add_to(&mut object);
        object.set("health", condition.word());
    }
    let ours = object! {
        "path" => device.path().display().to_string(),
        "name" => device.name.clone(),
        "link" => device.link.word(),
    };
    ours.into_iter().for_each(|(key, value)| {
        object.set(key, value);
    });
    if let Some(kind) = &device.smartctl_type {
        let path = device.smartctl_path().display().to_string();
        object.set("smartctl_path", path).set("smartctl_type", kind.clone());
    }
    object
        .set_some("vendor", device.vendor.clone())
        .set_some("model", device.model.clone())
        .set_some("revision", device.revision.clone())
        .set_some("serial", device.serial.clone())
        .set_some("wwn", device.wwn.clone())
        .set_some("size_bytes", device.size_bytes)
        .set_some("logical_block_size", device.logical_block_size)
        .set_some("rotational", device.rotational)
        .set_some("hctl", device.hctl.as_ref().map(address))
        .set_some("generic", device.generic.as_ref().map(|path| path.display().to_string()));
    if let Some((driver, address)) = &device.adapter {
        object.set("adapter", object! { "driver" => driver.clone(), "address" => address.clone() });
    }
    if !device.namespaces.is_empty() {
        let namespace =
            |(nsid, path): &(u32, PathBuf)| object! { "nsid" => *nsid, "path" => path.display().to_string() };
        object.set("namespaces", Value::array(device.namespaces.iter().map(namespace)));
    }
    object.set("other_paths", Value::array(device.other_paths.iter().cloned()));
    object.set("by_id", paths(&device.by_id)).set("by_path", paths(&device.by_path));
    object
}
