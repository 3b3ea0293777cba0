//! Rows for NVMe: Identify data, SMART / Health Information, error and self-test logs, and what the receiver
//! takes from `nvme smart-log-add`.

use crate::anonymise::policy::row::{
    MOST, Row, Why, amount, byte, celsius, count, dropped, flag, number, text, word,
};
use crate::anonymise::policy::text::{Form, VERSION, WORDS};

static VENDOR: Form = Form::OneOf(&[
    "amzn",
    "ata",
    "dell",
    "dera",
    "hgst",
    "huawei",
    "innogrit",
    "intel",
    "kioxia",
    "memblaze",
    "micron",
    "netapp",
    "ocp",
    "samsung",
    "sandisk",
    "scaleflux",
    "seagate",
    "shannon",
    "skhynix",
    "solidigm",
    "ssstc",
    "toshiba",
    "transcend",
    "unknown",
    "virtium",
    "wdc",
    "ymtc",
    "zns",
]);

pub(super) const ROWS: &[Row] = &[
    // Identify Controller.
    word("nvme_pci_vendor.{id,subsystem_id}"),
    number("nvme_ieee_oui_identifier", "", 0, 0xff_ffff),
    amount("{nvme_total_capacity,nvme_unallocated_capacity}", "B"),
    word("nvme_controller_id"),
    text("nvme_version.string", &VERSION),
    number("nvme_version.value", "", 0, 0xffff_ffff),
    number("nvme_number_of_namespaces", "", 0, 0xffff_ffff),
    word(
        "{nvme_firmware_update_capabilities,nvme_optional_admin_commands,nvme_optional_nvm_commands,nvme_log_page_attributes}.{value,other}",
    ),
    byte("nvme_firmware_update_capabilities.slots"),
    flag(
        "nvme_firmware_update_capabilities.{first_slot_is_read_only,activiation_without_reset,multiple_update_detection}",
    ),
    flag(
        "nvme_optional_admin_commands.{security_send_receive,format_nvm,firmware_download,namespace_management,self_test,directives,mi_send_receive,virtualization_management,doorbell_buffer_config,get_lba_status,command_and_feature_lockdown}",
    ),
    flag(
        "nvme_optional_nvm_commands.{compare,write_uncorrectable,dataset_management,write_zeroes,save_select_feature_nonzero,reservations,timestamp,verify,copy}",
    ),
    flag(
        "nvme_log_page_attributes.{smart_health_per_namespace,commands_effects_log,extended_get_log_page_cmd,telemetry_log,persistent_event_log,supported_log_pages_log,telemetry_data_area_4}",
    ),
    count("nvme_maximum_data_transfer_pages"),
    celsius("nvme_composite_temperature_threshold.{warning,critical}"),
    flag("nvme_power_states[].non_operational_state"),
    byte(
        "nvme_power_states[].{relative_read_latency,relative_read_throughput,relative_write_latency,relative_write_throughput}",
    ),
    number("nvme_power_states[].{entry_latency_us,exit_latency_us}", "us", 0, 0xffff_ffff),
    word("nvme_power_states[].{max_power,active_power,idle_power}.{value,scale,units_per_watt}"),
    dropped("{nvme_subsystem_nqn,nvme_subnqn,subnqn,nvme_uuid,nvme_nguid,nguid,uuid,eui64}", Why::Identifier),
    // Identify Namespace.
    number("nvme_namespaces[].id", "", 0, 0xffff_ffff),
    amount("nvme_namespaces[].{size,capacity,utilization}.blocks", "blocks"),
    amount("nvme_namespaces[].{size,capacity,utilization}.bytes", "B"),
    number("nvme_namespaces[].formatted_lba_size", "B", 0, 1 << 24),
    dropped("nvme_namespaces[].eui64.{oui,ext_id}", Why::Identifier),
    dropped("nvme_namespaces[].{nguid,uuid}", Why::Identifier),
    byte("nvme_namespaces[].features.{value,other}"),
    flag(
        "nvme_namespaces[].features.{thin_provisioning,na_fields,dealloc_or_unwritten_block_error,uid_reuse,np_fields}",
    ),
    flag("nvme_namespaces[].lba_formats[].formatted"),
    number("nvme_namespaces[].lba_formats[].{data_bytes,metadata_bytes}", "B", 0, 1 << 24),
    byte("nvme_namespaces[].lba_formats[].relative_performance"),
    // SMART / Health Information.
    number("nvme_smart_health_information_log.nsid", "", -1, 0xffff_ffff),
    byte("nvme_smart_health_information_log.critical_warning"),
    celsius("nvme_smart_health_information_log.temperature"),
    celsius("nvme_smart_health_information_log.temperature_sensors[]"),
    number(
        "nvme_smart_health_information_log.{available_spare,available_spare_threshold,percentage_used}",
        "%",
        0,
        255,
    ),
    amount("nvme_smart_health_information_log.{data_units_read,data_units_written}", "512000 B"),
    count(
        "nvme_smart_health_information_log.{host_reads,host_writes,power_cycles,unsafe_shutdowns,media_errors,num_err_log_entries}",
    ),
    amount("nvme_smart_health_information_log.power_on_hours", "h"),
    amount(
        "nvme_smart_health_information_log.{controller_busy_time,warning_temp_time,critical_comp_time}",
        "min",
    ),
    count(
        "nvme_smart_health_information_log.{thermal_mgmt_temperature_1_transition_count,thermal_mgmt_temperature_2_transition_count}",
    ),
    amount(
        "nvme_smart_health_information_log.{thermal_mgmt_temperature_1_total_time,thermal_mgmt_temperature_2_total_time}",
        "s",
    ),
    // Error Information.
    count("nvme_error_information_log.{size,read,unread}"),
    count("nvme_error_information_log.table[].error_count"),
    word("nvme_error_information_log.table[].{submission_queue_id,command_id,parm_error_location}"),
    word("nvme_error_information_log.table[].status_field.{value,status_code_type,status_code}"),
    flag("nvme_error_information_log.table[].status_field.do_not_retry"),
    text("nvme_error_information_log.table[].status_field.string", &WORDS),
    flag("nvme_error_information_log.table[].phase_tag"),
    dropped("nvme_error_information_log.table[].{lba,vendor_specific}", Why::Address),
    number("nvme_error_information_log.table[].nsid", "", -1, 0xffff_ffff),
    // Device Self-test.
    number("nvme_self_test_log.nsid", "", -1, 0xffff_ffff),
    byte("nvme_self_test_log.current_self_test_operation.value"),
    text("nvme_self_test_log.current_self_test_operation.string", &WORDS),
    number("nvme_self_test_log.current_self_test_completion_percent", "%", 0, 127),
    byte("nvme_self_test_log.table[].{self_test_code,self_test_result}.value"),
    text("nvme_self_test_log.table[].{self_test_code,self_test_result}.string", &WORDS),
    amount("nvme_self_test_log.table[].power_on_hours", "h"),
    byte("nvme_self_test_log.table[].{segment,status_code_type,status_code}"),
    number("nvme_self_test_log.table[].nsid", "", -1, 0xffff_ffff),
    dropped("nvme_self_test_log.table[].{lba,vendor_specific}", Why::Address),
    // Vendor's additional log, as `nvme VENDOR smart-log-add --json` writes it.
    text("nvme_vendor", &VENDOR),
    text("nvme_smart_health_information_add_log_error", &WORDS),
    number("nvme_smart_health_information_add_log_error_code", "", -255, 255),
    number("nvme_smart_health_information_add_log.Device stats.*.{normalized,raw}", "", 0, MOST),
    number("nvme_smart_health_information_add_log.Device stats.*.raw.*", "", 0, MOST),
];
