//! What is written of the policy: the table and the JSON Schema are current, and the schema takes every report.
#![allow(clippy::unwrap_used, reason = "a test says where it fails")]
#![allow(clippy::print_stderr, reason = "what is skipped is said aloud")]

use std::fs;
use std::path::Path;
use std::process::Command;

use regex_lite::Regex;
use serde_json::{Value, json};
use stone_smart::anonymise::rows;

fn stone(arguments: &[&str]) -> Vec<u8> {
    let state = tempfile::tempdir().unwrap();
    let mut command = Command::new(env!("CARGO_BIN_EXE_stone"));
    let output = command.args(arguments).env("STONE_STATE_DIR", state.path()).output().unwrap();
    assert!(output.status.success(), "{arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
    output.stdout
}

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

#[test]
fn the_documents_are_those_of_the_policy() {
    let dir = tempfile::tempdir().unwrap();
    stone(&["generate", "policy", dir.path().to_str().unwrap()]);
    for file in ["device-report.md", "device-report.schema.json", "record.schema.json"] {
        let written = fs::read_to_string(dir.path().join(file)).unwrap();
        let kept = fs::read_to_string(root().join("docs").join(file)).unwrap_or_default();
        assert!(written == kept, "docs/{file} is old: run `cargo run -- generate policy docs`");
    }
}

/// As much of JSON Schema as ours uses. The first complaint, with the path it is about.
fn complaint(root: &Value, schema: &Value, value: &Value, path: &str) -> Option<String> {
    if let Some(reference) = schema.get("$ref") {
        let target = root.pointer(reference.as_str().unwrap().strip_prefix('#').unwrap()).unwrap();
        return complaint(root, target, value, path);
    }
    if let Some(choices) = schema.get("anyOf") {
        let fits = |choice: &Value| complaint(root, choice, value, path).is_none();
        return (!choices.as_array().unwrap().iter().any(fits))
            .then(|| format!("{path}: no choice takes {value}"));
    }
    if let Some(texts) = schema.get("enum") {
        return (!texts.as_array().unwrap().contains(value))
            .then(|| format!("{path}: {value} is none of {texts}"));
    }
    let kind = match value {
        Value::Null => "null",
        Value::Bool(_) => "boolean",
        Value::Number(number) if number.is_f64() => "number",
        Value::Number(_) => "integer",
        Value::String(_) => "string",
        Value::Array(_) => "array",
        Value::Object(_) => "object",
    };
    if schema["type"] != kind {
        return Some(format!("{path}: {kind} where {} is expected", schema["type"]));
    }
    let number = || value.as_i64().map(i128::from).or(value.as_u64().map(i128::from)).unwrap();
    let limit = |key: &str| Some(i128::from(schema.get(key)?.as_i64()?));
    if limit("minimum").is_some_and(|least| number() < least)
        || limit("maximum").is_some_and(|most| number() > most)
        || limit("multipleOf").is_some_and(|step| number() % step != 0)
    {
        return Some(format!("{path}: {value} is out of range"));
    }
    if let Some(pattern) = schema.get("pattern")
        && !Regex::new(pattern.as_str().unwrap()).unwrap().is_match(value.as_str().unwrap())
    {
        return Some(format!("{path}: {value} does not match {pattern}"));
    }
    if let Some(items) = value.as_array() {
        return items
            .iter()
            .enumerate()
            .find_map(|(index, item)| complaint(root, &schema["items"], item, &format!("{path}[{index}]")));
    }
    value.as_object().into_iter().flatten().find_map(|(key, value)| {
        let path = format!("{path}.{key}");
        let fixed = schema.get("properties").and_then(|fixed| fixed.get(key));
        let pattern = || {
            let patterns = schema.get("patternProperties")?.as_object()?;
            Some(patterns.iter().find(|(pattern, _)| Regex::new(pattern).unwrap().is_match(key))?.1)
        };
        match fixed.or_else(pattern) {
            Some(schema) => complaint(root, schema, value, &path),
            None => Some(format!("{path}: a key that is not in the schema")),
        }
    })
}

#[test]
fn the_schema_takes_the_report_of_every_made_drive_and_nothing_that_is_not_in_it() {
    let schema: Value = serde_json::from_slice(&stone(&["telemetry", "show-device", "--schema"])).unwrap();
    let drives = root().join("fixtures");
    let report = stone(&["telemetry", "show-device", "--drives", drives.to_str().unwrap()]);
    let report: Value = serde_json::from_slice(&report).unwrap();
    assert_eq!(complaint(&schema, &schema, &report, ""), None);

    let (host, devices) = report.as_object().unwrap().iter().next().unwrap();
    let (device, samples) = devices.as_object().unwrap().iter().next().unwrap();
    let (stamp, record) = samples.as_object().unwrap().iter().next().unwrap();
    let harms = [
        ("serial_number", json!("MADEUP-1")),
        ("wwn", json!({ "naa": 5 })),
        ("local_time", json!({ "time_t": 1_795_362_062 })),
        ("model_name", json!("see http://example.com")),
        ("host_id", json!("node-7")),
        ("smartctl", json!({ "output": ["line"] })),
        ("power_cycle_count", json!(-1)),
        ("rotation_rate", json!("7200")),
        ("new_key", json!(1)),
    ];
    for (key, value) in harms {
        let mut record = record.clone();
        record[key] = value;
        let harmed = json!({ host: { device: { stamp: record } } });
        assert!(complaint(&schema, &schema, &harmed, "").is_some(), "{key}");
    }
    for harmed in [
        json!({ "node-7": {} }),
        json!({ host: { "ST1_SERIAL": {} } }),
        json!({ host: { device: { "2026": {} } } }),
    ] {
        assert!(complaint(&schema, &schema, &harmed, "").is_some(), "{harmed}");
    }
}

/// The paths at which a value is not what the schema says, or has a key that is not in it.
fn strangers(schema: &Value, value: &Value, path: &str, found: &mut Vec<String>) {
    if let Some(choices) = schema.get("anyOf") {
        let choices = choices.as_array().unwrap().iter();
        let tried = choices.map(|choice| {
            let mut found = Vec::new();
            strangers(choice, value, path, &mut found);
            found
        });
        return found.extend(tried.min_by_key(Vec::len).unwrap());
    }
    if let Some(kind) = schema.get("type") {
        let is_right = match kind.as_str().unwrap() {
            "object" => value.is_object(),
            "array" => value.is_array(),
            // Of more than 64 bits serde_json makes a float.
            "integer" => value.as_f64().is_some_and(|number| number.fract() == 0.0),
            "boolean" => value.is_boolean(),
            "null" => value.is_null(),
            _ => value.is_string(),
        };
        if !is_right {
            return found.push(format!("{path}: {value} is no {kind}"));
        }
    }
    if schema.get("enum").is_some_and(|words| !words.as_array().unwrap().contains(value)) {
        found.push(format!("{path}: {value}"));
    }
    for item in value.as_array().into_iter().flatten().filter(|_| schema.get("items").is_some()) {
        strangers(&schema["items"], item, &format!("{path}[]"), found);
    }
    for (key, value) in value.as_object().into_iter().flatten().filter(|_| schema.get("type").is_some()) {
        let path = format!("{path}.{key}");
        let pattern = || {
            let patterns = schema.get("patternProperties")?.as_object()?;
            Some(patterns.iter().find(|(pattern, _)| Regex::new(pattern).unwrap().is_match(key))?.1)
        };
        let fixed = schema.get("properties").and_then(|fixed| fixed.get(key));
        match fixed.or_else(pattern).or_else(|| schema.get("additionalProperties")) {
            Some(schema) => strangers(schema, value, &path, found),
            None => found.push(format!("{path}: not in the schema")),
        }
    }
}

#[test]
fn the_schema_of_the_record_has_every_key_of_every_made_drive() {
    let schema: Value = serde_json::from_slice(&stone(&["device", "query", "--schema"])).unwrap();
    let drives = fs::read_dir(root().join("fixtures")).unwrap().map(|entry| entry.unwrap().path());
    let (mut read, mut found) = (0, Vec::new());
    for drive in drives.filter(|path| path.join("device.conf").exists()) {
        // Some end with 1: their records are cut short, which the schema has to take, too.
        let state = tempfile::tempdir().unwrap();
        let output = Command::new(env!("CARGO_BIN_EXE_stone"))
            .args(["device", "query", "-f", "json", "--farm"])
            .arg(&drive)
            .env("STONE_STATE_DIR", state.path())
            .output()
            .unwrap();
        let printed: Value = serde_json::from_slice(&output.stdout).unwrap();
        let record = &printed["devices"][0]["record"];
        let name = drive.file_name().unwrap().to_string_lossy();
        strangers(&schema, record, &name, &mut found);
        read += 1;
    }
    assert!(read > 10, "{read}");
    assert_eq!(found, Vec::<String>::new());
    let mut found = Vec::new();
    let harmed =
        json!({ "stone": { "sections": { "identify": { "outcome": "asleep" } } }, "rotation_rate": "7200" });
    strangers(&schema, &harmed, "", &mut found);
    assert_eq!(found.len(), 2, "{found:?}");
}

#[test]
fn the_documents_name_the_outcomes_of_sections_and_no_others() {
    let schema: Value = serde_json::from_slice(&stone(&["device", "query", "--schema"])).unwrap();
    let outcome = "/properties/stone/properties/sections/additionalProperties/properties/outcome/enum";
    let words = schema.pointer(outcome).unwrap().as_array().unwrap();
    let mut words: Vec<&str> = words.iter().map(|word| word.as_str().unwrap()).collect();
    words.sort_unstable();
    let guide = fs::read_to_string(root().join("docs/records.md")).unwrap();
    let row = guide.lines().find(|line| line.starts_with("| `sections` |")).unwrap();
    let list = row.split("`outcome` is ").nth(1).unwrap().split(", with ").next().unwrap();
    let mut named: Vec<&str> = list.split('`').skip(1).step_by(2).collect();
    named.sort_unstable();
    assert_eq!(named, words, "docs/records.md");
    let page = fs::read_to_string(root().join("docs/man/stone-record.5")).unwrap();
    let list = page.split(".I outcome\nis\n").nth(1).unwrap().split("\n.TP").next().unwrap();
    let letters =
        |word: &&str| word.len() > 1 && word.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'_');
    let mut named: Vec<&str> = list.split_whitespace().filter(letters).filter(|word| *word != "or").collect();
    named.sort_unstable();
    assert_eq!(named, words, "docs/man/stone-record.5");
}

