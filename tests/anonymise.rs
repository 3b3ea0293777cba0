//! The records of the made drives under `fixtures/`, through the whole way to what may leave.

#![allow(clippy::unwrap_used, reason = "a test says where it fails")]

use std::fs;
use std::path::{Path, PathBuf};

use stone_smart::anonymise::{Anonymiser, Fate, Identity, Secret};
use stone_smart::device::{BlockDevice, Place};
use stone_smart::report::{Record, Value};
use stone_smart::source::{Limits, Native, Source};

fn drives() -> Vec<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures");
    let folders = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    let drives: Vec<PathBuf> = folders.filter(|folder| folder.join("device.conf").exists()).collect();
    assert!(!drives.is_empty());
    drives
}

fn record(drive: &Path) -> Record {
    let device = BlockDevice { place: Place::Dump(drive.into()), ..BlockDevice::default() };
    Native::new().read(&device, &Limits::new(Limits::COMMAND, Limits::DISK)).unwrap()
}

fn anonymiser() -> Anonymiser {
    Anonymiser::new(Secret::from_bytes([9; 32]), "osd-17.example.com")
}

#[test]
fn every_path_of_a_native_record_has_its_place_in_the_policy() {
    for drive in drives() {
        let record = record(&drive);
        for entry in anonymiser().explain(&record) {
            assert_ne!(entry.fate, Fate::Unknown, "{}: {}", drive.display(), entry.path);
            // A made drive counts further than 2^60, which no real one can; smartctl spells such numbers out.
            let base = entry.path.trim_end_matches("_s").trim_end_matches("_le");
            let wide = matches!(record.0.at(base), Some(Value::Unsigned(number)) if number >> 60 != 0);
            // A model number of bytes that are no ASCII is no model's, and stays here.
            let foreign = entry.path == "model_name" && drive.ends_with("ata-ssd-empty-logs");
            assert_eq!(entry.fate == Fate::Unfit, wide || foreign, "{}: {}", drive.display(), entry.path);
        }
    }
}

#[test]
fn no_identifier_of_a_made_drive_leaves() {
    for drive in drives() {
        let record = record(&drive);
        let out = anonymiser().anonymise(&record);
        let json = serde_json::to_vec(&record.0).unwrap();
        assert_eq!(anonymiser().anonymise_json(&json).as_ref(), Some(&out), "{}", drive.display());
        let name = out.name().unwrap().as_str();
        let text = format!("{name}{}", serde_json::to_string(&out).unwrap()).to_lowercase();
        let identity = Identity::of(&record);
        let serial = identity.serial.unwrap().to_lowercase();
        assert!(serial.starts_with("madeup-") && !text.contains(&serial), "{}", drive.display());
        assert!(
            identity.wwn.is_none_or(|wwn| !text.contains(wwn.trim_start_matches("0x"))),
            "{}",
            drive.display()
        );
        assert!(!text.contains("/fixtures/") && !text.contains("nqn."), "{}", drive.display());
        let (model, pseudonym) = name.rsplit_once('_').unwrap_or(("", name));
        // A model number that is no ASCII is not told.
        assert!(model.is_empty() == drive.ends_with("ata-ssd-empty-logs") && pseudonym.len() == 36, "{name}");
    }
}
