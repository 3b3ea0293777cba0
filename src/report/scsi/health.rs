//! Does it say that it is failing?

use super::{exit_status, names};
use crate::decode::scsi::Pages;
use crate::object;
use crate::report::{Findings, Object, Section, exit};

pub(super) fn emit(pages: &Pages, sections: &[Section], record: &mut Object, findings: &mut Findings) {
    support(pages, sections, record);
    status(pages, record, findings);
    record.set_some("scsi_grown_defect_list", pages.grown_defects.and_then(|defects| defects.count));
}

/// SMART, in SCSI, is the Informational Exceptions Control mode page.
fn support(pages: &Pages, sections: &[Section], record: &mut Object) {
    if let Some(control) = &pages.informational_exceptions_control {
        record.set("smart_support", object! { "available" => true, "enabled" => !control.disabled });
        record.set("temperature_warning", object! { "enabled" => control.warnings });
    } else if exit_status::is_refused(sections, "informational_exceptions_control") {
        record.set("smart_support", object! { "available" => false });
    }
}

/// A predicted failure is one, whether or not the device has the mode page; that nothing is wrong is only
/// believed where it has.
fn status(pages: &Pages, record: &mut Object, findings: &mut Findings) {
    let Some((asc, ascq)) = pages.exception() else { return };
    if let Some(words) = names::informational_exception(asc, ascq) {
        let scsi = object! { "asc" => asc, "ascq" => ascq, "ie_string" => words };
        record.set("smart_status", object! { "passed" => false, "scsi" => scsi });
        findings.exit(exit::FAILING);
    } else if pages.informational_exceptions_control.is_some() {
        record.set("smart_status", object! { "passed" => true });
    }
}
