//! Rows for ATA logs: directory, errors, self-tests, device statistics, pending defects, phy events.

use crate::anonymise::policy::row::{MOST, Row, Why, amount, byte, count, dropped, flag, number, text, word};
use crate::anonymise::policy::text::{FLAGS, WORDS};

pub(super) const ROWS: &[Row] = &[
    // Log directory.
    word("ata_log_directory.{gp_dir_version,smart_dir_version}"),
    flag("ata_log_directory.smart_dir_multi_sector"),
    byte("ata_log_directory.table[].address"),
    text("ata_log_directory.table[].name", &WORDS),
    flag("ata_log_directory.table[].{read,write}"),
    word("ata_log_directory.table[].{gp_sectors,smart_sectors}"),
    // Errors: which command failed and how, not where on the disk and not when after power-up.
    word("ata_smart_error_log.{extended,summary}.{revision,sectors,count,logged_count}"),
    count("ata_smart_error_log.{extended,summary}.table[].{error_number,log_index}"),
    number("ata_smart_error_log.{extended,summary}.table[].lifetime_hours", "h", 0, 0xffff),
    byte("ata_smart_error_log.{extended,summary}.table[].device_state.value"),
    text("ata_smart_error_log.{extended,summary}.table[].device_state.string", &WORDS),
    byte("ata_smart_error_log.{extended,summary}.table[].completion_registers.{error,status,device_control}"),
    word("ata_smart_error_log.{extended,summary}.table[].completion_registers.count"),
    dropped("ata_smart_error_log.{extended,summary}.table[].completion_registers.{lba,device}", Why::Address),
    dropped("ata_smart_error_log.{extended,summary}.table[].error_description", Why::Address),
    word(
        "ata_smart_error_log.{extended,summary}.table[].previous_commands[].registers.{command,features,count,device_control}",
    ),
    dropped(
        "ata_smart_error_log.{extended,summary}.table[].previous_commands[].registers.{lba,device}",
        Why::Address,
    ),
    dropped(
        "ata_smart_error_log.{extended,summary}.table[].previous_commands[].powerup_milliseconds",
        Why::Time,
    ),
    text("ata_smart_error_log.{extended,summary}.table[].previous_commands[].command_name", &WORDS),
    // Self-tests.
    word("ata_smart_self_test_log.{extended,standard}.{revision,sectors,count}"),
    count("ata_smart_self_test_log.{extended,standard}.{error_count_total,error_count_outdated}"),
    byte("ata_smart_self_test_log.{extended,standard}.table[].{type,status}.value"),
    text("ata_smart_self_test_log.{extended,standard}.table[].{type,status}.string", &WORDS),
    flag("ata_smart_self_test_log.{extended,standard}.table[].status.passed"),
    number("ata_smart_self_test_log.{extended,standard}.table[].status.remaining_percent", "%", 0, 150),
    number("ata_smart_self_test_log.{extended,standard}.table[].lifetime_hours", "h", 0, 0xffff),
    dropped("ata_smart_self_test_log.{extended,standard}.table[].lba", Why::Address),
    word("ata_smart_selective_self_test_log.revision"),
    word("ata_smart_selective_self_test_log.flags.value"),
    flag(
        "ata_smart_selective_self_test_log.flags.{remainder_scan_enabled,remainder_scan_active,power_up_scan_pending}",
    ),
    number("ata_smart_selective_self_test_log.power_up_scan_resume_minutes", "min", 0, 0xffff),
    byte("ata_smart_selective_self_test_log.{table[],current_read_scan}.status.value"),
    text("ata_smart_selective_self_test_log.{table[],current_read_scan}.status.string", &WORDS),
    number(
        "ata_smart_selective_self_test_log.{table[],current_read_scan}.status.remaining_percent",
        "%",
        0,
        100,
    ),
    dropped(
        "ata_smart_selective_self_test_log.{table[],current_read_scan}.{lba_min,lba_max,current_lba_min,current_lba_max}",
        Why::Address,
    ),
    // Device statistics: all but the clock of the disk and what only the vendor understands.
    byte("ata_device_statistics.pages[].number"),
    byte("ata_device_statistics.supported_pages[].number"),
    text("ata_device_statistics.{pages[],supported_pages[]}.name", &WORDS),
    word("ata_device_statistics.pages[].revision"),
    word("ata_device_statistics.pages[].table[].offset"),
    number("ata_device_statistics.pages[].table[].size", "B", 0, 8),
    text("ata_device_statistics.pages[].table[].name", &WORDS),
    number("ata_device_statistics.pages[].table[].value", "", -1 << 31, MOST)
        .unless("name", &["Date and Time TimeStamp", "Vendor Specific", "Unknown"]),
    dropped("ata_device_statistics.pages[].table[].string", Why::Time),
    byte("ata_device_statistics.pages[].table[].flags.{value,other}"),
    text("ata_device_statistics.pages[].table[].flags.string", &FLAGS),
    flag(
        "ata_device_statistics.pages[].table[].flags.{valid,normalized,supports_dsn,monitored_condition_met}",
    ),
    // Pending defects: how many and how old, not where.
    count("ata_pending_defects_log.{size,count}"),
    dropped("ata_pending_defects_log.table[].lba", Why::Address),
    amount("ata_pending_defects_log.table[].power_on_hours", "h"),
    // Phy events.
    word("sata_phy_event_counters.table[].id"),
    number("sata_phy_event_counters.table[].size", "B", 0, 8),
    text("sata_phy_event_counters.table[].name", &WORDS),
    count("sata_phy_event_counters.table[].value"),
    flag("sata_phy_event_counters.table[].overflow"),
    flag("sata_phy_event_counters.reset"),
];
