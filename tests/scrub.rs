//! A scrubbed dump: nothing that identifies the drive is left in it, and it decodes as before.

#![allow(clippy::unwrap_used, reason = "a test says where it fails")]

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::Value;
use stone_smart::device::BlockDevice;
use stone_smart::source::scrub::scrub;
use stone_smart::source::{Limits, Native, Source};
use stone_smart::transport::dump::Dump;

fn fixtures() -> Vec<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures");
    let entries = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    let mut drives: Vec<_> = entries.filter(|path| path.join("device.conf").exists()).collect();
    drives.sort();
    assert!(drives.len() > 20, "{drives:?}");
    drives
}

fn copy(from: &Path, to: &Path) {
    fs::create_dir(to).unwrap();
    for entry in fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        fs::copy(entry.path(), to.join(entry.file_name())).unwrap();
    }
}

fn record(folder: &Path) -> Value {
    let limits = Limits::new(Limits::COMMAND, Limits::DISK);
    let record = Native::new().read(&BlockDevice::recorded(folder), &limits).unwrap();
    serde_json::from_str(&serde_json::to_string(&record.0).unwrap()).unwrap()
}

/// What identifies a drive in a record, by key: the values, in words.
fn identifiers(record: &Value, found: &mut BTreeSet<String>) {
    const TEXTS: &[&str] = &["serial_number", "logical_unit_id", "unique_id", "nguid", "subsystem_nqn"];
    const NAMES: &[&str] = &["wwn", "eui64", "sas_address", "attached_sas_address"];
    match record {
        Value::Object(members) => {
            for (key, value) in members {
                match value {
                    Value::String(text) if TEXTS.contains(&key.as_str()) || NAMES.contains(&key.as_str()) => {
                        _ = found.insert(text.trim_start_matches("0x").to_owned());
                    }
                    Value::Object(parts) if NAMES.contains(&key.as_str()) => {
                        let id = parts.get("id").or(parts.get("ext_id")).and_then(Value::as_u64);
                        found.extend(id.filter(|id| *id != 0).map(|id| format!("{id:09x}")));
                    }
                    value => identifiers(value, found),
                }
            }
        }
        Value::Array(values) => values.iter().for_each(|value| identifiers(value, found)),
        _ => {}
    }
}

/// A text or hexadecimal number as it may stand in bytes. Written apart from the program's own list.
fn spellings(text: &str) -> Vec<Vec<u8>> {
    let mut ways = vec![text.as_bytes().to_vec()];
    if text.len().is_multiple_of(2)
        && let Ok(bytes) = (0..text.len())
            .step_by(2)
            .map(|at| u8::from_str_radix(&text[at..at + 2], 16))
            .collect::<Result<Vec<_>, _>>()
    {
        ways.push(bytes);
    }
    let mut all = Vec::new();
    for way in ways {
        let swapped: Vec<u8> = way.chunks(2).flat_map(|word| word.iter().rev().copied()).collect();
        for order in [
            way.clone(),
            way.iter().rev().copied().collect(),
            swapped.clone(),
            swapped.into_iter().rev().collect(),
        ] {
            let hex: String = order.iter().map(|byte| format!("{byte:02x}")).collect();
            all.push(hex.to_uppercase().into_bytes());
            all.push(hex.into_bytes());
            all.push(order.to_ascii_lowercase());
            all.push(order.iter().flat_map(|byte| [*byte, 0]).take(order.len() * 2 - 1).collect());
            all.push(order);
        }
    }
    all
}

fn holds(bytes: &[u8], needle: &[u8]) -> bool {
    bytes.windows(needle.len()).any(|window| window == needle)
}

/// Which of `identifiers` any file in `folder` holds, in any spelling.
fn left(folder: &Path, identifiers: &BTreeSet<String>) -> Vec<String> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let bytes = fs::read(&path).unwrap();
        for identifier in identifiers {
            if spellings(identifier).iter().any(|way| holds(&bytes, way)) {
                found.push(format!("{identifier} in {}", path.display()));
            }
        }
    }
    found
}

