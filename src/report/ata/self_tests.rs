//! `ata_smart_self_test_log` and `ata_smart_selective_self_test_log`.

use std::borrow::Cow;

use crate::decode::ata::{Pages, SelectiveSelfTestLog, SelfTest, SelfTestLog};
use crate::object;
use crate::report::{Findings, Object, Severity, Value, exit};

/// So many of the newest tests are shown, where no other number is wanted.
const NEWEST: usize = 25;

pub(super) fn emit(pages: &Pages, record: &mut Object, findings: &mut Findings) {
    let mut logs = Object::new();
    if let Some(log) = &pages.extended_self_test_log {
        let mut object = object! { "revision" => log.revision, "sectors" => log.sectors };
        let most = pages.wanted.self_tests.map_or(NEWEST, usize::from);
        tests(log, most, &mut object, findings);
        logs.set("extended", object);
        if !log.is_whole() {
            let (read, sectors) = (log.sectors_read, log.sectors);
            let text = format!("the extended self-test log: {read} of its {sectors} sectors came");
            findings.message(Severity::Error, text);
        }
    }
    if let Some(log) = &pages.self_test_log {
        let mut object = object! { "revision" => log.revision };
        tests(log, usize::MAX, &mut object, findings);
        logs.set("standard", object);
    }
    if !logs.is_empty() {
        record.set("ata_smart_self_test_log", logs);
    }
    if let Some(log) = &pages.selective_self_test_log {
        let data = pages.smart_data.as_ref();
        let (running, offline) = data.map_or((0, 0), |data| (data.self_test_status, data.offline_status));
        record.set("ata_smart_selective_self_test_log", selective(log, running, offline));
    }
}

fn tests(log: &SelfTestLog, newest: usize, object: &mut Object, findings: &mut Findings) {
    if !log.checksum_ok {
        findings.message(Severity::Warning, "the self-test log has a wrong checksum");
    }
    let Some(tests) = &log.tests else {
        findings.message(Severity::Warning, "the self-test log's index is wrong");
        return;
    };
    if tests.is_empty() {
        object.set("count", 0u8);
        return;
    }
    let shown = tests.get(..newest).unwrap_or(tests);
    object.set("table", Value::array(shown.iter().map(test)));
    let passed = shown.iter().position(SelfTest::is_passed_extended).unwrap_or(shown.len());
    let failures = |tests: &[SelfTest]| tests.iter().filter(|test| test.is_failure()).count();
    let total = failures(shown);
    let outdated = shown.get(passed..).map_or(0, failures);
    let number = |count| u64::try_from(count).unwrap_or(u64::MAX);
    object.set("count", number(shown.len()));
    if total > outdated {
        findings.exit(exit::SELF_TEST_LOG);
    }
    object.set("error_count_total", number(total)).set("error_count_outdated", number(outdated));
}

fn test(test: &SelfTest) -> Object {
    let remaining = (test.status & 0xf) * 10;
    let mut status = object! { "value" => test.status, "string" => result(test.result()) };
    if remaining > 0 {
        status.set("remaining_percent", remaining);
    }
    // As smartctl has it: whatever is no known failure has passed, a running test too.
    if !matches!(test.result(), 1..=3) {
        status.set("passed", !test.is_failure());
    }
    let mut row = object! {
        "type" => object! { "value" => test.kind, "string" => kind(test.kind) },
        "status" => status,
        "lifetime_hours" => test.hours,
    };
    row.set_some("lba", test.failing_lba);
    row
}

fn kind(kind: u8) -> Cow<'static, str> {
    Cow::Borrowed(match kind {
        0 => "Offline",
        1 => "Short offline",
        2 => "Extended offline",
        3 => "Conveyance offline",
        4 => "Selective offline",
        127 => "Abort offline test",
        129 => "Short captive",
        130 => "Extended captive",
        131 => "Conveyance captive",
        132 => "Selective captive",
        64..=126 | 144..=255 => return Cow::Owned(format!("Vendor (0x{kind:02x})")),
        _ => return Cow::Owned(format!("Reserved (0x{kind:02x})")),
    })
}

fn result(result: u8) -> Cow<'static, str> {
    Cow::Borrowed(match result {
        0 => "Completed without error",
        1 => "Aborted by host",
        2 => "Interrupted (host reset)",
        3 => "Fatal or unknown error",
        4 => "Completed: unknown failure",
        5 => "Completed: electrical failure",
        6 => "Completed: servo/seek failure",
        7 => "Completed: read failure",
        8 => "Completed: handling damage??",
        15 => "Self-test routine in progress",
        _ => return Cow::Owned(format!("Unknown status (0x{result:x})")),
    })
}

/// Sectors that are tested at once: the span is known, where in it the drive reads is not.
const STEP: u64 = 65_535;

fn selective(log: &SelectiveSelfTestLog, running: u8, offline: u8) -> Object {
    let spans = (1..).zip(log.spans).map(|(number, (first, last))| {
        let is_current = log.current_span == number;
        let mut status =
            object! { "value" => running, "string" => if is_current { progress(running >> 4) } else { "Not_testing" } };
        if is_current {
            // As smartctl has it: tenths, not percent.
            status.set("remaining_percent", running & 0xf);
        }
        let mut row = object! { "lba_min" => first, "lba_max" => last, "status" => status };
        if is_current {
            row.set("current_lba_min", log.current_lba);
            row.set("current_lba_max", log.current_lba.saturating_add(STEP));
        }
        row
    });
    let mut object = object! { "revision" => log.revision, "table" => Value::array(spans) };
    if log.current_span > 5 {
        let scan = object! {
            "lba_min" => log.current_lba,
            "lba_max" => log.current_lba.saturating_add(STEP),
            "status" => object! { "value" => offline, "string" => super::capabilities::offline_words(offline).0 },
        };
        object.set("current_read_scan", scan);
    }
    let on = log.flags.reads_the_rest();
    let mut flags = object! { "value" => log.flags.0, "remainder_scan_enabled" => on };
    if on {
        flags.set("remainder_scan_active", log.flags.is_active());
        flags.set("power_up_scan_pending", log.flags.is_pending());
    }
    object.set("flags", flags).set("power_up_scan_resume_minutes", log.pending_minutes);
    object
}

/// Result of the self-test of the current span.
fn progress(result: u8) -> &'static str {
    match result {
        0 => "Completed",
        1 => "Aborted_by_host",
        2 => "Interrupted",
        3 => "Fatal_error",
        4 => "Completed_unknown_failure",
        5 => "Completed_electrical_failure",
        6 => "Completed_servo/seek_failure",
        7 => "Completed_read_failure",
        8 => "Completed_handling_damage??",
        15 => "Self_test_in_progress",
        _ => "Unknown_status ",
    }
}
