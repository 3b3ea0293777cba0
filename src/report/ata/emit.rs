//! The record of an ATA disk, group by group, in smartctl's order.

use super::Presets;
use super::{
    attributes, capabilities, device_statistics, error_log, features, health, identity, link, log_directory,
    sct, self_tests,
};
use crate::decode::ata::Pages;
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
    let missing = ["smart_data", "smart_thresholds", "smart_status"];
    if sections.iter().any(|section| missing.contains(&section.name) && section.outcome != Outcome::Ok) {
        findings.exit(exit::COMMAND_FAILED);
    }
}
