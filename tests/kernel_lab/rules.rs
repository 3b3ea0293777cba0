//! The rules, each a function: what has to be true of a round.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use crate::Finding;
use crate::leaves::{Comparison, compare};
use crate::machine::Machine;
use crate::report;
use crate::round::{Answer, Disk, Round, whole};

type Rule = fn(&Machine, &Round<'_>) -> Vec<Finding>;

const RULES: &[Rule] = &[
    the_lab_is_complete,
    nothing_is_late,
    each_disk_is_listed_once,
    listed_facts_are_true,
    records_equal_those_of_smartctl,
    smartctl_is_replaced_behind_a_controller,
    reading_all_gives_the_same,
    dumps_decode_to_the_same,
    commands_only_read,
    no_node_is_left_behind,
    what_lies_on_a_disk_leads_to_it,
    daemons_are_on_their_disks,
    report::names_nobody,
    report::has_each_disk,
    exit_statuses_are_as_documented,
];

pub(crate) fn apply(machine: &Machine, round: &Round<'_>) -> Vec<Finding> {
    RULES.iter().flat_map(|rule| rule(machine, round)).collect()
}

/// Every disk of the table is there by smartctl's word: otherwise the lab itself is broken.
fn the_lab_is_complete(machine: &Machine, round: &Round<'_>) -> Vec<Finding> {
    let disks = machine.rows.iter().filter(|row| row.bus != "host" && row.bus != "nvme");
    let mut findings: Vec<Finding> = disks
        .filter(|row| round.disk(&row.name).is_none())
        .map(|row| format!("the guest has no disk {}", row.name))
        .collect();
    for kind in ["dm-", "loop", "md", "sr", "zram"] {
        if kind != "zram" && !round.blocks.keys().any(|name| name.starts_with(kind)) {
            findings.push(format!("the guest has no device {kind}*"));
        }
    }
    findings
}

fn nothing_is_late(_: &Machine, round: &Round<'_>) -> Vec<Finding> {
    let of_disks = round.disks.iter().flat_map(|disk| {
        let answers = [
            ("query", &disk.query),
            ("dump", &disk.dump),
            ("decode", &disk.decode),
            ("drop-in", &disk.drop_in),
        ];
        answers.map(|(name, answer)| (format!("{name} of {}", disk.label()), answer))
    });
    let others = round.answers.iter().map(|(name, answer)| (name.clone(), answer));
    others
        .chain(of_disks)
        .filter(|(_, answer)| matches!(answer.exit, Some(124 | 134..=139 | 143)))
        .map(|(name, answer)| {
            format!("{name} was late or crashed: exit {:?}: {}", answer.exit, answer.err.trim())
        })
        .collect()
}

/// The names of sysfs that are disks; a controller for its namespaces.
fn disk_names<'a>(round: &'a Round<'_>) -> Vec<&'a str> {
    let is_disk = |name: &&String| {
        ["sd", "vd", "nvme"].iter().any(|kind| name.starts_with(kind))
            && !round.blocks.keys().any(|other| {
                name.len() > other.len()
                    && round.blocks[*name].path.starts_with(&format!("{}/", round.blocks[other].path))
            })
    };
    let mut names: Vec<&str> = round.blocks.keys().filter(is_disk).map(|name| whole(name)).collect();
    names.dedup();
    names
}

/// What `device ls` says of each name; of a disk behind a RAID controller under `megaraid,N`.
fn listed(round: &Round<'_>) -> Vec<(String, Value)> {
    let name = |device: &Value| {
        let kind = device["smartctl_type"].as_str().filter(|kind| kind.contains("megaraid"));
        let path = device["path"].as_str().unwrap_or_default();
        kind.map_or_else(|| whole(path.strip_prefix("/dev/").unwrap_or(path)).to_owned(), str::to_owned)
    };
    round.answer("ls").devices().into_iter().map(|device| (name(&device), device)).collect()
}

/// Further ways to the disk of an entry.
fn other_paths(entry: &Value) -> impl Iterator<Item = &str> {
    entry["other_paths"].as_array().into_iter().flatten().filter_map(Value::as_str)
}

/// The entry of `device ls` for a node: its own, or that of the disk which it is a further way to.
fn entry_of<'a>(listed: &'a [(String, Value)], disk: &Disk<'_>) -> Option<&'a (String, Value)> {
    let is_it = |(name, entry): &&(String, Value)| {
        name == disk.whole() || other_paths(entry).any(|other| other == disk.node)
    };
    listed.iter().find(is_it)
}

/// None missing, none twice, nothing else: no loop device, no memory, nothing that lies on a disk. A disk with two ways
/// is one disk.
fn each_disk_is_listed_once(_: &Machine, round: &Round<'_>) -> Vec<Finding> {
    let mut findings = Vec::new();
    let answer = round.answer("ls");
    if answer.exit != Some(0) {
        findings.push(format!("device ls ended with {:?}: {}", answer.exit, answer.err.trim()));
    }
    let listed = listed(round);
    let mut times: BTreeMap<&str, usize> = BTreeMap::new();
    for name in listed.iter().flat_map(|(name, entry)| other_paths(entry).chain([name.as_str()])) {
        *times.entry(name).or_default() += 1;
    }
    let behind = round.disks.iter().filter(|disk| disk.has_no_node()).map(|disk| disk.node.as_str());
    for name in disk_names(round).into_iter().chain(behind) {
        match times.remove(name) {
            Some(1) => {}
            Some(count) => findings.push(format!("device ls has {name} {count} times")),
            None => findings.push(format!("device ls does not have {name}")),
        }
    }
    findings.extend(times.into_keys().map(|name| format!("device ls has {name}, which is no disk")));
    let mut units: BTreeMap<String, BTreeSet<&str>> = BTreeMap::new();
    for disk in round.disks.iter().filter(|disk| !disk.has_no_node()) {
        let smartctl = disk.smartctl.json().unwrap_or_default();
        if let (Some(unit), Some((name, _))) = (smartctl["logical_unit_id"].as_str(), entry_of(&listed, disk))
        {
            units.entry(unit.to_owned()).or_default().insert(name);
        }
    }
    for (unit, names) in units.iter().filter(|(_, names)| names.len() > 1) {
        findings.push(format!("device ls has logical unit {unit} as {names:?}"));
    }
    findings
}

/// Size as sysfs has it; serial number, where there is one, as QEMU was told.
fn listed_facts_are_true(machine: &Machine, round: &Round<'_>) -> Vec<Finding> {
    let listed = listed(round);
    let mut findings = Vec::new();
    for disk in &round.disks {
        let Some((_, entry)) = entry_of(&listed, disk) else { continue };
        if let (Some(serial), Some(row)) = (entry["serial"].as_str(), disk.row)
            && machine.serial_of(row) != Some(serial)
        {
            findings.push(format!("device ls has another serial number for {}: {serial}", disk.label()));
        }
        let bytes = if disk.has_no_node() {
            disk.smartctl.json().and_then(|json| json["user_capacity"]["bytes"].as_u64())
        } else {
            round.blocks.get(&disk.node).map(|block| block.sectors * 512)
        };
        if !disk.node.starts_with("nvme") && entry["size_bytes"].as_u64() != bytes {
            findings.push(format!(
                "device ls has size {} for {}: {bytes:?}",
                entry["size_bytes"],
                disk.label()
            ));
        }
    }
    findings
}

/// The records of `query` for all disks at once.
fn all_at_once(round: &Round<'_>) -> Vec<(String, Value)> {
    let devices = round.answer("query").devices();
    let record =
        |mut device: Value| Some((device["path"].as_str()?.to_owned(), device.get_mut("record")?.take()));
    devices.into_iter().filter_map(record).collect()
}

/// The record of one disk out of many: by its node, or by the way to it.
fn record_of<'a>(round: &Round<'_>, records: &'a [(String, Value)], disk: &Disk<'_>) -> Option<&'a Value> {
    let listed = listed(round);
    let name = entry_of(&listed, disk).map_or(disk.whole(), |(name, _)| name);
    let is_it = |(path, record): &&(String, Value)| {
        if disk.has_no_node() {
            record["device"]["type"].as_str().is_some_and(|kind| kind.ends_with(&disk.node))
        } else {
            path.strip_prefix("/dev/").is_some_and(|path| whole(path) == name)
        }
    };
    records.iter().find(is_it).map(|(_, record)| record)
}

