//! `stone device ls`: the physical disks, from udev and sysfs, and from RAID controllers for those behind them.

use std::io;
use std::path::PathBuf;

use crate::cli::args::{Cli, LsArgs};
use crate::cli::{disks, exit::Exit, output, reading};
use crate::collect::quarantine::Rule;
use crate::device::{BlockDevice, Hctl};
use crate::object;
use crate::report::{Object, Value};

pub(in crate::cli) fn ls(cli: &Cli, args: &LsArgs) -> io::Result<Exit> {
    let found = disks::find(&args.devices);
    let quarantine = reading::quarantine(cli);
    let refusal = |device: &BlockDevice| quarantine.refusal(device, reading::now(), Rule::Kept);
    for device in &found.devices {
        if let Some(words) = refusal(device) {
            output::say(format_args!("{}: in quarantine: {words}", device.path().display()));
        }
    }
    let entry = |device: &BlockDevice| {
        let mut object = to_object(device);
        if let Some(entry) = quarantine.of(device) {
            let words = refusal(device);
            object.set(
                "quarantine",
                object! {
                    "times" => entry.times,
                    "since" => entry.since,
                    "until" => entry.until,
                    "command" => entry.command.clone(),
                    "left_alone" => words.is_some(),
                },
            );
        }
        object
    };
    let devices: Vec<Object> = found.devices.iter().map(entry).collect();
    let answer = object! { "devices" => Value::from(devices) };
    output::print(cli.format, &answer, |out| {
        let heads = ["DEVICE", "LINK", "SIZE", "TYPE", "MODEL", "ADDRESS", "ADAPTER", "DAEMONS", "DEVICE ID"];
        let mut rows = vec![heads.map(str::to_owned).to_vec()];
        rows.extend(found.devices.iter().map(row));
        output::table(out, &rows)
    })?;
    // A host without disks is a host whose disks were all listed.
    Ok(if found.missing == 0 {
        Exit::Complete
    } else {
        Exit::of(found.devices.len(), found.devices.len() + found.missing)
    })
}

fn row(device: &BlockDevice) -> Vec<String> {
    let none = || "-".to_owned();
    vec![
        device.path().display().to_string(),
        device.link.word().to_owned(),
        device.size_bytes.map_or_else(none, output::bytes),
        device.rotational.map_or_else(none, |rotates| if rotates { "hdd" } else { "ssd" }.to_owned()),
        device.model.clone().unwrap_or_else(none),
        device.hctl.map_or_else(none, |hctl| address(&hctl)),
        device.adapter.as_ref().map_or_else(none, |(driver, address)| format!("{driver} {address}")),
        if device.daemons.is_empty() { none() } else { device.daemons.join(",") },
        device.device_id.clone().unwrap_or_else(none),
    ]
}

fn address(hctl: &Hctl) -> String {
    format!("{}:{}:{}:{}", hctl.host, hctl.channel, hctl.target, hctl.lun)
}

fn to_object(device: &BlockDevice) -> Object {
    let paths = |paths: &[PathBuf]| Value::array(paths.iter().map(|path| path.display().to_string()));
    let mut object = object! {
        "path" => device.path().display().to_string(),
        "name" => device.name.clone(),
        "link" => device.link.word(),
    };
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
    object.set_some("device_id", device.device_id.clone());
    object.set("daemons", Value::array(device.daemons.iter().cloned()));
    object.set("other_paths", Value::array(device.other_paths.iter().cloned()));
    object.set("by_id", paths(&device.by_id)).set("by_path", paths(&device.by_path));
    object
}
