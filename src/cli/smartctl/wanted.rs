//! The parts of a report that can be asked for: which pages each needs, and which keys of the record belong to it.

use crate::object;
use crate::report::{Object, Value};
use crate::transport::dump::Kind;

/// A part of the report.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Part {
    Info,
    Health,
    Capabilities,
    Attributes,
    Errors,
    ExtendedErrors,
    SelfTests,
    ExtendedSelfTests,
    Selective,
    GeneralDirectory,
    SmartDirectory,
    SctStatus,
    SctHistory,
    SctRecovery,
    Statistics,
    Defects,
    SataPhy,
    Background,
    SasPhy,
    Endurance,
    GeneralStatistics,
    Tape,
    Zones,
    Environment,
    Farm,
    /// What stands in the log that [`Part::Farm`] only names.
    FarmLog,
    Acoustic,
    Power,
    Notification,
    Lookahead,
    Security,
    WriteCache,
    /// `-g all`.
    Settings,
    /// `-x`: what only a complete record has.
    Everything,
    /// Known to smartctl, and in no record.
    Nothing,
}

/// A set of parts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct Parts(u64);

impl Parts {
    pub(super) fn add(&mut self, part: Part) {
        self.0 |= 1 << part as u32;
    }

    pub(super) fn has(self, part: Part) -> bool {
        self.0 & 1 << part as u32 != 0
    }

    fn has_any(self, parts: &[Part]) -> bool {
        parts.iter().any(|part| self.has(*part))
    }

    pub(super) fn is_empty(self) -> bool {
        self.0 == 0
    }

    fn extend(&mut self, parts: &[Part]) {
        parts.iter().for_each(|part| self.add(*part));
    }

    /// `-a`.
    pub(super) fn add_all(&mut self) {
        self.extend(&[
            Part::Info,
            Part::Health,
            Part::Capabilities,
            Part::Attributes,
            Part::Errors,
            Part::SelfTests,
            Part::Selective,
        ]);
    }

    /// `-x`.
    pub(super) fn add_everything(&mut self) {
        self.add_all();
        self.add_settings();
        self.extend(&[
            Part::Everything,
            Part::ExtendedErrors,
            Part::ExtendedSelfTests,
            Part::GeneralDirectory,
            Part::SmartDirectory,
            Part::SctStatus,
            Part::SctHistory,
            Part::SctRecovery,
            Part::Statistics,
            Part::Defects,
            Part::SataPhy,
            Part::Background,
            Part::SasPhy,
            Part::GeneralStatistics,
            Part::Tape,
            Part::Zones,
            Part::Environment,
            Part::Endurance,
            Part::Farm,
        ]);
    }

    /// `-g all`.
    pub(super) fn add_settings(&mut self) {
        self.extend(&[
            Part::Settings,
            Part::Acoustic,
            Part::Power,
            Part::Notification,
            Part::Lookahead,
            Part::Security,
            Part::WriteCache,
        ]);
    }

    /// Is the page `name` of a disk that speaks `kind` asked for? Those that smartctl does not read are not, whatever is
    /// wanted.
    pub(super) fn need_page(self, kind: Kind, name: &str) -> bool {
        // SCSI and NVMe have a page of this name; smartctl reads that of SCSI.
        if kind == Kind::Nvme && name == "supported_log_pages" {
            return false;
        }
        PAGES.iter().any(|(parts, pages)| pages.contains(&name) && self.has_any(parts))
    }

    /// Takes from `record` what was not asked for. What the table does not know is part of a complete record only.
    pub(super) fn keep(self, record: Object) -> Object {
        let failed =
            (self.has(Part::Health) && !self.has(Part::Attributes)).then(|| failed(&record)).flatten();
        let mut kept: Object = record.into_iter().filter(|(key, _)| self.has_key(key)).collect();
        if let Some((table, temperature)) = failed {
            kept.set("ata_smart_attributes", table).set_some("temperature", temperature);
        }
        // The formats and features of a namespace come with -c.
        if !self.has(Part::Capabilities)
            && let Some(namespaces) = kept.remove("nvme_namespaces")
        {
            kept.set("nvme_namespaces", without(namespaces, &["features", "lba_formats"]));
        }
        // Of the statistics, -l ssd shows those of solid state drives.
        if !self.has(Part::Statistics)
            && let Some(Value::Array(pages)) = kept
                .get("ata_device_statistics")
                .is_some()
                .then(|| kept.object("ata_device_statistics").remove("pages"))
                .flatten()
        {
            let number = |page: &Value| page.as_object()?.get("number")?.as_u64();
            let pages = pages.into_iter().filter(|page| number(page) == Some(0x07));
            kept.object("ata_device_statistics").set("pages", Value::array(pages));
        }
        let both = self.has(Part::ExtendedErrors) && self.has(Part::Errors);
        if !both && let Some(Value::Object(mut logs)) = kept.remove("ata_smart_error_log") {
            logs.remove(if self.has(Part::Errors) { "extended" } else { "summary" });
            if !logs.is_empty() {
                kept.set("ata_smart_error_log", logs);
            }
        }
        kept
    }

