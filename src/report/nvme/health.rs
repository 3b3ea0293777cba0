//! SMART / Health Information, and what every disk has of it: verdict, temperature, hours, wear.

use super::capacity;
use crate::decode::bytes::bit;
use crate::decode::nvme::{IdentifyController, Kelvin, SmartHealth};
use crate::object;
use crate::report::{Object, Value};

/// smartctl leaves out a global above 2^53 - 1, which `f64` cannot count up to.
const SAFE: u128 = (1 << 53) - 1;

/// Bytes in one of the units in which an NVMe controller counts the data it moved.
const BYTES_PER_UNIT: u32 = 1000 * 512;

pub(super) fn emit(health: &SmartHealth, controller: Option<&IdentifyController>, record: &mut Object) {
    record.set("smart_status", status(health.critical_warning));
    record.set("nvme_smart_health_information_log", log(health, controller));
    if let Some(temperature) = health.composite_temperature {
        record.object("temperature").set("current", temperature.celsius());
    }
    let safe = |counter: u128| (counter <= SAFE).then_some(counter);
    record.set_some("power_cycle_count", safe(health.power_cycles));
    record.set_some("power_on_time", safe(health.power_on_hours).map(|hours| object! { "hours" => hours }));
    record.set(
        "spare_available",
        object! {
            "current_percent" => health.available_spare,
            "threshold_percent" => health.available_spare_threshold,
        },
    );
    record.set("endurance_used", object! { "current_percent" => health.percentage_used });
    record.set("host_reads", traffic(health.data_units_read, health.host_read_commands));
    record.set("host_writes", traffic(health.data_units_written, health.host_write_commands));
}

fn status(warning: u8) -> Object {
    let mut nvme = object! { "value" => warning };
    if warning != 0 {
        for (index, name) in (0..).zip(WARNINGS) {
            nvme.set(*name, bit(warning, index));
        }
        nvme.set("other", warning & !0x3f);
    }
    object! { "passed" => warning == 0, "nvme" => nvme }
}

/// Keys of the bits of the Critical Warning, from bit 0.
const WARNINGS: &[&str] = &[
    "spare_below_threshold",
    "temperature_above_or_below_threshold",
    "reliability_degraded",
    "media_read_only",
    "volatile_memory_backup_failed",
    "persistent_memory_region_unreliable",
];

fn log(health: &SmartHealth, controller: Option<&IdentifyController>) -> Object {
    let mut log = object! {
        // The whole controller.
        "nsid" => -1,
        "critical_warning" => health.critical_warning,
    };
    log.set_some("temperature", health.composite_temperature.map(Kelvin::celsius))
        .set("available_spare", health.available_spare)
        .set("available_spare_threshold", health.available_spare_threshold)
        .set("percentage_used", health.percentage_used)
        .set_unsafe("data_units_read", health.data_units_read)
        .set_unsafe("data_units_written", health.data_units_written)
        .set_unsafe("host_reads", health.host_read_commands)
        .set_unsafe("host_writes", health.host_write_commands)
        .set_unsafe("controller_busy_time", health.controller_busy_time)
        .set_unsafe("power_cycles", health.power_cycles)
        .set_unsafe("power_on_hours", health.power_on_hours)
        .set_unsafe("unsafe_shutdowns", health.unsafe_shutdowns)
        .set_unsafe("media_errors", health.media_errors)
        .set_unsafe("num_err_log_entries", health.error_log_entries);
    // A time above a threshold means something where there is a threshold, or where it has been counted.
    let has_warning = controller.is_some_and(|controller| controller.warning_temperature.is_some());
    if has_warning || health.warning_temperature_time != 0 {
        log.set("warning_temp_time", health.warning_temperature_time);
    }
    let has_critical = controller.is_some_and(|controller| controller.critical_temperature.is_some());
    if has_critical || health.critical_temperature_time != 0 {
        log.set("critical_comp_time", health.critical_temperature_time);
    }
    let sensors = &health.temperature_sensors;
    if let Some(last) = sensors.iter().rposition(Option::is_some) {
        let celsius = sensors.iter().take(last + 1).map(|sensor| sensor.map(Kelvin::celsius));
        log.set("temperature_sensors", Value::array(celsius));
    }
    let [transitions_1, transitions_2] = health.thermal_management_transitions;
    let [time_1, time_2] = health.thermal_management_time;
    if [transitions_1, transitions_2, time_1, time_2] != [0; 4] {
        log.set("thermal_mgmt_temperature_1_transition_count", transitions_1)
            .set("thermal_mgmt_temperature_1_total_time", time_1)
            .set("thermal_mgmt_temperature_2_transition_count", transitions_2)
            .set("thermal_mgmt_temperature_2_total_time", time_2);
    }
    log
}

