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

/// `--json=v`: the companions `KEY_s` of such numbers.
pub(super) fn verbose(value: Value) -> Value {
    match value {
        Value::Object(object) => {
            let mut with = Object::new();
            for (key, value) in object {
                let digits = match &value {
                    Value::Unsigned(number) if LARGE.contains(&key.as_ref()) => Some(number.to_string()),
                    _ => None,
                };
                let companion = format!("{key}_s");
                with.set(key, verbose(value)).set_some(companion, digits);
            }
            with.into()
        }
        Value::Array(items) => Value::Array(items.into_iter().map(verbose).collect()),
        other => other,
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
        assert_eq!(verbose(object! { "lba" => 7u8 }.into()).to_string(), r#"{"lba":7,"lba_s":"7"}"#);
    }
}