    fn has_key(self, key: &str) -> bool {
        let mut known = false;
        for (parts, keys) in KEYS {
            if keys
                .iter()
                .any(|name| name.strip_suffix('*').map_or(*name == key, |start| key.starts_with(start)))
            {
                if self.has_any(parts) {
                    return true;
                }
                known = true;
            }
        }
        ALWAYS.contains(&key) || (!known && self.has(Part::Everything))
    }
}

/// `-H` shows the attributes that have reached their thresholds, and no others; and beside them the temperature.
fn failed(record: &Object) -> Option<(Object, Option<Value>)> {
    let failed = |entry: &&Value| {
        let when = entry.as_object().and_then(|entry| entry.get("when_failed")).and_then(Value::as_str);
        when.is_some_and(|when| !when.is_empty())
    };
    let table = record.at("ata_smart_attributes.table")?.as_array()?;
    let table: Vec<Value> = table.iter().filter(failed).cloned().collect();
    (!table.is_empty()).then(|| (object! { "table" => table }, record.get("temperature").cloned()))
}

fn without(value: Value, keys: &[&str]) -> Value {
    match value {
        Value::Array(items) => Value::Array(items.into_iter().map(|item| without(item, keys)).collect()),
        Value::Object(object) => {
            object.into_iter().filter(|(key, _)| !keys.contains(&key.as_ref())).collect::<Object>().into()
        }
        other => other,
    }
}

/// Keys that every answer has.
const ALWAYS: &[&str] = &["json_format_version", "smartctl", "local_time", "device", "stone"];

/// The parts that need the lists of a SCSI disk's log pages.
const SCSI_LOGS: &[Part] = &[
    Part::Health,
    Part::Attributes,
    Part::Errors,
    Part::SelfTests,
    Part::Background,
    Part::Defects,
    Part::SasPhy,
    Part::Endurance,
    Part::GeneralStatistics,
    Part::Tape,
    Part::Zones,
    Part::Environment,
    Part::FarmLog,
];

/// The pages that parts need, by their names in the record's sections.
const PAGES: &[(&[Part], &[&str])] = &[
    // ATA
    (
        &[
            Part::Health,
            Part::Capabilities,
            Part::Attributes,
            Part::Errors,
            Part::ExtendedErrors,
            Part::SelfTests,
            Part::ExtendedSelfTests,
            Part::Selective,
            // Whether there are SMART logs, and a directory of them, the SMART data say.
            Part::SmartDirectory,
            Part::Statistics,
            Part::Endurance,
        ],
        &["smart_data"],
    ),
    (&[Part::Health, Part::Attributes], &["smart_thresholds"]),
    (&[Part::Health], &["smart_status"]),
    (
        &[
            Part::GeneralDirectory,
            Part::ExtendedErrors,
            Part::ExtendedSelfTests,
            Part::Statistics,
            Part::Endurance,
            Part::Defects,
            Part::Farm,
        ],
        &["log_directory"],
    ),
    (
        &[Part::SmartDirectory, Part::Errors, Part::SelfTests, Part::Statistics, Part::Endurance],
        &["smart_log_directory"],
    ),
    (&[Part::ExtendedErrors], &["extended_error_log", "extended_error_log_newest"]),
    (&[Part::Errors], &["summary_error_log"]),
    (&[Part::ExtendedSelfTests], &["extended_self_test_log", "extended_self_test_log_first"]),
    (&[Part::SelfTests], &["self_test_log"]),
    (&[Part::Selective], &["selective_self_test_log"]),
    (&[Part::SctStatus, Part::SctHistory, Part::SctRecovery], &["sct_status"]),
    (&[Part::SctHistory], &["sct_temperature_history"]),
    (&[Part::SctRecovery], &["sct_error_recovery_control"]),
    (
        &[Part::Statistics, Part::Endurance],
        &["device_statistics", "device_statistics_list", "device_statistics_pages"],
    ),
    (&[Part::Defects], &["pending_defects"]),
    (&[Part::SataPhy], &["phy_event_counters"]),
    (&[Part::FarmLog], &["farm"]),
    // SCSI
    (
        &[Part::Info],
        &[
            "supported_vpd_pages",
            "read_capacity_16",
            "read_capacity_10",
            "logical_block_provisioning",
            "block_device_characteristics",
            "device_identification",
            "unit_serial_number",
            "protocol_specific_port",
        ],
    ),
    (&[Part::Info, Part::Attributes], &["test_unit_ready"]),
    (&[Part::Info, Part::Health], &["informational_exceptions_control"]),
    (&[Part::Lookahead, Part::WriteCache], &["caching"]),
    (SCSI_LOGS, &["supported_log_pages", "supported_log_subpages"]),
    (&[Part::Health], &["informational_exceptions"]),
    (&[Part::Health, Part::SelfTests], &["request_sense"]),
    (&[Part::Attributes], &["temperature"]),
    (&[Part::Attributes, Part::Environment], &["environmental_reporting"]),
    (&[Part::Attributes, Part::Health, Part::Endurance], &["solid_state_media"]),
    (&[Part::Attributes, Part::Health, Part::Endurance], &["format_status"]),
    (
        &[Part::Attributes],
        &[
            "start_stop_cycle_counter",
            "read_defect_data_12",
            "read_defect_data_10",
            "factory_log",
            "cache_statistics",
        ],
    ),
    (&[Part::Attributes, Part::Background], &["background_scan"]),
    (
        &[Part::Errors],
        &[
            "read_error_counters",
            "write_error_counters",
            "verify_error_counters",
            "non_medium_errors",
            "last_errors",
            "last_deferred_errors",
        ],
    ),
    (&[Part::SelfTests], &["self_test_results", "control", "extended_inquiry"]),
    (&[Part::SasPhy], &["sas_phy", "device_identification", "protocol_specific_port", "supported_vpd_pages"]),
    (&[Part::Zones], &["zoned_block_device_statistics"]),
    (&[Part::GeneralStatistics], &["general_statistics"]),
    // NVMe
    (&[Part::Info, Part::Capabilities], &["identify_namespace"]),
    (&[Part::Health, Part::Attributes], &["smart_health"]),
    (&[Part::Errors], &["error_information"]),
    (&[Part::SelfTests], &["self_test"]),
];

