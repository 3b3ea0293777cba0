//! Rows for ATA: IDENTIFY DEVICE data, SMART data and attributes, settings, SCT.

use crate::anonymise::policy::row::{
    MOST, Row, Why, amount, byte, celsius, count, dropped, flag, number, text, word,
};
use crate::anonymise::policy::text::{FLAGS, Form, LABEL, RAW, REVISION, WORDS};

static ZONED: Form = Form::OneOf(&["host_aware", "device_managed"]);
static WHEN_FAILED: Form = Form::OneOf(&["", "now", "past"]);

pub(super) const ROWS: &[Row] = &[
    text("ata_additional_product_id", &REVISION),
    word("ata_version.{major_value,minor_value}"),
    text("{ata_version,sata_version}.string", &WORDS),
    word("sata_version.value"),
    text("zoned_device.capabilities", &ZONED),
    flag("trim.{supported,deterministic,zeroed}"),
    // Settings.
    flag("{ata_aam,ata_apm,read_lookahead,write_cache,write_cache_reorder,ata_dsn}.enabled"),
    byte("{ata_aam,ata_apm}.level"),
    byte("ata_aam.recommended_level"),
    text("{ata_aam,ata_apm}.string", &WORDS),
    flag("ata_apm.{max_performance,min_power,with_standby}"),
    word("ata_security.state"),
    text("ata_security.string", &WORDS),
    flag("ata_security.{enabled,frozen,locked,pw_level_max,pw_attempts_exceeded}"),
    dropped("ata_security.master_password_id", Why::Owner),
    // SMART data.
    byte("ata_smart_data.{offline_data_collection,self_test}.status.value"),
    text("ata_smart_data.{offline_data_collection,self_test}.status.string", &WORDS),
    flag("ata_smart_data.{offline_data_collection,self_test}.status.passed"),
    number("ata_smart_data.self_test.status.remaining_percent", "%", 0, 100),
    number("ata_smart_data.offline_data_collection.completion_seconds", "s", 0, 0xffff),
    number("ata_smart_data.self_test.polling_minutes.{short,extended,conveyance}", "min", 0, 0xffff),
    word("ata_smart_data.capabilities.values[]"),
    flag(
        "ata_smart_data.capabilities.{exec_offline_immediate_supported,offline_is_aborted_upon_new_cmd,offline_surface_scan_supported,self_tests_supported,conveyance_self_test_supported,selective_self_test_supported,attribute_autosave_enabled,error_logging_supported,gp_logging_supported}",
    ),
    // SMART attributes.
    word("ata_smart_attributes.revision"),
    byte("ata_smart_attributes.table[].{id,value,worst,thresh}"),
    text("ata_smart_attributes.table[].name", &LABEL),
    text("ata_smart_attributes.table[].when_failed", &WHEN_FAILED),
    word("ata_smart_attributes.table[].flags.{value,other}"),
    text("ata_smart_attributes.table[].flags.string", &FLAGS),
    flag(
        "ata_smart_attributes.table[].flags.{prefailure,updated_online,performance,error_rate,event_count,auto_keep}",
    ),
    number("ata_smart_attributes.table[].raw.value", "", 0, MOST),
    text("ata_smart_attributes.table[].raw.string", &RAW),
    // SCT.
    word("ata_sct_capabilities.value"),
    flag(
        "ata_sct_capabilities.{error_recovery_control_supported,feature_control_supported,data_table_supported}",
    ),
    word("ata_sct_status.{format_version,sct_version}"),
    byte("ata_sct_status.device_state.value"),
    text("ata_sct_status.device_state.string", &WORDS),
    celsius(
        "ata_sct_status.temperature.{current,power_cycle_min,power_cycle_max,lifetime_min,lifetime_max,op_limit_max}",
    ),
    count("ata_sct_status.temperature.{under_limit_count,over_limit_count}"),
    flag("ata_sct_status.smart_status.passed"),
    word("ata_sct_status.smart_status.reserved_value"),
    dropped("ata_sct_status.vendor_specific", Why::Vendor),
    word("ata_sct_temperature_history.{version,size,index}"),
    number(
        "ata_sct_temperature_history.{sampling_period_minutes,logging_interval_minutes}",
        "min",
        0,
        0xffff,
    ),
    celsius("ata_sct_temperature_history.temperature.{op_limit_min,op_limit_max,limit_min,limit_max}"),
    celsius("ata_sct_temperature_history.table[]"),
    flag("ata_sct_erc.{read,write}.enabled"),
    amount("ata_sct_erc.{read,write}.deciseconds", "0.1 s"),
];
