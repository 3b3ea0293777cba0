//! The made drives under `fixtures/`: they are as described, they are nobody's, and their records say what they should.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use serde_json::{Map, Value};
use stone_smart::device::BlockDevice;
use stone_smart::source::{Limits, Native, Source};

#[path = "../fixtures/generate/generate.rs"]
mod generate;

/// Serial numbers that no drive has. One more drive is one more line.
const MADE_UP_SERIALS: [&str; 17] = [
    "MADEUP-AE0013",
    "MADEUP-AF0002",
    "MADEUP-AH0001",
    "MADEUP-AM0004",
    "MADEUP-AO0009",
    "MADEUP-AS0003",
    "MADEUP-AZ0012",
    "MADEUP-NC0007",
    "MADEUP-ND0008",
    "MADEUP-NV0014",
    "MADEUP-SC0017",
    "MADEUP-SE0016",
    "MADEUP-SF0011",
    "MADEUP-SH0005",
    "MADEUP-SO0010",
    "MADEUP-SS0006",
    "MADEUP-ST0015",
];

/// 02-53-54 is locally administered (bit 1 of its first byte): IEEE assigns it to nobody.
const MADE_UP_OUI: u64 = 0x02_5354;

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures")
}

fn drives() -> Vec<PathBuf> {
    let drives = generate::descriptions(&folder()).expect("fixtures/ can be listed");
    assert!(!drives.is_empty());
    drives
}

