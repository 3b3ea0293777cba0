//! `-P show`, `-P showall` and `-v help`: what the drive database knows.

use std::fmt::Write;

use super::options::Options;
use crate::report::{Object, Value};
use crate::source::drivedb::{Database, Known, RAW_FORMATS};
use crate::source::native::Knowledge;

/// What the database knows of the disk whose record is `json`.
pub(super) fn show(options: &Options, json: &Object) -> String {
    let word = |key| json.get(key).and_then(Value::as_str);
    match word("model_name") {
        Some(model) if word("firmware_version").is_some() => {
            matching(&database(&options.knowledge), model, word("firmware_version"))
        }
        _ => "The drive database knows ATA disks alone\n\n".to_owned(),
    }
}

/// What the database warns of with the disk whose record is `json`: it is told with `-i`.
pub(super) fn warning(options: &Options, json: &Object) -> Option<String> {
    json.get("in_smartctl_database").and_then(Value::as_bool).filter(|known| *known)?;
    let word = |key| json.get(key).and_then(Value::as_str);
    let (model, firmware) = (word("model_name")?, word("firmware_version").unwrap_or_default());
    database(&options.knowledge).presets(model, firmware).warning.clone()
}

/// All that it knows, or what it knows of a model and a firmware revision.
pub(super) fn show_all(options: &Options) -> String {
    let database = database(&options.knowledge);
    if let [model, rest @ ..] = options.operands.as_slice() {
        return matching(&database, model, rest.first().map(String::as_str));
    }
    let mut text = String::new();
    let mut count = 0usize;
    for known in database.entries() {
        entry(&known, &mut text);
        text.push('\n');
        count += 1;
    }
    _ = writeln!(text, "Total number of entries  : {count:>4}");
    text
}

fn database(knowledge: &Knowledge) -> Database {
    knowledge.read().0
}

fn matching(database: &Database, model: &str, firmware: Option<&str>) -> String {
    let found = database.matching(model, firmware);
    let identity =
        format!("MODEL:              {model}\nFIRMWARE:           {}\n", firmware.unwrap_or("(any)"));
    if found.is_empty() {
        return format!(
            "No presets are defined for this drive:\n{identity}fit no entry of the drive database\n\n"
        );
    }
    // The first that fits a drive counts; which that is, a firmware revision tells.
    let most = if firmware.is_some() { 1 } else { found.len() };
    let mut text = String::new();
    for known in found.iter().take(most) {
        _ = write!(text, "Drive found in the drive database:\n{identity}fits the entry\n");
        entry(known, &mut text);
        text.push('\n');
    }
    text
}

fn entry(known: &Known, text: &mut String) {
    let any = |pattern: &str| if pattern.is_empty() { ".*".to_owned() } else { pattern.to_owned() };
    _ = writeln!(text, "MODEL REGEXP:       {}", known.model);
    _ = writeln!(text, "FIRMWARE REGEXP:    {}", any(&known.firmware));
    _ = writeln!(text, "MODEL FAMILY:       {}", known.family);
    let mut label = "ATTRIBUTE OPTIONS: ";
    let words: Vec<&str> = known.presets.split_whitespace().collect();
    let (pairs, _) = words.as_chunks::<2>();
    if pairs.is_empty() {
        _ = writeln!(text, "{label} None preset; no -v options are required.");
    }
    for [option, value] in pairs {
        _ = writeln!(text, "{label:<19} {option} {value}");
        label = "";
    }
    for (index, line) in known.warning.lines().enumerate() {
        _ = writeln!(text, "{:<19} {line}", if index == 0 { "WARNINGS:" } else { "" });
    }
}

/// What `-v` understands.
pub(super) fn formats() -> String {
    let mut text = String::from("The valid arguments to -v are:\n\thelp\n");
    for format in RAW_FORMATS {
        _ = writeln!(text, "\tN,{format}[:012345rvwz][,NAME]");
    }
    text
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;
    use crate::source::native::Choice;

    fn options(operands: &[&str]) -> (tempfile::TempDir, Options) {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("drivedb.h");
        let text = r#"{ "VERSION: 1.2", "-", "-", "", "" },
            { "A Family", "DISK [0-9]+", "OLD", "update\nit", "-v 5,hex48,Mine -F nologdir" },
            { "A Family", "DISK [0-9]+", "", "", "" },
            { "USB: Bridge; Maker", "0x1:0x2", "", "", "-d sat" },"#;
        fs::write(&path, text).unwrap();
        let knowledge = Knowledge { database: Choice::File(path), ..Knowledge::default() };
        let operands = operands.iter().map(|&operand| operand.to_owned()).collect();
        (folder, Options { knowledge, operands, ..Options::default() })
    }

    #[test]
    fn every_entry_or_those_that_fit() {
        let (_folder, all) = options(&[]);
        let text = show_all(&all);
        assert!(text.contains("Total number of entries  :    3") && text.contains("USB: Bridge"), "{text}");
        let (_folder, model) = options(&["DISK 7"]);
        assert_eq!(show_all(&model).matches("MODEL FAMILY:       A Family").count(), 2);
        let (_folder, both) = options(&["DISK 7", "OLD"]);
        let text = show_all(&both);
        assert!(
            text.contains("-v 5,hex48,Mine\n") && text.contains("WARNINGS:           update\n"),
            "{text}"
        );
        assert_eq!(text.matches("MODEL FAMILY").count(), 1);
        let (_folder, none) = options(&["FLOPPY"]);
        assert!(show_all(&none).starts_with("No presets"));
    }
}
