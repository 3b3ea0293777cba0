//! SMART Command Transport of an ATA disk as text: its status, its temperatures, how long it tries.

use super::page::{Page, number};
use crate::cli::smartctl::wanted::{Part, Parts};
use crate::report::{Object, Value};

pub(super) fn write(page: &mut Page<'_>, parts: Parts) {
    let wanted = [Part::SctStatus, Part::SctHistory, Part::SctRecovery];
    let section = |name: &str| page.word(&format!("stone.sections.{name}.outcome"));
    // Without SCT the disk is not asked for its status.
    if parts.has_any(&wanted) && section("sct_status").is_none_or(|outcome| outcome == "unsupported") {
        page.line("SCT Commands not supported");
        page.blank();
        return;
    }
    if parts.has(Part::SctStatus) {
        status(page);
    }
    if parts.has(Part::SctHistory) {
        history(page);
    }
    if parts.has(Part::SctRecovery) {
        recovery(page);
    }
}

/// Two temperatures, `20/38`; one that the disk does not know is `?`.
fn range(log: &Object, low: &str, high: &str) -> String {
    let degrees = |key: &str| log.at(&format!("temperature.{key}")).and_then(Value::as_i64);
    let [low, high] = [low, high].map(|key| degrees(key).map_or("?".to_owned(), |value| value.to_string()));
    format!("{low:>2}/{high:<2}")
}

fn status(page: &mut Page<'_>) {
    const WIDTH: usize = 37;
    let Some(log) = page.object("ata_sct_status") else { return };
    let number = |path: &str| log.at(path).and_then(Value::as_u64);
    let celsius =
        |path: &str| log.at(path).and_then(Value::as_i64).map(|degrees| format!("{degrees:5} Celsius"));
    page.field(WIDTH, "SCT Status Version:", number("format_version"));
    let version = number("sct_version").map(|version| format!("{version} (0x{version:04x})"));
    page.field(WIDTH, "SCT Version (vendor specific):", version);
    let state = number("device_state.value").map(|value| {
        let words = log.at("device_state.string").and_then(Value::as_str).unwrap_or("Unknown");
        format!("{words} ({value})")
    });
    page.field(WIDTH, "Device State:", state);
    page.field(WIDTH, "Current Temperature:", celsius("temperature.current"));
    for (label, low, high) in [
        ("Power Cycle Min/Max Temperature:", "power_cycle_min", "power_cycle_max"),
        ("Lifetime    Min/Max Temperature:", "lifetime_min", "lifetime_max"),
    ] {
        if log.at(&format!("temperature.{high}")).is_some() {
            page.field(WIDTH, label, Some(format!("{} Celsius", range(log, low, high))));
        }
    }
    page.field(WIDTH, "Specified Max Operating Temperature:", celsius("temperature.op_limit_max"));
    if let (Some(under), Some(over)) =
        (number("temperature.under_limit_count"), number("temperature.over_limit_count"))
    {
        page.field(WIDTH, "Under/Over Temperature Limit Count:", Some(format!("{under:>2}/{over}")));
    }
    if let Some(passed) = log.at("smart_status.passed").and_then(Value::as_bool) {
        let words = if passed { "0xc24f (PASSED)" } else { "0x2cf4 (FAILED)" };
        page.field(WIDTH, "SMART Status:", Some(words));
    }
    page.blank();
}

fn history(page: &mut Page<'_>) {
    const WIDTH: usize = 37;
    let Some(log) = page.object("ata_sct_temperature_history") else {
        page.line("SCT Data Table command not supported");
        page.blank();
        return;
    };
    let number = |key: &str| log.get(key).and_then(Value::as_u64);
    page.field(WIDTH, "SCT Temperature History Version:", number("version"));
    for (label, key) in [
        ("Temperature Sampling Period:", "sampling_period_minutes"),
        ("Temperature Logging Interval:", "logging_interval_minutes"),
    ] {
        let plural = |minutes| if minutes == 1 { "" } else { "s" };
        let words = number(key).map(|minutes| format!("{minutes} minute{}", plural(minutes)));
        page.field(WIDTH, label, words);
    }
    for (label, low, high) in [
        ("Min/Max recommended Temperature:", "op_limit_min", "op_limit_max"),
        ("Min/Max Temperature Limit:", "limit_min", "limit_max"),
    ] {
        page.field(WIDTH, label, Some(format!("{} Celsius", range(log, low, high))));
    }
    let (size, index) = (number("size").unwrap_or_default(), number("index").unwrap_or_default());
    page.field(WIDTH, "Temperature History Size (Index):", Some(format!("{size} ({index})")));
    page.blank();
    page.line("Index    Minutes ago        Temperature Celsius");
    let table = log.get("table").and_then(Value::as_array).unwrap_or_default();
    let count = table.len() as u64;
    let interval = number("logging_interval_minutes").unwrap_or_default();
    // The oldest first: it stands behind the newest.
    for age in (0..count).rev() {
        let place = (index % count + count - age) % count;
        let minutes = age.saturating_mul(interval);
        let value = usize::try_from(place).ok().and_then(|place| table.get(place)).and_then(Value::as_i64);
        let degrees = value.map_or_else(|| " ?".to_owned(), |value| format!("{value:2}"));
        page.line(format!(" {place:3}    {minutes:>16}    {degrees}"));
    }
    page.blank();
}

fn recovery(page: &mut Page<'_>) {
    let Some(control) = page.at("ata_sct_erc") else {
        page.line("SCT Error Recovery Control command not supported");
        page.blank();
        return;
    };
    page.line("SCT Error Recovery Control:");
    for (label, key) in [("Read:", "read"), ("Write:", "write")] {
        let enabled = control.as_object().and_then(|control| control.at(&format!("{key}.enabled")));
        let time = number(control, &format!("{key}.deciseconds"));
        let words = match (enabled.and_then(Value::as_bool), time) {
            (Some(true), Some(time)) => format!("{time:6} ({}.{} seconds)", time / 10, time % 10),
            (Some(false), _) => "Disabled".to_owned(),
            _ => continue,
        };
        page.line(format!("{label:>16} {words}"));
    }
    page.blank();
}
