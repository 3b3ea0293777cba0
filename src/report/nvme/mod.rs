//! The record of NVMe: its keys from the decoded pages, and the globals derived from them.
//!
//! Keys outside `stone` are those of smartctl 7.3 with its types and values, and the ones later versions added; what
//! smartctl cannot say is in [`stone`] alone.

mod capacity;
mod controller;
mod error_log;
mod findings;
mod health;
mod namespaces;
mod self_test;
mod stone;
#[cfg(test)]
mod tests;

use crate::decode::nvme::Pages;
use crate::report::{Findings, Object, Section};

/// Adds to `record` what `pages` tell, and to `findings` what is wrong.
pub(super) fn emit(pages: &Pages, sections: &[Section], record: &mut Object, findings: &mut Findings) {
    let controller = pages.controller.as_deref();
    if let Some(controller) = controller {
        controller::identity(controller, record);
    }
    namespaces::emit(pages, record);
    if let Some(controller) = controller {
        controller::capabilities(controller, record);
    }
    if let Some(health) = &pages.smart_health {
        health::emit(health, controller, record);
    }
    if let Some(log) = &pages.error_information {
        let size = controller.map_or(0, |controller| controller.error_log_entries);
        record.set("nvme_error_information_log", error_log::log(log, size));
    }
    if let Some(log) = &pages.self_test {
        record.set("nvme_self_test_log", self_test::log(log));
    }
    stone::emit(pages, record);
    findings::add(pages, sections, findings);
}
