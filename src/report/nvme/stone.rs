//! What smartctl cannot say of an NVMe controller: the keys of its own under `stone`.

use std::fmt::Write;

use super::capacity::blocks_and_bytes;
use super::namespaces;
use crate::decode::nvme::{
    BadBlocks, EnduranceGroup, FirmwareSlot, IdentifyController, IdentifyNamespace, Kelvin, OcpSmart, Pages,
};
use crate::object;
use crate::report::{Object, Value};

pub(super) fn emit(pages: &Pages, record: &mut Object) {
    let stone = record.object("stone");
    if let Some(identify) = &pages.controller {
        stone.set("controller", controller(identify));
    }
    let namespaces: Vec<Object> = namespaces::active(pages).map(namespace).collect();
    if !namespaces.is_empty() {
        stone.set("namespaces", namespaces);
    }
    if let Some(log) = &pages.supported_log_pages {
        stone.set("supported_log_pages", Value::array(log.identifiers.iter().copied()));
    }
    if let Some(log) = &pages.firmware_slot {
        stone.set("firmware_slots", firmware_slots(log));
    }
    if !pages.endurance_groups.is_empty() {
        stone.set("endurance_groups", Value::array(pages.endurance_groups.iter().map(endurance_group)));
    }
    if let Some(log) = &pages.ocp_smart {
        stone.set("ocp_smart", ocp_smart(log));
    }
    let identity = identity(pages);
    if !identity.is_empty() {
        stone.set("identity", identity);
    }
}

fn controller(controller: &IdentifyController) -> Object {
    let mut object = Object::new();
    let kind = controller.controller_type.map(|kind| match kind {
        1 => "io",
        2 => "discovery",
        3 => "administrative",
        _ => "reserved",
    });
    object
        .set_some("type", kind)
        .set("attributes", controller.controller_attributes)
        .set("volatile_write_cache", controller.volatile_write_cache)
        .set("atomic_write_blocks", controller.atomic_write_blocks)
        .set("atomic_write_power_fail_blocks", controller.atomic_write_power_fail_blocks)
        .set_some("extended_self_test_minutes", controller.extended_self_test_minutes)
        .set("sanitize_capabilities", controller.sanitize_capabilities);
    let lowest = controller.minimum_thermal_management_temperature.map(Kelvin::celsius);
    let highest = controller.maximum_thermal_management_temperature.map(Kelvin::celsius);
    if lowest.is_some() || highest.is_some() {
        object.object("thermal_management_temperature").set_some("min", lowest).set_some("max", highest);
    }
    object
}

/// What smartctl leaves out of a namespace, and the format in use, which it may get wrong.
fn namespace(namespace: &IdentifyNamespace) -> Object {
    let format = namespace.lba_format();
    let block = format.map(|format| format.data_bytes);
    let mut object = object! {
        "id" => namespace.nsid,
        "size" => blocks_and_bytes(namespace.size, block),
        "capacity" => blocks_and_bytes(namespace.capacity, block),
        "utilization" => blocks_and_bytes(namespace.utilization, block),
    };
    if let Some(format) = format {
        let format = object! {
            "index" => Value::Unsigned(namespace.lba_format_index() as u128),
            "data_bytes" => format.data_bytes,
            "metadata_bytes" => format.metadata_bytes,
        };
        object.set("lba_format", format);
    }
    if let Some(bytes) = namespace.nvm_capacity {
        object.set_unsafe("nvm_capacity_bytes", bytes);
    }
    object
        .set("write_protected", namespace.write_protected)
        .set_some("protection_type", namespace.protection_type)
        .set_some("endurance_group", namespace.endurance_group)
        .set_some("atomic_write_power_fail_blocks", namespace.atomic_write_power_fail_blocks);
    object
}

/// Slot `i + 1` is at `revisions[i]`; empty slots are holes, none after the last that is not.
fn firmware_slots(log: &FirmwareSlot) -> Object {
    let mut object = object! { "active" => log.active };
    object.set_some("next", log.next);
    let used = log.revisions.iter().rposition(Option::is_some).map_or(0, |last| last + 1);
    object.set("revisions", Value::array(log.revisions.iter().take(used).cloned()));
    object
}

