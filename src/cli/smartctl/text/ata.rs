//! Text of an ATA disk: what it is, how it is, what it can do.

use super::page::{Page, capacity};
use super::{ata_logs, attributes, capabilities, directory, sct};
use crate::cli::smartctl::options::Options;
use crate::cli::smartctl::wanted::{Part, Parts};
use crate::report::exit;

const INFO: usize = 18;

/// What can be set; each is a line.
const SETTINGS: &[Part] =
    &[Part::Acoustic, Part::Power, Part::Lookahead, Part::WriteCache, Part::Notification, Part::Security];

pub(super) fn write(page: &mut Page<'_>, options: &Options, status: u8) {
    let parts = options.parts;
    if parts.has(Part::Info) {
        page.section("INFORMATION");
        info(page);
    }
    settings(page, parts);
    if parts.has(Part::Info) || parts.has_any(SETTINGS) {
        page.blank();
    }
    let logs = page.json().iter().any(|(key, _)| key.starts_with("ata_smart_") || key == "smart_status");
    if logs {
        page.section("READ SMART DATA");
    }
    for (name, title) in [("smart_data", "Read SMART Data"), ("smart_thresholds", "Read SMART Thresholds")] {
        failure(page, name, title);
    }
    if parts.has(Part::Health) {
        health(page, options, status);
    }
    if parts.has(Part::Capabilities) {
        capabilities::write(page);
    }
    if parts.has(Part::Attributes) {
        attributes::write(page, options);
    }
    directory::write(page, parts);
    ata_logs::write(page, parts);
    sct::write(page, parts);
    ata_logs::statistics(page, parts);
    if parts.has(Part::Defects) {
        ata_logs::defects(page);
    }
    ata_logs::phy(page);
    // pySMART reads the fourth line, and must find one.
    if parts.has(Part::SataPhy) && page.json().get("sata_phy_event_counters").is_none() {
        page.line("SATA Phy Event Counters (GP Log 0x11) not supported");
        page.blank();
    }
}

/// Says that a section was asked for and did not come.
fn failure(page: &mut Page<'_>, name: &str, title: &str) {
    let word = |key| page.word(&format!("stone.sections.{name}.{key}"));
    let asked = page.number(&format!("stone.sections.{name}.commands")).is_some();
    let Some(outcome) = word("outcome").filter(|outcome| asked && *outcome != "ok") else { return };
    let why = word("reason").map(str::to_owned).unwrap_or_else(|| outcome.replace('_', " "));
    page.wrong(format!("{title} failed: {why}"));
    page.blank();
}

fn info(page: &mut Page<'_>) {
    page.field(INFO, "Model Family:", page.word("model_family"));
    page.field(INFO, "Device Model:", page.word("model_name"));
    page.field(INFO, "Serial Number:", page.word("serial_number"));
    let name = |key| page.number(&format!("wwn.{key}"));
    if let (Some(naa), Some(oui), Some(id)) = (name("naa"), name("oui"), name("id")) {
        page.field(INFO, "LU WWN Device Id:", Some(format!("{naa:x} {oui:06x} {id:09x}")));
    }
    page.field(INFO, "Add. Product Id:", page.word("ata_additional_product_id"));
    page.field(INFO, "Firmware Version:", page.word("firmware_version"));
    page.field(INFO, "User Capacity:", page.number("user_capacity.bytes").map(capacity));
    if let (Some(logical), Some(physical)) =
        (page.number("logical_block_size"), page.number("physical_block_size"))
    {
        if logical == physical {
            page.field(INFO, "Sector Size:", Some(format!("{logical} bytes logical/physical")));
        } else {
            let sizes = format!("{logical} bytes logical, {physical} bytes physical");
            page.field(INFO, "Sector Sizes:", Some(sizes));
        }
    }
    let rotation = page.number("rotation_rate").map(|rate| match rate {
        0 => "Solid State Device".to_owned(),
        rate => format!("{rate} rpm"),
    });
    page.field(INFO, "Rotation Rate:", rotation);
    page.field(INFO, "Form Factor:", page.word("form_factor.name"));
    page.field(INFO, "TRIM Command:", trim(page));
    page.field(INFO, "Zoned Device:", page.word("zoned_device.capabilities"));
    if let Some(known) = page.flag("in_smartctl_database") {
        let version = page.word("smartctl.drive_database_version.string").unwrap_or("(built in)");
        let words = if known { "In" } else { "Not in" };
        page.field(INFO, "Device is:", Some(format!("{words} smartctl database {version}")));
    }
    page.field(INFO, "ATA Version is:", page.word("ata_version.string"));
    page.field(INFO, "SATA Version is:", sata(page));
    page.field(INFO, "Local Time is:", page.word("local_time.asctime"));
    page.warning();
    support(page, INFO);
    page.power(INFO, "ACTIVE or IDLE");
}

