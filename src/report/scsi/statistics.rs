//! What it has done (general statistics), and what its zones have seen.

use crate::decode::scsi::{AccessStatistics, FuaStatistics, GeneralStatistics, Pages, ZonedStatistics};
use crate::object;
use crate::report::Object;

pub(super) fn emit(pages: &Pages, record: &mut Object) {
    if let Some(zoned) = &pages.zoned_statistics {
        record.set("scsi_zoned_block_device_statistics", zones(zoned));
    }
    if let Some(statistics) = &pages.general_statistics {
        record.set("scsi_general_statistics_and_performance_log", general(statistics));
    }
}

fn zones(page: &ZonedStatistics) -> Object {
    const KEYS: [&str; 12] = [
        "maximum_open_zones",
        "maximum_explicitly_open_zones",
        "maximum_implicitly_open_zones",
        "minimum_empty_zones",
        "maximum_nonseq_zones",
        "zones_emptied",
        "suboptimal_write_commands",
        // smartctl's spelling.
        "commands_exceeding_optinmal_limit",
        "failed_explicit_opens",
        "read_rule_violations",
        "write_rule_violations",
        "maximum_implicitly_open_sequential_or_before_required_zones",
    ];
    let mut zones = Object::new();
    for (key, counter) in KEYS.into_iter().zip(page.counters) {
        zones.set_some(key, counter);
    }
    zones
}

fn general(page: &GeneralStatistics) -> Object {
    let mut log = Object::new();
    log.set_some("general_access", page.access.as_ref().map(access));
    if let Some(intervals) = page.idle_time_intervals {
        log.set("idle_time", object! { "idle_time_intervals" => intervals });
    }
    if let Some(interval) = page.interval {
        log.set("time_interval", object! { "exponent" => interval.exponent, "integer" => interval.integer });
    }
    log.set_some("fua_stats", page.fua.as_ref().map(fua));
    log
}

fn access(access: &AccessStatistics) -> Object {
    object! {
        "number_of_read_commands" => access.read_commands,
        "number_of_write_commands" => access.write_commands,
        "number_of_logical_blocks_received" => access.blocks_received,
        "number_of_logical_blocks_transmitted" => access.blocks_transmitted,
        "read_command_processing_intervals" => access.read_intervals,
        "write_command_processing_intervals" => access.write_intervals,
        "weighted_number_of_read_commands_plus_write_commands" => access.weighted_commands,
        "weighted_read_command_processing_plus_write_command_processing" => access.weighted_processing,
    }
}

fn fua(fua: &FuaStatistics) -> Object {
    object! {
        "number_of_read_fua_commands" => fua.read_commands,
        "number_of_write_fua_commands" => fua.write_commands,
        "number_of_read_fua_nv_commands" => fua.read_nv_commands,
        "number_of_write_fua_nv_commands" => fua.write_nv_commands,
        "read_fua_command_processing_intervals" => fua.read_intervals,
        "write_fua_command_processing_intervals" => fua.write_intervals,
        "read_fua_nv_command_processing_intervals" => fua.read_nv_intervals,
        "write_fua_nv_command_processing_intervals" => fua.write_nv_intervals,
    }
}
