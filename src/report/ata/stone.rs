//! What smartctl loses or gets wrong, under `stone`.

use crate::decode::ata::{DeviceStatistics, Pages};
use crate::object;
use crate::report::{Object, Value};

pub(super) fn emit(pages: &Pages, record: &mut Object) {
    let stone = record.object("stone");
    if let Some(data) = &pages.smart_data {
        let raw = data.attributes.iter().map(|attribute| {
            object! {
                "id" => attribute.id,
                "raw" => Value::array(attribute.raw),
                "reserved" => attribute.reserved,
            }
        });
        stone.set("ata_raw_attributes", Value::array(raw));
    }
    if let Some(identify) = &pages.identify
        && let Some(extended) = identify.extended_sectors
        && extended > identify.sectors.unwrap_or(0)
    {
        stone.set("ata_extended_sectors", extended);
    }
    if let (Some(log), Some(data)) = (&pages.selective_self_test_log, &pages.smart_data)
        && (1..=5).contains(&log.current_span)
    {
        stone.set("ata_selective_self_test_remaining_percent", (data.self_test_status & 0xf) * 10);
    }
    if let Some(zones) = pages.device_statistics.as_ref().and_then(zoned) {
        stone.set("ata_zoned_statistics", zones);
    }
}

/// Device statistics page 08h (ACS-5, "Zoned Device Statistics"), which smartctl does not know: zones and commands.
const ZONED: [&str; 12] = [
    "maximum_open_zones",
    "maximum_explicitly_open_zones",
    "maximum_implicitly_open_zones",
    "minimum_empty_zones",
    "maximum_nonseq_zones",
    "zones_emptied",
    "suboptimal_write_commands",
    "commands_exceeding_optimal_limit",
    "failed_explicit_opens",
    "read_rule_violations",
    "write_rule_violations",
    "maximum_implicitly_open_sequential_or_before_required_zones",
];

fn zoned(statistics: &DeviceStatistics) -> Option<Object> {
    statistics.page(0x08)?;
    let mut zones = Object::new();
    for (offset, key) in (8..).step_by(8).zip(ZONED) {
        zones.set_some(key, statistics.value(0x08, offset));
    }
    (!zones.is_empty()).then_some(zones)
}