/// What the host has read, or written.
fn traffic(units: u128, commands: u128) -> Object {
    let mut object = Object::new();
    object
        .set_unsafe("units", units)
        .set("bytes_per_unit", BYTES_PER_UNIT)
        .set("string", capacity::in_words(units.saturating_mul(BYTES_PER_UNIT.into())))
        .set_unsafe("commands", commands);
    object
}

#[cfg(test)]
mod tests {
    use super::*;

    fn record(page: &[u8; 512]) -> Object {
        let mut record = Object::new();
        emit(&SmartHealth::decode(page).unwrap(), None, &mut record);
        record
    }

    #[test]
    fn a_controller_that_says_nothing_has_no_temperature_and_passes() {
        let record = record(&[0; 512]);
        assert_eq!(record.at("smart_status.passed"), Some(&true.into()));
        assert_eq!(record.at("smart_status.nvme"), Some(&object! { "value" => 0u8 }.into()));
        assert_eq!(record.get("temperature"), None);
        let log = record.get("nvme_smart_health_information_log").and_then(Value::as_object).unwrap();
        for absent in ["temperature", "temperature_sensors", "warning_temp_time", "critical_comp_time"] {
            assert_eq!(log.get(absent), None, "{absent}");
        }
        assert_eq!(log.get("data_units_read"), Some(&0u8.into()));
        assert_eq!(log.get("nsid"), Some(&Value::Negative(-1)));
    }

    #[test]
    fn counters_above_53_bits_are_also_digits_and_no_globals() {
        let mut page = [0; 512];
        page[32..48].copy_from_slice(&(1u128 << 64).to_le_bytes());
        page[112..128].copy_from_slice(&(1u128 << 53).to_le_bytes());
        page[128..144].copy_from_slice(&SAFE.to_le_bytes());
        let record = record(&page);
        let log = record.get("nvme_smart_health_information_log").and_then(Value::as_object).unwrap();
        assert_eq!(log.get("data_units_read"), Some(&(1u128 << 64).into()));
        assert_eq!(log.get("data_units_read_s"), Some(&"18446744073709551616".into()));
        assert_eq!(log.get("data_units_read_le"), Some(&Value::array([0u8, 0, 0, 0, 0, 0, 0, 0, 1])));
        assert_eq!(log.get("power_cycles_s"), Some(&"9007199254740992".into()));
        assert_eq!(record.get("power_cycle_count"), None);
        assert_eq!(record.at("power_on_time.hours"), Some(&SAFE.into()));
        assert_eq!(log.get("power_on_hours_s"), None);
    }

    #[test]
    fn sensors_that_are_not_there_are_holes_up_to_the_last() {
        let mut page = [0; 512];
        page[202..204].copy_from_slice(&300u16.to_le_bytes());
        page[206..208].copy_from_slice(&5u16.to_le_bytes());
        let record = record(&page);
        let sensors = record.at("nvme_smart_health_information_log.temperature_sensors");
        let wanted = [Value::Null, 27u8.into(), Value::Null, (-268).into()];
        assert_eq!(sensors, Some(&Value::array(wanted)));
    }

    #[test]
    fn each_critical_warning_has_its_name() {
        let mut page = [0; 512];
        page[0] = 0x88;
        let record = record(&page);
        assert_eq!(record.at("smart_status.passed"), Some(&false.into()));
        assert_eq!(record.at("smart_status.nvme.media_read_only"), Some(&true.into()));
        assert_eq!(record.at("smart_status.nvme.reliability_degraded"), Some(&false.into()));
        assert_eq!(record.at("smart_status.nvme.other"), Some(&0x80u8.into()));
    }

    #[test]
    fn traffic_is_counted_in_units_and_said_in_words() {
        let object = traffic(865, 16825);
        assert_eq!(object.get("string"), Some(&"442 MB".into()));
        assert_eq!(traffic(u128::MAX, 0).get("bytes_per_unit"), Some(&512_000u32.into()));
    }
}
