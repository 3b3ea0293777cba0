//! `smart_status`: the drive's own verdict, or that of its attributes; and what both mean for the exit status.

use super::Presets;
use super::attributes::{State, state};
use crate::decode::ata::Pages;
use crate::decode::bytes::bit;
use crate::object;
use crate::report::{Findings, Object, Outcome, Section, Severity, exit};

pub(super) fn emit(
    pages: &Pages,
    presets: &Presets,
    sections: &[Section],
    record: &mut Object,
    findings: &mut Findings,
) {
    // Who asks for no verdict gets none.
    if !sections.iter().any(|section| section.name == "smart_status") {
        return;
    }
    let thresholds = pages.smart_thresholds.as_ref();
    let attributes = pages.smart_data.iter().flat_map(|data| &data.attributes);
    let (mut prefail_now, mut ever) = (false, false);
    for attribute in attributes {
        let state = state(attribute, thresholds, presets);
        prefail_now |= state == State::Now && bit(attribute.flags, 0);
        ever |= matches!(state, State::Now | State::Past);
    }
    let passed = match pages.smart_status {
        Some(status) => status.passed,
        None if thresholds.is_none() || pages.smart_data.is_none() => return,
        // A drive that stopped answering may be failing: its attributes can say so, but not that all is well.
        None if !prefail_now && sections.iter().any(|section| section.outcome == Outcome::TimedOut) => return,
        None => {
            let text = "the drive's own verdict is missing: this one is based on an Attribute check";
            findings.message(Severity::Warning, text);
            !prefail_now
        }
    };
    record.set("smart_status", object! { "passed" => passed });
    if passed {
        if ever {
            findings.exit(exit::THRESHOLD_PAST);
        }
        return;
    }
    findings.exit(exit::FAILING);
    if prefail_now {
        findings.exit(exit::PREFAIL_NOW);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::decode::ata::{Attribute, OfflineCapability, SmartData, SmartThresholds};
    use crate::report::Value;

    /// `passed` and the exit status of a drive without a verdict, whose only attribute has this value and the threshold 10.
    fn judged(value: u8, outcome: Outcome) -> (Option<Value>, u8) {
        let attribute = Attribute { slot: 0, id: 5, flags: 1, value, worst: value, raw: [0; 6], reserved: 0 };
        let data = SmartData {
            revision: 1,
            attributes: vec![attribute],
            offline_status: 0,
            self_test_status: 0,
            offline_seconds: 0,
            offline_capability: OfflineCapability(0),
            smart_capability: 0,
            error_logging: false,
            short_minutes: 0,
            extended_minutes: 0,
            conveyance_minutes: 0,
            checksum_ok: true,
        };
        let mut slots = [(0, 0); 30];
        slots[0] = (5, 10);
        let thresholds = SmartThresholds { revision: 1, slots, checksum_ok: true };
        let mut pages = Pages::default();
        (pages.smart_data, pages.smart_thresholds) = (Some(data), Some(thresholds));
        let sections = [Section { name: "smart_status", outcome, commands: 1, bytes: 0 }];
        let (mut record, mut findings) = (Object::new(), Findings::default());
        emit(&pages, &Presets::standard(), &sections, &mut record, &mut findings);
        (record.at("smart_status.passed").cloned(), findings.exit_status)
    }

    #[test]
    fn a_drive_that_stopped_answering_has_not_passed() {
        assert_eq!(judged(100, Outcome::Unsupported), (Some(Value::Bool(true)), 0));
        assert_eq!(judged(100, Outcome::TimedOut), (None, 0));
        let failing = exit::FAILING | exit::PREFAIL_NOW;
        for outcome in [Outcome::Unsupported, Outcome::TimedOut] {
            assert_eq!(judged(10, outcome), (Some(Value::Bool(false)), failing));
        }
    }
}
