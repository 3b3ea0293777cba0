//! Nothing that identifies a disk or a host is in what is sent, in the spool, in the log or in an error.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use serde_json::Value;

use crate::endpoint::{Answer, Endpoint};
use crate::stone::{Stone, drives};

/// The identifiers that the raw records of the made drives hold.
fn identifiers(stone: &Stone) -> BTreeSet<String> {
    let raw = stone.must(&["device", "query", "-f", "json", "--drives", &drives("")]).json();
    let mut found = BTreeSet::new();
    for device in raw["devices"].as_array().unwrap() {
        let record = &device["record"];
        for key in ["serial_number", "logical_unit_id"] {
            found.extend(record[key].as_str().map(str::to_owned));
        }
        if let Some(id) = record["wwn"]["id"].as_u64() {
            found.extend([id.to_string(), format!("{id:09x}")]);
        }
        collect(record, &mut found);
    }
    found.retain(|text| text.len() >= 6);
    assert!(found.len() > 10, "{found:?}");
    found
}

/// Whatever is called an EUI-64, NGUID or SAS address.
fn collect(value: &Value, found: &mut BTreeSet<String>) {
    match value {
        Value::Object(object) => {
            for (key, value) in object {
                if ["eui64", "nguid", "sas_address", "ext_id"].iter().any(|word| key.contains(word)) {
                    found.extend(value.as_str().map(|text| text.trim_start_matches("0x").to_owned()));
                    found.extend(value.as_u64().filter(|id| *id > 0xffff_ffff).map(|id| id.to_string()));
                }
                collect(value, found);
            }
        }
        Value::Array(items) => items.iter().for_each(|item| collect(item, found)),
        _ => {}
    }
}

fn files(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() { files(&path, found) } else { found.push(path) }
    }
}

#[test]
fn no_identifier_is_sent_kept_or_logged_on_the_way() {
    let stone = Stone::new();
    let identifiers = identifiers(&stone);
    let endpoint = Endpoint::start(&[Answer::status("500 Oops"), Answer::Drop], None);
    stone.on(&endpoint.url());
    let mut seen = String::new();
    for _ in 0..3 {
        let ran = stone.run(&["-v", "telemetry", "send", "--drives", &drives("")]);
        seen += &format!("{}{}", ran.out, ran.err);
        let mut kept = Vec::new();
        files(stone.state.path(), &mut kept);
        for path in kept.iter().filter(|path| !path.ends_with("telemetry-secret")) {
            seen += &String::from_utf8_lossy(&fs::read(path).unwrap());
        }
    }
    seen += &stone.status().to_string();
    for request in endpoint.requests() {
        seen += &request.head;
        seen += &String::from_utf8(request.body).unwrap();
    }
    assert!(endpoint.requests().len() >= 5);
    let seen = seen.to_lowercase();
    for identifier in identifiers {
        let lower = identifier.to_lowercase();
        let swapped: String = lower
            .as_bytes()
            .chunks(2)
            .flat_map(|pair| pair.iter().rev())
            .map(|byte| char::from(*byte))
            .collect();
        let hex: String = identifier.bytes().map(|byte| format!("{byte:02x}")).collect();
        for form in [&lower, &swapped, &hex] {
            assert!(!seen.contains(form.as_str()), "{identifier} as {form}");
        }
    }
    let secret = fs::read(stone.state.path().join("telemetry-secret")).unwrap();
    let hex: String = secret.iter().map(|byte| format!("{byte:02x}")).collect();
    assert!(!seen.contains(&hex));
    let host = fs::read_to_string("/proc/sys/kernel/hostname").unwrap_or_default();
    for request in endpoint.requests() {
        let host = host.trim();
        let body = String::from_utf8(request.body).unwrap();
        assert!(host.len() < 4 || !body.contains(host), "the name of this host");
    }
}
