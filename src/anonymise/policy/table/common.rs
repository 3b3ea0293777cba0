//! Rows for the keys that all protocols share.

use crate::anonymise::policy::row::{
    List, MOST, Row, Why, amount, byte, celsius, count, dropped, flag, host, hour, number, text, word,
};
use crate::anonymise::policy::text::{
    DATABASE, DEVICE_TYPE, FAMILY, Form, MODEL, REVISION, SIZE, SUBVERSION, WORDS,
};

static PROTOCOL: Form = Form::OneOf(&["ATA", "SCSI", "ATA+SCSI", "NVMe"]);

pub(super) const ROWS: &[Row] = &[
    // Who wrote the record.
    byte("json_format_version[]").only_in(List::AtMost(3)),
    byte("smartctl.version[]").only_in(List::AtMost(3)),
    flag("smartctl.pre_release"),
    text("smartctl.svn_revision", &SUBVERSION),
    text("smartctl.drive_database_version.string", &DATABASE),
    number("smartctl.uint128_precision_bits", "bits", 0, 128),
    byte("smartctl.exit_status"),
    dropped("smartctl.{argv,messages,output}", Why::FreeText),
    dropped("smartctl.{platform_info,build_info,version_info,git_revision}", Why::Place),
    // When: no zone, no minute.
    hour("local_time.time_t"),
    dropped("local_time.asctime", Why::Time),
    // The way to the disk.
    dropped("device.{name,info_name,open_error}", Why::Place),
    text("device.type", &DEVICE_TYPE),
    text("device.protocol", &PROTOCOL),
    host("host_id"),
    dropped("dev", Why::Place),
    text("error", &WORDS),
    number("smartctl_error_code", "", -255, 255),
    dropped("{output,smartctl_output}", Why::FreeText),
    // What it is.
    text("{model_name,scsi_model_name}", &MODEL),
    text("model_family", &FAMILY),
    text("firmware_version", &REVISION),
    dropped("serial_number", Why::Identifier),
    dropped("wwn.{naa,oui,id}", Why::Identifier),
    amount("user_capacity.blocks", "blocks"),
    amount("user_capacity.bytes", "B"),
    number("{logical_block_size,physical_block_size}", "B", 0, 1 << 24),
    number("rotation_rate", "1/min", 0, 0xffff),
    byte("form_factor.{ata_value,scsi_value}"),
    text("form_factor.name", &WORDS),
    flag("in_smartctl_database"),
    // Can it answer, and is it well?
    flag("smart_support"),
    flag("smart_support.{available,enabled}"),
    flag("smart_status.passed"),
    byte("smart_status.scsi.{asc,ascq}"),
    text("smart_status.scsi.ie_string", &WORDS),
    byte("smart_status.nvme.{value,other}"),
    flag(
        "smart_status.nvme.{spare_below_threshold,temperature_above_or_below_threshold,reliability_degraded,media_read_only,volatile_memory_backup_failed,persistent_memory_region_unreliable}",
    ),
    byte("power_mode.{ata_value,scsi_value,value}"),
    text("power_mode.name", &WORDS),
    // How warm, how old, how worn.
    celsius(
        "temperature.{current,drive_trip,power_cycle_min,power_cycle_max,lifetime_min,lifetime_max,op_limit_min,op_limit_max,limit_min,limit_max,critical_limit_max}",
    ),
    amount("temperature.{lifetime_over_limit_minutes,lifetime_under_limit_minutes}", "min"),
    count("temperature.{over_limit_count,under_limit_count}"),
    flag("temperature_warning.enabled"),
    amount("power_on_time.hours", "h"),
    number("power_on_time.minutes", "min", 0, 59),
    count("power_cycle_count"),
    number("{spare_available,endurance_used}.current_percent", "%", 0, 255),
    number("spare_available.threshold_percent", "%", 0, 255),
    number("{host_reads,host_writes}.{units,commands}", "", 0, MOST),
    amount("{host_reads,host_writes}.bytes_per_unit", "B"),
    text("{host_reads,host_writes}.string", &SIZE),
    // The link.
    word("interface_speed.{max,current}.sata_value"),
    text("interface_speed.{max,current}.string", &WORDS),
    number("interface_speed.{max,current}.units_per_second", "1/s", 0, 10_000),
    number("interface_speed.{max,current}.bits_per_unit", "bits", 0, 10_000_000_000),
];
