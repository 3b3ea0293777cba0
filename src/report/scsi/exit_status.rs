//! smartctl's exit status, of the parts that did not come.

use crate::decode::scsi::Pages;
use crate::report::{Findings, Outcome, Section, exit};

pub(super) fn emit(_pages: &Pages, sections: &[Section], findings: &mut Findings) {
    if not_ready(sections) {
        // smartctl ends here, so that nothing further can have failed.
        findings.exit(exit::NO_DEVICE);
        return;
    }
    if MISSED.iter().any(|name| refused(sections, name)) {
        findings.exit(exit::COMMAND_FAILED);
    }
}

/// Sections whose lack smartctl counts as a failed command, if the device lists them.
const MISSED: &[&str] = &["informational_exceptions"];

/// NOT READY: it has stopped, or has no medium.
fn not_ready(sections: &[Section]) -> bool {
    let outcome = outcome(sections, "test_unit_ready");
    matches!(outcome, Some(Outcome::Failed { sense: Some([0x02, _, _]), .. }))
}

/// Was it asked for, and did it not come?
fn refused(sections: &[Section], name: &str) -> bool {
    sections
        .iter()
        .any(|section| section.name == name && section.commands > 0 && section.outcome != Outcome::Ok)
}

/// Is it certain what became of it, so that its absence means something?
pub(super) fn came_to_an_end(sections: &[Section], name: &str) -> bool {
    outcome(sections, name).is_some_and(|outcome| !outcome.is_gap())
}

fn outcome<'a>(sections: &'a [Section], name: &str) -> Option<&'a Outcome> {
    sections.iter().find(|section| section.name == name).map(|section| &section.outcome)
}
