//! How warm is it, now and at its worst? From the Environmental Reporting log page, or else the Temperature log
//! page, or else what the Informational Exceptions log page says in passing.

use crate::decode::scsi::{Environment, Pages, Report};
use crate::object;
use crate::report::{Object, Value};

pub(super) fn emit(pages: &Pages, record: &mut Object) {
    if let Some(environment) = &pages.environment {
        record.set("scsi_environmental_reports", reports(environment));
    }
    let exceptions = pages.informational_exceptions;
    let (current_in_passing, trip_in_passing) =
        (exceptions.and_then(|page| page.temperature), exceptions.and_then(|page| page.trip_temperature));
    let mut degrees = Object::new();
    match (&pages.environment, pages.temperature) {
        // smartctl has no `temperature` for these disks.
        (Some(environment), _) => {
            let first = environment.temperatures.first().map(|sensor| sensor.current);
            let current = first.filter(|&current| current != Report::UNKNOWN);
            degrees.set_some("current", current).set_some("drive_trip", trip_in_passing);
        }
        (None, Some(temperature)) => {
            degrees.set_some("current", temperature.current).set_some("drive_trip", temperature.reference);
        }
        // smartctl has another key for this trip temperature.
        (None, None) => {
            degrees.set_some("current", current_in_passing);
            if let Some(trip) = trip_in_passing {
                record.set("scsi_temperature", object! { "drive_trip" => trip });
            }
        }
    }
    if !degrees.is_empty() {
        record.set("temperature", degrees);
    }
}

fn reports(environment: &Environment) -> Object {
    let mut reports = Object::new();
    let degrees =
        |degrees: i8| if degrees == Report::UNKNOWN { "unknown".into() } else { Value::from(degrees) };
    for (number, sensor) in environment.temperatures.iter().enumerate() {
        reports.set(format!("temperature_{}", number + 1), report(sensor, degrees));
    }
    for (number, sensor) in environment.humidities.iter().enumerate() {
        reports.set(format!("relative_humidity_{}", number + 1), report(sensor, |percent| percent.into()));
    }
    reports
}

fn report<T: Copy>(sensor: &Report<T>, value: fn(T) -> Value) -> Object {
    let mut report = object! {
        "parameter_code" => sensor.code,
        "current" => value(sensor.current),
        "lifetime_maximum" => value(sensor.lifetime_maximum),
        "lifetime_minimum" => value(sensor.lifetime_minimum),
        "maximum_since_power_on" => value(sensor.maximum_since_power_on),
        "minimum_since_power_on" => value(sensor.minimum_since_power_on),
    };
    if let Some((maximum, minimum)) = sensor.other {
        report.set("maximum_other", value(maximum)).set("minimum_other", value(minimum));
    }
    report
}
