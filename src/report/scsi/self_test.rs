//! The disk's self-tests: numbered objects, newest first.

use super::names;
use crate::decode::scsi::{Pages, SelfTest};
use crate::object;
use crate::report::{Findings, Object, exit};

pub(super) fn emit(pages: &Pages, record: &mut Object, findings: &mut Findings) {
    let tests = pages.self_tests.as_ref().map_or(&[][..], |log| &log.tests);
    for (number, test) in tests.iter().enumerate() {
        record.set(format!("scsi_self_test_{number}"), entry(test));
        match test.result {
            3 => findings.exit(exit::COMMAND_FAILED),
            4..=7 => findings.exit(exit::SELF_TEST_LOG),
            _ => {}
        }
    }
    if pages.self_tests.is_some() {
        record.set_some("scsi_extended_self_test_seconds", pages.extended_self_test_seconds());
    }
}

fn entry(test: &SelfTest) -> Object {
    let mut entry = object! {
        "code" => object! { "value" => test.code, "string" => names::self_test_code(test.code) },
        "result" => object! { "value" => test.result, "string" => names::self_test_result(test.result) },
    };
    if let Some(number) = test.number {
        entry.set("failed_segment", object! { "value" => number, "aka" => "self_test_number" });
    }
    if test.result == SelfTest::IN_PROGRESS && test.hours == 0 {
        entry.set("self_test_in_progress", true);
    } else {
        entry.set("power_on_time", object! { "hours" => test.hours, "aka" => "accumulated_power_on_hours" });
    }
    if let Some(lba) = test.first_failure.filter(|_| !matches!(test.result, 0 | SelfTest::IN_PROGRESS)) {
        entry.set("lba_first_failure", object! { "value" => lba, "aka" => "address_of_first_failure" });
    }
    if let [key @ 1..=15, asc, ascq] = test.sense {
        entry.set("sense_key", object! { "value" => key, "string" => names::sense_key(key) });
        entry.set("asc", asc).set("ascq", ascq).set("vendor_specific", test.vendor_specific);
    }
    entry
}
