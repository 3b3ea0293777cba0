//! The families: name, kind and meaning of each metric.

/// What a number does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// It goes up and down.
    Gauge,
    /// It only grows.
    Counter,
}

impl Kind {
    /// As it stands after `# TYPE`.
    pub fn word(self) -> &'static str {
        match self {
            Self::Gauge => "gauge",
            Self::Counter => "counter",
        }
    }
}

/// Metrics of one name.
#[derive(Debug, PartialEq, Eq)]
pub struct Family {
    /// Its name.
    pub name: &'static str,
    /// What its numbers do.
    pub kind: Kind,
    /// What it means, with unit.
    pub help: &'static str,
}

/// Which names are shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Profile {
    /// Those of smartctl_exporter.
    SmartctlExporter,
    /// Our own.
    Stone,
    /// All.
    #[default]
    Both,
}

impl Profile {
    /// Is `family` shown?
    pub fn has(self, family: &Family) -> bool {
        match self {
            Self::Both => true,
            Self::Stone => family.name.starts_with("stone_"),
            Self::SmartctlExporter => !family.name.starts_with("stone_"),
        }
    }
}

macro_rules! families {
    ($($ident:ident $kind:ident $name:literal $help:literal)*) => {
        $(#[doc = $help] pub(crate) static $ident: Family = Family { name: $name, kind: Kind::$kind, help: $help };)*
    };
}

/// Names of smartctl_exporter, of its version 0.14. What the disk does not say has no line, where it would print 0.
pub(super) mod smartctl {
    use super::{Family, Kind};

    families! {
        VERSION Gauge "smartctl_version" "The program that made the records."
        DEVICES Gauge "smartctl_devices" "Number of disks."
        DEVICE Gauge "smartctl_device" "What the disk says of itself; always 1."
        CAPACITY_BLOCKS Gauge "smartctl_device_capacity_blocks" "Size in logical blocks."
        CAPACITY_BYTES Gauge "smartctl_device_capacity_bytes" "Size in bytes."
        NVME_CAPACITY_BYTES Gauge "smartctl_device_nvme_capacity_bytes" "Size of the whole NVMe subsystem in bytes."
        BLOCK_SIZE Gauge "smartctl_device_block_size" "Block size in bytes."
        INTERFACE_SPEED Gauge "smartctl_device_interface_speed" "Speed of the interface in bits per second."
        ATTRIBUTE Gauge "smartctl_device_attribute" "ATA SMART attribute."
        POWER_ON_SECONDS Counter "smartctl_device_power_on_seconds" "Time with power on, in seconds."
        ROTATION_RATE Gauge "smartctl_device_rotation_rate" "Rotations per minute."
        TEMPERATURE Gauge "smartctl_device_temperature" "Temperature and its limits, in degrees Celsius."
        POWER_CYCLES Counter "smartctl_device_power_cycle_count" "How often power was switched on."
        PERCENTAGE_USED Counter "smartctl_device_percentage_used" "NVMe: endurance used, in percent; may exceed 100."
        AVAILABLE_SPARE Counter "smartctl_device_available_spare" "NVMe: spare capacity left, in percent."
        AVAILABLE_SPARE_THRESHOLD Counter "smartctl_device_available_spare_threshold" "NVMe: spare capacity below which the disk warns, in percent."
        CRITICAL_WARNING Counter "smartctl_device_critical_warning" "NVMe: the bits of Critical Warning."
        MEDIA_ERRORS Counter "smartctl_device_media_errors" "NVMe: data that could not be read back."
        NUM_ERR_LOG_ENTRIES Counter "smartctl_device_num_err_log_entries" "NVMe: entries that the error log ever had."
        BYTES_READ Counter "smartctl_device_bytes_read" "NVMe: bytes read by the host, to 512,000 bytes."
        BYTES_WRITTEN Counter "smartctl_device_bytes_written" "NVMe: bytes written by the host, to 512,000 bytes."
        SMART_STATUS Gauge "smartctl_device_smart_status" "The disk's own verdict: 1 passed, 0 failed."
        STATUS Gauge "smartctl_device_status" "The disk's own verdict: 1 passed, 0 failed."
        EXIT_STATUS Gauge "smartctl_device_smartctl_exit_status" "The bits of smartctl's exit status."
        STATE Gauge "smartctl_device_state" "ATA SCT: 0 active, 1 standby, 2 sleep, 3 self-test, 4 off-line data collection, 5 SCT command."
        STATISTICS Gauge "smartctl_device_statistics" "ATA device statistics and SATA Phy event counters."
        ERROR_LOG_COUNT Gauge "smartctl_device_error_log_count" "Entries that the ATA error log ever had."
        SELF_TEST_LOG_COUNT Gauge "smartctl_device_self_test_log_count" "Entries of the ATA self-test log."
        SELF_TEST_LOG_ERROR_COUNT Gauge "smartctl_device_self_test_log_error_count" "Failed tests in the ATA self-test log."
        ERC_SECONDS Gauge "smartctl_device_erc_seconds" "ATA SCT: time for error recovery, in seconds."
        GROWN_DEFECTS Gauge "smartctl_scsi_grown_defect_list" "SCSI: entries of the grown defect list."
        READ_ECC_FAST Gauge "smartctl_read_errors_corrected_by_eccfast" "SCSI: read errors corrected without delay."
        READ_ECC_DELAYED Gauge "smartctl_read_errors_corrected_by_eccdelayed" "SCSI: read errors corrected with delay."
        READ_REREADS Gauge "smartctl_read_errors_corrected_by_rereads_rewrites" "SCSI: read errors corrected by reading again."
        READ_UNCORRECTED Gauge "smartctl_read_total_uncorrected_errors" "SCSI: read errors that could not be corrected."
        WRITE_ECC_FAST Gauge "smartctl_write_errors_corrected_by_eccfast" "SCSI: write errors corrected without delay."
        WRITE_ECC_DELAYED Gauge "smartctl_write_errors_corrected_by_eccdelayed" "SCSI: write errors corrected with delay."
        WRITE_REWRITES Gauge "smartctl_write_errors_corrected_by_rereads_rewrites" "SCSI: write errors corrected by writing again."
        WRITE_UNCORRECTED Gauge "smartctl_write_total_uncorrected_errors" "SCSI: write errors that could not be corrected."
    }
}

/// Our own names of what is told of a disk.
pub(super) mod disk {
    use super::{Family, Kind};

    families! {
        INFO Gauge "stone_device_info" "Which disk it is, where, and whose data it has; always 1."
        OUTCOME Gauge "stone_device_outcome" "What came of the disk in the last round: 1 for the one that holds, 0 for the others."
        READ_SECONDS Gauge "stone_device_read_seconds" "How long the disk took in the last round, in seconds."
        COMMANDS Gauge "stone_device_commands" "Commands sent for its last record."
        RECEIVED_BYTES Gauge "stone_device_received_bytes" "Bytes it returned for its last record."
        SECTIONS Gauge "stone_device_sections" "Sections of its last record, by what became of them."
        SECTION_MISSING Gauge "stone_device_section_missing" "A section that was to be had and is not in its last record, and why; always 1."
        FINDINGS Gauge "stone_device_findings" "Things that are wrong with the disk, by how bad they are."
        WEAR Gauge "stone_device_wear_ratio" "Endurance used: 0 new, 1 all that the maker promises; may exceed 1."
        TEMPERATURE Gauge "stone_device_temperature_celsius" "Temperature in degrees Celsius."
        PASSED Gauge "stone_device_passed" "The disk's own verdict: 1 passed, 0 failed."
    }
}

/// Our own names of what is told of the program and its rounds.
pub(crate) mod agent {
    use super::{Family, Kind};

    pub(crate) use super::smartctl::{DEVICES, VERSION};

    families! {
        BUILD Gauge "stone_build_info" "The program that serves this; always 1."
        AGE Gauge "stone_device_age_seconds" "Seconds since the disk was read last. No line: it never was."
        ROUND_AGE Gauge "stone_round_age_seconds" "Seconds since the last round ended."
        ROUND_SECONDS Gauge "stone_round_seconds" "How long the last round took, in seconds."
        ROUND_PERIOD Gauge "stone_round_period_seconds" "Seconds from one round to the next."
        ROUNDS Counter "stone_rounds_total" "Rounds that ended."
        DISKS Gauge "stone_disks" "Number of disks, by what came of them in the last round."
        UNFOUND Gauge "stone_disks_unfound" "Names that led to no disk, and controllers that did not tell theirs."
        WAITING Gauge "stone_reports_waiting" "Reports that wait to be sent."
        DELIVERED Counter "stone_reports_delivered_total" "Reports that were acknowledged."
        SINCE_DELIVERY Gauge "stone_report_age_seconds" "Seconds since a report was acknowledged. No line: none was."
        ENABLED Gauge "stone_telemetry_enabled" "Whether telemetry is on."
    }
}
