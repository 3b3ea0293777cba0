//! The record of an ATA disk, group by group, in smartctl's order.

use super::Presets;
use super::{
    attributes, capabilities, device_statistics, error_log, farm, features, health, identity, link,
    log_directory, sct, self_tests, stone,
};
use crate::decode::ata::{Identify, Pages, PowerMode, SctCapabilities, SctStatus};
use crate::object;
use crate::report::{Findings, Object, Outcome, Section, Severity, exit};

/// `power_mode`: the answer to CHECK POWER MODE.
pub fn power_mode(mode: PowerMode) -> Object {
    object! { "ata_value" => mode.0, "name" => mode.name() }
}

/// Adds to `record` what `pages` tell, and to `findings` what is wrong.
pub(in crate::report) fn emit(
    pages: &Pages,
    presets: &Presets,
    sections: &[Section],
    record: &mut Object,
    findings: &mut Findings,
) {
    presets.emit_version(record);
    if let Some(mode) = pages.power_mode {
        record.set("power_mode", power_mode(mode));
    }
    let Some(identify) = &pages.identify else {
        findings.exit(exit::NO_DEVICE);
        return;
    };
    identity::emit(identify, presets, record, findings);
    features::emit(pages, identify, record);
    health::emit(pages, presets, sections, record, findings);
    capabilities::emit(pages, identify, record);
    attributes::emit(pages, presets, record, findings);
    log_directory::emit(pages, record);
    error_log::emit(pages, record, findings);
    self_tests::emit(pages, record, findings);
    sct::emit(pages, record);
    device_statistics::emit(pages, record);
    link::emit(pages, record);
    farm::emit(pages, record);
    stone::emit(pages, record);
    tell_unusable(sections, findings);
    if fails(pages, identify, sections) {
        findings.exit(exit::COMMAND_FAILED);
    }
}

/// Says what came and cannot be used, and of which log only a part came.
fn tell_unusable(sections: &[Section], findings: &mut Findings) {
    for section in sections.iter().filter(|section| section.commands > 0) {
        let part = match section.name {
            "extended_error_log_newest" => "the extended error log: not all of its sectors came",
            "device_statistics_pages" => "the device statistics: not all of their pages came",
            _ => "",
        };
        match &section.outcome {
            Outcome::Ok => {}
            Outcome::Malformed { reason } => findings.message(Severity::Error, reason.clone()),
            _ if part.is_empty() => {}
            _ => findings.message(Severity::Error, part),
        }
    }
}

/// Did something not come that was asked for, and nothing instead of it? As smartctl has it, SCT commands that the
/// drive does not know, or cannot take now, count too where they were wanted.
fn fails(pages: &Pages, identify: &Identify, sections: &[Section]) -> bool {
    let replaced = |name: &str| match name {
        // A length that does not fit into one byte is no length of this log: the standard log stands for it.
        "extended_self_test_log" => {
            pages.extended_self_test_log.as_ref().is_some_and(|log| log.is_whole() || log.sectors > 0xff)
        }
        "device_statistics" => pages.device_statistics.is_some(),
        _ => false,
    };
    let failed = |section: &&Section| section.outcome != Outcome::Ok && section.commands > 0;
    let busy = pages.sct_status.as_ref().is_some_and(SctStatus::is_busy);
    let wanted = |name: &str| sections.iter().any(|section| section.name == name);
    let poor = |sct: SctCapabilities| {
        (wanted("sct_error_recovery_control") && (busy || !sct.error_recovery_control()))
            || (wanted("sct_temperature_history") && (busy || !sct.data_tables()))
    };
    // A verdict or attributes of a drive that has no SMART.
    (identify.smart.available == Some(false) && wanted("smart_thresholds"))
        || sections.iter().filter(failed).any(|section| !replaced(section.name))
        || identify.usable_sct().is_some_and(poor)
}
