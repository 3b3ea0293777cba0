//! The record of an ATA disk, group by group, in smartctl's order.

use super::Presets;
use super::{
    attributes, capabilities, device_statistics, error_log, features, health, identity, link, log_directory,
    sct, self_tests,
};
use crate::decode::ata::{Identify, Pages, SctCapabilities};
use crate::report::{Findings, Object, Outcome, Section, exit};

/// Adds to `record` what `pages` tell, and to `findings` what is wrong.
pub(in crate::report) fn emit(
    pages: &Pages,
    presets: &Presets,
    sections: &[Section],
    record: &mut Object,
    findings: &mut Findings,
) {
    presets.emit_version(record);
    let Some(identify) = &pages.identify else {
        findings.exit(exit::NO_DEVICE);
        return;
    };
    identity::emit(identify, presets, record, findings);
    features::emit(pages, identify, record);
    health::emit(pages, presets, record, findings);
    capabilities::emit(pages, identify, record);
    attributes::emit(pages, presets, record, findings);
    log_directory::emit(pages, record);
    error_log::emit(pages, presets, record, findings);
    self_tests::emit(pages, record, findings);
    sct::emit(pages, record);
    device_statistics::emit(pages, record);
    link::emit(pages, record);
    if fails(pages, identify, sections) {
        findings.exit(exit::COMMAND_FAILED);
    }
}

/// Did something not come that was asked for, and nothing instead of it? As smartctl has it, SCT without all of its
/// commands counts, too.
fn fails(pages: &Pages, identify: &Identify, sections: &[Section]) -> bool {
    let replaced = |name: &str| match name {
        "extended_self_test_log" => pages.extended_self_test_log.is_some(),
        "device_statistics" => pages.device_statistics.is_some(),
        _ => false,
    };
    let failed = |section: &&Section| section.outcome != Outcome::Ok && section.commands > 0;
    let poor = |sct: SctCapabilities| !(sct.error_recovery_control() && sct.data_tables());
    sections.iter().filter(failed).any(|section| !replaced(section.name))
        || identify.usable_sct().is_some_and(poor)
}
