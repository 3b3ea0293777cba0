//! Rows for SCSI: INQUIRY and VPD data, log pages, and the names smartctl had before 7.3.

use crate::anonymise::policy::row::{
    MOST, Row, Why, amount, byte, celsius, count, dropped, flag, number, text, word,
};
use crate::anonymise::policy::text::{BITS, DECIMALS, Form, MODEL, PERCENT, REVISION, VENDOR, WORDS, YEAR};

static UNKNOWN: Form = Form::OneOf(&["unknown"]);

pub(super) const ROWS: &[Row] = &[
    // Who it is.
    text("{scsi_vendor,vendor}", &VENDOR),
    text("{scsi_product,product}", &MODEL),
    text("{scsi_revision,revision}", &REVISION),
    text("scsi_version", &WORDS),
    dropped("logical_unit_id", Why::Identifier),
    byte("device_type.scsi_value"),
    text("device_type.{name,scsi_terminology}", &WORDS),
    text("scsi_transport_protocol.name", &WORDS),
    byte("scsi_transport_protocol.value"),
    byte("{scsi_protection_type,scsi_protection_intervals_per_lb,scsi_protection_interval_bytes_per_lb}"),
    text("scsi_lb_provisioning.name", &WORDS),
    byte("scsi_lb_provisioning.value"),
    text("scsi_lb_provisioning.{management_enabled,read_zeros}.name", &WORDS),
    byte("scsi_lb_provisioning.{management_enabled,read_zeros}.value"),
    flag("{scsi_host_aware_zoned_block_capable,scsi_device_managed_zoned_block_capable}"),
    // Health and environment.
    celsius("scsi_temperature.drive_trip"),
    word("scsi_environmental_reports.{temperature_N,relative_humidity_N}.parameter_code"),
    celsius(
        "scsi_environmental_reports.{temperature_N,relative_humidity_N}.{current,lifetime_maximum,lifetime_minimum,maximum_since_power_on,minimum_since_power_on,maximum_other,minimum_other}",
    ),
    text(
        "scsi_environmental_reports.{temperature_N,relative_humidity_N}.{current,lifetime_maximum,lifetime_minimum,maximum_since_power_on,minimum_since_power_on,maximum_other,minimum_other}",
        &UNKNOWN,
    ),
    text("scsi_start_stop_cycle_counter.year_of_manufacture", &YEAR),
    dropped("scsi_start_stop_cycle_counter.week_of_manufacture", Why::Time),
    count(
        "scsi_start_stop_cycle_counter.{specified_cycle_count_over_device_lifetime,accumulated_start_stop_cycles,specified_load_unload_count_over_device_lifetime,accumulated_load_unload_cycles}",
    ),
    count("scsi_grown_defect_list"),
    number("scsi_percentage_used_endurance_indicator", "%", 0, 255),
    count(
        "scsi_format_status.{grown_defects_during_cert,blocks_reassigned_during_format,total_new_block_since_format}",
    ),
    amount("scsi_format_status.power_on_minutes_since_format", "min"),
    // Errors.
    count(
        "scsi_error_counter_log.{read,write,verify}.{errors_corrected_by_eccfast,errors_corrected_by_eccdelayed,errors_corrected_by_rereads_rewrites,total_errors_corrected,correction_algorithm_invocations,total_uncorrected_errors}",
    ),
    text("scsi_error_counter_log.{read,write,verify}.gigabytes_processed", &DECIMALS),
    count("{scsi_non_medium_error_count,scsi_nonmedium_error_count}"),
    count("scsi_pending_defects.count"),
    dropped("scsi_pending_defects.table[].lba", Why::Address),
    amount("scsi_pending_defects.table[].accum_power_on_hours", "h"),
    // Self-tests.
    flag("scsi_self_test_status.in_progress"),
    number("scsi_self_test_status.completion_percent", "%", 0, 100),
    byte("scsi_self_test_N.{code,result,failed_segment,sense_key}.value"),
    text("scsi_self_test_N.{code,result,sense_key}.string", &WORDS),
    text("scsi_self_test_N.failed_segment.aka", &AKA),
    flag("scsi_self_test_N.self_test_in_progress"),
    number("scsi_self_test_N.power_on_time.hours", "h", 0, 0xffff),
    text("scsi_self_test_N.power_on_time.aka", &AKA),
    dropped("scsi_self_test_N.lba_first_failure", Why::Address),
    byte("scsi_self_test_N.{asc,ascq}"),
    dropped("scsi_self_test_N.vendor_specific", Why::Vendor),
    number("scsi_extended_self_test_seconds", "s", 0, 0xffff_ffff),
    // Background scan.
    byte("scsi_background_scan.status.value"),
    text("scsi_background_scan.status.string", &WORDS),
    count("scsi_background_scan.status.{number_scans_performed,number_medium_scans_performed}"),
    text("scsi_background_scan.status.scan_progress", &PERCENT),
    word("scsi_background_scan.result_N.parameter_code"),
    amount("scsi_background_scan.result_N.accumulated_power_on.minutes", "min"),
    dropped("scsi_background_scan.result_N.lba", Why::Address),
    byte("scsi_background_scan.result_N.{sense_key,asc,ascq,reassign_status}"),
    text("scsi_background_scan.result_N.{sense_key,reassign_status}", &WORDS),
    byte("scsi_background_scan.result_N.{sense_key,reassign_status}.value"),
    text("scsi_background_scan.result_N.{sense_key,reassign_status}.string", &WORDS),
    // Statistics: all members are counters whose names are the standard's titles.
    number(
        "scsi_general_statistics_and_performance_log.{general_access,idle_time,time_interval,fua_stats}.*",
        "",
        0,
        MOST,
    ),
    number("scsi_zoned_block_device_statistics.*", "", 0, MOST),
    // SAS ports: errors of each phy, no address, no neighbour.
    word("scsi_sas_port_N.relative_target_port_id"),
    byte("scsi_sas_port_N.{generation_code,number_of_phys}"),
    byte("scsi_sas_port_N.phy_N.identifier"),
    text(
        "scsi_sas_port_N.phy_N.{attached_device_type,attached_reason,reason,negotiated_logical_link_rate}",
        &WORDS,
    ),
    text("scsi_sas_port_N.phy_N.{attached_initiator_port,attached_target_port}.ssp_stp_smp", &BITS),
    dropped("scsi_sas_port_N.phy_N.{sas_address,attached_sas_address}", Why::Identifier),
    dropped("scsi_sas_port_N.phy_N.attached_phy_identifier", Why::Place),
    count(
        "scsi_sas_port_N.phy_N.{invalid_dword_count,running_disparity_error_count,loss_of_dword_synchronization_count,phy_reset_problem_count,elasticity_buffer_overflow_count,received_error_count}",
    ),
    count(
        "scsi_sas_port_N.phy_N.{received_address_frame_error_count,transmitted_abandon_class_open_reject_count,received_abandon_class_open_reject_count,transmitted_retry_class_open_reject_count,received_retry_class_open_reject_count,transmitted_break_count,received_break_count,break_timeout_count,connection_count}",
    ),
    count(
        "scsi_sas_port_N.phy_N.{received_aip__waiting_on_partial__count,received_aip_waiting_on_partial_count,received_aip__waiting_on_connection__count,received_aip_waiting_on_connection_count}",
    ),
    count(
        "scsi_sas_port_N.phy_N.{transmitted_ssp_frame_count,received_ssp_frame_count,transmitted_ssp_frame_error_count,received_ssp_frame_error_count,transmitted_credit_blocked_count,received_credit_blocked_count,transmitted_sata_frame_count,received_sata_frame_count,sata_flow_control_buffer_overflow_count,transmitted_smp_frame_count,received_smp_frame_count,received_smp_frame_error_count}",
    ),
    count("scsi_sas_port_N.phy_N.peak_transmitted_pathway_blocked.{count,pvd_threshold}"),
    amount(
        "scsi_sas_port_N.phy_N.{peak_transmitted_arbitration_wait_time_us,peak_arbitration_time_us,peak_connection_time_us}.{event,pvd_threshold}",
        "us",
    ),
];

static AKA: Form = Form::OneOf(&["self_test_number", "accumulated_power_on_hours"]);