/// Whether the device has SMART, and whether it is on: two lines that begin alike.
pub(super) fn support(page: &mut Page<'_>, width: usize) {
    let label = "SMART support is:";
    match page.flag("smart_support.available") {
        Some(true) => {
            page.field(width, label, Some("Available - device has SMART capability."));
            let enabled =
                if page.flag("smart_support.enabled") == Some(true) { "Enabled" } else { "Disabled" };
            page.field(width, label, Some(enabled));
        }
        Some(false) => page.field(width, label, Some("Unavailable - device lacks SMART capability.")),
        None => {}
    }
}

fn trim(page: &Page<'_>) -> Option<String> {
    if !page.flag("trim.supported")? {
        // Not worth a line with a disk that turns.
        page.number("rotation_rate").filter(|rate| *rate == 0)?;
        return Some("Unavailable".to_owned());
    }
    let mut words = "Available".to_owned();
    for (path, word) in [("trim.deterministic", ", deterministic"), ("trim.zeroed", ", zeroed")] {
        if page.flag(path) == Some(true) {
            words.push_str(word);
        }
    }
    Some(words)
}

fn sata(page: &Page<'_>) -> Option<String> {
    let mut words = page.word("sata_version.string")?.to_owned();
    if let Some(speed) = page.word("interface_speed.max.string") {
        words.push_str(&format!(", {speed}"));
    }
    if let Some(speed) = page.word("interface_speed.current.string") {
        words.push_str(&format!(" (current: {speed})"));
    }
    Some(words)
}

/// The settings that were asked for; one that the disk does not have is not there.
fn settings(page: &mut Page<'_>, parts: Parts) {
    for (part, name, key) in [(Part::Acoustic, "AAM", "ata_aam"), (Part::Power, "APM", "ata_apm")] {
        if !parts.has(part) {
            continue;
        }
        let level = page.number(&format!("{key}.level"));
        let words = page.word(&format!("{key}.string"));
        if let (Some(level), Some(words), Some(true)) = (level, words, page.flag(&format!("{key}.enabled"))) {
            let recommended = page.number(&format!("{key}.recommended_level"));
            let recommended = recommended.map(|level| format!(", recommended: {level}")).unwrap_or_default();
            page.field(INFO, &format!("{name} level is:"), Some(format!("{level} ({words}){recommended}")));
        } else {
            let state = switch(page, key);
            page.field(INFO, &format!("{name} feature is:"), Some(state));
        }
    }
    for (part, label, key) in [
        (Part::Lookahead, "Rd look-ahead is:", "read_lookahead"),
        (Part::WriteCache, "Write cache is:", "write_cache"),
        (Part::Notification, "DSN feature is:", "ata_dsn"),
    ] {
        let state = switch(page, key);
        if parts.has(part) {
            page.field(INFO, label, Some(state));
        }
    }
    if parts.has(Part::Security) {
        page.field(INFO, "ATA Security is:", Some(page.word("ata_security.string").unwrap_or("Unavailable")));
    }
    // The state would be one more command; that a disk without the feature has none is known.
    if parts.has(Part::Everything) {
        let can = page.flag("ata_sct_capabilities.feature_control_supported") == Some(true);
        page.field(INFO, "Wt Cache Reorder:", Some(if can { "Unknown (not asked)" } else { "Unavailable" }));
    }
}

fn switch(page: &Page<'_>, key: &str) -> &'static str {
    match page.flag(&format!("{key}.enabled")) {
        Some(true) => "Enabled",
        Some(false) => "Disabled",
        None => "Unavailable",
    }
}

fn health(page: &mut Page<'_>, options: &Options, status: u8) {
    match page.flag("smart_status.passed") {
        Some(passed) => {
            let verdict = if passed { "PASSED" } else { "FAILED!" };
            let line = format!("SMART overall-health self-assessment test result: {verdict}");
            page.line_or_wrong(!passed, line);
            if !passed {
                page.wrong("Drive failure expected in less than 24 hours. SAVE ALL DATA.");
            }
        }
        // A message says so.
        None if page.flag("smart_support.available") == Some(false) => return,
        None if page.flag("smart_support.enabled") == Some(false) => {
            page.line("SMART Disabled. smartmontools' own smartctl enables it (-s on)");
        }
        None => page.wrong("SMART overall-health self-assessment test result: UNKNOWN!"),
    }
    let now = status & exit::PREFAIL_NOW != 0;
    if options.parts.has(Part::Attributes) {
        if now {
            page.line("See vendor-specific Attribute list for failed Attributes.");
        } else if status & exit::THRESHOLD_PAST != 0 {
            page.line("See vendor-specific Attribute list for marginal Attributes.");
        }
    } else if !page.list("ata_smart_attributes.table").is_empty() {
        page.wrong(if now { "Failed Attributes:" } else { "Please note the following marginal Attributes:" });
        attributes::table(page, options);
    }
    page.blank();
}
