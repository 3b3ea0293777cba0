//! `ata_device_statistics`, and the globals it knows better than the attributes.

use std::collections::HashSet;

use crate::decode::ata::{DeviceStatistics, Pages, StatisticsEntry, StatisticsPage};
use crate::decode::bytes::bit;
use crate::object;
use crate::report::{Object, Value};

pub(super) fn emit(pages: &Pages, record: &mut Object) {
    let Some(statistics) = &pages.device_statistics else {
        return;
    };
    // Like all arrays of smartctl's, it has a hole for a page that says it is another one, and ends with its last page.
    // A page that is listed twice is one page.
    let mut seen = HashSet::from([0]);
    let listed = statistics.listed.iter().filter(|&&number| seen.insert(number));
    let names = |number: u8| object! { "number" => number, "name" => name(number) };
    let list =
        pages.wanted.statistics_list.then(|| Value::array(statistics.listed.iter().copied().map(names)));
    let mut pages: Vec<Value> = listed
        .filter_map(|&number| statistics.page(number))
        .map(|read| read.revision.map(|revision| page(read, revision)).into())
        .collect();
    while let Some(Value::Null) = pages.last() {
        pages.pop();
    }
    if !pages.is_empty() || list.is_some() {
        let mut log = Object::new();
        log.set_some("supported_pages", list);
        log.set_some("pages", Some(pages).filter(|pages| !pages.is_empty()));
        record.set("ata_device_statistics", log);
    }
    globals(statistics, record);
}

fn name(number: u8) -> &'static str {
    match number {
        0x00 => "List of supported log pages",
        0x01 => "General Statistics",
        0x02 => "Free-Fall Statistics",
        0x03 => "Rotating Media Statistics",
        0x04 => "General Errors Statistics",
        0x05 => "Temperature Statistics",
        0x06 => "Transport Statistics",
        0x07 => "Solid State Device Statistics",
        // 08h to 0Ah, too: their names are under `stone`.
        0xff => "Vendor Specific Statistics",
        _ => "Unknown Statistics",
    }
}

fn page(page: &StatisticsPage, revision: u16) -> Object {
    let mut object = object! { "number" => page.number, "name" => name(page.number), "revision" => revision };
    if !page.entries.is_empty() {
        let table = page.entries.iter().map(|entry| statistic(page.number, entry));
        object.set("table", Value::array(table));
    }
    object
}

fn statistic(page: u8, entry: &StatisticsEntry) -> Object {
    let unnamed = if page == 0xff { "Vendor Specific" } else { "Unknown" };
    let (name, bytes) = entry.statistic.map_or((unnamed, 7), |statistic| (statistic.name, statistic.bytes));
    let mut object = Object::new();
    object.set("offset", entry.offset).set("name", name).set("size", bytes);
    object.set_some("value", entry.value()).set("flags", flags(entry.flags));
    object
}

fn flags(flags: u8) -> Object {
    let [monitored, notifies, normalized, valid] = [3, 4, 5, 6].map(|number| bit(flags, number));
    let letter = |set: bool, letter: char| if set { letter } else { '-' };
    let other = flags & 0x07;
    let letters = [
        letter(valid, 'V'),
        letter(normalized, 'N'),
        letter(notifies, 'D'),
        letter(monitored, 'C'),
        if other == 0 { ' ' } else { '+' },
    ];
    let mut object = object! {
        "value" => flags,
        "string" => letters.iter().collect::<String>(),
        "valid" => valid,
        "normalized" => normalized,
        "supports_dsn" => notifies,
        "monitored_condition_met" => monitored,
    };
    if other != 0 {
        object.set("other", other);
    }
    object
}

/// Page and offset of a statistic, and the member of `temperature` it belongs to.
const TEMPERATURES: [(u16, &str); 7] = [
    (8, "current"),
    (32, "lifetime_max"),
    (40, "lifetime_min"),
    (80, "lifetime_over_limit_minutes"),
    (88, "op_limit_max"),
    (96, "lifetime_under_limit_minutes"),
    (104, "op_limit_min"),
];

fn globals(statistics: &DeviceStatistics, record: &mut Object) {
    if let Some(resets) = statistics.value(1, 8) {
        record.set("power_cycle_count", resets);
    }
    if let Some(hours) = statistics.value(1, 16) {
        record.object("power_on_time").set("hours", hours);
    }
    for (offset, key) in TEMPERATURES {
        if let Some(value) = statistics.value(5, offset) {
            record.object("temperature").set(key, value);
        }
    }
    if let Some(percent) = statistics.value(7, 8) {
        record.object("endurance_used").set("current_percent", percent);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_that_is_listed_often_stands_there_once() {
        let read = StatisticsPage { number: 0xff, revision: Some(1), entries: Vec::new() };
        let statistics = DeviceStatistics { listed: vec![0xff; 255], pages: vec![read] };
        let (mut pages, mut record) = (Pages::default(), Object::new());
        pages.device_statistics = Some(statistics);
        emit(&pages, &mut record);
        let pages = record.at("ata_device_statistics.pages").and_then(Value::as_array);
        assert_eq!(pages.map(<[Value]>::len), Some(1));
    }
}
