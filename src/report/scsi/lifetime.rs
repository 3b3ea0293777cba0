//! How long and how often has it run, and how much of its life is used?

use crate::decode::scsi::{FormatStatus, Pages, StartStop};
use crate::object;
use crate::report::Object;

pub(super) fn emit(pages: &Pages, record: &mut Object) {
    if let Some(minutes) = pages.power_on_minutes() {
        record.set("power_on_time", object! { "hours" => minutes / 60, "minutes" => minutes % 60 });
    }
    if let Some(start_stop) = &pages.start_stop {
        set("scsi_start_stop_cycle_counter", cycles(start_stop), record);
    }
    if let Some(percent) = pages.solid_state_media.and_then(|media| media.percentage_used) {
        record.set("scsi_percentage_used_endurance_indicator", percent);
        record.set("endurance_used", object! { "current_percent" => percent });
    }
    if let Some(format) = &pages.format_status {
        set("scsi_format_status", format_status(format), record);
    }
}

fn set(key: &'static str, object: Object, record: &mut Object) {
    if !object.is_empty() {
        record.set(key, object);
    }
}

fn cycles(page: &StartStop) -> Object {
    let mut cycles = Object::new();
    if let Some(date) = &page.manufactured {
        cycles.set("year_of_manufacture", date.year.clone()).set("week_of_manufacture", date.week.clone());
    }
    cycles
        .set_some("specified_cycle_count_over_device_lifetime", page.specified_cycles)
        .set_some("accumulated_start_stop_cycles", page.cycles)
        .set_some("specified_load_unload_count_over_device_lifetime", page.specified_load_unload)
        .set_some("accumulated_load_unload_cycles", page.load_unload);
    cycles
}

fn format_status(page: &FormatStatus) -> Object {
    let mut status = Object::new();
    status
        .set_some("grown_defects_during_cert", page.grown_defects_during_certification)
        .set_some("blocks_reassigned_during_format", page.blocks_reassigned_during_format)
        .set_some("total_new_block_since_format", page.new_blocks_reassigned)
        .set_some("power_on_minutes_since_format", page.power_on_minutes_since_format);
    status
}
