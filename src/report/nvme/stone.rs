//! What smartctl cannot say of an NVMe controller: the keys of its own under `stone`.

use std::fmt::Write;

use super::capacity::blocks_and_bytes;
use super::namespaces;
use crate::decode::nvme::{IdentifyController, IdentifyNamespace, Kelvin, Pages};
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