/// A record without what scrubbing may change, and where it was read.
fn without_identifiers(mut record: Value) -> Value {
    for key in ["name", "info_name"] {
        record["device"].as_object_mut().unwrap().remove(key);
    }
    fn strip(value: &mut Value) {
        match value {
            Value::Object(members) => {
                for key in [
                    "serial_number",
                    "logical_unit_id",
                    "wwn",
                    "eui64",
                    "nguid",
                    "sas_address",
                    "attached_sas_address",
                    "subsystem_nqn",
                    "identity",
                    "year_of_manufacture",
                    "week_of_manufacture",
                    "accounting_date_year",
                    "accounting_date_week",
                    // Time, and bytes that only the vendor understands.
                    "local_time",
                    "elapsed_ms",
                    "duration_ms",
                    "took_ms",
                    "vendor_specific",
                ] {
                    members.remove(key);
                }
                members.values_mut().for_each(strip);
            }
            Value::Array(values) => values.iter_mut().for_each(strip),
            _ => {}
        }
    }
    strip(&mut record);
    record
}

/// Every value of a record, with its path.
fn leaves(record: &Value) -> BTreeSet<String> {
    fn look(path: &str, value: &Value, found: &mut BTreeSet<String>) {
        match value {
            Value::Object(members) => {
                members.iter().for_each(|(key, value)| look(&format!("{path}.{key}"), value, found));
            }
            Value::Array(values) => {
                values
                    .iter()
                    .enumerate()
                    .for_each(|(at, value)| look(&format!("{path}[{at}]"), value, found));
            }
            value => _ = found.insert(format!("{path} = {value}")),
        }
    }
    let mut found = BTreeSet::new();
    look("", record, &mut found);
    found
}

/// Identifiers that are no bytes in a row: too short, or nothing.
fn telling(identifiers: BTreeSet<String>) -> BTreeSet<String> {
    let different = |text: &str| text.bytes().collect::<BTreeSet<_>>().len();
    identifiers.into_iter().filter(|text| text.len() >= 4 && different(text) >= 3).collect()
}

#[test]
fn no_fixture_keeps_an_identifier_and_all_decode_as_before() {
    let folder = tempfile::tempdir().unwrap();
    let mut seen = 0;
    for drive in fixtures() {
        let scrubbed = folder.path().join(drive.file_name().unwrap());
        copy(&drive, &scrubbed);
        let before = record(&drive);
        let mut known = BTreeSet::new();
        identifiers(&before, &mut known);
        let known = telling(known);
        seen += known.len();
        scrub(&mut Dump::open(&scrubbed).unwrap()).unwrap();
        assert_eq!(left(&scrubbed, &known), Vec::<String>::new());
        let after = record(&scrubbed);
        let (after, before) = (leaves(&without_identifiers(after)), leaves(&without_identifiers(before)));
        let changed: Vec<_> = before.symmetric_difference(&after).collect();
        assert!(changed.is_empty(), "{}: {changed:#?}", drive.display());
        assert!(!scrubbed.join("drive.json").exists(), "what is no answer is left out");
    }
    assert!(seen > 40, "only {seen} identifiers were there to be taken out");
}

