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
    if let Some(ranges) = &pages.concurrent_positioning_ranges {
        let ranges = ranges.iter().map(|range| {
            object! {
                "first_lba" => range.first_lba,
                "sectors" => range.sectors,
                "storage_elements" => range.storage_elements,
            }
        });
        stone.set("ata_concurrent_positioning_ranges", Value::array(ranges));
    }
    if let Some(limits) = pages.device_statistics.as_ref().and_then(duration_limits) {
        stone.set("ata_command_duration_limits", limits);
    }
}

/// Device statistics page 09h (ACS-5, "Command Duration Limits Statistics"), which smartctl does not know. For each of
/// the first two ranges, of the two statistics that are configured (A and B), counts of the seven limits of reads and
/// of writes; `null` for one that is not kept. (Page 0Ah has two more ranges: no source says where.)
fn duration_limits(statistics: &DeviceStatistics) -> Option<Object> {
    let mut limits = Object::new();
    limits.set_some("lowest_achievable_command_duration", statistics.value(0x09, 8));
    // Where the first count of the range stands.
    for (range, first) in [16, 240].into_iter().enumerate() {
        let counts: Vec<Option<i64>> =
            (0..28u16).map(|count| statistics.value(0x09, first + 8 * count)).collect();
        if counts.iter().all(Option::is_none) {
            continue;
        }
        let mut kinds = counts.chunks_exact(7).map(|seven| Value::array(seven.iter().copied()));
        let mut pair = || object! { "read" => kinds.next(), "write" => kinds.next() };
        let (a, b) = (pair(), pair());
        limits.set(format!("range_{range}"), object! { "statistic_a" => a, "statistic_b" => b });
    }
    (!limits.is_empty()).then_some(limits)
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::decode::ata::{StatisticsEntry, StatisticsPage};

    #[test]
    fn duration_limits_by_range_statistic_and_direction() {
        let page = |number, entries: &[(u16, u64)]| {
            let entries = entries.iter().map(|&(offset, bytes)| StatisticsEntry {
                statistic: None,
                offset,
                flags: 0xc0,
                bytes,
            });
            StatisticsPage { number, revision: Some(1), entries: entries.collect() }
        };
        let pages = vec![
            page(0x09, &[(8, 150), (16, 1), (72, 2), (128, 3), (232, 4), (240, 5), (456, 6)]),
            page(0x0a, &[(8, 7), (448, 8)]),
        ];
        let limits = duration_limits(&DeviceStatistics { listed: vec![0, 9, 10], pages }).unwrap();
        let first = |path: &str| {
            limits.at(path).and_then(Value::as_array).and_then(|counts| counts.first()?.as_u64())
        };
        assert_eq!(limits.get("lowest_achievable_command_duration").and_then(Value::as_u64), Some(150));
        assert_eq!(first("range_0.statistic_a.read"), Some(1));
        assert_eq!(first("range_0.statistic_a.write"), Some(2));
        assert_eq!(first("range_0.statistic_b.read"), Some(3));
        assert_eq!(first("range_1.statistic_a.read"), Some(5));
        let last =
            |path: &str| limits.at(path).and_then(Value::as_array).and_then(|counts| counts.last()?.as_u64());
        assert_eq!(
            (last("range_0.statistic_b.write"), last("range_1.statistic_b.write")),
            (Some(4), Some(6))
        );
        assert!(limits.get("range_2").is_none(), "page 0Ah");
    }
}
