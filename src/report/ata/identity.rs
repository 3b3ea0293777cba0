//! Who the drive is: `model_name` to `interface_speed`, from IDENTIFY DEVICE data.

use super::{Presets, versions};
use crate::decode::ata::{Identify, Rotation};
use crate::decode::bytes::{bit, bits};
use crate::object;
use crate::report::{Findings, Object, Severity};

/// Names of the form factors, by their code.
const FORM_FACTORS: [&str; 10] = [
    "",
    "5.25 inches",
    "3.5 inches",
    "2.5 inches",
    "1.8 inches",
    "< 1.8 inches",
    "mSATA",
    "M.2",
    "MicroSSD",
    "CFast",
];

pub(super) fn emit(identify: &Identify, presets: &Presets, record: &mut Object, findings: &mut Findings) {
    if !identify.checksum_ok {
        findings.message(Severity::Warning, "IDENTIFY DEVICE data has a wrong checksum");
    }
    record.set_some("model_family", presets.model_family.clone());
    record.set_some("model_name", identify.model_number.clone());
    record.set_some("serial_number", identify.serial_number.clone());
    if let Some(wwn) = identify.wwn {
        record.set("wwn", object! { "naa" => wwn.naa, "oui" => wwn.oui, "id" => wwn.id });
    }
    record.set_some("ata_additional_product_id", identify.additional_product_id.clone());
    record.set_some("firmware_version", identify.firmware_revision.clone());
    capacity(identify, record);
    match identify.rotation {
        Rotation::NotReported => {}
        Rotation::Solid => _ = record.set("rotation_rate", 0u8),
        Rotation::PerMinute(rate) => _ = record.set("rotation_rate", rate),
    }
    if let Some(code) = identify.form_factor {
        let mut form_factor = object! { "ata_value" => code };
        form_factor.set_some(
            "name",
            FORM_FACTORS.get(usize::from(code & 0xf)).filter(|name| !name.is_empty()).copied(),
        );
        record.set("form_factor", form_factor);
    }
    let trim = match identify.trim {
        Some(trim) => {
            object! { "supported" => true, "deterministic" => trim.deterministic, "zeroed" => trim.zeroed }
        }
        None => object! { "supported" => false },
    };
    record.set("trim", trim);
    let zoned = match identify.zoned {
        1 => Some("host_aware"),
        2 => Some("device_managed"),
        _ => None,
    };
    if let Some(zoned) = zoned {
        record.set("zoned_device", object! { "capabilities" => zoned });
    }
    record.set("in_smartctl_database", presets.in_database);
    revisions(identify, record);
    speeds(identify, record);
}

fn capacity(identify: &Identify, record: &mut Object) {
    let logical = identify.logical_sector_bytes;
    let Some(sectors) = identify.sectors.filter(|_| logical != 0) else {
        return;
    };
    let mut capacity = Object::new();
    capacity.set_unsafe("blocks", sectors);
    capacity.set_unsafe("bytes", sectors.wrapping_mul(logical.into()));
    record.set("user_capacity", capacity);
    record.set("logical_block_size", logical).set("physical_block_size", identify.physical_sector_bytes);
}

fn revisions(identify: &Identify, record: &mut Object) {
    let (major, minor) = (identify.major_version, identify.minor_version);
    if let Some(string) = versions::ata(major, minor) {
        record.set(
            "ata_version",
            object! { "string" => string, "major_value" => major, "minor_value" => minor },
        );
    }
    let transport = identify.transport_version;
    if transport >> 12 == 1 {
        let value = transport & 0x0fff;
        let mut version = Object::new();
        version.set_some("string", versions::serial(value)).set("value", value);
        record.set("sata_version", version);
    }
}

fn speeds(identify: &Identify, record: &mut Object) {
    if identify.transport_version >> 12 != 1 {
        return;
    }
    // Bit 0 of both words is zero; all ones and all zeros are not filled in.
    let generations = |word: u16, high| if bit(word, 0) { 0 } else { bits(word.into(), high, 1) };
    let current = generations(identify.sata_additional, 3);
    let mut speeds = Object::new();
    let fastest = generations(identify.sata_capabilities, 7).checked_ilog2().map(|bit| u64::from(bit) + 1);
    speeds.set_some("max", fastest.map(|code| speed(code, (identify.sata_capabilities & 0x00fe).into())));
    speeds.set_some("current", (current != 0).then(|| speed(current, current)));
    if !speeds.is_empty() {
        record.set("interface_speed", speeds);
    }
}

/// A speed by its code: 1 for the first generation.
fn speed(code: u64, value: u64) -> Object {
    let (string, units) = match code {
        1 => ("1.5 Gb/s", 15u8),
        2 => ("3.0 Gb/s", 30),
        3 => ("6.0 Gb/s", 60),
        _ => return object! { "sata_value" => value, "string" => format!(">6.0 Gb/s ({code})") },
    };
    object! {
        "sata_value" => value,
        "string" => string,
        "units_per_second" => units,
        "bits_per_unit" => 100_000_000u32,
    }
}
