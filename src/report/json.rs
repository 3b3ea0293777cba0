//! The text of a record, as `serde_json` writes it without blanks, at half the cost: records are most of what a host
//! with hundreds of disks has to compute.

use super::{Object, Value};

/// Appends `object` to `out` as JSON.
pub fn write_json(object: &Object, out: &mut Vec<u8>) {
    let mut separator = b'{';
    for (key, value) in object.iter() {
        out.push(separator);
        separator = b',';
        string(key, out);
        out.push(b':');
        write_value(value, out);
    }
    if object.is_empty() {
        out.push(b'{');
    }
    out.push(b'}');
}

fn write_value(value: &Value, out: &mut Vec<u8>) {
    match value {
        Value::Null => out.extend_from_slice(b"null"),
        Value::Bool(true) => out.extend_from_slice(b"true"),
        Value::Bool(false) => out.extend_from_slice(b"false"),
        Value::Unsigned(number) => match u64::try_from(*number) {
            Ok(number) => digits(number, out),
            Err(_) => out.extend_from_slice(number.to_string().as_bytes()),
        },
        Value::Negative(number) => {
            if *number < 0 {
                out.push(b'-');
            }
            digits(number.unsigned_abs(), out);
        }
        Value::Float(number) => by_serde(number, out),
        Value::String(text) => string(text, out),
        Value::Array(items) => {
            out.push(b'[');
            for (index, item) in items.iter().enumerate() {
                if index > 0 {
                    out.push(b',');
                }
                write_value(item, out);
            }
            out.push(b']');
        }
        Value::Object(object) => write_json(object, out),
    }
}

fn string(text: &str, out: &mut Vec<u8>) {
    // No short circuit: the compiler looks at sixteen bytes at a time.
    let plain = |byte: &u8| (*byte >= 0x20) & (*byte != b'"') & (*byte != b'\\');
    if text.as_bytes().iter().fold(true, |all, byte| all & plain(byte)) {
        out.reserve(text.len() + 2);
        out.push(b'"');
        out.extend_from_slice(text.as_bytes());
        out.push(b'"');
    } else {
        by_serde(text, out);
    }
}

/// What is rare is left to `serde_json`. Neither text nor numbers can fail, and a `Vec` takes all.
fn by_serde<T: serde::Serialize + ?Sized>(value: &T, out: &mut Vec<u8>) {
    let written = serde_json::to_writer(out, value);
    debug_assert!(written.is_ok(), "{written:?}");
}

fn digits(mut number: u64, out: &mut Vec<u8>) {
    let mut text = [b'0'; 20];
    let mut start = text.len();
    loop {
        start -= 1;
        text[start] += u8::try_from(number % 10).unwrap_or(0);
        number /= 10;
        if number == 0 {
            break;
        }
    }
    out.extend_from_slice(&text[start..]);
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn any_value() -> impl Strategy<Value = Value> {
        let leaf = prop_oneof![
            Just(Value::Null),
            any::<bool>().prop_map(Value::from),
            any::<u64>().prop_map(Value::from),
            any::<u128>().prop_map(Value::Unsigned),
            any::<i64>().prop_map(Value::Negative),
            any::<f64>().prop_map(Value::Float),
            ".{0,20}".prop_map(Value::from),
            r#"[a"\\\n\x00-\x1f]{0,5}"#.prop_map(Value::from),
        ];
        leaf.prop_recursive(4, 40, 6, |inner| {
            let members = proptest::collection::vec((".{0,6}", inner.clone()), 0..6);
            prop_oneof![
                proptest::collection::vec(inner, 0..6).prop_map(Value::Array),
                members.prop_map(|members| Value::Object(members.into_iter().collect())),
            ]
        })
    }

    proptest! {
        #[test]
        fn it_is_what_serde_writes(value in any_value()) {
            let mut text = Vec::new();
            write_value(&value, &mut text);
            prop_assert_eq!(String::from_utf8(text).unwrap(), serde_json::to_string(&value).unwrap());
        }
    }
}
