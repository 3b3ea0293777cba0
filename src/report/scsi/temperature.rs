//! How warm is it, now and at its worst?

use crate::decode::scsi::{Environment, Pages, Report};
use crate::object;
use crate::report::{Object, Value};

pub(super) fn emit(pages: &Pages, record: &mut Object) {
    if let Some(environment) = &pages.environment {
        record.set("scsi_environmental_reports", reports(environment));
    }
    if let Some(temperature) = pages.temperature {
        let mut degrees = Object::new();
        degrees.set_some("current", temperature.current).set_some("drive_trip", temperature.reference);
        set(degrees, record);
    } else if let Some(exceptions) = pages.informational_exceptions {
        let mut degrees = Object::new();
        degrees.set_some("current", exceptions.temperature);
        set(degrees, record);
        if let Some(trip) = exceptions.trip_temperature {
            record.set("scsi_temperature", object! { "drive_trip" => trip });
        }
    }
    // smartctl leaves `temperature` out where the disk has the Environmental Reporting log page; we do not.
    let first = pages.environment.as_ref().and_then(|environment| environment.temperatures.first());
    if let Some(first) = first.filter(|first| first.current != Report::UNKNOWN)
        && record.at("temperature.current").is_none()
    {
        record.object("temperature").set("current", first.current);
    }
}

fn set(degrees: Object, record: &mut Object) {
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