/// The keys of parts; `*` stands for the rest of the name.
const KEYS: &[(&[Part], &[&str])] = &[
    (
        &[Part::Info],
        &[
            "model_family",
            "model_name",
            "serial_number",
            "firmware_version",
            "user_capacity",
            "logical_block_size",
            "physical_block_size",
            "rotation_rate",
            "form_factor",
            "smart_support",
            // ATA
            "wwn",
            "ata_additional_product_id",
            "ata_version",
            "sata_version",
            "interface_speed",
            "in_smartctl_database",
            "trim",
            "zoned_device",
            // SCSI
            "scsi_vendor",
            "scsi_product",
            "scsi_model_name",
            "scsi_revision",
            "scsi_version",
            "scsi_protection_*",
            "scsi_lb_provisioning",
            "scsi_host_aware_zoned_block_capable",
            "scsi_device_managed_zoned_block_capable",
            "logical_unit_id",
            "device_type",
            "scsi_transport_protocol",
            "temperature_warning",
            // NVMe
            "nvme_pci_vendor",
            "nvme_ieee_oui_identifier",
            "nvme_total_capacity*",
            "nvme_unallocated_capacity*",
            "nvme_controller_id",
            "nvme_version",
            "nvme_number_of_namespaces",
            "nvme_namespaces",
        ],
    ),
    (&[Part::Acoustic], &["ata_aam"]),
    (&[Part::Power], &["ata_apm"]),
    (&[Part::Notification], &["ata_dsn"]),
    (&[Part::Lookahead], &["read_lookahead"]),
    (&[Part::Security], &["ata_security"]),
    (&[Part::WriteCache], &["write_cache"]),
    (&[Part::Health, Part::SctStatus], &["smart_status"]),
    (
        &[Part::Capabilities],
        &[
            "ata_smart_data",
            "ata_sct_capabilities",
            "nvme_firmware_update_capabilities",
            "nvme_optional_admin_commands",
            "nvme_optional_nvm_commands",
            "nvme_log_page_attributes",
            "nvme_maximum_data_transfer_pages",
            "nvme_composite_temperature_threshold",
            "nvme_power_states",
        ],
    ),
    (
        &[Part::Attributes],
        &[
            "ata_smart_attributes",
            "scsi_temperature",
            "scsi_grown_defect_list",
            "scsi_start_stop_cycle_counter",
            "nvme_smart_health_information_log",
            "spare_available",
        ],
    ),
    (&[Part::Attributes, Part::Statistics], &["power_cycle_count", "host_reads", "host_writes"]),
    (&[Part::Attributes, Part::Statistics, Part::Background], &["power_on_time"]),
    (&[Part::Attributes, Part::Statistics, Part::Endurance], &["endurance_used"]),
    (&[Part::Attributes, Part::SctStatus, Part::SctHistory, Part::Statistics], &["temperature"]),
    (&[Part::Attributes, Part::Health, Part::Endurance], &["scsi_format_status"]),
    (&[Part::Attributes, Part::Health, Part::Endurance], &["scsi_percentage_used_endurance_indicator"]),
    (&[Part::Attributes, Part::Environment], &["scsi_environmental_reports"]),
    (&[Part::Errors, Part::ExtendedErrors], &["ata_smart_error_log"]),
    (&[Part::Errors], &["scsi_error_counter_log", "nvme_error_information_log"]),
    (&[Part::SelfTests, Part::ExtendedSelfTests], &["ata_smart_self_test_log"]),
    (&[Part::SelfTests], &["scsi_self_test_*", "scsi_extended_self_test_seconds", "nvme_self_test_log"]),
    (&[Part::Selective], &["ata_smart_selective_self_test_log"]),
    (&[Part::GeneralDirectory, Part::SmartDirectory], &["ata_log_directory"]),
    (&[Part::SctStatus], &["ata_sct_status"]),
    (&[Part::SctHistory], &["ata_sct_temperature_history"]),
    (&[Part::SctRecovery], &["ata_sct_erc"]),
    (&[Part::Statistics, Part::Endurance], &["ata_device_statistics"]),
    (&[Part::Defects], &["ata_pending_defects_log", "scsi_pending_defects"]),
    (&[Part::SataPhy], &["sata_phy_event_counters"]),
    (&[Part::Background], &["scsi_background_scan"]),
    (&[Part::SasPhy], &["scsi_sas_port_*"]),
    (&[Part::GeneralStatistics], &["scsi_general_statistics_and_performance_log"]),
    (&[Part::Zones], &["scsi_zoned_block_device_statistics"]),
    (&[Part::Tape], &["scsi_device_statistics", "scsi_tapealert", "tapealert"]),
    (&[Part::Farm], &["seagate_farm_log"]),
];

