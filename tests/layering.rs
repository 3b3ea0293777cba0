//! The layers of `src/`: an import never points right in the way of the data.

#![allow(clippy::unwrap_used, reason = "a test says where it fails")]

use std::fs;
use std::path::{Path, PathBuf};

/// Each folder of `src/` and the folders it may know.
const MAY_KNOW: &[(&str, &[&str])] = &[
    ("device", &[]),
    ("transport", &["device"]),
    ("decode", &[]),
    ("report", &["decode"]),
    ("source", &["device", "transport", "decode", "report"]),
    ("collect", &["device", "transport", "report", "source"]),
    ("health", &["report"]),
    ("history", &["report"]),
    ("metrics", &["report", "health"]),
    ("anonymise", &["report"]),
    ("channel", &["anonymise"]),
    ("telemetry", &["history", "anonymise", "channel"]),
    ("agent", &["report", "collect", "metrics"]),
    ("ffi", &["device", "transport", "report", "source", "collect", "anonymise", "channel", "telemetry"]),
    (
        "cli",
        &[
            "device",
            "transport",
            "report",
            "source",
            "collect",
            "health",
            "history",
            "metrics",
            "anonymise",
            "channel",
            "telemetry",
            "agent",
        ],
    ),
];

/// What stands at the root of the crate and is no layer.
const ANYONE: &[&str] = &["child", "object", "own_file"];

/// The kernel may be spoken to from here alone: by commands to disks, and for a process that may hang in them.
const MAY_USE_SYS: &[&str] = &["transport", "collect"];

fn files(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            files(&path, found);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            found.push(path);
        }
    }
}

fn source() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("src")
}

/// The layers that a line names after `crate::`, also in a list: `crate::{device, report::Record}`.
fn named(line: &str) -> Vec<String> {
    let word = |text: &str| {
        text.trim_start().chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect::<String>()
    };
    let mut found = Vec::new();
    for used in line.split("crate::").skip(1) {
        match used.strip_prefix('{') {
            None => found.push(word(used)),
            Some(list) => {
                let mut depth = 0_isize;
                for part in list.split(',') {
                    if depth == 0 {
                        found.push(word(part));
                    }
                    depth = depth.saturating_add_unsigned(part.matches('{').count());
                    depth = depth.saturating_sub_unsigned(part.matches('}').count());
                    if depth < 0 {
                        break;
                    }
                }
            }
        }
    }
    found.retain(|word| !word.is_empty());
    found
}

fn complaints(folder: &str, allowed: &[&str], text: &str) -> Vec<String> {
    let mut complaints = Vec::new();
    for (number, line) in text.lines().enumerate().filter(|(_, line)| !line.trim_start().starts_with("//")) {
        for used in named(line) {
            if used != folder && !allowed.contains(&used.as_str()) && !ANYONE.contains(&used.as_str()) {
                complaints.push(format!("line {}: {folder} may not use {used}", number + 1));
            }
        }
        if line.contains("stone_smart_sys") && !MAY_USE_SYS.contains(&folder) {
            complaints.push(format!("line {}: {folder} may not speak to the kernel", number + 1));
        }
    }
    complaints
}

#[test]
fn no_import_points_right() {
    let mut found = Vec::new();
    for (folder, allowed) in MAY_KNOW {
        let mut paths = Vec::new();
        files(&source().join(folder), &mut paths);
        assert!(!paths.is_empty(), "src/{folder} is a layer without files");
        for path in paths {
            let text = fs::read_to_string(&path).unwrap();
            found.extend(
                complaints(folder, allowed, &text)
                    .into_iter()
                    .map(|one| format!("{}: {one}", path.display())),
            );
        }
    }
    assert!(found.is_empty(), "{}", found.join("\n"));
}

#[test]
fn every_folder_is_a_layer() {
    for entry in fs::read_dir(source()).unwrap() {
        let entry = entry.unwrap();
        let name = entry.file_name().into_string().unwrap();
        if entry.path().is_dir() {
            assert!(
                MAY_KNOW.iter().any(|(folder, _)| *folder == name),
                "src/{name} is in no line of the table"
            );
        }
    }
}

#[test]
fn every_file_says_what_it_does_in_its_first_line() {
    let mut paths = Vec::new();
    files(&source(), &mut paths);
    for path in paths {
        let text = fs::read_to_string(&path).unwrap();
        assert!(text.starts_with("//! "), "{} has no first line that says what it does", path.display());
    }
}

#[test]
fn a_planted_violation_is_found() {
    assert_eq!(complaints("decode", &[], "use crate::transport::Command;").len(), 1);
    assert_eq!(
        complaints("report", &["decode"], "use crate::{decode, report, source::Native, object};").len(),
        1
    );
    assert_eq!(complaints("report", &["decode"], "use crate::{decode::{ata, scsi}, device};").len(), 1);
    assert_eq!(complaints("decode", &[], "use stone_smart_sys::sg;").len(), 1);
    assert_eq!(complaints("report", &["decode"], "use crate::decode::ata; // not crate").len(), 0);
}
