//! Takes from a cluster's answer what may be sent: a number, a truth value, or a word of a known form; nothing else.
//!
//! What has another form than expected is left out: a report never carries what this module has not looked at.

use serde_json::{Map, Value};

use crate::anonymise::cluster;

/// The longest word, in characters.
const LONGEST: usize = 64;
/// The most entries of a list that come from the cluster.
const MOST: usize = 4096;

/// A whole number or a fraction.
pub(super) fn number(value: &Value) -> Option<Value> {
    value.is_number().then(|| value.clone())
}

/// True or false.
pub(super) fn truth(value: &Value) -> Option<Value> {
    value.is_boolean().then(|| value.clone())
}

/// A word that developers of the cluster made up, not its operator: lower-case letters, digits, `_` and `-`.
pub(super) fn word(value: &Value) -> Option<Value> {
    let text = value.as_str()?;
    let good = |char: char| char.is_ascii_lowercase() || char.is_ascii_digit() || matches!(char, '_' | '-');
    (text.len() <= LONGEST && text.chars().all(good)).then(|| value.clone())
}

/// One of `known`.
pub(super) fn one_of(value: &Value, known: &[&str]) -> Option<Value> {
    known.contains(&value.as_str()?).then(|| value.clone())
}

/// A time.
pub(super) fn time(value: &Value) -> Option<Value> {
    cluster::is_time(value.as_str()?).then(|| value.clone())
}

/// A list, `each` of its entries taken.
pub(super) fn list(value: &Value, each: impl Fn(&Value) -> Option<Value>) -> Option<Value> {
    let entries = value.as_array()?;
    Some(Value::Array(entries.iter().take(MOST).filter_map(each).collect()))
}

/// An object of keys that are words, `each` of its values taken.
pub(super) fn object(value: &Value, each: impl Fn(&Value) -> Option<Value>) -> Option<Value> {
    let entries = value.as_object()?.iter().take(MOST);
    let taken = entries.filter_map(|(key, value)| {
        word(&Value::from(key.as_str()))?;
        Some((key.clone(), each(value)?))
    });
    Some(Value::Object(taken.collect()))
}

/// Number or truth value.
pub(super) fn plain(value: &Value) -> Option<Value> {
    number(value).or_else(|| truth(value))
}

/// Entries of a list, none if it is no list.
pub(super) fn entries(value: &Value) -> impl Iterator<Item = &Value> {
    value.as_array().into_iter().flatten()
}

/// Puts `value` under `key`, if there is one.
pub(super) fn put(object: &mut Map<String, Value>, key: &str, value: Option<Value>) {
    if let Some(value) = value {
        object.insert(key.to_owned(), value);
    }
}

/// Counts values: `{value: how often}`.
pub(super) fn tally(values: impl Iterator<Item = String>) -> Value {
    let mut counts: std::collections::BTreeMap<String, u64> = std::collections::BTreeMap::new();
    for value in values.take(1 << 20) {
        *counts.entry(value).or_default() += 1;
    }
    Value::Object(counts.into_iter().take(MOST).map(|(value, count)| (value, count.into())).collect())
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn only_the_expected_form_is_taken() {
        assert_eq!(word(&json!("straw2")), Some(json!("straw2")));
        for bad in [
            json!("node1.example.com"),
            json!("10.0.0.1"),
            json!("Two words"),
            json!(5),
            json!("x".repeat(65)),
        ] {
            assert_eq!(word(&bad), None, "{bad}");
        }
        assert_eq!(time(&json!("2026-11-22T11:09:27.716951Z")), Some(json!("2026-11-22T11:09:27.716951Z")));
        assert_eq!(time(&json!("10.0.0.1")), None);
        assert_eq!(list(&json!(["a", "B c", 3]), word), Some(json!(["a"])));
        assert_eq!(object(&json!({"a": 1, "a.b": 2, "c": "x"}), number), Some(json!({"a": 1})));
    }
}
