//! Other forms of JSON: sorted, with each number as a string too, and as assignments for grep.

use std::fmt::Write;

use crate::report::{Object, Value};

/// The keys of every object in alphabetical order.
pub(super) fn sorted(value: Value) -> Value {
    match value {
        Value::Object(object) => {
            let mut members: Vec<_> = object.into_iter().collect();
            members.sort_by(|(left, _), (right, _)| left.cmp(right));
            members.into_iter().map(|(key, value)| (key, sorted(value))).collect::<Object>().into()
        }
        Value::Array(items) => Value::Array(items.into_iter().map(sorted).collect()),
        other => other,
    }
}

/// Counters that may grow beyond 2^53 have their digits as a string beside them however small they are.
const LARGE: &[&str] = &[
    "blocks",
    "bytes",
    "controller_busy_time",
    "data_units_read",
    "data_units_written",
    "error_count",
    "host_reads",
    "host_writes",
    "lba",
    "media_errors",
    "num_err_log_entries",
    "nvme_total_capacity",
    "nvme_unallocated_capacity",
    "power_cycles",
    "power_on_hours",
    "unsafe_shutdowns",
];

/// Those of them that have 128 bits in the SMART / Health Information and Identify Controller of NVMe: their bytes
/// stand beside them, too.
const WIDE: &[&str] = &[
    "controller_busy_time",
    "data_units_read",
    "data_units_written",
    "host_reads",
    "host_writes",
    "media_errors",
    "num_err_log_entries",
    "nvme_total_capacity",
    "nvme_unallocated_capacity",
    "power_cycles",
    "power_on_hours",
    "unsafe_shutdowns",
];

/// `--json=v`: the companions `KEY_s` of large numbers, and `KEY_le` of those that have 128 bits.
pub(super) fn verbose(answer: &Object) -> Object {
    let nvme = answer.at("device.protocol").and_then(Value::as_str) == Some("NVMe");
    companions(answer, nvme)
}

fn companions(object: &Object, nvme: bool) -> Object {
    let mut with = Object::new();
    let health = object.get("data_units_read").is_some();
    for (key, value) in object.iter() {
        let large = match value {
            Value::Unsigned(number) if LARGE.contains(&key) => Some(*number),
            _ => None,
        };
        let wide = nvme && (key == "bytes" || WIDE.contains(&key) && (health || key.starts_with("nvme_")));
        let bytes = large.filter(|number| wide && *number > 0).map(|number| {
            let bytes = 16 - number.leading_zeros() / 8;
            Value::array(number.to_le_bytes().into_iter().take(bytes.try_into().unwrap_or(16)))
        });
        with.set(key.to_owned(), inner(value, nvme));
        with.set_some(format!("{key}_s"), large.map(|number| number.to_string()));
        with.set_some(format!("{key}_le"), bytes);
    }
    with
}

fn inner(value: &Value, nvme: bool) -> Value {
    match value {
        Value::Object(object) => companions(object, nvme).into(),
        Value::Array(items) => Value::Array(items.iter().map(|item| inner(item, nvme)).collect()),
        other => other.clone(),
    }
}

/// Says how exact numbers are that are too large for 64 bits, where there is one.
pub(super) fn tell_precision(answer: &mut Object) {
    let wide = |object: &Object| object.iter().any(|(key, _)| key.ends_with("_le"));
    let health = answer.get("nvme_smart_health_information_log").and_then(Value::as_object);
    if wide(answer) || health.is_some_and(wide) {
        answer.object("smartctl").set("uint128_precision_bits", 128u8);
    }
}

/// One assignment on each line, objects and arrays before their members: `json.smartctl.version[0] = 7;`.
pub(super) fn assignments(value: &Value) -> String {
    let mut out = String::new();
    assign(&mut out, &mut "json".to_owned(), value);
    out
}

fn assign(out: &mut String, path: &mut String, value: &Value) {
    let length = path.len();
    match value {
        Value::Object(object) => {
            _ = writeln!(out, "{path} = {{}};");
            for (key, value) in object.iter() {
                _ = write!(path, ".{key}");
                assign(out, path, value);
                path.truncate(length);
            }
        }
        Value::Array(items) => {
            _ = writeln!(out, "{path} = [];");
            for (index, item) in items.iter().enumerate() {
                _ = write!(path, "[{index}]");
                assign(out, path, item);
                path.truncate(length);
            }
        }
        scalar => _ = writeln!(out, "{path} = {scalar};"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::object;

    fn value() -> Value {
        let list = Value::Array(vec![1.into(), Value::Null, object! { "x" => "a \"b\"" }.into()]);
        object! { "b" => list, "a" => object! { "lba" => 7u8 } }.into()
    }

    #[test]
    fn every_leaf_is_one_line() {
        let wanted = "json = {};\njson.b = [];\njson.b[0] = 1;\njson.b[1] = null;\njson.b[2] = {};\n\
                      json.b[2].x = \"a \\\"b\\\"\";\njson.a = {};\njson.a.lba = 7;\n";
        assert_eq!(assignments(&value()), wanted);
    }

    #[test]
    fn keys_are_sorted_and_numbers_doubled() {
        assert_eq!(sorted(value()).to_string(), r#"{"a":{"lba":7},"b":[1,null,{"x":"a \"b\""}]}"#);
        let digits = verbose(&object! { "lba" => 7u8 });
        assert_eq!(Value::from(digits).to_string(), r#"{"lba":7,"lba_s":"7"}"#);
        let log = object! { "data_units_read" => 258u16, "power_cycles" => 0u8 };
        let device = object! { "protocol" => "NVMe" };
        let mut wide = verbose(&object! { "device" => device, "nvme_smart_health_information_log" => log });
        tell_precision(&mut wide);
        let log = wide.remove("nvme_smart_health_information_log").unwrap().to_string();
        assert_eq!(
            log,
            r#"{"data_units_read":258,"data_units_read_s":"258","data_units_read_le":[2,1],"power_cycles":0,"power_cycles_s":"0"}"#
        );
        assert_eq!(wide.at("smartctl.uint128_precision_bits"), Some(&128u8.into()));
    }
}