/// Our record and smartctl's of one disk. `None`: one of the two has nothing to say, or they speak of different disks:
/// instead of a logical disk we read the one behind it.
fn comparison(disk: &Disk<'_>) -> Option<Comparison> {
    let (smartctl, record) = (disk.smartctl.json()?, disk.query.record()?);
    (!disk.logical).then(|| compare(&smartctl, &record))
}

fn records_equal_those_of_smartctl(_: &Machine, round: &Round<'_>) -> Vec<Finding> {
    let mut findings = Vec::new();
    for disk in round.disks.iter().filter(|disk| !disk.takes_no_commands()) {
        match comparison(disk) {
            Some(comparison) => {
                findings.extend(comparison.faults.iter().map(|fault| format!("{}: {fault}", disk.label())))
            }
            None if disk.logical => {}
            None => findings.push(format!("{}: no record: {}", disk.label(), disk.query.err.trim())),
        }
    }
    findings
}

/// `stone smartctl -d megaraid,N` and smartctl with the same arguments.
fn smartctl_is_replaced_behind_a_controller(_: &Machine, round: &Round<'_>) -> Vec<Finding> {
    let mut findings = Vec::new();
    for disk in round.disks.iter().filter(|disk| disk.has_no_node()) {
        match (disk.smartctl.json(), disk.drop_in.json()) {
            (Some(theirs), Some(ours)) => {
                let faults = compare(&theirs, &ours).faults;
                findings.extend(faults.iter().map(|fault| format!("{}: as smartctl: {fault}", disk.label())));
            }
            _ => findings.push(format!(
                "{}: as smartctl: no answer, exit {:?}: {}",
                disk.label(),
                disk.drop_in.exit,
                disk.drop_in.err.trim()
            )),
        }
    }
    findings
}

