//! The record of SCSI: its keys from the decoded pages, and the globals derived from them.

mod background_scan;
mod error_counters;
mod exit_status;
mod farm;
mod health;
mod identity;
mod lifetime;
mod names;
mod sas_phy;
mod self_test;
mod statistics;
mod stone;
mod temperature;
#[cfg(test)]
mod tests;

use crate::decode::scsi::Pages;
use crate::report::{Findings, Object, Section};

/// Adds to `record` what `pages` tell, and to `findings` what is wrong.
pub(super) fn emit(pages: &Pages, sections: &[Section], record: &mut Object, findings: &mut Findings) {
    identity::emit(pages, record);
    health::emit(pages, sections, record, findings);
    temperature::emit(pages, record);
    lifetime::emit(pages, record);
    error_counters::emit(pages, record);
    self_test::emit(pages, record, findings);
    background_scan::emit(pages, record);
    statistics::emit(pages, record);
    sas_phy::emit(pages, record);
    farm::emit(pages, record);
    stone::emit(pages, record);
    exit_status::emit(pages, sections, findings);
}
