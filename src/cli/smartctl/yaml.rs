//! YAML, in the block style of smartctl.

use std::fmt::Write;

use crate::report::Value;

/// `value` as one YAML document.
pub(super) fn yaml(value: &Value) -> String {
    let mut out = "---".to_owned();
    write_value(&mut out, 0, value);
    out.push('\n');
    out
}

fn write_value(out: &mut String, depth: usize, value: &Value) {
    match value {
        Value::Object(object) if object.is_empty() => out.push_str(" {}"),
        Value::Array(items) if items.is_empty() => out.push_str(" []"),
        Value::Object(object) => {
            for (key, value) in object.iter() {
                _ = write!(out, "\n{:indent$}{key}:", "", indent = depth * 2);
                write_value(out, depth + 1, value);
            }
        }
        Value::Array(items) => {
            for item in items {
                _ = write!(out, "\n{:indent$}-", "", indent = depth * 2);
                write_value(out, depth + 1, item);
            }
        }
        Value::String(text) => _ = write!(out, " {}", string(text)),
        scalar => _ = write!(out, " {scalar}"),
    }
}

/// Plain where nothing else could be meant, quoted otherwise.
fn string(text: &str) -> String {
    let is_plain = text.starts_with(|char: char| char.is_ascii_alphabetic())
        && text.chars().all(|char| char.is_ascii_alphanumeric() || " ._-/+".contains(char))
        && !text.ends_with(' ')
        && !matches!(
            text.to_ascii_lowercase().as_str(),
            "true" | "false" | "null" | "yes" | "no" | "on" | "off" | "y" | "n"
        );
    match (is_plain, text.chars().any(char::is_control)) {
        (true, _) => text.to_owned(),
        (false, false) => format!("'{}'", text.replace('\'', "''")),
        // With escapes, JSON's strings are YAML's.
        (false, true) => serde_json::to_string(text).unwrap_or_default(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::object;

    #[test]
    fn a_document() {
        let list = Value::Array(vec![7.into(), object! { "x" => true }.into()]);
        let value = object! { "version" => list, "none" => Value::Array(Vec::new()), "name" => "/dev/sda" };
        assert_eq!(
            yaml(&value.into()),
            "---\nversion:\n  - 7\n  -\n    x: true\nnone: []\nname: '/dev/sda'\n"
        );
    }

    #[test]
    fn a_string_stays_a_string() {
        for (text, wanted) in [
            ("plain words", "plain words"),
            ("no", "'no'"),
            ("12", "'12'"),
            ("it's: a", "'it''s: a'"),
            ("a\tb", "\"a\\tb\""),
            ("", "''"),
        ] {
            assert_eq!(string(text), wanted);
        }
    }
}
