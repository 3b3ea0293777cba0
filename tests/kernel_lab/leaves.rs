//! smartctl's JSON as leaves: all have to be equal, in type and value, but for a few that are named here.

use std::collections::BTreeMap;

use serde_json::Value;

/// What no two programs, or no two moments, have in common.
const INCOMPARABLE: &[&str] = &["json_format_version", "smartctl", "local_time", "stone", "device.info_name"];

/// Of those, what has to be equal all the same.
const COMPARABLE: &str = "smartctl.exit_status";

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

/// Where a leaf of ours may differ.
struct Exception {
    path: &'static str,
    why: &'static str,
    /// Is it that case? smartctl's value, ours, and our whole record.
    is_it: fn(&Value, Option<&Value>, &Leaves) -> bool,
}

/// All exceptions; COMPATIBILITY.md has them, too.
const EXCEPTIONS: &[Exception] = &[
    Exception {
        path: "scsi_lb_provisioning.management_enabled.value",
        why: "smartctl 7.3 prints a flag that is set, or not known, as -1",
        is_it: |theirs, ours, _| *theirs == -1 && ours.is_some_and(Value::is_u64),
    },
    Exception { path: "temperature.current", why: NO_TEMPERATURE, is_it: zero_without_page },
    Exception { path: "scsi_temperature.drive_trip", why: NO_TEMPERATURE, is_it: zero_without_page },
    Exception {
        path: COMPARABLE,
        why: "QEMU's megasas refuses TEST UNIT READY, which smartctl passes over where it asks through the controller",
        is_it: |theirs, ours, record| {
            let kind = record.get("device.type").and_then(Value::as_str);
            *theirs == 4
                && ours.is_some_and(|ours| *ours == 2)
                && kind.is_some_and(|kind| kind.contains("megaraid"))
        },
    },
];

const NO_TEMPERATURE: &str = "of a SCSI disk without temperature page smartctl prints 0 degrees";

fn zero_without_page(theirs: &Value, ours: Option<&Value>, record: &Leaves) -> bool {
    *theirs == 0 && ours.is_none() && record.contains_key("scsi_version")
}

type Leaves = BTreeMap<String, Value>;

/// All leaves of a record that can be compared, by path: `ata_smart_attributes.table[3].raw.value`.
fn leaves(record: &Value) -> Leaves {
    let mut found = Leaves::new();
    walk(record, "", &mut found);
    found.retain(|path, _| path == COMPARABLE || !INCOMPARABLE.iter().any(|key| belongs(path, key)));
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
    pub(crate) all: usize,
    pub(crate) equal: usize,
    /// Leaves that may differ and do: path, and why.
    pub(crate) excepted: Vec<(&'static str, &'static str)>,
    /// Leaves that differ or are missing, in words.
    pub(crate) faults: Vec<String>,
    /// Paths of leaves that only ours has.
    pub(crate) extra: Vec<String>,
}

/// Compares a record of ours with smartctl's.
pub(crate) fn compare(smartctl: &Value, ours: &Value) -> Comparison {
    let (theirs, ours) = (leaves(smartctl), leaves(ours));
    let mut result = Comparison { all: theirs.len(), ..Comparison::default() };
    for (path, value) in &theirs {
        let our = ours.get(path);
        let exception = EXCEPTIONS.iter().find(|one| one.path == path && (one.is_it)(value, our, &ours));
        match (our, exception) {
            (Some(our), _) if same(path, value, our) => result.equal += 1,
            (_, Some(exception)) => result.excepted.push((exception.path, exception.why)),
            (our, None) => {
                let our = our.map_or_else(|| "nothing".to_owned(), Value::to_string);
                result.faults.push(format!("{path} is {value} by smartctl, {our} here"));
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
    fn types_values_and_gaps_count() {
        let smartctl = json!({"rotation_rate": 7200, "user_capacity": {"bytes": 5}, "smartctl": {"version": [7, 3], "exit_status": 4}});
        let same = compare(&smartctl, &smartctl);
        assert_eq!((same.all, same.equal), (3, 3));
        let ours =
            json!({"rotation_rate": "7200", "user_capacity": {}, "more": 1, "smartctl": {"exit_status": 0}});
        let result = compare(&smartctl, &ours);
        assert_eq!((result.equal, result.faults.len()), (0, 3), "{result:?}");
        assert_eq!(result.extra, ["more", "user_capacity"]);
    }

    #[test]
    fn exceptions_are_for_their_own_case_alone() {
        let smartctl = json!({"scsi_version": "SPC-3", "temperature": {"current": 0}});
        let result = compare(&smartctl, &json!({"scsi_version": "SPC-3"}));
        assert_eq!((result.all, result.equal, result.excepted.len()), (2, 1, 1));
        assert_eq!(compare(&json!({"temperature": {"current": 0}}), &json!({})).faults.len(), 1);
        let provisioning =
            |value: i64| json!({"scsi_lb_provisioning": {"management_enabled": {"value": value}}});
        assert_eq!(compare(&provisioning(-1), &provisioning(1)).excepted.len(), 1);
        assert_eq!(compare(&provisioning(-1), &json!({})).faults.len(), 1);
        assert_eq!(compare(&provisioning(0), &provisioning(1)).faults.len(), 1);
        let status = |status: u8| json!({"device": {"type": "scsi"}, "smartctl": {"exit_status": status}});
        assert_eq!(compare(&status(4), &status(2)).faults.len(), 1);
    }

    #[test]
    fn only_named_counters_may_grow() {
        let log = |reads: u64, errors: u64| json!({"nvme_smart_health_information_log": {"host_reads": reads, "media_errors": errors}});
        assert_eq!(compare(&log(100, 0), &log(140, 0)).equal, 2);
        assert_eq!(compare(&log(100, 0), &log(99_999, 1)).equal, 0);
    }
}