/// Endurance Group Information. smartctl's units of data are 512,000 bytes, those of a group 10^9.
fn endurance_group(group: &EnduranceGroup) -> Object {
    let mut object = object! {
        "id" => group.identifier,
        "critical_warning" => group.critical_warning,
        "available_spare_percent" => group.available_spare,
        "available_spare_threshold_percent" => group.available_spare_threshold,
        "percentage_used" => group.percentage_used,
        "bytes_per_unit" => 1_000_000_000u32,
    };
    object
        .set_unsafe("endurance_estimate_units", group.endurance_estimate)
        .set_unsafe("data_units_read", group.data_units_read)
        .set_unsafe("data_units_written", group.data_units_written)
        .set_unsafe("media_units_written", group.media_units_written)
        .set_unsafe("media_errors", group.media_errors)
        .set_unsafe("total_capacity_bytes", group.total_capacity)
        .set_unsafe("unallocated_capacity_bytes", group.unallocated_capacity);
    object
}

/// SMART / Health Information Extended of the OCP Datacenter NVMe SSD Specification.
fn ocp_smart(log: &OcpSmart) -> Object {
    let mut object = object! { "version" => log.version };
    object
        .set_unsafe("physical_media_bytes_written", log.physical_media_units_written)
        .set_unsafe("physical_media_bytes_read", log.physical_media_units_read)
        .set("bad_user_blocks", bad_blocks(log.bad_user_blocks))
        .set_some("bad_system_blocks", log.bad_system_blocks.map(bad_blocks))
        .set_unsafe("xor_recovery_count", log.xor_recovery_count)
        .set_unsafe("uncorrectable_read_errors", log.uncorrectable_read_errors)
        .set_unsafe("soft_ecc_errors", log.soft_ecc_errors)
        .set("end_to_end_detected_errors", log.end_to_end_detected_errors)
        .set("end_to_end_corrected_errors", log.end_to_end_corrected_errors)
        .set("system_data_percent_used", log.system_data_percent_used)
        .set_unsafe("refresh_count", log.refresh_count)
        .set(
            "user_erase_count",
            object! { "max" => log.maximum_user_erase_count, "min" => log.minimum_user_erase_count },
        )
        .set(
            "thermal_throttling",
            object! { "events" => log.thermal_throttling_events, "status" => log.thermal_throttling_status },
        )
        .set_unsafe("pcie_correctable_errors", log.pcie_correctable_errors)
        .set("incomplete_shutdowns", log.incomplete_shutdowns)
        .set("percent_free_blocks", log.percent_free_blocks)
        .set_some("capacitor_health_percent", log.capacitor_health)
        .set_unsafe("unaligned_io", log.unaligned_io)
        .set_unsafe("power_loss_protection_starts", log.plp_start_count)
        .set_unsafe("endurance_estimate_bytes", log.endurance_estimate);
    if let Some(count) = log.pcie_link_retraining_count {
        object.set_unsafe("pcie_link_retraining_count", count);
    }
    if let Some(count) = log.power_state_change_count {
        object.set_unsafe("power_state_change_count", count);
    }
    object
}

fn bad_blocks(blocks: BadBlocks) -> Object {
    object! { "raw" => blocks.raw, "normalized" => blocks.normalized }
}

/// Identifiers that smartctl does not print: for the owner's eyes, never sent.
fn identity(pages: &Pages) -> Object {
    let mut identity = Object::new();
    if let Some(controller) = &pages.controller {
        identity
            .set_some("subsystem_nqn", controller.subsystem_nqn.clone())
            .set_some("fru_guid", controller.fru_guid.map(|guid| hex(&guid)));
    }
    let nguid = |namespace: &IdentifyNamespace| {
        let nguid = hex(&namespace.nguid?);
        Some(object! { "id" => namespace.nsid, "nguid" => nguid })
    };
    let namespaces: Vec<Object> = namespaces::active(pages).filter_map(nguid).collect();
    if !namespaces.is_empty() {
        identity.set("namespaces", namespaces);
    }
    identity
}

/// Two hexadecimal digits for each byte.
fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::with_capacity(bytes.len() * 2), |mut text, byte| {
        // Writing to a string does not fail.
        _ = write!(text, "{byte:02x}");
        text
    })
}
