//! Text of a SCSI disk.

use super::ata::support;
use super::page::{Page, capacity, plain};
use crate::cli::smartctl::options::Options;
use crate::cli::smartctl::wanted::{Part, Parts};
use crate::report::{Object, Value, exit};

const INFO: usize = 22;

/// What stands in the section of SMART data.
const SMART: &[Part] = &[
    Part::Health,
    Part::Attributes,
    Part::Errors,
    Part::SelfTests,
    Part::Background,
    Part::Defects,
    Part::Endurance,
    Part::Environment,
    Part::GeneralStatistics,
    Part::Tape,
    Part::Zones,
];

pub(super) fn write(page: &mut Page<'_>, options: &Options, status: u8) {
    let parts = options.parts;
    if parts.has(Part::Info) {
        page.section("INFORMATION");
        info(page);
    }
    if parts.has(Part::Info) || parts.has(Part::Lookahead) || parts.has(Part::WriteCache) {
        caches(page, parts);
        page.blank();
    }
    let is_told = |key: &str| key.starts_with("scsi_") || key == "smart_status" || key == "temperature";
    if parts.has_any(SMART) && page.json().iter().any(|(key, _)| is_told(key)) {
        page.section("READ SMART DATA");
    }
    if parts.has(Part::Health) {
        health(page, status);
    }
    format_status(page);
    let percent = page.number("scsi_percentage_used_endurance_indicator");
    page.field(0, "Percentage used endurance indicator: ", percent.map(|percent| format!("{percent}%")));
    if parts.has(Part::Attributes) {
        attributes(page);
    }
    errors(page);
    if let Some(count) = page.number("stone.scsi.non_medium_errors") {
        page.line(format!("Non-medium error count: {count:8}"));
        page.blank();
    }
    if parts.has_any(&[Part::SelfTests, Part::Everything]) {
        self_tests(page);
    }
}

fn info(page: &mut Page<'_>) {
    page.field(INFO, "Vendor:", page.word("scsi_vendor"));
    page.field(INFO, "Product:", page.word("scsi_product"));
    page.field(INFO, "Revision:", page.word("scsi_revision"));
    page.field(INFO, "Compliance:", page.word("scsi_version"));
    page.field(INFO, "User Capacity:", page.number("user_capacity.bytes").map(capacity));
    for (label, key) in
        [("Logical block size:", "logical_block_size"), ("Physical block size:", "physical_block_size")]
    {
        page.field(INFO, label, page.number(key).map(|size| format!("{size} bytes")));
    }
    if let Some(kind) = page.number("scsi_protection_type") {
        page.line(format!("Formatted with type {kind} protection"));
        if let Some(bytes) = page.number("scsi_protection_interval_bytes_per_lb") {
            page.line(format!("{bytes} bytes of protection information per logical block"));
        }
    }
    if let Some(kind) = page.word("scsi_lb_provisioning.name") {
        let zeros = page.number("scsi_lb_provisioning.read_zeros.value");
        let zeros = zeros.filter(|_| page.number("scsi_lb_provisioning.value") != Some(0));
        let zeros = zeros.map(|value| format!(", LBPRZ={value}")).unwrap_or_default();
        page.line(format!("LU is {kind}{zeros}"));
    }
    // 0 stands for two things there: "does not rotate", and "not reported" (SBC-4: 0001h and 0000h).
    let reported = page.flag("stone.scsi.rotation_rate_reported") != Some(false);
    let rotation = page.number("rotation_rate").filter(|_| reported).map(|rate| match rate {
        0 => "Solid State Device".to_owned(),
        rate => format!("{rate} rpm"),
    });
    page.field(INFO, "Rotation Rate:", rotation);
    page.field(INFO, "Form Factor:", page.word("form_factor.name"));
    page.field(INFO, "Logical Unit id:", page.word("logical_unit_id"));
    page.field(INFO, "Serial number:", page.word("serial_number"));
    page.field(INFO, "Device type:", page.word("device_type.name"));
    page.field(INFO, "Transport protocol:", page.word("scsi_transport_protocol.name"));
    page.field(INFO, "Local Time is:", page.word("local_time.asctime"));
    support(page, INFO);
    let warning = page.flag("temperature_warning.enabled");
    let words = |state| if state { "Enabled" } else { "Disabled or Not Supported" };
    page.field(INFO, "Temperature Warning:", warning.map(words));
    page.power(INFO, "ACTIVE");
}

