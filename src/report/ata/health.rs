//! `smart_status`: the drive's own verdict, or that of its attributes; and what both mean for the exit status.

use super::Presets;
use super::attributes::{State, state};
use crate::decode::ata::Pages;
use crate::decode::bytes::bit;
use crate::object;
use crate::report::{Findings, Object, Section, Severity, exit};

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
    if pages.smart_status.is_some() {
        findings.exit(exit::FAILING);
    }
    if prefail_now {
        findings.exit(exit::PREFAIL_NOW);
    }
}
