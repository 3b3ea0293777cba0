//! Any JSON that holds records: one, an array of them, or maps by stamp, device and host.

use super::Pseudonym;
use super::account::Counters;
use super::anonymiser::Anonymiser;
use super::policy::Policy;
use crate::report::{Object, Record, Value};

/// Levels of maps and arrays around a record: hosts, devices, stamps, and one array.
const DEEPEST: usize = 4;
/// What `stone device query` puts around a record: the one member that counts.
const ENVELOPES: [&str; 2] = ["devices", "record"];
/// Records in one document; the rest is left out and counted.
const MOST_RECORDS: usize = 1_000_000;

impl Anonymiser {
    /// What may leave of a document: a record, an array of records, the output of `stone device query`, or what device reports are made of, a map of
    /// stamp to record, of device to such maps, of host to those. Devices and hosts get pseudonyms as keys, and
    /// stamps are rounded down to the hour (samples of one hour are counted in the seconds).
    ///
    /// Whatever is no record stays out. Any JSON is taken, however deep, wide or strange.
    pub fn anonymise_document(&self, document: &Value) -> (Value, Counters) {
        let mut counters = Counters::default();
        let mut left = MOST_RECORDS;
        let out = self.document(document, DEEPEST, &mut left, &mut counters);
        (out.unwrap_or_default(), counters)
    }

    fn document(
        &self,
        value: &Value,
        levels: usize,
        left: &mut usize,
        counters: &mut Counters,
    ) -> Option<Value> {
        match value {
            Value::Object(object) if is_record(object) => {
                if *left == 0 {
                    counters.too_much += 1;
                    return None;
                }
                *left -= 1;
                let anonymised = self.anonymise(&Record(object.clone()));
                *counters += anonymised.counters();
                Some(anonymised.record().into())
            }
            Value::Object(object) if levels > 0 => {
                if let Some(inner) = ENVELOPES.iter().find_map(|key| object.get(key)) {
                    return self.document(inner, levels - 1, left, counters);
                }
                let mut out = Vec::new();
                for (key, value) in object.iter() {
                    if let Some(inner) = self.document(value, levels - 1, left, counters) {
                        out.push((self.key(key, value), inner));
                    }
                }
                Some(unique(out).into())
            }
            Value::Array(items) if levels > 0 => {
                let items = items.iter().filter_map(|item| self.document(item, levels - 1, left, counters));
                Some(Value::Array(items.collect()))
            }
            _ => {
                counters.unknown += 1;
                None
            }
        }
    }

    /// The key that stands for `key` in the report, seen what lies under it.
    fn key(&self, key: &str, value: &Value) -> String {
        if let Some(stamp) = hour(key) {
            return stamp;
        }
        let samples = value.as_object().filter(|samples| samples.iter().all(|(key, _)| hour(key).is_some()));
        let Some(samples) = samples else {
            return Pseudonym::of_host(self.secret(), key).to_string();
        };
        let records = samples.iter().filter_map(|(_, record)| record.as_object());
        let named = records
            .filter_map(|record| Some(self.anonymise(&Record(record.clone())).name()?.to_string()))
            .next();
        // Without a sample that says which disk it is, the old name is all there is to tell it from others.
        named.unwrap_or_else(|| Pseudonym::of_name(self.secret(), key).to_string())
    }
}

/// A record has a key of the policy; a map of stamps, devices or hosts has none.
fn is_record(object: &Object) -> bool {
    let named = |key: &str| Policy::get().member(Policy::ROOT, key).is_some();
    object.iter().take(64).any(|(key, _)| named(key))
}

/// `20261122-154159` as `20261122-150000`; `None`: no stamp.
fn hour(stamp: &str) -> Option<String> {
    let (day, time) = stamp.split_once('-')?;
    let digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    if day.len() != 8 || time.len() != 6 || !digits(day) || !digits(time) {
        return None;
    }
    Some(format!("{day}-{}0000", &time[..2]))
}

/// Members whose keys differ: a stamp that is there already goes up by seconds, anything else is kept once.
fn unique(members: Vec<(String, Value)>) -> Object {
    let mut seen = std::collections::HashMap::new();
    let mut out = Vec::with_capacity(members.len());
    for (key, value) in members {
        let before = seen.entry(key.clone()).and_modify(|count: &mut u32| *count += 1).or_insert(0u32);
        match (*before, hour(&key)) {
            (0, _) => out.push((key, value)),
            (count @ 1..3600, Some(_)) => {
                out.push((format!("{}{:02}{:02}", &key[..key.len() - 4], count / 60, count % 60), value));
            }
            _ => {}
        }
    }
    out.into_iter().collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::anonymise::Secret;
    use crate::object;

    fn anonymiser() -> Anonymiser {
        Anonymiser::new(Secret::from_bytes([3; 32]), "osd-17")
    }

    fn sample(serial: &'static str) -> Object {
        object! { "model_name" => "ST8000NM0055-1RM112", "serial_number" => serial, "power_cycle_count" => 7u8 }
    }

    #[test]
    fn every_shape_that_holds_records_is_walked() {
        let record = Value::from(sample("K3S00FJF"));
        let clean =
            Value::from(object! { "model_name" => "ST8000NM0055-1RM112", "power_cycle_count" => 7u8 });
        let run = |value: Value| anonymiser().anonymise_document(&value);
        assert_eq!(run(record.clone()).0, clean);
        assert_eq!(run(Value::array([record.clone(), Value::from(3u8)])).0, Value::array([clean.clone()]));
        let query =
            object! { "devices" => Value::array([object! { "name" => "sda", "record" => record.clone() }]) };
        assert_eq!(run(query.into()).0, Value::array([clean.clone()]));
        let stamps = object! { "20261122-154102" => record.clone(), "20261122-155902" => record };
        let rounded = object! { "20261122-150000" => clean.clone(), "20261122-150001" => clean };
        assert_eq!(run(stamps.clone().into()).0, rounded.clone().into());
        let report = object! { "node-4" => object! { "SEAGATE_ST8000_K3S00FJF" => stamps } };
        let (out, counters) = run(report.into());
        let text = out.to_string();
        assert!(!text.contains("K3S00FJF") && !text.contains("node-4"), "{text}");
        assert!(
            text.contains("\"ST8000NM0055-1RM112_") && text.contains(&Value::from(rounded).to_string()),
            "{text}"
        );
        assert_eq!((counters.kept, counters.dropped), (4, 2));
    }

    #[test]
    fn stamps_of_stamps_stay_as_they_are() {
        let stamps =
            object! { "20261122-150000" => sample("K3S00FJF"), "20261122-150001" => sample("K3S00FJF") };
        let (once, _) = anonymiser().anonymise_document(&stamps.into());
        assert_eq!(anonymiser().anonymise_document(&once).0, once);
    }

    #[test]
    fn what_holds_no_record_gives_nothing() {
        for text in
            ["3", "null", "\"K3S00FJF\"", "[[[[[[1]]]]]]", "{\"a\":{\"b\":{\"c\":{\"d\":{\"e\":{}}}}}}", "[]"]
        {
            let value: Value = serde_json::from_str(text).unwrap();
            let (out, _) = anonymiser().anonymise_document(&value);
            assert!(!out.to_string().contains("K3S00FJF"), "{text}");
            assert!(matches!(out, Value::Null | Value::Array(_) | Value::Object(_)), "{text}");
        }
        let deep = (0..200).fold(Value::Null, |inner, _| Value::Array(vec![inner]));
        assert_eq!(anonymiser().anonymise_document(&deep).1.unknown, 1);
    }
}