/// The canaries: the serial number is planted, in every spelling, in answers that stay.
#[test]
fn planted_identifiers_are_taken_out_of_whatever_answer_they_are_in() {
    let folder = tempfile::tempdir().unwrap();
    for (drive, answer, serial) in [
        ("ata-hdd", "gp_log_04.bin", None),
        ("scsi-hdd", "log_02_00.bin", None),
        ("nvme-dc", "log_c0.bin", Some("S6YNNE0X123456")),
    ] {
        let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures").join(drive);
        let whole = record(&source);
        let serial = serial.unwrap_or_else(|| whole["serial_number"].as_str().unwrap()).to_owned();
        let dump = folder.path().join(drive);
        copy(&source, &dump);
        if drive == "nvme-dc" {
            let mut controller = fs::read(dump.join("id_ctrl.bin")).unwrap();
            controller[4..24].fill(b' ');
            controller[4..4 + serial.len()].copy_from_slice(serial.as_bytes());
            fs::write(dump.join("id_ctrl.bin"), controller).unwrap();
        }
        let mut bytes = fs::read(dump.join(answer)).unwrap();
        let planted = spellings(&serial);
        for (number, way) in planted.iter().enumerate() {
            // At even and at odd places.
            bytes.resize(bytes.len() + 4 + number % 2, 0);
            bytes.extend(way);
        }
        fs::write(dump.join(answer), &bytes).unwrap();
        assert!(planted.iter().all(|way| holds(&bytes, way)) && planted.len() >= 20);
        scrub(&mut Dump::open(&dump).unwrap()).unwrap();
        assert_eq!(left(&dump, &BTreeSet::from([serial])), Vec::<String>::new());
    }
}

#[test]
fn what_nobody_knows_is_left_out() {
    let folder = tempfile::tempdir().unwrap();
    let dump = folder.path().join("dump");
    copy(&Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/ata-hdd"), &dump);
    fs::write(dump.join("gp_log_a1.bin"), [7; 512]).unwrap();
    fs::write(dump.join("notes.txt"), "rack 12, customer").unwrap();
    let conf = fs::read_to_string(dump.join("device.conf")).unwrap();
    fs::write(dump.join("device.conf"), format!("# of host alpha\n{conf}owner=somebody\n")).unwrap();
    scrub(&mut Dump::open(&dump).unwrap()).unwrap();
    let names: Vec<_> = fs::read_dir(&dump).unwrap().map(|entry| entry.unwrap().file_name()).collect();
    assert!(!names.iter().any(|name| name == "gp_log_a1.bin" || name == "notes.txt"), "{names:?}");
    let conf = fs::read_to_string(dump.join("device.conf")).unwrap();
    assert!(conf.contains("kind=ata") && !conf.contains("alpha") && !conf.contains("owner"), "{conf}");
}

/// Whatever the answers are: it ends, and does no harm.
#[test]
fn hostile_answers() {
    let folder = tempfile::tempdir().unwrap();
    for (kind, names) in [
        ("ata", ["identify.bin", "smart_data.bin", "gp_log_04.bin"]),
        ("scsi", ["vpd_83.bin", "log_18_00.bin", "inquiry.bin"]),
        ("nvme", ["id_ctrl.bin", "id_ns_1.bin", "log_c0.bin"]),
    ] {
        for (number, bytes) in
            [vec![], vec![0xff; 7], vec![0xff; 4096], vec![0; 37], vec![1; 300]].iter().enumerate()
        {
            let dump = folder.path().join(format!("{kind}-{number}"));
            fs::create_dir(&dump).unwrap();
            fs::write(dump.join("device.conf"), format!("kind={kind}\n")).unwrap();
            for name in names {
                fs::write(dump.join(name), bytes).unwrap();
            }
            scrub(&mut Dump::open(&dump).unwrap()).unwrap();
            for name in names {
                assert_eq!(fs::read(dump.join(name)).unwrap().len(), bytes.len());
            }
        }
    }
}

#[test]
fn the_program_scrubs_a_disk_and_a_dump() {
    let folder = tempfile::tempdir().unwrap();
    let drive = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/scsi-hdd");
    let output = folder.path().join("clean");
    let run = Command::new(env!("CARGO_BIN_EXE_stone"))
        .args(["device", "dump", "--scrub", "--state-dir"])
        .arg(folder.path().join("state"))
        .arg(&drive)
        .arg("-o")
        .arg(&output)
        .output()
        .unwrap();
    assert!(run.status.success(), "{}", String::from_utf8_lossy(&run.stderr));
    let mut known = BTreeSet::new();
    identifiers(&record(&drive), &mut known);
    assert_eq!(left(&output, &telling(known)), Vec::<String>::new());
    assert_eq!(record(&output)["serial_number"], "SCRUBBED");
}
