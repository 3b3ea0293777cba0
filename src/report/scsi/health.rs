//! Does it say that it is failing, and how warm is it?

use super::names;
use crate::decode::scsi::Pages;
use crate::object;
use crate::report::{Findings, Object, Section, exit};

pub(super) fn emit(pages: &Pages, sections: &[Section], record: &mut Object, findings: &mut Findings) {
    support(pages, sections, record);
    status(pages, record, findings);
    temperature(pages, record);
    record.set_some("scsi_grown_defect_list", pages.grown_defects.and_then(|defects| defects.count));
}

/// SMART, in SCSI, is the Informational Exceptions Control mode page.
fn support(pages: &Pages, sections: &[Section], record: &mut Object) {
    if let Some(control) = &pages.informational_exceptions_control {
        record.set("smart_support", object! { "available" => true, "enabled" => !control.disabled });
        record.set("temperature_warning", object! { "enabled" => control.warnings });
    } else if super::exit_status::came_to_an_end(sections, "informational_exceptions_control") {
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

/// The Temperature log page, or else what the Informational Exceptions log page says in passing.
fn temperature(pages: &Pages, record: &mut Object) {
    if let Some(temperature) = pages.temperature {
        let mut degrees = Object::new();
        degrees.set_some("current", temperature.current).set_some("drive_trip", temperature.reference);
        if !degrees.is_empty() {
            record.set("temperature", degrees);
        }
    } else if let Some(exceptions) = pages.informational_exceptions {
        if let Some(current) = exceptions.temperature {
            record.set("temperature", object! { "current" => current });
        }
        if let Some(trip) = exceptions.trip_temperature {
            record.set("scsi_temperature", object! { "drive_trip" => trip });
        }
    }
}
