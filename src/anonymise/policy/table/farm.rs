//! Rows for Seagate's Field Accessible Reliability Metrics, which hold serial number, WWN and date of assembly.

use crate::anonymise::policy::row::{List, MOST, Row, Why, amount, byte, count, dropped, flag, number, text};
use crate::anonymise::policy::text::{Form, MODEL, REVISION, WORDS};

static RECORDING: Form = Form::OneOf(&["CMR", "SMR", "UNKNOWN"]);
static INTERFACE: Form = Form::OneOf(&["SATA", "SAS"]);

pub(super) const ROWS: &[Row] = &[
    flag("seagate_farm_log.supported"),
    byte("seagate_farm_log.page_0_log_header.farm_log_version[]").only_in(List::AtMost(4)),
    count(
        "seagate_farm_log.page_0_log_header.{pages_supported,log_size,page_size,heads_supported,number_of_copies,reason_for_frame_capture}",
    ),
    dropped("seagate_farm_log.page_1_drive_information.{serial_number,world_wide_name}", Why::Identifier),
    dropped("seagate_farm_log.page_1_drive_information.date_of_assembly", Why::Time),
    text("seagate_farm_log.page_1_drive_information.device_interface", &INTERFACE),
    text("seagate_farm_log.page_1_drive_information.drive_recording_type", &RECORDING),
    text("seagate_farm_log.page_1_drive_information.form_factor", &WORDS),
    text("seagate_farm_log.page_1_drive_information.firmware_rev", &REVISION),
    amount("seagate_farm_log.page_1_drive_information.{poh,spoh,head_flight_hours}", "h"),
    amount(
        "seagate_farm_log.page_1_drive_information.{physical_sector_size,logical_sector_size,device_buffer_size}",
        "B",
    ),
    count(
        "seagate_farm_log.page_1_drive_information.{device_capacity_in_sectors,number_of_heads,rotation_rate,head_load_events,power_cycle_count,reset_count,spin_up_time,time_to_ready,time_held,max_number_for_reasign,depopulation_head_mask}",
    ),
    count(
        "seagate_farm_log.page_2_workload_statistics.{total_read_commands,total_write_commands,total_random_reads,total_random_writes,total_other_commands,logical_sectors_written,logical_sectors_read,dither,dither_random,dither_sequential}",
    ),
    count(
        "seagate_farm_log.page_2_workload_statistics.{read_commands_by_radius_0_3,read_commands_by_radius_3_25,read_commands_by_radius_25_75,read_commands_by_radius_75_100,write_commands_by_radius_0_3,write_commands_by_radius_3_25,write_commands_by_radius_25_75,write_commands_by_radius_75_100}",
    ),
    count(
        "seagate_farm_log.page_3_error_statistics.{number_of_unrecoverable_read_errors,number_of_unrecoverable_write_errors,number_of_reallocated_sectors,number_of_read_recovery_attempts,number_of_mechanical_start_failures,number_of_reallocated_candidate_sectors,total_asr_events,total_crc_errors,attr_spin_retry_count,normal_spin_retry_count,worst_spin_rretry_count,number_of_ioedc_errors,command_time_out_count_total,command_time_out_over_5_seconds_count,command_time_out_over_7_seconds_count,total_flash_led,index_flash_led,uncorrectables,cumulative_unrecoverable_read_erc,total_flash_led_errors}",
    ),
    dropped("seagate_farm_log.page_3_error_statistics.flash_led_event_N.timestamp_of_event", Why::Time),
    count("seagate_farm_log.page_3_error_statistics.flash_led_event_N.{event_information,power_cycle_event}"),
    count(
        "seagate_farm_log.page_3_error_statistics.cum_lifetime_unrecoverable_by_head_N.{cum_lifetime_unrecoverable_read_repeating,cum_lifetime_unrecoverable_read_unique}",
    ),
    number(
        "seagate_farm_log.page_4_environment_statistics.{curent_temp,highest_temp,lowest_temp,average_temp,average_long_temp,highest_short_temp,lowest_short_temp,highest_long_temp,lowest_long_temp,max_temp,min_temp}",
        "C",
        -128,
        65535,
    ),
    amount("seagate_farm_log.page_4_environment_statistics.{over_temp_time,under_temp_time}", "min"),
    count("seagate_farm_log.page_4_environment_statistics.{humidity,current_motor_power}"),
    amount(
        "seagate_farm_log.page_4_environment_statistics.{current_12v_in_mv,minimum_12v_in_mv,maximum_12v_in_mv,current_5v_in_mv,minimum_5v_in_mv,maximum_5v_in_mv}",
        "mV",
    ),
    count(
        "seagate_farm_log.page_4_environment_statistics.{average_12v_power,minimum_12v_power,maximum_12v_power,average_5v_power,minimum_5v_power,maximum_5v_power}",
    ),
    number(
        "seagate_farm_log.page_5_reliability_statistics.{attr_error_rate_raw,error_rate_normalized,error_rate_worst,attr_seek_error_rate_raw,seek_error_rate_normalized,seek_error_rate_worst,high_priority_unload_events,helium_presure_trip,lbas_corrected_by_parity_sector}",
        "",
        -1 << 31,
        MOST,
    ),
    number(
        "seagate_farm_log.page_5_reliability_statistics.{dvga_skip_write_detect_by_head_N,rvga_skip_write_detect_by_head_N,fvga_skip_write_detect_by_head_N,skip_write_detect_threshold_exceeded_by_head_N,mr_head_resistance_from_head_N,second_mr_head_resistance_by_head_N,number_of_reallocated_sectors_by_head_N,number_of_reallocation_candidate_sectors_by_head_N,write_workload_power_on_time_by_head_N}",
        "",
        -1 << 31,
        MOST,
    ),
    // SAS disks.
    count(
        "seagate_farm_log.log_header.{farm_log_version,pages_supported,log_size,heads_supported,reason_for_frame_capture}",
    ),
    dropped("seagate_farm_log.drive_information.{serial_number,world_wide_name}", Why::Identifier),
    dropped("seagate_farm_log.drive_information.date_of_assembled", Why::Time),
    text("seagate_farm_log.drive_information.device_interface", &INTERFACE),
    text("seagate_farm_log.drive_information.device_form_factor", &WORDS),
    text("seagate_farm_log.drive_information.firmware_rev", &REVISION),
    amount("seagate_farm_log.drive_information.power_on_hour", "h"),
    amount(
        "seagate_farm_log.drive_information.{physical_sector_size,logical_sector_size,device_buffer_size}",
        "B",
    ),
    count(
        "seagate_farm_log.drive_information.{device_capacity_in_sectors,number_of_heads,rotation_rate,power_cycle_count,hardware_reset_count}",
    ),
    count(
        "seagate_farm_log.workload_statistics.{total_number_of_read_commands,total_number_of_write_commands,total_number_of_random_read_cmds,total_number_of_random_write_cmds,total_number_of_other_commands,logical_sectors_written,logical_sectors_read}",
    ),
    count(
        "seagate_farm_log.workload_statistics.{number_of_read_commands_from_0_to_3_percent_of_lba_space,number_of_read_commands_from_3_to_25_percent_of_lba_space,number_of_read_commands_from_25_to_50_percent_of_lba_space,number_of_read_commands_from_50_to_100_percent_of_lba_space}",
    ),
    count(
        "seagate_farm_log.workload_statistics.{number_of_write_commands_from_0_to_3_percent_of_lba_space,number_of_write_commands_from_3_to_25_percent_of_lba_space,number_of_write_commands_from_25_to_50_percent_of_lba_space,number_of_write_commands_from_50_to_100_percent_of_lba_space}",
    ),
    count(
        "seagate_farm_log.error_statistics.{unrecoverable_read_errors,unrecoverable_write_errors,number_of_mechanical_start_failures,fru_code_if_smart_trip_from_most_recent_smart_frame,invalid_dword_count_port_a,invalid_dword_count_port_b,disparity_error_count_port_a,disparity_error_count_port_b,loss_of_dword_sync_port_a,loss_of_dword_sync_port_b,phy_reset_problem_port_a,phy_reset_problem_port_b}",
    ),
    number(
        "seagate_farm_log.environment_statistics.{current_temperature_celsius,highest_temperature,lowest_temperature,specified_max_operating_temperature,specified_min_operating_temperature}",
        "C",
        -128,
        127,
    ),
    count(
        "seagate_farm_log.environment_statistics.{current_relative_humidity,current_motor_power,12v_power_average,12v_power_minimum,12v_power_maximum,5v_power_average,5v_power_minimum,5v_power_maximum}",
    ),
    count("seagate_farm_log.reliability_statistics.helium_pressure_threshold_tripped"),
    text("seagate_farm_log.drive_information_continued.product_id", &MODEL),
    text("seagate_farm_log.drive_information_continued.drive_recording_type", &RECORDING),
    count(
        "seagate_farm_log.drive_information_continued.{depopulation_head_mask,has_drive_been_depopped,max_number_of_available_sectors_for_reassignment,time_to_ready_of_the_last_power_cycle_sec,time_drive_is_held_in_staggered_spin_sec,last_servo_spin_up_time_sec}",
    ),
    count(
        "seagate_farm_log.environment_information_continued.{current_12_volts,minimum_12_volts,maximum_12_volts,current_5_volts,minimum_5_volts,maximum_5_volts}",
    ),
    count(
        "seagate_farm_log.head_information.{mr_head_resistance_N,number_of_reallocated_sectors_N,number_of_reallocation_candidate_sectors_N,write_power_on_hrs_N,cum_lifetime_unrecoverable_read_repeating_N,cum_lifetime_unrecoverable_read_unique_N,second_mr_head_resistance_N}",
    ),
    dropped("seagate_farm_log.actuator_information_N.timestamp_of_last_idd_test", Why::Time),
    count(
        "seagate_farm_log.actuator_information_N.{head_load_events,sub_command_of_last_idd_test,number_of_reallocated_sector_reclamations,servo_status,number_of_slipped_sectors_before_idd_scan,number_of_slipped_sectors_after_idd_scan,number_of_resident_reallocated_sectors_before_idd_scan,number_of_resident_reallocated_sectors_after_idd_scan,successfully_scrubbed_sectors_before_idd_scan,successfully_scrubbed_sectors_after_idd_scan,number_of_dos_scans_performed,number_of_lbas_corrected_by_isp,number_of_valid_parity_sectors,number_of_lbas_corrected_by_parity_sector}",
    ),
    count(
        "seagate_farm_log.actuator_flash_led_information_N.{total_flash_led_events,index_of_last_flash_led}",
    ),
    dropped("seagate_farm_log.actuator_flash_led_information_N.event_N.timestamp_of_event", Why::Time),
    count("seagate_farm_log.actuator_flash_led_information_N.event_N.{event_information,power_cycle_event}"),
    count(
        "seagate_farm_log.actuator_reallocation_information_N.{number_of_reallocated_sectors,number_of_reallocated_candidate_sectors}",
    ),
];