fn json(path: &Path) -> Value {
    let text = fs::read_to_string(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    serde_json::from_str(&text).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// The drives of the kernel lab, which were recorded there: no description, made-up serial numbers all the same.
fn recorded() -> Vec<PathBuf> {
    let folders = fs::read_dir(folder()).expect("fixtures/ can be listed");
    let folders = folders.map(|entry| entry.expect("an entry").path());
    let recorded: Vec<_> = folders
        .filter(|drive| drive.join("device.conf").exists() && !drive.join("drive.json").exists())
        .collect();
    assert!(!recorded.is_empty());
    recorded
}

/// Values by path, from the `expected.json` beside `description`.
fn expected(description: &Path) -> Map<String, Value> {
    match json(&description.with_file_name("expected.json")) {
        Value::Object(leaves) => leaves,
        other => panic!("{}: not leaves by path: {other}", description.display()),
    }
}

#[test]
fn dumps_are_as_described() {
    for description in drives() {
        let drive = description.parent().expect("a drive has a folder");
        let wanted = generate::dump(&description).expect("a description that can be encoded");
        let found: generate::Files = generate::dump_files(drive)
            .expect("a folder that can be listed")
            .into_iter()
            .map(|name| (name.clone(), fs::read(drive.join(name)).expect("an answer that can be read")))
            .collect();
        let names = |files: &generate::Files| files.keys().cloned().collect::<Vec<_>>();
        assert_eq!(names(&found), names(&wanted), "{}", drive.display());
        let differing: Vec<_> =
            wanted.iter().filter(|(name, bytes)| found[*name] != **bytes).map(|(name, _)| name).collect();
        assert!(
            differing.is_empty(),
            "{}: {differing:?}: run `cargo run --example fixtures`",
            drive.display()
        );
    }
}

#[test]
fn identities_are_made_up_and_each_used_once() {
    let mut serials = BTreeSet::new();
    let mut names = BTreeSet::new();
    for description in drives() {
        let drive = json(&description)["drive"].take();
        let facts = drive.as_object().and_then(|kinds| kinds.values().next()).expect("a drive of one kind");
        let serial = facts["serial"].as_str().expect("a serial number").to_owned();
        assert!(
            MADE_UP_SERIALS.contains(&serial.as_str()),
            "{serial} is not on the list of made-up serial numbers"
        );
        assert!(serials.insert(serial), "{}: a serial number of another drive", description.display());
        let mut own = Vec::new();
        for key in ["wwn", "logical_unit"] {
            own.extend(facts.get(key).map(name_of));
        }
        own.extend(facts.get("ports").and_then(Value::as_array).into_iter().flatten().map(name_of));
        let namespaces =
            facts.get("namespaces").and_then(Value::as_object).into_iter().flat_map(|all| all.values());
        for eui in namespaces.filter_map(|namespace| namespace.get("eui64")).map(name_of) {
            assert_eq!(eui >> 40, MADE_UP_OUI, "{eui:016x}");
            assert!(names.insert(eui), "{eui:016x} is used twice");
        }
        for name in own {
            assert_eq!(name >> 36, 0x500_0000 | MADE_UP_OUI, "{name:016x}");
            assert!(names.insert(name), "{name:016x} is used twice");
        }
        for phy in facts.pointer("/logs/phys").and_then(Value::as_array).into_iter().flatten() {
            let attached = name_of(&phy["attached"][0]);
            assert!(attached == 0 || attached >> 36 == 0x500_0000 | MADE_UP_OUI, "{attached:016x}");
        }
    }
    assert_eq!(serials.len(), MADE_UP_SERIALS.len(), "a serial number on the list that no drive has");
}

/// A 64-bit name: hex in a string, or 0.
fn name_of(value: &Value) -> u64 {
    let text = value.as_str().map(|text| text.trim_start_matches("0x"));
    text.map_or_else(
        || value.as_u64().expect("a name"),
        |hex| u64::from_str_radix(hex, 16).expect("a name in hex"),
    )
}

#[test]
fn recorded_drives_are_nobodys() {
    for drive in recorded() {
        let serial = record(&drive.join("device.conf"))["serial_number"].take();
        assert!(
            serial.as_str().is_some_and(|serial| serial.starts_with("MADEUP-")),
            "{}: {serial}",
            drive.display()
        );
    }
}

#[test]
fn expectations_tell_of_the_drive_alone() {
    for description in drives() {
        let expected = expected(&description);
        let facts = json(&description);
        let facts = facts["drive"].as_object().and_then(|kinds| kinds.values().next()).expect("a drive");
        assert_eq!(expected.get("serial_number"), facts.get("serial"), "{}", description.display());
        for (path, value) in &expected {
            assert!(!value.is_object(), "{path} is no leaf");
            let of_the_drive =
                !["local_time", "stone.sections", "model_family"].iter().any(|head| path.starts_with(head));
            assert!(
                of_the_drive && (!path.starts_with("smartctl.") || path == "smartctl.exit_status"),
                "{path}"
            );
        }
    }
}

/// The record of a drive, read as a disk is read: through its dump, by the native source.
fn record(description: &Path) -> Value {
    let device = BlockDevice::recorded(description.parent().expect("a drive has a folder"));
    let record = Native::new().read(&device, &Limits::new(Limits::COMMAND, Limits::DISK));
    let record = record.unwrap_or_else(|error| panic!("{}: {error}", description.display()));
    let text = serde_json::to_string(&record.0).expect("a record is JSON");
    serde_json::from_str(&text).expect("JSON that can be read")
}

/// What is no disk, or has no informational exceptions, is neither well nor ill: nothing is said.
#[test]
fn what_has_no_smart_has_no_verdict() {
    for name in ["scsi-tape", "scsi-enclosure", "scsi-cd"] {
        let record = record(&folder().join(name).join("drive.json"));
        assert_eq!(record.pointer("/smart_support/available"), Some(&Value::Bool(false)), "{name}");
        assert!(
            record.get("smart_status").is_none() && record.get("temperature_warning").is_none(),
            "{name}"
        );
        assert_eq!(verdict(&record["smartctl"]["exit_status"]), Some(if name == "scsi-cd" { 2 } else { 0 }));
    }
}

#[test]
fn records_say_what_is_expected() {
    let mut complaints = Vec::new();
    let recorded = recorded().into_iter().map(|drive| drive.join("device.conf"));
    for description in drives().into_iter().chain(recorded) {
        let expected = expected(&description);
        let found = generate::leaves(&record(&description));
        for (path, value) in &expected {
            let same = match (path.as_str(), found.get(path)) {
                ("smartctl.exit_status", Some(found)) => verdict(found) == verdict(value),
                (_, found) => found == Some(value),
            };
            if !same {
                let found = found.get(path).map_or("nothing".to_owned(), Value::to_string);
                complaints.push(format!("{}: {path}: {found}, not {value}", description.display()));
            }
        }
    }
    let some = complaints.iter().take(50).map(String::as_str).collect::<Vec<_>>().join("\n");
    assert!(complaints.is_empty(), "{} facts are missing or wrong, among them:\n{some}", complaints.len());
}

/// An exit status without bit 2, which tells what one reader asked for and did not get, not how the drive is.
fn verdict(status: &Value) -> Option<u64> {
    status.as_u64().map(|status| status & !4)
}

#[test]
fn planted_faults_and_no_others_are_told() {
    let mut complaints = Vec::new();
    for description in drives() {
        let record = record(&description);
        let sections = record.pointer("/stone/sections").and_then(Value::as_object).expect("sections");
        let gaps: Vec<_> = sections
            .iter()
            .filter(|(_, section)| !matches!(section["outcome"].as_str(), Some("ok" | "unsupported")))
            .map(|(name, section)| format!("{name}: {section}"))
            .collect();
        let facts = json(&description);
        let conf = facts["conf"].as_array().into_iter().flatten().filter_map(Value::as_str);
        let is_gap = |line: &&str| line.ends_with(",unc") || line.ends_with(",notready");
        let unreadable = conf.filter(|line| line.starts_with("fail=") && is_gap(line)).count();
        // Data with a wrong checksum are still data: they leave a warning, not a gap. A refused log is unsupported.
        let spoiled = facts["bad_checksum"].as_array().map_or(0, Vec::len);
        let messages = record.pointer("/smartctl/messages").and_then(Value::as_array).into_iter().flatten();
        let warned = messages.filter(|message| message["string"].to_string().contains("checksum")).count();
        if gaps.len() != unreadable || warned != spoiled {
            let drive = description.display();
            complaints.push(format!(
                "{drive}: {unreadable} unreadable: {gaps:#?}; {spoiled} spoiled, {warned} warnings"
            ));
        }
    }
    assert!(complaints.is_empty(), "{}", complaints.join("\n"));
}