fn caches(page: &mut Page<'_>, parts: Parts) {
    for (part, label, key) in [
        (Part::Lookahead, "Read Cache is:", "stone.scsi.read_cache_enabled"),
        (Part::WriteCache, "Writeback Cache is:", "stone.scsi.write_cache_enabled"),
    ] {
        let words = |state| if state { "Enabled" } else { "Disabled" };
        let state = page.flag(key).map_or("Unavailable", words);
        if parts.has(part) {
            page.field(INFO, label, Some(state));
        }
    }
}

fn health(page: &mut Page<'_>, status: u8) {
    match page.flag("smart_status.passed") {
        Some(true) => page.line("SMART Health Status: OK"),
        Some(false) => {
            let words = page.word("smart_status.scsi.ie_string").unwrap_or("FAILURE PREDICTED");
            let code = |key| page.number(&format!("smart_status.scsi.{key}")).unwrap_or_default();
            let (asc, ascq) = (code("asc"), code("ascq"));
            page.wrong(format!("SMART Health Status: {words} [asc={asc:x}, ascq={ascq:x}]"));
        }
        // Not in a line that begins as those above: what follows "Status:" and is not "OK" is a failure to programs.
        None if status & exit::COMMAND_FAILED == 0 => page.line("The device does not report its health"),
        None => page.wrong("The health of the device could not be read"),
    }
    page.blank();
}

/// What the disk does not report is a line as well.
fn format_status(page: &mut Page<'_>) {
    let Some(status) = page.object("scsi_format_status") else { return };
    for (key, label) in [
        ("grown_defects_during_certification", "Grown defects during certification"),
        ("blocks_reassigned_during_format", "Total blocks reassigned during format"),
        ("total_new_block_since_format", "Total new blocks reassigned"),
        ("power_on_minutes_since_format", "Power on minutes since format"),
    ] {
        page.line(match status.get(key) {
            Some(value) => format!("{label} = {}", plain(value)),
            None => format!("{label} <not available>"),
        });
    }
}

fn attributes(page: &mut Page<'_>) {
    let celsius = |number: Option<u64>| number.map(|degrees| format!("{degrees} C"));
    page.field(31, "Current Drive Temperature:", celsius(page.number("temperature.current")));
    let trip = page.number("temperature.drive_trip").or_else(|| page.number("scsi_temperature.drive_trip"));
    page.field(31, "Drive Trip Temperature:", celsius(trip));
    page.blank();
    if let Some(hours) = page.number("power_on_time.hours") {
        let minutes = page.number("power_on_time.minutes").unwrap_or_default();
        page.line(format!("Accumulated power on time, hours:minutes {hours}:{minutes:02}"));
    }
    let counter = |key: &str| page.at(&format!("scsi_start_stop_cycle_counter.{key}")).map(plain);
    if let (Some(week), Some(year)) = (counter("week_of_manufacture"), counter("year_of_manufacture")) {
        page.line(format!("Manufactured in week {week} of year {year}"));
    }
    for (key, label) in [
        ("specified_cycle_count_over_device_lifetime", "Specified cycle count over device lifetime:  "),
        ("accumulated_start_stop_cycles", "Accumulated start-stop cycles:  "),
        (
            "specified_load_unload_count_over_device_lifetime",
            "Specified load-unload count over device lifetime:  ",
        ),
        ("accumulated_load_unload_cycles", "Accumulated load-unload cycles:  "),
    ] {
        let value = page.at(&format!("scsi_start_stop_cycle_counter.{key}")).map(plain);
        page.field(0, label, value);
    }
    page.field(0, "Elements in grown defect list: ", page.number("scsi_grown_defect_list"));
    page.blank();
}

