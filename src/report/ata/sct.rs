//! `ata_sct_status`, `ata_sct_temperature_history`, `ata_sct_erc`.

use crate::decode::ata::{Pages, RecoveryLimit, SctStatus, TemperatureHistory};
use crate::object;
use crate::report::{Object, Value};

pub(super) fn emit(pages: &Pages, record: &mut Object) {
    if let Some(status) = &pages.sct_status {
        // Its place comes before that of the globals it sets.
        record.set("ata_sct_status", Object::new());
        let object = sct_status(status, record);
        record.set("ata_sct_status", object);
    }
    if let Some(history) = &pages.temperature_history {
        let object = temperature_history(history, record);
        record.set("ata_sct_temperature_history", object);
    }
    let mut limits = Object::new();
    limits.set_some("read", pages.sct_read_limit.map(limit));
    limits.set_some("write", pages.sct_write_limit.map(limit));
    if !limits.is_empty() {
        record.set("ata_sct_erc", limits);
    }
}

fn sct_status(status: &SctStatus, record: &mut Object) -> Object {
    let degrees = status.temperatures;
    let members = [
        ("current", degrees.current),
        ("power_cycle_min", degrees.power_cycle_min),
        ("power_cycle_max", degrees.power_cycle_max),
        ("lifetime_min", degrees.lifetime_min),
        ("lifetime_max", degrees.lifetime_max),
        ("op_limit_max", degrees.operating_max),
    ];
    let mut temperature = Object::new();
    for (key, degrees) in members {
        if let Some(degrees) = degrees {
            temperature.set(key, degrees);
            record.object("temperature").set(key, degrees);
        }
    }
    if let Some(counts) = status.limit_counts {
        temperature.set("under_limit_count", counts.under).set("over_limit_count", counts.over);
    }
    let state = match status.state {
        0 => "Active",
        1 => "Stand-by",
        2 => "Sleep",
        3 => "DST executing in background",
        4 => "SMART Off-line Data Collection executing in background",
        5 => "SCT command executing in background",
        _ => "Unknown",
    };
    let mut object = object! {
        "format_version" => status.format_version,
        "sct_version" => status.sct_version,
        "device_state" => object! { "value" => status.state, "string" => state },
    };
    object.set_some("temperature", Some(temperature).filter(|temperature| !temperature.is_empty()));
    if let Some(word) = status.smart_status {
        let verdict = match word {
            0xc24f => object! { "passed" => true },
            0x2cf4 => object! { "passed" => false },
            _ => object! { "reserved_value" => word },
        };
        if let Some(passed) = verdict.get("passed").and_then(Value::as_bool) {
            record.object("smart_status").set("passed", passed);
        }
        object.set("smart_status", verdict);
    }
    object.set_some("vendor_specific", status.vendor_specific.map(Value::array));
    object
}

fn temperature_history(history: &TemperatureHistory, record: &mut Object) -> Object {
    let members = [
        ("op_limit_min", history.operating_min),
        ("op_limit_max", history.operating_max),
        ("limit_min", history.limit_min),
        ("limit_max", history.limit_max),
    ];
    let mut temperature = Object::new();
    for (key, degrees) in members {
        if let Some(degrees) = degrees {
            temperature.set(key, degrees);
            record.object("temperature").set(key, degrees);
        }
    }
    // Like all arrays of smartctl's, it ends with its last value.
    let mut table: Vec<_> = history.oldest_first().collect();
    while let Some(None) = table.last() {
        table.pop();
    }
    let mut object = object! {
        "version" => history.version,
        "sampling_period_minutes" => history.sampling_minutes,
        "logging_interval_minutes" => history.logging_minutes,
        "temperature" => temperature,
        "size" => history.size,
        "index" => history.index,
    };
    object.set_some("table", Some(table).filter(|table| !table.is_empty()).map(Value::array));
    object
}

fn limit(RecoveryLimit(deciseconds): RecoveryLimit) -> Object {
    if deciseconds == 0 {
        object! { "enabled" => false }
    } else {
        object! { "enabled" => true, "deciseconds" => deciseconds }
    }
}
