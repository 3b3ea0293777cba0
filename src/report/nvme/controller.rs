//! What the controller says of itself: identity, version, capabilities, power states.

use crate::decode::bytes::bit;
use crate::decode::nvme::{IdentifyController, Kelvin, Power, PowerState};
use crate::object;
use crate::report::{Object, Value};

/// Names, version and capacity.
pub(super) fn identity(controller: &IdentifyController, record: &mut Object) {
    record
        .set_some("model_name", controller.model_number.clone())
        .set_some("serial_number", controller.serial_number.clone())
        .set_some("firmware_version", controller.firmware_revision.clone())
        .set(
            "nvme_pci_vendor",
            object! { "id" => controller.vendor_id, "subsystem_id" => controller.subsystem_vendor_id },
        )
        .set("nvme_ieee_oui_identifier", controller.ieee_oui);
    if controller.total_capacity != 0 || controller.unallocated_capacity != 0 {
        record.set_unsafe("nvme_total_capacity", controller.total_capacity);
        record.set_unsafe("nvme_unallocated_capacity", controller.unallocated_capacity);
    }
    record
        .set("nvme_controller_id", controller.controller_id)
        .set(
            "nvme_version",
            object! { "string" => version(controller.version), "value" => controller.version.unwrap_or(0) },
        )
        .set("nvme_number_of_namespaces", controller.number_of_namespaces)
        .set("smart_support", object! { "available" => true, "enabled" => true });
}

fn version(version: Option<u32>) -> String {
    match version.unwrap_or(0).to_be_bytes() {
        [0, 0, 0, 0] => "<1.2".to_owned(),
        [high, low, minor, 0] => format!("{}.{minor}", u16::from_be_bytes([high, low])),
        [high, low, minor, tertiary] => format!("{}.{minor}.{tertiary}", u16::from_be_bytes([high, low])),
    }
}

/// What the controller can do, its temperature limits and power states.
pub(super) fn capabilities(controller: &IdentifyController, record: &mut Object) {
    let firmware = controller.firmware_updates;
    record.set(
        "nvme_firmware_update_capabilities",
        object! {
            "value" => firmware,
            "slots" => firmware >> 1 & 7,
            "first_slot_is_read_only" => bit(firmware, 0),
            // The spelling is smartctl's.
            "activiation_without_reset" => bit(firmware, 4),
            "multiple_update_detection" => bit(firmware, 5),
            "other" => firmware & !0x3f,
        },
    );
    record.set("nvme_optional_admin_commands", flags(controller.optional_admin_commands, ADMIN_COMMANDS));
    record.set("nvme_optional_nvm_commands", flags(controller.optional_nvm_commands, NVM_COMMANDS));
    record.set("nvme_log_page_attributes", flags(controller.log_page_attributes.into(), LOG_PAGE_ATTRIBUTES));
    let pages = controller.maximum_data_transfer_size.and_then(|size| 1u64.checked_shl(size.into()));
    record.set_some("nvme_maximum_data_transfer_pages", pages);
    let warning = controller.warning_temperature.map(Kelvin::celsius);
    let critical = controller.critical_temperature.map(Kelvin::celsius);
    if warning.is_some() || critical.is_some() {
        record
            .object("nvme_composite_temperature_threshold")
            .set_some("warning", warning)
            .set_some("critical", critical);
        record
            .object("temperature")
            .set_some("op_limit_max", warning)
            .set_some("critical_limit_max", critical);
    }
    record.set("nvme_power_states", Value::array(controller.power_states.iter().map(power_state)));
}

/// Keys of the bits of OACS, from bit 0.
const ADMIN_COMMANDS: &[&str] = &[
    "security_send_receive",
    "format_nvm",
    "firmware_download",
    "namespace_management",
    "self_test",
    "directives",
    "mi_send_receive",
    "virtualization_management",
    "doorbell_buffer_config",
    "get_lba_status",
    "command_and_feature_lockdown",
];

/// Keys of the bits of ONCS, from bit 0.
const NVM_COMMANDS: &[&str] = &[
    "compare",
    "write_uncorrectable",
    "dataset_management",
    "write_zeroes",
    "save_select_feature_nonzero",
    "reservations",
    "timestamp",
    "verify",
    "copy",
];

/// Keys of the bits of LPA, from bit 0.
const LOG_PAGE_ATTRIBUTES: &[&str] = &[
    "smart_health_per_namespace",
    "commands_effects_log",
    "extended_get_log_page_cmd",
    "telemetry_log",
    "persistent_event_log",
    "supported_log_pages_log",
    "telemetry_data_area_4",
];

/// A word of flags: its value, each known bit by name from bit 0, and the bits that have no name.
pub(super) fn flags(value: u16, names: &'static [&'static str]) -> Object {
    let known = (1u16 << names.len()) - 1;
    let mut members = Vec::with_capacity(names.len() + 2);
    members.push(("value", Value::from(value)));
    members.extend((0..).zip(names).map(|(index, name)| (*name, Value::from(bit(value, index)))));
    members.push(("other", Value::from(value & !known)));
    members.into_iter().collect()
}

fn power_state(state: &PowerState) -> Object {
    let mut object = object! {
        "non_operational_state" => state.non_operational,
        "relative_read_latency" => state.relative_read_latency,
        "relative_read_throughput" => state.relative_read_throughput,
        "relative_write_latency" => state.relative_write_latency,
        "relative_write_throughput" => state.relative_write_throughput,
        "entry_latency_us" => state.entry_latency,
        "exit_latency_us" => state.exit_latency,
        "max_power" => power(state.maximum_power),
    };
    object.set_some("active_power", state.active_power.map(power));
    object.set_some("idle_power", state.idle_power.map(power));
    object
}

fn power(power: Power) -> Object {
    let mut object = object! { "value" => power.value, "scale" => power.scale };
    object.set_some("units_per_watt", power.units_per_watt());
    object
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_leave_out_a_tertiary_of_zero() {
        for (value, words) in
            [(None, "<1.2"), (Some(0x1_0300), "1.3"), (Some(0x1_0401), "1.4.1"), (Some(0x2_0000), "2.0")]
        {
            assert_eq!(version(value), words);
        }
    }

    #[test]
    fn flags_keep_what_they_do_not_know() {
        let object = flags(0xff81, LOG_PAGE_ATTRIBUTES);
        assert_eq!(object.len(), 9);
        assert_eq!(object.get("smart_health_per_namespace"), Some(&true.into()));
        assert_eq!(object.get("telemetry_data_area_4"), Some(&false.into()));
        assert_eq!(object.get("other"), Some(&0xff80u16.into()));
        assert_eq!(flags(0xffff, ADMIN_COMMANDS).get("other"), Some(&0xf800u16.into()));
    }
}
