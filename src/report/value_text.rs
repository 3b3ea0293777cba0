//! A JSON value as text, and from text.

use std::borrow::Cow;
use std::collections::HashMap;
use std::fmt;

use serde::de::{Deserialize, Deserializer, MapAccess, SeqAccess, Visitor};
use serde::ser::{Serialize, SerializeMap, Serializer};

use super::{Object, Value};

impl fmt::Display for Value {
    /// Compact JSON.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&serde_json::to_string(self).map_err(|_| fmt::Error)?)
    }
}

impl Serialize for Value {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Null => serializer.serialize_unit(),
            Self::Bool(value) => serializer.serialize_bool(*value),
            Self::Unsigned(number) => match u64::try_from(*number) {
                Ok(number) => serializer.serialize_u64(number),
                Err(_) => serializer.serialize_u128(*number),
            },
            Self::Negative(number) => serializer.serialize_i64(*number),
            Self::Float(number) => serializer.serialize_f64(*number),
            Self::String(text) => serializer.serialize_str(text),
            Self::Array(items) => serializer.collect_seq(items),
            Self::Object(object) => object.serialize(serializer),
        }
    }
}

impl Serialize for Object {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(Some(self.0.len()))?;
        for (key, value) in &self.0 {
            map.serialize_entry(key, value)?;
        }
        map.end()
    }
}

impl<'de> Deserialize<'de> for Value {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(ValueVisitor)
    }
}

impl<'de> Deserialize<'de> for Object {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        match Value::deserialize(deserializer)? {
            Value::Object(object) => Ok(object),
            _ => Err(serde::de::Error::custom("a JSON object was expected")),
        }
    }
}

struct ValueVisitor;

impl<'de> Visitor<'de> for ValueVisitor {
    type Value = Value;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a JSON value")
    }

    fn visit_unit<E>(self) -> Result<Value, E> {
        Ok(Value::Null)
    }

    fn visit_bool<E>(self, value: bool) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_u64<E>(self, number: u64) -> Result<Value, E> {
        Ok(number.into())
    }

    fn visit_i64<E>(self, number: i64) -> Result<Value, E> {
        Ok(number.into())
    }

    fn visit_u128<E>(self, number: u128) -> Result<Value, E> {
        Ok(number.into())
    }

    fn visit_f64<E>(self, number: f64) -> Result<Value, E> {
        Ok(Value::Float(number))
    }

    fn visit_str<E>(self, text: &str) -> Result<Value, E> {
        Ok(text.to_owned().into())
    }

    fn visit_string<E>(self, text: String) -> Result<Value, E> {
        Ok(text.into())
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Value, A::Error> {
        let mut items = Vec::new();
        while let Some(item) = seq.next_element()? {
            items.push(item);
        }
        Ok(Value::Array(items))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Value, A::Error> {
        let mut members: Vec<(Cow<'static, str>, Value)> = Vec::new();
        while let Some((key, value)) = map.next_entry::<String, Value>()? {
            members.push((Cow::Owned(key), value));
        }
        restore_wide_numbers(&mut members);
        Ok(Value::Object(Object(members)))
    }
}

/// `serde_json` reads an integer above 64 bits as `f64`; smartctl writes its digits beside it, under `KEY_s`.
fn restore_wide_numbers(members: &mut [(Cow<'static, str>, Value)]) {
    if !members.iter().any(|(_, value)| matches!(value, Value::Float(_))) {
        return;
    }
    let digits = |(key, value): &(Cow<'static, str>, Value)| {
        Some((key.strip_suffix("_s")?.to_owned(), value.as_str()?.parse::<u128>().ok()?))
    };
    let exact: HashMap<String, u128> = members.iter().filter_map(digits).collect();
    for (key, value) in members.iter_mut().filter(|(_, value)| matches!(value, Value::Float(_))) {
        if let Some(exact) = exact.get(key.as_ref()) {
            *value = Value::Unsigned(*exact);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::object;

    #[test]
    fn numbers_keep_every_digit() {
        let mut object = Object::new();
        object.set_unsafe("small", 7u64).set_unsafe("big", (1u64 << 53) + 1).set_unsafe("huge", u128::MAX);
        object.set("below", -3i32);
        let text = serde_json::to_string(&object).unwrap();
        assert!(text.starts_with(r#"{"small":7,"big":9007199254740993,"big_s":"9007199254740993","huge":340282366920938463463374607431768211455,"#));
        assert_eq!(serde_json::from_str::<Object>(&text).unwrap(), object);
    }

    #[test]
    fn members_keep_their_order_and_their_last_value() {
        let mut object = object! { "b" => 1u8, "a" => true };
        object.set("b", "two").set_some("c", None::<u8>);
        object.object("d").set("e", 5u8);
        assert_eq!(Value::from(object.clone()).to_string(), r#"{"b":"two","a":true,"d":{"e":5}}"#);
        assert_eq!(object.at("d.e"), Some(&Value::Unsigned(5)));
        assert_eq!(object.at("d.f"), None);
    }

    #[test]
    fn many_fractions_are_read_in_no_more_than_their_share_of_time() {
        let members: Vec<String> = (0..100_000).map(|n| format!("\"k{n}\":1.5")).collect();
        let text = format!("{{{},\"k7_s\":\"{}\"}}", members.join(","), u128::MAX);
        let start = std::time::Instant::now();
        let object: Object = serde_json::from_str(&text).unwrap();
        assert_eq!((object.len(), object.get("k8")), (100_001, Some(&Value::Float(1.5))));
        assert_eq!(object.get("k7"), Some(&Value::Unsigned(u128::MAX)));
        assert!(start.elapsed() < std::time::Duration::from_secs(5), "{:?}", start.elapsed());
    }
}
