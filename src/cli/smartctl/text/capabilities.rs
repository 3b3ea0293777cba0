//! What an ATA disk can do, and what it is at, as text.

use super::page::Page;
use crate::report::Value;

const WIDTH: usize = 33;
/// Where the second column begins.
const INDENT: &str = "\t\t\t\t\t";

/// The self-test execution status (ACS-5, bits 7:4) in the lines that programs find in smartctl's text.
fn execution_status(status: u64) -> &'static [&'static str] {
    match status {
        0 => &[
            "The previous self-test routine completed",
            "without error or no self-test has ever ",
            "been run.",
        ],
        1 => &["The self-test routine was aborted by", "the host."],
        2 => &["The self-test routine was interrupted", "by the host with a hard or soft reset."],
        3 => &[
            "A fatal error or unknown test error",
            "occurred while the device was executing",
            "its self-test routine and the device ",
            "was unable to complete the self-test ",
            "routine.",
        ],
        4 => &[
            "The previous self-test completed having",
            "a test element that failed and the test",
            "element that failed is not known.",
        ],
        5 => &["The previous self-test completed having", "the electrical element of the test", "failed."],
        6 => &[
            "The previous self-test completed having",
            "the servo (and/or seek) element of the ",
            "test failed.",
        ],
        7 => &["The previous self-test completed having", "the read element of the test failed."],
        8 => &[
            "The previous self-test completed having",
            "a test element that failed and the",
            "device is suspected of having handling",
            "damage.",
        ],
        _ => &["Reserved."],
    }
}

pub(super) fn write(page: &mut Page<'_>) {
    let Some(data) = page.object("ata_smart_data") else { return };
    let number = |path| data.at(path).and_then(Value::as_u64);
    let word = |path| data.at(path).and_then(Value::as_str);
    page.line("General SMART Values:");
    if let (Some(value), Some(string)) =
        (number("offline_data_collection.status.value"), word("offline_data_collection.status.string"))
    {
        page.field(
            WIDTH,
            "Offline data collection status:",
            Some(format!("(0x{value:02x})\tOffline data collection activity\n{INDENT}{string}.")),
        );
        let automatic = if value & 0x80 == 0 { "Disabled" } else { "Enabled" };
        page.line(format!("{INDENT}Auto Offline Data Collection: {automatic}."));
    }
    if let Some(value) = number("self_test.status.value") {
        let words = match number("self_test.status.remaining_percent") {
            // Programs look for the percentage in the line that follows "in progress".
            Some(percent) => {
                format!("Self-test routine in progress...\n{INDENT}{percent}% of test remaining.")
            }
            None => execution_status(value >> 4).join(&format!("\n{INDENT}")),
        };
        page.field(WIDTH, "Self-test execution status:", Some(format!("({value:4})\t{words}")));
    }
    if let Some(seconds) = number("offline_data_collection.completion_seconds") {
        page.line("Total time to complete Offline");
        page.line(format!("data collection: \t\t({seconds:5}) seconds."));
    }
    let values = data.at("capabilities.values").and_then(Value::as_array).unwrap_or_default();
    if let [offline, smart] = values {
        abilities(page, offline, smart);
    }
    if let Some(value) = page.number("ata_sct_capabilities.value") {
        page.field(WIDTH, "SCT capabilities:", Some(format!("(0x{value:04x})\tSCT Status supported.")));
        for (key, name) in [
            ("error_recovery_control_supported", "SCT Error Recovery Control"),
            ("feature_control_supported", "SCT Feature Control"),
            ("data_table_supported", "SCT Data Table"),
        ] {
            if page.flag(&format!("ata_sct_capabilities.{key}")) == Some(true) {
                page.line(format!("{INDENT}{name} supported."));
            }
        }
    }
    page.blank();
}

fn yes_or_no(has: bool) -> &'static str {
    if has { "" } else { "No " }
}

fn offline_abilities(page: &mut Page<'_>, value: u64, flag: impl Fn(&Page<'_>, &str) -> bool) {
    // Programs read the first of them in the line of the number.
    page.line("Offline data collection");
    if value == 0 {
        page.line("capabilities: \t\t\t (0x00) \tOffline data collection not supported.");
        return;
    }
    let first = yes_or_no(flag(page, "exec_offline_immediate_supported"));
    page.line(format!("capabilities: \t\t\t (0x{:02x}) {first}SMART execute Offline immediate.", value));
    page.line(format!("{INDENT}{}Auto Offline data collection on/off support.", yes_or_no(value & 2 != 0)));
    let upon = if flag(page, "offline_is_aborted_upon_new_cmd") { "Abort" } else { "Suspend" };
    page.line(format!("{INDENT}{upon} Offline collection upon new\n{INDENT}command."));
    for (key, name) in [
        ("offline_surface_scan_supported", "Offline surface scan supported."),
        ("self_tests_supported", "Self-test supported."),
        ("conveyance_self_test_supported", "Conveyance Self-test supported."),
        ("selective_self_test_supported", "Selective Self-test supported."),
    ] {
        page.line(format!("{INDENT}{}{name}", yes_or_no(flag(page, key))));
    }
}

fn abilities(page: &mut Page<'_>, offline: &Value, smart: &Value) {
    let flag =
        |page: &Page<'_>, key: &str| page.flag(&format!("ata_smart_data.capabilities.{key}")) == Some(true);
    let value = |value: &Value| value.as_u64().unwrap_or_default();
    offline_abilities(page, value(offline), flag);
    let saves = if flag(page, "attribute_autosave_enabled") { "Saves" } else { "Does not save" };
    page.line(format!(
        "SMART capabilities:            (0x{:04x})\t{saves} SMART data before entering\n{INDENT}power-saving mode.",
        value(smart)
    ));
    if value(smart) & 2 != 0 {
        page.line(format!("{INDENT}Supports SMART auto save timer."));
    }
    let logs = flag(page, "error_logging_supported");
    page.line(format!(
        "Error logging capability:        (0x{:02x})\t{}Error logging supported.",
        u8::from(logs),
        yes_or_no(logs)
    ));
    if logs {
        let words = if flag(page, "gp_logging_supported") {
            "General Purpose Logging supported."
        } else {
            "No General Purpose Logging support."
        };
        page.line(format!("{INDENT}{words}"));
    }
    for (key, name) in [("short", "Short"), ("extended", "Extended"), ("conveyance", "Conveyance")] {
        if let Some(minutes) = page.number(&format!("ata_smart_data.self_test.polling_minutes.{key}")) {
            page.line(format!("{name} self-test routine"));
            page.line(format!("recommended polling time: \t ({minutes:4}) minutes."));
        }
    }
}
