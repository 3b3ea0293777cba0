//! A record as text for people.

use std::io::{self, Write};

use crate::cli::output;
use crate::device::BlockDevice;
use crate::report::{Record, Value};

/// Many disks: a line each. Nothing, if there is none.
pub(super) fn overview(out: &mut dyn Write, mut rows: Vec<Vec<String>>) -> io::Result<()> {
    if rows.is_empty() {
        return Ok(());
    }
    let heads = ["DEVICE", "MODEL", "SERIAL", "SIZE", "HEALTH", "TEMP", "HOURS", "USED", "MISSING"];
    rows.insert(0, heads.map(str::to_owned).to_vec());
    output::table(out, &rows)
}

/// The line of one disk.
pub(super) fn row(device: &BlockDevice, record: &Record) -> Vec<String> {
    let facts = Facts(record);
    let gaps = facts.gaps();
    vec![
        device.path().display().to_string(),
        facts.text("model_name"),
        facts.text("serial_number"),
        facts.size(),
        facts.health().to_owned(),
        facts.number("temperature.current", " C"),
        facts.number("power_on_time.hours", ""),
        facts.number("endurance_used.current_percent", "%"),
        if gaps.is_empty() { "-".to_owned() } else { gaps.join(",") },
    ]
}

/// One disk: what people look for first, its attributes, and what is missing.
pub(super) fn details(out: &mut dyn Write, device: &BlockDevice, record: &Record) -> io::Result<()> {
    let facts = Facts(record);
    let rows = [
        ("Device", device.path().display().to_string()),
        ("Model", facts.text("model_name")),
        ("Family", facts.text("model_family")),
        ("Serial number", facts.text("serial_number")),
        (
            "Firmware",
            [facts.text("firmware_version"), facts.text("scsi_revision")]
                .join(" ")
                .replace('-', "")
                .trim()
                .to_owned(),
        ),
        ("Protocol", facts.text("device.protocol")),
        ("Size", facts.size()),
        ("Rotation", facts.number("rotation_rate", " rpm")),
        ("Health", facts.health().to_owned()),
        ("Temperature", facts.number("temperature.current", " C")),
        ("Power on", facts.number("power_on_time.hours", " hours")),
        ("Power cycles", facts.number("power_cycle_count", "")),
        ("Endurance used", facts.number("endurance_used.current_percent", "%")),
        ("Spare left", facts.number("spare_available.current_percent", "%")),
        ("Grown defects", facts.number("scsi_grown_defect_list", "")),
        ("Media errors", facts.number("nvme_smart_health_information_log.media_errors", "")),
    ];
    let known = rows.into_iter().filter(|(_, value)| !value.is_empty() && value != "-");
    output::table(out, &known.map(|(name, value)| vec![format!("{name}:"), value]).collect::<Vec<_>>())?;
    attributes(out, record)?;
    let gaps = facts.gaps();
    if !gaps.is_empty() {
        writeln!(out, "\nMissing sections: {}", gaps.join(", "))?;
    }
    Ok(())
}

fn attributes(out: &mut dyn Write, record: &Record) -> io::Result<()> {
    let Some(table) = record.0.at("ata_smart_attributes.table").and_then(Value::as_array) else {
        return Ok(());
    };
    let mut rows =
        vec![["ID", "ATTRIBUTE", "VALUE", "WORST", "THRESH", "FAILED", "RAW"].map(str::to_owned).to_vec()];
    for attribute in table.iter().filter_map(Value::as_object) {
        let cell = |path| attribute.at(path).map_or_else(|| "-".to_owned(), show);
        rows.push(["id", "name", "value", "worst", "thresh", "when_failed", "raw.string"].map(cell).to_vec());
    }
    writeln!(out)?;
    output::table(out, &rows)
}

fn show(value: &Value) -> String {
    match value {
        Value::String(text) if text.is_empty() => "-".to_owned(),
        Value::String(text) => text.to_string(),
        value => value.to_string(),
    }
}

struct Facts<'a>(&'a Record);

impl Facts<'_> {
    fn text(&self, path: &str) -> String {
        self.0.0.at(path).and_then(Value::as_str).unwrap_or("-").to_owned()
    }

    fn number(&self, path: &str, unit: &str) -> String {
        self.0
            .0
            .at(path)
            .and_then(Value::as_i64)
            .map_or_else(|| "-".to_owned(), |number| format!("{number}{unit}"))
    }

    fn size(&self) -> String {
        let bytes = ["user_capacity.bytes", "nvme_total_capacity"]
            .iter()
            .find_map(|path| self.0.0.at(path)?.as_u64());
        bytes.map_or_else(|| "-".to_owned(), output::bytes)
    }

    fn health(&self) -> &'static str {
        // Attributes above their thresholds are no health of a disk that did not answer when it was asked for it.
        let silent = ["smart_status", "informational_exceptions"].iter().any(|section| {
            let outcome = self.0.0.at(&format!("stone.sections.{section}.outcome")).and_then(Value::as_str);
            matches!(outcome, Some("timed_out" | "not_asked" | "failed"))
        });
        if silent && self.0.0.at("smart_status.passed") != Some(&Value::Bool(false)) {
            return "unknown";
        }
        match self.0.0.at("smart_status.passed").and_then(Value::as_bool) {
            Some(true) => "PASSED",
            Some(false) => "FAILED",
            None => "unknown",
        }
    }

    /// Sections that should be there and are not, with what became of them; those that were not asked for any more
    /// are counted.
    fn gaps(&self) -> Vec<String> {
        let sections = self.0.0.at("stone.sections").and_then(Value::as_object);
        let outcome = |section: &Value| section.as_object()?.get("outcome")?.as_str().map(str::to_owned);
        let missing: Vec<_> = sections
            .into_iter()
            .flat_map(|sections| sections.iter())
            .filter_map(|(name, section)| Some((name, outcome(section)?)))
            .filter(|(_, outcome)| outcome != "ok" && outcome != "unsupported")
            .collect();
        let (not_asked, asked): (Vec<_>, Vec<_>) =
            missing.into_iter().partition(|(_, outcome)| outcome == "not_asked");
        let mut gaps: Vec<String> =
            asked.iter().map(|(name, outcome)| format!("{name} ({outcome})")).collect();
        if !not_asked.is_empty() {
            gaps.push(format!("{} not asked", not_asked.len()));
        }
        gaps
    }
}
