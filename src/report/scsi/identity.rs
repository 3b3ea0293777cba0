//! What the device is: INQUIRY data, capacity and the VPD pages.

use super::names;
use crate::decode::scsi::vpd::{BlockDeviceCharacteristics, LogicalBlockProvisioning, Zoned};
use crate::decode::scsi::{Capacity, Inquiry, Pages};
use crate::object;
use crate::report::Object;

pub(super) fn emit(pages: &Pages, record: &mut Object) {
    let Some(inquiry) = &pages.inquiry else { return };
    names(inquiry, record);
    if let Some(capacity) = &pages.capacity {
        size(capacity, record);
    }
    if let Some(page) = &pages.logical_block_provisioning {
        record.set("scsi_lb_provisioning", provisioning(page, pages.capacity.as_ref()));
    }
    if let Some(characteristics) = &pages.block_device_characteristics {
        medium(characteristics, record);
    }
    if let Some(id) = &pages.device_identification {
        // smartctl's words for an NAA name of a form that no standard knows.
        let odd = id.has_odd_naa().then(|| "error: unexpected NAA".to_owned());
        record.set_some("logical_unit_id", id.logical_unit_id().or(odd));
    }
    record.set_some("serial_number", pages.serial_number.as_ref().and_then(|page| page.number.clone()));
    record.set(
        "device_type",
        object! {
            "scsi_terminology" => "Peripheral Device Type [PDT]",
            "scsi_value" => inquiry.device_type,
            "name" => names::device_type(inquiry.device_type),
        },
    );
    if let Some(code) = pages.transport_protocol() {
        let protocol = object! { "name" => names::transport_protocol(code), "value" => code };
        record.set("scsi_transport_protocol", protocol);
    }
}

fn names(inquiry: &Inquiry, record: &mut Object) {
    let Inquiry { vendor, product, revision, .. } = inquiry;
    let words: Vec<&str> = [vendor, product].into_iter().flatten().map(String::as_str).collect();
    let model = words.join(" ");
    record.set("scsi_vendor", vendor.clone().unwrap_or_default());
    record.set("scsi_product", product.clone().unwrap_or_default());
    record.set("scsi_model_name", model.clone());
    if !model.is_empty() {
        record.set("model_name", model);
    }
    record.set_some("scsi_revision", revision.clone());
    record.set_some("scsi_version", inquiry.spc_revision().map(|revision| format!("SPC-{revision}")));
}

fn size(capacity: &Capacity, record: &mut Object) {
    if capacity.block_length == 0 {
        return;
    }
    if let (Some(blocks), Some(bytes)) = (capacity.blocks(), capacity.bytes()) {
        let size = record.object("user_capacity");
        size.set_unsafe("blocks", blocks).set_unsafe("bytes", bytes);
        record.set("logical_block_size", capacity.block_length);
    }
    record.set_some("physical_block_size", capacity.physical_block_length());
    if let Some(protection) = capacity.long.as_ref().and_then(|long| long.protection) {
        record.set("scsi_protection_type", protection.kind);
        if protection.interval_exponent > 0 {
            // smartctl repeats the type here; how many intervals there are stands under `stone`.
            record.set("scsi_protection_intervals_per_lb", protection.kind);
        }
        // Each interval is followed by 8 bytes of protection information.
        record.set("scsi_protection_interval_bytes_per_lb", u64::from(protection.intervals()) * 8);
    }
}

/// Whether unmapping is managed is said by READ CAPACITY (16); where (10) answered instead, smartctl says 0, and
/// where neither did, -1.
fn provisioning(page: &LogicalBlockProvisioning, capacity: Option<&Capacity>) -> Object {
    let long = capacity.and_then(|capacity| capacity.long.as_ref());
    let managed = match (capacity, long) {
        (None, _) => -1,
        (Some(_), long) => i8::from(long.is_some_and(|long| long.provisioning_managed)),
    };
    let name = match page.kind {
        0 if managed == 1 => "not reported",
        0 => "fully provisioned",
        1 => "resource provisioned",
        2 => "thin provisioned",
        _ => "reserved",
    };
    let reads_zeros = match page.reads_zeros {
        0 => u8::from(long.is_some_and(|long| long.provisioning_reads_zeros)),
        code => code,
    };
    object! {
        "name" => name,
        "value" => page.kind,
        "management_enabled" => object! { "name" => "LBPME", "value" => managed },
        "read_zeros" => object! { "name" => "LBPRZ", "value" => reads_zeros },
    }
}

fn medium(characteristics: &BlockDeviceCharacteristics, record: &mut Object) {
    // As smartctl says it: 0 for "does not rotate", and also for "not reported".
    let rpm = match characteristics.rotation_rate {
        1 => 0,
        rpm => rpm,
    };
    record.set("rotation_rate", rpm);
    if let Some(code) = characteristics.form_factor.filter(|&code| code != 0) {
        let form = record.object("form_factor");
        form.set("scsi_value", code).set_some("name", names::form_factor(code));
    }
    match characteristics.zoned {
        Some(Zoned::HostAware) => _ = record.set("scsi_host_aware_zoned_block_capable", true),
        Some(Zoned::DeviceManaged) => _ = record.set("scsi_device_managed_zoned_block_capable", true),
        None => {}
    }
}