/// How two records of ours differ that came by different ways to the same disk: but for the way itself.
fn differences(one: &Value, other: &Value) -> Vec<String> {
    let mut faults = compare(one, other).faults;
    faults.retain(|fault| !fault.starts_with("device.name ") && !fault.starts_with("device.type "));
    faults
}

/// Reading all disks at once gives the same as reading one; a controller has no namespace then.
fn reading_all_gives_the_same(_: &Machine, round: &Round<'_>) -> Vec<Finding> {
    let records = all_at_once(round);
    let of_a_namespace = ["nvme_namespaces", "user_capacity", "logical_block_size"];
    let mut findings = Vec::new();
    for disk in round.disks.iter().filter(|disk| !disk.logical) {
        let Some(alone) = disk.query.record() else { continue };
        let Some(together) = record_of(round, &records, disk) else {
            findings.push(format!("{}: read alone, but not with the others", disk.label()));
            continue;
        };
        let mut faults = differences(&alone, together);
        faults.retain(|fault| {
            !disk.node.starts_with("nvme") || !of_a_namespace.iter().any(|key| fault.starts_with(key))
        });
        findings.extend(faults.iter().map(|fault| format!("{}: alone and together: {fault}", disk.label())));
    }
    findings
}

/// What `device dump` wrote decodes to what was read.
fn dumps_decode_to_the_same(_: &Machine, round: &Round<'_>) -> Vec<Finding> {
    let mut findings = Vec::new();
    for disk in &round.disks {
        let Some(read) = disk.query.record() else { continue };
        match (disk.dump.exit, disk.decode.record()) {
            (Some(0), Some(decoded)) => findings.extend(
                differences(&read, &decoded).iter().map(|fault| format!("{}: dump: {fault}", disk.label())),
            ),
            _ => findings.push(format!(
                "{}: dump ended with {:?}, decode with {:?}: {}{}",
                disk.label(),
                disk.dump.exit,
                disk.decode.exit,
                disk.dump.err,
                disk.decode.err
            )),
        }
    }
    findings
}

/// By the kernel's own trace.
fn commands_only_read(_: &Machine, round: &Round<'_>) -> Vec<Finding> {
    let harmful = |disk: &Disk<'_>| {
        let label = disk.label();
        let commands = disk.commands.harmful.iter();
        commands.map(|command| format!("{label}: not a reading command: {command}")).collect::<Vec<_>>()
    };
    round.disks.iter().flat_map(harmful).collect()
}

/// The way to a RAID controller may need a node for a moment.
fn no_node_is_left_behind(_: &Machine, round: &Round<'_>) -> Vec<Finding> {
    round.nodes_left.lines().map(|node| format!("left behind: {node}")).collect()
}

/// A partition, and a volume on it; a logical disk of a RAID controller.
fn what_lies_on_a_disk_leads_to_it(machine: &Machine, round: &Round<'_>) -> Vec<Finding> {
    let disk =
        machine.rows.iter().find(|row| row.name == "qemu-ahci-hdd").and_then(|row| row.serial.as_deref());
    let mut findings = Vec::new();
    for question in ["query-partition", "query-volume"] {
        let record = round.answer(question).record();
        let serial = record.as_ref().and_then(|record| record["serial_number"].as_str());
        if serial.is_none() || serial != disk {
            let words = round.answer(question).err.trim();
            findings.push(format!("{question} does not lead to its disk but to {serial:?}: {words}"));
        }
    }
    for disk in round.disks.iter().filter(|disk| disk.logical) {
        let record = disk.query.record().unwrap_or_default();
        let behind = record["device"]["type"].as_str().is_some_and(|kind| kind.contains("megaraid,"));
        let serial = disk.row.and_then(|row| row.serial.as_deref());
        if !behind || record["serial_number"].as_str() != serial {
            let (kind, words) = (&record["device"]["type"], disk.query.err.trim());
            findings
                .push(format!("{} does not lead to the disk behind it but to {kind}: {words}", disk.label()));
        }
    }
    findings
}

