//! smartctl's JSON as leaves: which have to be equal, and how two records differ.

use std::collections::BTreeMap;

use serde_json::Value;

/// Keys that make the core of a record: a leaf there has to be equal in type and value.
const CORE: &[&str] = &[
    // Whatever the disk speaks.
    "device.protocol",
    "model_name",
    "serial_number",
    "wwn",
    "firmware_version",
    "user_capacity",
    "logical_block_size",
    "physical_block_size",
    "rotation_rate",
    "form_factor",
    "interface_speed",
    "smart_support",
    "smart_status",
    "temperature",
    "power_on_time",
    "power_cycle_count",
    // ATA.
    "model_family",
    "in_smartctl_database",
    "ata_version",
    "sata_version",
    "trim",
    "ata_smart_data",
    "ata_smart_attributes",
    // SCSI.
    "scsi_vendor",
    "scsi_product",
    "scsi_model_name",
    "scsi_revision",
    "scsi_version",
    "scsi_transport_protocol",
    "scsi_temperature",
    "scsi_environmental_reports",
    "scsi_error_counter_log",
    "scsi_grown_defect_list",
    "scsi_start_stop_cycle_counter",
    "logical_unit_id",
    "device_type",
    "temperature_warning",
    // NVMe.
    "nvme_pci_vendor",
    "nvme_ieee_oui_identifier",
    "nvme_controller_id",
    "nvme_version",
    "nvme_number_of_namespaces",
    "nvme_total_capacity",
    "nvme_namespaces",
    "nvme_smart_health_information_log",
];

/// What no two programs, or no two moments, have in common.
const INCOMPARABLE: &[&str] = &["json_format_version", "smartctl", "local_time", "stone", "device.info_name"];

/// Counters that grow between two readings, with how far: QEMU counts what the guest reads meanwhile.
const GROWING: &[(&str, f64)] = &[
    ("nvme_smart_health_information_log.host_reads", 4096.0),
    ("nvme_smart_health_information_log.data_units_read", 256.0),
    ("nvme_smart_health_information_log.host_writes", 64.0),
    ("nvme_smart_health_information_log.data_units_written", 64.0),
    ("nvme_smart_health_information_log.controller_busy_time", 1.0),
    ("nvme_smart_health_information_log.power_on_hours", 1.0),
    ("power_on_time.hours", 1.0),
];

/// Where smartctl is wrong: for a SCSI disk without temperature page it prints 0 degrees. We say nothing.
const ZERO_WITHOUT_PAGE: &[&str] = &["temperature.current", "scsi_temperature.drive_trip"];

type Leaves = BTreeMap<String, Value>;

/// All leaves of a record that can be compared, by path: `ata_smart_attributes.table[3].raw.value`.
fn leaves(record: &Value) -> Leaves {
    let mut found = Leaves::new();
    walk(record, "", &mut found);
    found.retain(|path, _| !INCOMPARABLE.iter().any(|key| belongs(path, key)));
    found
}

fn walk(value: &Value, path: &str, found: &mut Leaves) {
    match value {
        Value::Object(members) if !members.is_empty() => {
            for (key, member) in members {
                walk(member, &if path.is_empty() { key.clone() } else { format!("{path}.{key}") }, found);
            }
        }
        Value::Array(elements) if !elements.is_empty() => {
            for (index, element) in elements.iter().enumerate() {
                walk(element, &format!("{path}[{index}]"), found);
            }
        }
        leaf => {
            found.insert(path.to_owned(), leaf.clone());
        }
    }
}

/// Is `path` the key, or below it?
fn belongs(path: &str, key: &str) -> bool {
    path.strip_prefix(key).is_some_and(|rest| rest.is_empty() || rest.starts_with(['.', '[']))
}

/// smartctl's leaves in a record of ours.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Comparison {
    pub(crate) core: usize,
    pub(crate) core_equal: usize,
    pub(crate) all: usize,
    pub(crate) all_equal: usize,
    /// Leaves of the core that differ or are missing, in words.
    pub(crate) core_faults: Vec<String>,
    /// Paths of other leaves of smartctl that differ or are missing.
    pub(crate) other: Vec<String>,
    /// Paths of leaves that only ours has.
    pub(crate) extra: Vec<String>,
}

/// Compares a record of ours with smartctl's.
pub(crate) fn compare(smartctl: &Value, ours: &Value) -> Comparison {
    let (theirs, ours) = (leaves(smartctl), leaves(ours));
    let mut result = Comparison::default();
    for (path, value) in &theirs {
        let core = CORE.iter().any(|key| belongs(path, key));
        let equal = match ours.get(path) {
            Some(our) => same(path, value, our),
            None if *value == 0
                && ours.contains_key("scsi_version")
                && ZERO_WITHOUT_PAGE.contains(&path.as_str()) =>
            {
                continue;
            }
            None => false,
        };
        result.all += 1;
        result.core += usize::from(core);
        result.all_equal += usize::from(equal);
        result.core_equal += usize::from(core && equal);
        if !equal {
            let our = ours.get(path).map_or_else(|| "nothing".to_owned(), Value::to_string);
            if core {
                result.core_faults.push(format!("{path} is {value} by smartctl, {our} here"));
            } else {
                result.other.push(path.clone());
            }
        }
    }
    result.extra = ours.into_keys().filter(|path| !theirs.contains_key(path)).collect();
    result
}

fn same(path: &str, theirs: &Value, ours: &Value) -> bool {
    if theirs == ours {
        return true;
    }
    let tolerance = GROWING.iter().find(|(key, _)| *key == path);
    match (tolerance, theirs.as_f64(), ours.as_f64()) {
        (Some((_, tolerance)), Some(theirs), Some(ours)) => (ours - theirs).abs() <= *tolerance,
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::compare;

    #[test]
    fn types_values_and_gaps_of_the_core_count() {
        let smartctl =
            json!({"rotation_rate": 7200, "user_capacity": {"bytes": 5}, "write_cache": {"enabled": true}});
        let same = compare(&smartctl, &smartctl);
        assert_eq!((same.core, same.core_equal, same.all_equal), (2, 2, 3));
        let ours = json!({"rotation_rate": "7200", "user_capacity": {}, "more": 1});
        let result = compare(&smartctl, &ours);
        assert_eq!(result.core_faults.len(), 2, "{result:?}");
        assert_eq!(result.other, ["write_cache.enabled"]);
        assert_eq!(result.extra, ["more", "user_capacity"]);
    }

    #[test]
    fn a_zero_for_a_page_that_is_not_there_is_not_wanted() {
        let smartctl = json!({"scsi_version": "SPC-3", "temperature": {"current": 0}});
        let result = compare(&smartctl, &json!({"scsi_version": "SPC-3"}));
        assert_eq!((result.core, result.core_equal), (1, 1));
        assert_eq!(compare(&json!({"temperature": {"current": 0}}), &json!({})).core_faults.len(), 1);
    }

    #[test]
    fn only_named_counters_may_grow() {
        let log = |reads: u64, errors: u64| json!({"nvme_smart_health_information_log": {"host_reads": reads, "media_errors": errors}});
        assert_eq!(compare(&log(100, 0), &log(140, 0)).core_equal, 2);
        assert_eq!(compare(&log(100, 0), &log(99_999, 1)).core_equal, 0);
    }
}
