//! smartctl's exit status, of the parts that did not come.

use crate::decode::scsi::Pages;
use crate::report::{Findings, Outcome, Section, exit};

pub(super) fn emit(pages: &Pages, sections: &[Section], findings: &mut Findings) {
    if not_ready(sections) {
        // smartctl ends here, so that nothing further can have failed.
        findings.exit(exit::NO_DEVICE);
        return;
    }
    let refused = MUST_ANSWER.iter().any(|name| has_failed(sections, name));
    let wanted = |name: &str| outcome(sections, name).is_some();
    let missing = pages.is_hard_disk()
        && ((pages.self_tests.is_none() && wanted("self_test_results"))
            || (pages.background_scan.is_none() && wanted("background_scan")));
    let zones =
        pages.is_zoned() && pages.zoned_statistics.is_none() && wanted("zoned_block_device_statistics");
    if refused || missing || zones {
        findings.exit(exit::COMMAND_FAILED);
    }
}

/// Sections whose lack smartctl counts as a failed command, if the device lists them. The Self-Test Results and
/// Background Scan Results log pages it expects of every disk.
const MUST_ANSWER: &[&str] =
    &["supported_log_pages", "informational_exceptions", "solid_state_media", "format_status", "sas_phy"];

/// TEST UNIT READY failed: it has stopped, or has no medium. A device that is busy, or that has just been reset
/// (UNIT ATTENTION), may be ready.
fn not_ready(sections: &[Section]) -> bool {
    let failed = matches!(
        outcome(sections, "test_unit_ready"),
        Some(Outcome::Failed { sense: Some([key, _, _]), .. }) if *key != 0x06
    );
    failed || is_refused(sections, "test_unit_ready")
}

/// Was it asked for, and did it not come?
fn has_failed(sections: &[Section], name: &str) -> bool {
    sections
        .iter()
        .any(|section| section.name == name && section.commands > 0 && section.outcome != Outcome::Ok)
}

/// Did the device say that it does not have it?
pub(super) fn is_refused(sections: &[Section], name: &str) -> bool {
    has_failed(sections, name) && outcome(sections, name) == Some(&Outcome::Unsupported)
}

fn outcome<'a>(sections: &'a [Section], name: &str) -> Option<&'a Outcome> {
    sections.iter().find(|section| section.name == name).map(|section| &section.outcome)
}
