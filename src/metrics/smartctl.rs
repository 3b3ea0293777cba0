//! The metrics of smartctl_exporter 0.14, of a record: same names, labels and kinds.

use std::collections::HashSet;

use super::family::{Family, smartctl as family};
use super::lines::Lines;
use crate::report::{Object, Value};

/// NVM Express Base Specification, SMART / Health Information Log: data units are thousands of 512 bytes.
const DATA_UNIT: u128 = 512_000;

/// A number of the record and the family it goes to.
const NUMBERS: &[(&Family, &str)] = &[
    (&family::EXIT_STATUS, "smartctl.exit_status"),
    (&family::CAPACITY_BLOCKS, "user_capacity.blocks"),
    (&family::CAPACITY_BYTES, "user_capacity.bytes"),
    (&family::NVME_CAPACITY_BYTES, "nvme_total_capacity"),
    (&family::POWER_CYCLES, "power_cycle_count"),
    (&family::STATE, "ata_sct_status.device_state.value"),
    (&family::PERCENTAGE_USED, "nvme_smart_health_information_log.percentage_used"),
    (&family::AVAILABLE_SPARE, "nvme_smart_health_information_log.available_spare"),
    (&family::AVAILABLE_SPARE_THRESHOLD, "nvme_smart_health_information_log.available_spare_threshold"),
    (&family::CRITICAL_WARNING, "nvme_smart_health_information_log.critical_warning"),
    (&family::MEDIA_ERRORS, "nvme_smart_health_information_log.media_errors"),
    (&family::NUM_ERR_LOG_ENTRIES, "nvme_smart_health_information_log.num_err_log_entries"),
    (&family::GROWN_DEFECTS, "scsi_grown_defect_list"),
    (&family::READ_ECC_FAST, "scsi_error_counter_log.read.errors_corrected_by_eccfast"),
    (&family::READ_ECC_DELAYED, "scsi_error_counter_log.read.errors_corrected_by_eccdelayed"),
    (&family::READ_REREADS, "scsi_error_counter_log.read.errors_corrected_by_rereads_rewrites"),
    (&family::READ_UNCORRECTED, "scsi_error_counter_log.read.total_uncorrected_errors"),
    (&family::WRITE_ECC_FAST, "scsi_error_counter_log.write.errors_corrected_by_eccfast"),
    (&family::WRITE_ECC_DELAYED, "scsi_error_counter_log.write.errors_corrected_by_eccdelayed"),
    (&family::WRITE_REWRITES, "scsi_error_counter_log.write.errors_corrected_by_rereads_rewrites"),
    (&family::WRITE_UNCORRECTED, "scsi_error_counter_log.write.total_uncorrected_errors"),
];

/// Where the labels of the family `smartctl_device` stand in the record.
const LABELS: [(&str, &str); 14] = [
    ("interface", "device.type"),
    ("protocol", "device.protocol"),
    ("model_family", "model_family"),
    ("model_name", "model_name"),
    ("serial_number", "serial_number"),
    ("ata_additional_product_id", "ata_additional_product_id"),
    ("firmware_version", "firmware_version"),
    ("ata_version", "ata_version.string"),
    ("sata_version", "sata_version.string"),
    ("form_factor", "form_factor.name"),
    ("scsi_vendor", "scsi_vendor"),
    ("scsi_product", "scsi_product"),
    ("scsi_revision", "scsi_revision"),
    ("scsi_version", "scsi_version"),
];

/// Adds all that the record has.
pub(super) fn add(lines: &mut Lines, label: &str, record: &Object) {
    let device = [("device", label)];
    let mut labels = vec![("device", label)];
    labels.extend(
        LABELS.map(|(name, path)| (name, record.at(path).and_then(Value::as_str).unwrap_or("").trim())),
    );
    lines.add(&family::DEVICE, &labels, 1);
    for (family, path) in NUMBERS {
        if let Some(number) = record.at(path).and_then(number) {
            lines.add(family, &device, number);
        }
    }
    if let Some(passed) = record.at("smart_status.passed").and_then(Value::as_bool) {
        lines.add(&family::SMART_STATUS, &device, u8::from(passed));
        lines.add(&family::STATUS, &device, u8::from(passed));
    }
    if let Some(rate) = record.at("rotation_rate").and_then(Value::as_u64).filter(|rate| *rate > 0) {
        lines.add(&family::ROTATION_RATE, &device, rate);
    }
    let units = |key: &str| {
        let units = record.at("nvme_smart_health_information_log").and_then(Value::as_object)?.get(key)?;
        number(units).map(|units| units.saturating_mul(DATA_UNIT))
    };
    for (family, key) in
        [(&family::BYTES_READ, "data_units_read"), (&family::BYTES_WRITTEN, "data_units_written")]
    {
        if let Some(bytes) = units(key) {
            lines.add(family, &device, bytes);
        }
    }
    for kind in ["logical", "physical"] {
        if let Some(bytes) = record.at(&format!("{kind}_block_size")).and_then(number) {
            lines.add(&family::BLOCK_SIZE, &[("device", label), ("blocks_type", kind)], bytes);
        }
    }
    speeds_and_times(lines, label, record);
    attributes(lines, label, record);
    statistics(lines, label, record);
    logs(lines, label, record);
}

