//! Rows for what smartctl cannot say: the outcome of each section, and the cost of reading.

use crate::anonymise::policy::row::{
    List, Row, Why, amount, byte, celsius, count, dropped, flag, number, text, word,
};
use crate::anonymise::policy::text::{Form, REVISION};

static SOURCE: Form = Form::OneOf(&["native", "smartctl"]);
static OUTCOME: Form = Form::OneOf(&["ok", "unsupported", "failed", "timed_out", "malformed", "not_asked"]);

static LINK: Form = Form::OneOf(&["sata", "sas", "nvme", "usb", "virtio", "raid", "unknown"]);
static CONTROLLER: Form = Form::OneOf(&["io", "discovery", "administrative", "reserved"]);

pub(super) const ROWS: &[Row] = &[
    number("stone.schema", "", 1, 0xffff),
    text("stone.source", &SOURCE),
    text("stone.sections.*.outcome", &OUTCOME),
    count("stone.commands"),
    count("stone.sections.*.commands"),
    amount("stone.bytes", "B"),
    amount("stone.sections.*.bytes", "B"),
    number("stone.duration_ms", "ms", 0, 86_400_000),
    byte("stone.sections.*.sense.{key,asc,ascq}"),
    word("stone.sections.*.status"),
    dropped("stone.sections.*.reason", Why::FreeText),
    dropped("stone.stopped_at.{page,command}", Why::FreeText),
    dropped("stone.{daemons,by_id,by_path,host}", Why::Place),
    text("stone.device.link", &LINK),
    // ATA. The raw bytes of attributes say what raw.value says.
    amount("stone.ata_extended_sectors", "blocks"),
    dropped("stone.ata_raw_attributes", Why::Vendor),
    number("stone.ata_selective_self_test_remaining_percent", "%", 0, 100),
    count(
        "stone.ata_zoned_statistics.{maximum_open_zones,maximum_explicitly_open_zones,maximum_implicitly_open_zones,minimum_empty_zones,maximum_nonseq_zones,zones_emptied,suboptimal_write_commands,commands_exceeding_optimal_limit,failed_explicit_opens,read_rule_violations,write_rule_violations,maximum_implicitly_open_sequential_or_before_required_zones}",
    ),
    count("stone.ata_command_duration_limits.lowest_achievable_command_duration"),
    count("stone.ata_command_duration_limits.range_N.{statistic_a,statistic_b}.read[]"),
    count("stone.ata_command_duration_limits.range_N.{statistic_a,statistic_b}.write[]"),
    amount("stone.ata_concurrent_positioning_ranges[].{first_lba,sectors}", "blocks"),
    byte("stone.ata_concurrent_positioning_ranges[].storage_elements"),
    // SCSI.
    byte("stone.scsi.protection_intervals_per_block"),
    flag("stone.scsi.{rotation_rate_reported,read_cache_enabled,write_cache_enabled}"),
    count("stone.scsi.non_medium_errors"),
    amount("stone.scsi.statistics_interval_ns", "ns"),
    count(
        "stone.scsi.error_counters.{read,write,verify}.{corrected_fast,corrected_delayed,retried,corrected,algorithm_invocations,uncorrected}",
    ),
    amount("stone.scsi.error_counters.{read,write,verify}.bytes_processed", "B"),
    dropped("stone.scsi.{last_errors,last_deferred_errors}", Why::Vendor),
    amount("stone.scsi.cache_statistics.{blocks_sent,blocks_received,blocks_sent_from_cache}", "blocks"),
    count("stone.scsi.cache_statistics.{commands_within_segment,commands_beyond_segment}"),
    // NVMe.
    text("stone.controller.type", &CONTROLLER),
    number("stone.controller.{attributes,sanitize_capabilities}", "", 0, 0xffff_ffff),
    flag("stone.controller.volatile_write_cache"),
    amount("stone.controller.{atomic_write_blocks,atomic_write_power_fail_blocks}", "blocks"),
    number("stone.controller.extended_self_test_minutes", "min", 0, 0xffff),
    celsius("stone.controller.thermal_management_temperature.{min,max}"),
    dropped("stone.identity.{subsystem_nqn,fru_guid}", Why::Identifier),
    dropped("stone.identity.namespaces[].{id,nguid,uuid,eui64}", Why::Identifier),
    number("stone.namespaces[].id", "", 0, 0xffff_ffff),
    amount("stone.namespaces[].{size,capacity,utilization}.blocks", "blocks"),
    amount("stone.namespaces[].{size,capacity,utilization}.bytes", "B"),
    byte("stone.namespaces[].lba_format.index"),
    number("stone.namespaces[].lba_format.{data_bytes,metadata_bytes}", "B", 0, 1 << 24),
    amount("stone.namespaces[].nvm_capacity_bytes", "B"),
    flag("stone.namespaces[].write_protected"),
    word("stone.namespaces[].{protection_type,endurance_group}"),
    amount("stone.namespaces[].atomic_write_power_fail_blocks", "blocks"),
    byte("stone.supported_log_pages[]").only_in(List::Ascending),
    byte("stone.firmware_slots.active"),
    text("stone.firmware_slots.revisions[]", &REVISION).only_in(List::AtMost(7)),
    word("stone.endurance_groups[].id"),
    byte("stone.endurance_groups[].critical_warning"),
    number(
        "stone.endurance_groups[].{available_spare_percent,available_spare_threshold_percent,percentage_used}",
        "%",
        0,
        255,
    ),
    amount("stone.endurance_groups[].{bytes_per_unit,total_capacity_bytes,unallocated_capacity_bytes}", "B"),
    amount(
        "stone.endurance_groups[].{endurance_estimate_units,data_units_read,data_units_written,media_units_written}",
        "bytes_per_unit",
    ),
    count("stone.endurance_groups[].media_errors"),
    word("stone.ocp_smart.version"),
    amount(
        "stone.ocp_smart.{physical_media_bytes_written,physical_media_bytes_read,endurance_estimate_bytes}",
        "B",
    ),
    count("stone.ocp_smart.{bad_user_blocks,bad_system_blocks}.{raw,normalized}"),
    count(
        "stone.ocp_smart.{xor_recovery_count,uncorrectable_read_errors,soft_ecc_errors,end_to_end_detected_errors,end_to_end_corrected_errors,refresh_count,pcie_correctable_errors,incomplete_shutdowns,unaligned_io,power_loss_protection_starts,pcie_link_retraining_count,power_state_change_count}",
    ),
    number(
        "stone.ocp_smart.{system_data_percent_used,percent_free_blocks,capacitor_health_percent}",
        "%",
        0,
        0xffff,
    ),
    count("stone.ocp_smart.user_erase_count.{min,max}"),
    count("stone.ocp_smart.thermal_throttling.{events,status}"),
];