#[cfg(test)]
mod tests {
    use super::*;

    fn parts(parts: &[Part]) -> Parts {
        let mut set = Parts::default();
        set.extend(parts);
        set
    }

    fn record() -> Object {
        object! {
            "device" => object! { "name" => "/dev/sda" },
            "serial_number" => "MADEUP",
            "smart_status" => object! { "passed" => true },
            "temperature" => object! { "current" => 30 },
            "scsi_self_test_3" => object! { "code" => 1 },
            "ata_smart_error_log" => object! { "extended" => Object::new(), "summary" => Object::new() },
            "brand_new" => 1,
        }
    }

    fn keys(parts: Parts) -> Vec<String> {
        parts.keep(record()).iter().map(|(key, _)| key.to_owned()).collect()
    }

    #[test]
    fn a_part_has_its_own_keys_and_no_others() {
        assert_eq!(keys(parts(&[])), ["device"]);
        assert_eq!(keys(parts(&[Part::Info])), ["device", "serial_number"]);
        assert_eq!(keys(parts(&[Part::Health])), ["device", "smart_status"]);
        assert_eq!(keys(parts(&[Part::SelfTests])), ["device", "scsi_self_test_3"]);
        let mut everything = Parts::default();
        everything.add_everything();
        assert_eq!(keys(everything).len(), record().len());
    }

    #[test]
    fn of_the_two_error_logs_only_the_one_that_was_asked_for() {
        let log = |part| parts(&[part]).keep(record()).at("ata_smart_error_log").cloned();
        assert_eq!(log(Part::Errors), Some(object! { "summary" => Object::new() }.into()));
        assert_eq!(log(Part::ExtendedErrors), Some(object! { "extended" => Object::new() }.into()));
    }

    #[test]
    fn only_what_is_needed_is_read() {
        let info = parts(&[Part::Info]);
        assert!(
            info.need_page(Kind::Nvme, "identify_namespace") && !info.need_page(Kind::Nvme, "smart_health")
        );
        let health = parts(&[Part::Health]);
        assert!(
            health.need_page(Kind::Ata, "smart_status") && !health.need_page(Kind::Ata, "summary_error_log")
        );
        let mut everything = Parts::default();
        everything.add_everything();
        for own in ["ocp_smart", "endurance_group", "active_namespaces", "supported_log_pages"] {
            assert!(!everything.need_page(Kind::Nvme, own), "{own}");
        }
        assert!(everything.need_page(Kind::Scsi, "supported_log_pages"));
    }
}
