//! Real captures of smartctl 7.0 to 8.0, where STONE_FIXTURES names a folder of them: `$STONE_FIXTURES/smartctl-json/*.json`.
#![expect(clippy::print_stderr, reason = "what is skipped, and what is not classified, is said aloud")]

use std::collections::BTreeMap;
use std::path::PathBuf;

use super::super::identity::is_weak;
use super::super::{Fate, Identity};
use super::{anonymiser, parse};
use crate::report::{Object, Record, Value};

/// The captures that parse, by name. `None`, said aloud: there is no folder of captures.
fn captures() -> Option<Vec<(String, Record)>> {
    let Some(folder) = std::env::var_os("STONE_FIXTURES").map(PathBuf::from) else {
        eprintln!("SKIPPED: STONE_FIXTURES names no folder of captures");
        return None;
    };
    let mut captures = Vec::new();
    for entry in std::fs::read_dir(folder.join("smartctl-json")).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        let text = std::fs::read_to_string(&path).ok();
        if let Some(record) = text.and_then(|text| serde_json::from_str::<Object>(&text).ok()) {
            captures.push((name, Record(record)));
        }
    }
    assert!(captures.len() > 100, "only {} captures", captures.len());
    Some(captures)
}

/// `table[12].x` and `port_3.x` as `table[].x` and `port_N.x`.
fn general(path: &str) -> String {
    let mut out = String::new();
    for c in path.chars() {
        match c {
            '0'..='9' if out.ends_with(['[', '_', '#']) => out += if out.ends_with('#') { "" } else { "#" },
            c => out.push(c),
        }
    }
    out
}

#[test]
fn every_path_of_every_capture_is_classified() {
    let Some(captures) = captures() else { return };
    let mut bad: BTreeMap<(String, String), Vec<String>> = BTreeMap::new();
    for (name, record) in &captures {
        for entry in anonymiser().explain(record) {
            if matches!(entry.fate, Fate::Unknown | Fate::Unfit | Fate::TooMuch) {
                bad.entry((general(&entry.path), entry.fate.to_string()))
                    .or_default()
                    .push(format!("{name}: {}", entry.path));
            }
        }
    }
    // What captures hold that no disk and no smartctl writes: their owners' redactions.
    bad.retain(|_, places| {
        places.retain(|place| !is_redacted(&captures, place));
        !places.is_empty()
    });
    for ((path, fate), places) in &bad {
        eprintln!("{path} {fate}: {} times, as in {}", places.len(), places[0]);
    }
    assert!(bad.is_empty(), "{} paths are not classified", bad.len());
}

fn is_redacted(captures: &[(String, Record)], place: &str) -> bool {
    let (name, path) = place.split_once(": ").unwrap();
    let record = &captures.iter().find(|(capture, _)| capture == name).unwrap().1;
    matches!(record.0.at(path), Some(Value::String(text)) if text == "REDACTED")
        || path.starts_with("wwn.")
        || path.starts_with("devices")
}

#[test]
fn no_identifier_of_a_capture_leaves() {
    let Some(captures) = captures() else { return };
    for (name, record) in &captures {
        let out = anonymiser().anonymise(record);
        let text = Value::from(out.record()).to_string().to_lowercase();
        let identity = Identity::of(record);
        for secret in [&identity.serial, &identity.wwn].into_iter().flatten() {
            let secret = secret.to_lowercase();
            assert!(
                is_weak(secret.as_bytes()) || !text.contains(&secret) || secret == "redacted",
                "{name}: {secret}"
            );
        }
        assert!(!text.contains("/dev/") && !text.contains("linux"), "{name}");
        let again = anonymiser().anonymise(&parse(&Value::from(out.record()).to_string()));
        assert_eq!(out.record(), again.record(), "{name}: twice is not the same as once");
        let named = out.name().is_some_and(|name| name.as_str().contains('_'));
        let nameless =
            identity.model.is_none() || identity.model == identity.serial || identity.parts().is_none();
        assert!(named || nameless, "{name}: {:?}", out.name());
    }
}

#[test]
fn what_the_receiver_reads_is_kept() {
    let Some(captures) = captures() else { return };
    for (name, record) in &captures {
        let out = anonymiser().anonymise(record);
        for path in
            ["user_capacity.bytes", "rotation_rate", "device.protocol", "nvme_smart_health_information_log"]
        {
            assert_eq!(out.record().at(path), record.0.at(path), "{name}: {path}");
        }
        let table = |object: &Object| object.at("ata_smart_attributes.table").cloned();
        assert_eq!(table(&out.record()), table(&record.0), "{name}");
    }
}