/// Where tests/lab/guest/stack.sh put them.
fn daemons_are_on_their_disks(_: &Machine, round: &Round<'_>) -> Vec<Finding> {
    let listed = listed(round);
    let mut findings = Vec::new();
    for disk in &round.disks {
        let expected: &[&str] = match disk.row.map_or("", |row| row.name.as_str()) {
            "qemu-ahci-hdd" | "qemu-nvme-one.1" => &["osd.0"],
            "qemu-ahci-ssd" => &["osd.1"],
            _ => &[],
        };
        let Some((_, entry)) = entry_of(&listed, disk) else { continue };
        let daemons = entry["daemons"].as_array().into_iter().flatten().filter_map(Value::as_str);
        let daemons: Vec<&str> = daemons.collect();
        if daemons != expected {
            findings.push(format!("device ls has daemons {daemons:?} on {}, not {expected:?}", disk.label()));
        }
    }
    findings
}

/// 0 all read, 1 some missing, 2 usage, 3 nothing read; and whatever happened, standard output is JSON.
fn exit_statuses_are_as_documented(_: &Machine, round: &Round<'_>) -> Vec<Finding> {
    let mut findings = Vec::new();
    let mut expect = |name: &str, answer: &Answer, status: u8| {
        if answer.exit != Some(status) {
            findings.push(format!(
                "{name} ended with {:?}, not {status}: {}",
                answer.exit,
                answer.err.trim()
            ));
        }
        if status != 2 && answer.json().is_none() {
            findings.push(format!("{name} printed no JSON"));
        }
    };
    expect("query of all", round.answer("query"), exit_of(round.answer("query")));
    expect("a wrong option", round.answer("usage"), 2);
    expect("query of no disk", round.answer("nothing"), 3);
    expect("query of a disk and no disk", round.answer("some"), 1);
    for disk in &round.disks {
        let status = if disk.takes_no_commands() { 3 } else { exit_of(&disk.query) };
        expect(&format!("query of {}", disk.label()), &disk.query, status);
    }
    findings
}

/// The documented status after these outcomes.
fn exit_of(answer: &Answer) -> u8 {
    let devices = answer.devices();
    match devices.iter().filter(|device| device["outcome"] == "ok").count() {
        0 => 3,
        read if read == devices.len() => 0,
        _ => 1,
    }
}

/// What differs and may, and how much was compared.
pub(crate) fn notes(round: &Round<'_>) -> Vec<String> {
    let comparisons: Vec<Comparison> = round.disks.iter().filter_map(comparison).collect();
    let mut excepted: BTreeMap<(&str, &str), usize> = BTreeMap::new();
    for exception in comparisons.iter().flat_map(|comparison| &comparison.excepted) {
        *excepted.entry(*exception).or_default() += 1;
    }
    let exceptions =
        excepted.iter().map(|((path, why), disks)| format!("{path} of {disks} disks differs: {why}"));
    let sum = |of: fn(&Comparison) -> usize| comparisons.iter().map(of).sum::<usize>();
    // Of disks for which the trace has both.
    let traced =
        round.disks.iter().filter(|disk| disk.commands.count > 0 && disk.commands_of_smartctl.count > 0);
    let (ours, theirs) = traced.fold((0, 0), |(ours, theirs), disk| {
        (ours + disk.commands.count, theirs + disk.commands_of_smartctl.count)
    });
    let summary = format!(
        "{} devices, {} of {} leaves equal, {} excepted; {ours} commands, {theirs} of smartctl",
        comparisons.len(),
        sum(|comparison| comparison.equal),
        sum(|comparison| comparison.all),
        sum(|comparison| comparison.excepted.len()),
    );
    exceptions.chain([summary]).collect()
}

/// A line for each disk.
pub(crate) fn rows(round: &Round<'_>) -> Vec<Vec<String>> {
    let listed = listed(round);
    let row = |disk: &Disk<'_>| {
        let comparison = comparison(disk);
        let cell = |of: fn(&Comparison) -> String| comparison.as_ref().map_or_else(|| "-".to_owned(), of);
        let link = entry_of(&listed, disk).and_then(|(_, entry)| entry["link"].as_str()).unwrap_or("-");
        let commands = |count: usize| if count == 0 { "-".to_owned() } else { count.to_string() };
        vec![
            disk.node.clone(),
            disk.row.map_or("scsi_debug", |row| row.name.as_str()).to_owned(),
            link.to_owned(),
            cell(|comparison| format!("{}/{}", comparison.equal, comparison.all)),
            cell(|comparison| comparison.excepted.len().to_string()),
            cell(|comparison| comparison.extra.len().to_string()),
            commands(disk.commands.count),
            commands(disk.commands_of_smartctl.count),
            disk.query.exit.map_or_else(|| "-".to_owned(), |exit| exit.to_string()),
        ]
    };
    round.disks.iter().map(row).collect()
}