fn errors(page: &mut Page<'_>) {
    let Some(log) = page.object("scsi_error_counter_log") else { return };
    for line in [
        "Error counter log:",
        "           Errors Corrected by           Total   Correction     Gigabytes    Total",
        "               ECC          rereads/    errors   algorithm      processed    uncorrected",
        "           fast | delayed   rewrites  corrected  invocations   [10^9 bytes]  errors",
    ] {
        page.line(line);
    }
    for (name, counters) in log.iter() {
        let counters = counters.as_object();
        let value = |key| counters.and_then(|counters| counters.get(key)).map(plain).unwrap_or_default();
        page.line(format!(
            "{:<8}{:>8} {:>8} {:>9}  {:>8} {:>10} {:>14} {:>11}",
            format!("{name}:"),
            value("errors_corrected_by_eccfast"),
            value("errors_corrected_by_eccdelayed"),
            value("errors_corrected_by_rereads_rewrites"),
            value("total_errors_corrected"),
            value("correction_algorithm_invocations"),
            value("gigabytes_processed"),
            value("total_uncorrected_errors"),
        ));
    }
    page.blank();
}

fn self_tests(page: &mut Page<'_>) {
    let tests: Vec<&Object> =
        (0..20).map_while(|index| page.object(&format!("scsi_self_test_{index}"))).collect();
    if tests.is_empty() {
        let log = page.word("stone.sections.self_test_results.outcome") == Some("ok");
        page.line(if log {
            "No Self-tests have been logged"
        } else {
            "Device does not support Self Test logging"
        });
    } else {
        page.line("SMART Self-test log");
        page.heading(
            "Num  Test              Status                 segment  LifeTime  LBA_first_err [SK ASC ASQ]",
        );
        page.line("     Description                              number   (hours)");
    }
    for (index, test) in tests.into_iter().enumerate() {
        let at = |path: &str| test.at(path).filter(|value| !value.as_object().is_some_and(Object::is_empty));
        let words = |path: &str| at(path).map(plain);
        let dash = || "-".to_owned();
        let sense = match (at("sense_key.value"), at("asc"), at("ascq")) {
            (Some(key), Some(asc), Some(ascq)) => {
                let [key, asc, ascq] = [key, asc, ascq].map(|value| value.as_u64().unwrap_or_default());
                format!("[0x{key:x} 0x{asc:x} 0x{ascq:x}]")
            }
            _ => "[-   -    -]".to_owned(),
        };
        // SPC-6, "self-test results": 3 to 7 are failures.
        let failed = at("result.value").and_then(Value::as_u64).is_some_and(|value| (3..=7).contains(&value));
        let line = format!(
            "#{:2}  {:<17} {:<22} {:>7} {:>9} {:>18} {sense}",
            index + 1,
            words("code.string").unwrap_or_default(),
            // The arrow points to the number that follows, and programs know where it is.
            words("result.string").unwrap_or_default()
                + if words("result.value").as_deref() == Some("7") { " -->" } else { "" },
            words("failed_segment.value").unwrap_or_else(dash),
            words("power_on_time.hours").unwrap_or_else(dash),
            words("lba_first_failure.value").unwrap_or_else(dash),
        );
        page.line_or_wrong(failed, line);
    }
    page.blank();
    if let Some(seconds) = page.at("scsi_extended_self_test_seconds").and_then(Value::as_u64) {
        let tenths = seconds.saturating_add(3) / 6;
        page.line(format!(
            "Long (extended) Self-test duration: {seconds} seconds [{}.{} minutes]",
            tenths / 10,
            tenths % 10
        ));
        page.blank();
    }
}
