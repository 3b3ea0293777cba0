//! `ata_smart_data` and `ata_sct_capabilities`: what SMART and SCT can do, and how far a self-test is.

use crate::decode::ata::{FirmwareBugs, Identify, Pages, SmartData};
use crate::decode::bytes::bit;
use crate::object;
use crate::report::{Object, Value};

pub(super) fn emit(pages: &Pages, identify: &Identify, record: &mut Object) {
    if let Some(data) = &pages.smart_data {
        record.set("ata_smart_data", smart_data(data, identify, pages.firmware_bugs));
    }
    if let Some(sct) = identify.sct.filter(|_| pages.smart_data.is_some()) {
        let capabilities = object! {
            "value" => sct.0,
            "error_recovery_control_supported" => sct.error_recovery_control(),
            "feature_control_supported" => sct.feature_control(),
            "data_table_supported" => sct.data_tables(),
        };
        record.set("ata_sct_capabilities", capabilities);
    }
}

fn smart_data(data: &SmartData, identify: &Identify, bugs: FirmwareBugs) -> Object {
    let capability = data.offline_capability;
    let mut object = object! {
        "offline_data_collection" => object! {
            "status" => offline_status(data.offline_status),
            "completion_seconds" => data.offline_seconds,
        },
    };
    let mut minutes = Object::new();
    if capability.self_test() {
        object.object("self_test").set("status", self_test_status(data.self_test_status, bugs));
        minutes.set("short", data.short_minutes).set("extended", data.extended_minutes);
    }
    if capability.conveyance_self_test() {
        minutes.set("conveyance", data.conveyance_minutes);
    }
    if !minutes.is_empty() {
        object.object("self_test").set("polling_minutes", minutes);
    }
    let mut capabilities =
        object! { "values" => Value::array([u16::from(capability.0), data.smart_capability]) };
    if capability.0 != 0 {
        capabilities
            .set("exec_offline_immediate_supported", capability.execute_immediate())
            .set("offline_is_aborted_upon_new_cmd", capability.aborted_by_command())
            .set("offline_surface_scan_supported", capability.surface_scan())
            .set("self_tests_supported", capability.self_test())
            .set("conveyance_self_test_supported", capability.conveyance_self_test())
            .set("selective_self_test_supported", capability.selective_self_test());
    }
    if data.smart_capability != 0 {
        capabilities.set("attribute_autosave_enabled", bit(data.smart_capability, 0));
    }
    capabilities
        .set("error_logging_supported", identify.logs_errors(Some(data)))
        .set("gp_logging_supported", identify.general_purpose_logging);
    object.set("capabilities", capabilities);
    object
}

fn offline_status(status: u8) -> Object {
    let (string, passed) = offline_words(status);
    let mut object = object! { "value" => status, "string" => string };
    object.set_some("passed", passed);
    object
}

/// Off-line data collection status in words; did it pass? `None`: it has not ended.
pub(super) fn offline_words(status: u8) -> (&'static str, Option<bool>) {
    match status & 0x7f {
        0 => ("was never started", None),
        2 => ("was completed without error", Some(true)),
        3 if status == 3 => ("is in progress", None),
        4 => ("was suspended by an interrupting command from host", None),
        5 => ("was aborted by an interrupting command from host", None),
        6 => ("was aborted by the device with a fatal error", Some(false)),
        0x40.. => ("is in a Vendor Specific state", None),
        _ => ("is in a Reserved state", None),
    }
}

/// Self-test execution status, byte 363 of the SMART data.
fn self_test_status(status: u8, bugs: FirmwareBugs) -> Object {
    let remaining = (status & 0xf) * 10;
    let (string, passed) = match status >> 4 {
        0 => ("completed without error", Some(true)),
        1 => ("was aborted by the host", None),
        2 => ("was interrupted by the host with a reset", None),
        3 => ("could not complete due to a fatal or unknown error", None),
        4 => ("completed with error (unknown test element)", Some(false)),
        5 => ("completed with error (electrical test element)", Some(false)),
        6 => ("completed with error (servo/seek test element)", Some(false)),
        7 => ("completed with error (read test element)", Some(false)),
        8 => ("completed with error (handling damage?)", Some(false)),
        15 if bugs.samsung3 && remaining == 0 => ("completed, or is nearly done (0% remaining)", None),
        15 => {
            let string = format!("in progress, {}0% remaining", status & 0xf);
            return object! { "value" => status, "string" => string, "remaining_percent" => remaining };
        }
        _ => return object! { "value" => status },
    };
    let mut object = object! { "value" => status, "string" => string };
    object.set_some("passed", passed);
    object
}
