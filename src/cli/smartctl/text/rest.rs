//! Parts that have no layout of their own: each value on a line, under the name it has in JSON.

use super::page::{Page, plain};
use crate::cli::smartctl::wanted::{Part, Parts};
use crate::report::Value;

/// Keys whose values stand in lines of their own, by their beginnings, and their titles.
const PARTS: &[(&str, &str)] = &[
    ("seagate_farm_log", "Seagate Field Access Reliability Metrics log"),
    ("scsi_environmental_reports", "Environmental reports"),
    ("scsi_background_scan", "Background scan results log"),
    ("scsi_pending_defects", "Pending defects"),
    ("scsi_general_statistics_and_performance_log", "General statistics and performance log"),
    ("scsi_zoned_block_device_statistics", "Zoned block device statistics"),
    ("scsi_sas_port_", "Protocol Specific port log page for SAS SSP"),
];

/// A list with more values than this is no table for people.
const LONGEST: usize = 128;

pub(super) fn write(page: &mut Page<'_>, parts: Parts) {
    // That a disk of another maker has none is worth a line only to who asks for it.
    let no_farm = page.flag("seagate_farm_log.supported") == Some(false) && !parts.has(Part::FarmLog);
    for (start, title) in PARTS {
        let mut first = true;
        for (key, value) in page.json().iter().filter(|(key, _)| key.starts_with(start)) {
            if no_farm && key == "seagate_farm_log" {
                continue;
            }
            if first {
                page.line(format!("{title}:"));
                first = false;
            }
            lines(page, &mut key.strip_prefix(start).map_or_else(String::new, str::to_owned), value);
        }
        if !first {
            page.blank();
        }
    }
}

fn lines(page: &mut Page<'_>, path: &mut String, value: &Value) {
    let length = path.len();
    match value {
        Value::Object(object) => {
            for (key, value) in object.iter() {
                if !path.is_empty() {
                    path.push('.');
                }
                path.push_str(key);
                lines(page, path, value);
                path.truncate(length);
            }
        }
        Value::Array(items) if items.iter().any(|item| item.as_object().is_some()) => {
            for item in items.iter().filter_map(Value::as_object) {
                let words: Vec<String> =
                    item.iter().map(|(key, value)| format!("{key} {}", inner(value))).collect();
                page.line(format!("  {}", words.join(", ")));
            }
        }
        Value::Array(items) if items.len() > LONGEST => {
            page.line(format!("  {path}: {} values, see --json", items.len()));
        }
        Value::Array(items) => {
            let words: Vec<String> = items
                .iter()
                .map(|item| if *item == Value::Null { "-".to_owned() } else { plain(item) })
                .collect();
            page.line(format!("  {path}: {}", words.join(" ")));
        }
        scalar => page.line(format!("  {path}: {}", plain(scalar))),
    }
}

/// A value within a line.
fn inner(value: &Value) -> String {
    match value {
        Value::Object(object) => match object.get("string").or_else(|| object.get("name")) {
            Some(words) => plain(words),
            None => value.to_string(),
        },
        other => plain(other),
    }
}