/// By somebody else's validator: Python's jsonschema, where it is.
#[test]
fn another_validator_takes_schema_and_report() {
    let check = "import json, sys\nfrom jsonschema import Draft202012Validator as V\n\
        schema, report = (json.load(open(path)) for path in sys.argv[1:])\nV.check_schema(schema)\n\
        faults = [f'{list(fault.absolute_path)}: {fault.message}' for fault in V(schema).iter_errors(report)]\n\
        report['node-7'] = {}\nassert list(V(schema).iter_errors(report)), 'it takes anything'\n\
        print('\\n'.join(faults[:20]))";
    let known = Command::new("python3").args(["-c", "from jsonschema import Draft202012Validator"]).output();
    if !known.is_ok_and(|output| output.status.success()) {
        eprintln!(
            "SKIPPED: no python3-jsonschema that knows draft 2020-12, so only this test's own validator looks at the schema"
        );
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    let (schema, report) = (folder.path().join("schema.json"), folder.path().join("report.json"));
    fs::write(&schema, stone(&["telemetry", "show-device", "--schema"])).unwrap();
    let drives = root().join("fixtures");
    fs::write(&report, stone(&["telemetry", "show-device", "--drives", drives.to_str().unwrap()])).unwrap();
    let output = Command::new("python3").args(["-c", check]).args([&schema, &report]).output().unwrap();
    let (out, err) = (String::from_utf8(output.stdout).unwrap(), String::from_utf8_lossy(&output.stderr));
    assert!(output.status.success() && out.trim().is_empty(), "{out}{err}");
}

#[test]
fn an_explanation_has_each_path_with_its_fate_and_reason() {
    let drive = root().join("fixtures/ata-hdd");
    let drive = drive.to_str().unwrap();
    let answer = stone(&["telemetry", "show-device", "--explain", "-f", "json", "--drives", drive]);
    let answer: Value = serde_json::from_slice(&answer).unwrap();
    let entries = answer[drive].as_array().unwrap();
    let of = |path: &str| entries.iter().find(|entry| entry["path"] == path).unwrap();
    assert_eq!(of("serial_number")["fate"], "dropped");
    assert_eq!(of("serial_number")["why"], "identifies the disk");
    assert_eq!(of("local_time.time_t")["fate"], "rounded");
    assert_eq!(of("smart_status.passed")["why"], "true or false");
    assert!(entries.iter().all(|entry| !entry["why"].as_str().unwrap().is_empty()));
    let plain =
        String::from_utf8(stone(&["telemetry", "show-device", "--explain", "--drives", drive])).unwrap();
    assert!(plain.lines().count() > entries.len() && plain.contains("identifies the disk"), "{plain}");
    assert!(!plain.contains("MADEUP"), "values are not shown");
}

#[test]
fn every_row_says_class_type_unit_and_form() {
    let classes: std::collections::BTreeSet<&str> = rows().iter().map(|row| row.class.word()).collect();
    assert_eq!(classes.into_iter().collect::<Vec<_>>(), ["dropped", "pseudonym", "public", "rounded"]);
    for row in rows() {
        assert!(["", "boolean", "integer", "string"].contains(&row.kind), "{}", row.path);
        assert!(
            row.kind != "integer" || row.form.contains(" to ") || row.form.contains("since"),
            "{}",
            row.path
        );
    }
}
