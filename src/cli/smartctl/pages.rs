//! Which pages each part of a report needs.

use super::wanted::Part;

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
pub(super) const PAGES: &[(&[Part], &[&str])] = &[
    // ATA
    (
        &[
            Part::Health,
            Part::Capabilities,
            Part::Attributes,
            Part::Errors,
            Part::ErrorsInstead,
            Part::ExtendedErrors,
            Part::SelfTests,
            Part::SelfTestsInstead,
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
        &[
            Part::SmartDirectory,
            Part::Errors,
            Part::ErrorsInstead,
            Part::SelfTests,
            Part::SelfTestsInstead,
            Part::Statistics,
            Part::Endurance,
        ],
        &["smart_log_directory"],
    ),
    (&[Part::ExtendedErrors], &["extended_error_log", "extended_error_log_newest"]),
    (&[Part::Errors, Part::ErrorsInstead], &["summary_error_log"]),
    (&[Part::ExtendedSelfTests], &["extended_self_test_log", "extended_self_test_log_first"]),
    (&[Part::SelfTests, Part::SelfTestsInstead], &["self_test_log"]),
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
    (&[Part::Health, Part::SelfTests, Part::Everything], &["request_sense"]),
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
        &[Part::Errors, Part::Everything],
        &[
            "read_error_counters",
            "write_error_counters",
            "verify_error_counters",
            "non_medium_errors",
            "last_errors",
            "last_deferred_errors",
        ],
    ),
    (&[Part::SelfTests, Part::Everything], &["self_test_results", "control", "extended_inquiry"]),
    (&[Part::SasPhy], &["sas_phy", "device_identification", "protocol_specific_port", "supported_vpd_pages"]),
    (&[Part::Zones], &["zoned_block_device_statistics"]),
    (&[Part::GeneralStatistics], &["general_statistics"]),
    // NVMe
    (&[Part::Info, Part::Capabilities], &["identify_namespace"]),
    (&[Part::Health, Part::Attributes], &["smart_health"]),
    (&[Part::Errors, Part::Everything], &["error_information"]),
    (&[Part::SelfTests, Part::Everything], &["self_test"]),
];

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;
    use crate::source::native::page_names;
    use crate::transport::dump::Kind;

    /// Pages that smartctl 7.3 does not read: they are those of `stone device query` alone.
    const OWN: &[&str] = &[
        // ATA: only `-n` asks, and not as for a page of the record.
        "power_mode",
        "concurrent_positioning_ranges",
        // NVMe
        "active_namespaces",
        "firmware_slot",
        "endurance_group",
        "ocp_smart",
    ];

    #[test]
    fn every_page_of_every_protocol_is_named_and_every_name_is_a_page() {
        let kinds = [Kind::Ata, Kind::Scsi, Kind::Nvme].map(page_names);
        // The first page of each protocol identifies the disk, and is always read.
        let first = [kinds[0][0], kinds[1][0], kinds[2][0]];
        let names: BTreeSet<&str> = kinds.into_iter().flatten().collect();
        let here: BTreeSet<&str> = PAGES.iter().flat_map(|(_, pages)| *pages).copied().collect();
        for name in &here {
            assert!(names.contains(name), "{name} is no page: it would never be read");
        }
        for name in names {
            let known = here.contains(name) != OWN.contains(&name);
            assert!(
                known || first.contains(&name),
                "{name}: no part of smartctl's needs it, or it is in OWN"
            );
        }
    }
}
