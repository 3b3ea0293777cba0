//! The record of SCSI: its keys from the decoded pages, and the globals derived from them.

mod error_counters;
mod exit_status;
mod health;
mod identity;
mod names;
mod stone;

use crate::decode::scsi::Pages;
use crate::report::{Findings, Object, Section};

/// Adds to `record` what `pages` tell, and to `findings` what is wrong.
pub(super) fn emit(pages: &Pages, sections: &[Section], record: &mut Object, findings: &mut Findings) {
    identity::emit(pages, record);
    health::emit(pages, sections, record, findings);
    error_counters::emit(pages, record);
    stone::emit(pages, record);
    exit_status::emit(pages, sections, findings);
}