fn speeds_and_times(lines: &mut Lines, label: &str, record: &Object) {
    for kind in ["max", "current"] {
        let part = |part: &str| record.at(&format!("interface_speed.{kind}.{part}")).and_then(number);
        if let (Some(units), Some(bits)) = (part("units_per_second"), part("bits_per_unit")) {
            let labels = [("device", label), ("speed_type", kind)];
            lines.add(&family::INTERFACE_SPEED, &labels, units.saturating_mul(bits));
        }
    }
    if let Some(hours) = record.at("power_on_time.hours").and_then(number) {
        let minutes = record.at("power_on_time.minutes").and_then(number).unwrap_or(0);
        let seconds = hours.saturating_mul(3600).saturating_add(minutes.saturating_mul(60));
        lines.add(&family::POWER_ON_SECONDS, &[("device", label)], seconds);
    }
    let temperatures = record.get("temperature").and_then(Value::as_object);
    for (name, value) in temperatures.into_iter().flat_map(Object::iter) {
        if let Some(celsius) = value.as_i64() {
            lines.add(&family::TEMPERATURE, &[("device", label), ("temperature_type", name)], celsius);
        }
    }
}

/// The objects of an array.
fn objects<'a>(record: &'a Object, path: &str) -> impl Iterator<Item = &'a Object> {
    record.at(path).and_then(Value::as_array).into_iter().flatten().filter_map(Value::as_object)
}

fn text<'a>(object: &'a Object, path: &str) -> &'a str {
    object.at(path).and_then(Value::as_str).unwrap_or("").trim()
}

/// The names of the flags that are set.
fn flags(object: &Object, names: &[&str]) -> String {
    let is_set = |name: &&&str| object.at(&format!("flags.{name}")).and_then(Value::as_bool) == Some(true);
    names.iter().filter(is_set).copied().collect::<Vec<_>>().join(",")
}

fn attributes(lines: &mut Lines, label: &str, record: &Object) {
    const FLAGS: [&str; 6] =
        ["prefailure", "updated_online", "performance", "error_rate", "event_count", "auto_keep"];
    let mut seen = HashSet::new();
    for attribute in objects(record, "ata_smart_attributes.table") {
        // A table that names one twice would make two lines of the same labels.
        let Some(id) = attribute.get("id").and_then(Value::as_u64).filter(|id| seen.insert(*id)) else {
            continue;
        };
        let (id, long) = (id.to_string(), flags(attribute, &FLAGS));
        for (kind, path) in
            [("value", "value"), ("worst", "worst"), ("thresh", "thresh"), ("raw", "raw.value")]
        {
            let Some(number) = attribute.at(path).and_then(number) else { continue };
            let labels = [
                ("device", label),
                ("attribute_name", text(attribute, "name")),
                ("attribute_flags_short", text(attribute, "flags.string")),
                ("attribute_flags_long", &long),
                ("attribute_value_type", kind),
                ("attribute_id", &id),
            ];
            lines.add(&family::ATTRIBUTE, &labels, number);
        }
    }
}

fn statistics(lines: &mut Lines, label: &str, record: &Object) {
    const FLAGS: [&str; 4] = ["valid", "normalized", "supports_dsn", "monitored_condition_met"];
    let mut seen = HashSet::new();
    let mut add = |table: &str, name: &str, short: &str, long: &str, value: i128| {
        if seen.insert((table.to_owned(), name.to_owned())) {
            let labels = [
                ("device", label),
                ("statistic_table", table),
                ("statistic_name", name),
                ("statistic_flags_short", short),
                ("statistic_flags_long", long),
            ];
            lines.add(&family::STATISTICS, &labels, value);
        }
    };
    for page in objects(record, "ata_device_statistics.pages") {
        for entry in objects(page, "table") {
            // What is not valid is no number, though the page has bytes for it.
            let is_valid = entry.at("flags.valid").and_then(Value::as_bool) != Some(false);
            if let Some(value) = entry.get("value").and_then(signed).filter(|_| is_valid) {
                let long = flags(entry, &FLAGS);
                add(text(page, "name"), text(entry, "name"), text(entry, "flags.string"), &long, value);
            }
        }
    }
    for counter in objects(record, "sata_phy_event_counters.table") {
        if let Some(value) = counter.get("value").and_then(signed) {
            add("SATA PHY Event Counters", text(counter, "name"), "V---", "valid", value);
        }
    }
}

fn logs(lines: &mut Lines, label: &str, record: &Object) {
    let kinds = |path: &str| {
        let logs = record.get(path).and_then(Value::as_object);
        logs.into_iter().flat_map(Object::iter).filter_map(|(kind, log)| Some((kind, log.as_object()?)))
    };
    for (kind, log) in kinds("ata_smart_error_log") {
        if let Some(count) = log.get("count").and_then(number) {
            lines.add(&family::ERROR_LOG_COUNT, &[("device", label), ("error_log_type", kind)], count);
        }
    }
    for (kind, log) in kinds("ata_smart_self_test_log") {
        let labels = [("device", label), ("self_test_log_type", kind)];
        if let Some(count) = log.get("count").and_then(number) {
            lines.add(&family::SELF_TEST_LOG_COUNT, &labels, count);
        }
        if let Some(count) = log.get("error_count_total").and_then(number) {
            lines.add(&family::SELF_TEST_LOG_ERROR_COUNT, &labels, count);
        }
    }
    for (kind, times) in kinds("ata_sct_erc") {
        if let Some(tenths) = times.get("deciseconds").and_then(number) {
            let labels = [("device", label), ("op_type", kind)];
            lines.add(&family::ERC_SECONDS, &labels, format_args!("{}.{}", tenths / 10, tenths % 10));
        }
    }
}

/// A whole number from 0 up. No `f64`: counters of NVMe have 128 bits.
fn number(value: &Value) -> Option<u128> {
    match value {
        Value::Unsigned(number) => Some(*number),
        _ => None,
    }
}

/// A whole number: a statistic may be a temperature below 0.
fn signed(value: &Value) -> Option<i128> {
    match value {
        Value::Unsigned(number) => i128::try_from(*number).ok(),
        Value::Negative(number) => Some((*number).into()),
        _ => None,
    }
}
