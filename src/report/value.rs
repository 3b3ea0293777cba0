//! A JSON value as records need it: keys that cost nothing, their order kept, integers up to 128 bits, never `f64`.
//!
//! `serde_json::Value` loses integers above 64 bits (NVMe counters have 128), and pays an allocation and a hash
//! for each of the thousand keys of a record. Text is still read and written by `serde_json`.

use std::borrow::Cow;
use std::fmt;

use serde::de::{Deserialize, Deserializer, MapAccess, SeqAccess, Visitor};
use serde::ser::{Serialize, SerializeMap, Serializer};

/// A JSON value.
#[derive(Debug, Clone, PartialEq, Default)]
pub enum Value {
    /// `null`: a hole in an array. A key without value is left out instead.
    #[default]
    Null,
    /// `true` or `false`.
    Bool(bool),
    /// A whole number from 0 up.
    Unsigned(u128),
    /// A whole number below 0.
    Negative(i64),
    /// A number with a fraction or exponent; no decoder makes one, other programs' JSON may have it.
    Float(f64),
    /// A string.
    String(Cow<'static, str>),
    /// An array.
    Array(Vec<Value>),
    /// An object.
    Object(Object),
}

/// A JSON object: its members in the order in which they were first set.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Object(Vec<(Cow<'static, str>, Value)>);

impl Object {
    /// An object without members.
    pub fn new() -> Self {
        Self::default()
    }

    /// Sets `key`; a value it had is overwritten in its place.
    pub fn set(&mut self, key: impl Into<Cow<'static, str>>, value: impl Into<Value>) -> &mut Self {
        *self.entry(key) = value.into();
        self
    }

    /// Sets `key` if there is a value: absence is a missing key, not `null`.
    pub fn set_some(
        &mut self,
        key: impl Into<Cow<'static, str>>,
        value: Option<impl Into<Value>>,
    ) -> &mut Self {
        if let Some(value) = value {
            self.set(key, value);
        }
        self
    }

    /// Sets `key` to a number and, from 2^53 on, `key` + `_s` to its decimal digits: readers that keep numbers as
    /// `f64` would lose the last ones. Above 64 bits also `key` + `_le`, its bytes from the lowest to the highest that
    /// is not zero.
    pub fn set_unsafe(&mut self, key: &'static str, value: impl Into<u128>) -> &mut Self {
        let value = value.into();
        self.set(key, value);
        if value >= 1 << 53 {
            self.set(format!("{key}_s"), value.to_string());
        }
        if value > u128::from(u64::MAX) {
            let bytes = 16 - value.leading_zeros() as usize / 8;
            self.set(format!("{key}_le"), Value::array(value.to_le_bytes().into_iter().take(bytes)));
        }
        self
    }

    /// The value of `key`.
    pub fn get(&self, key: &str) -> Option<&Value> {
        self.0.iter().find(|(name, _)| name == key).map(|(_, value)| value)
    }

    /// The value at a path of keys, `a.b.c`.
    pub fn at(&self, path: &str) -> Option<&Value> {
        let mut keys = path.split('.');
        let first = self.get(keys.next()?)?;
        keys.try_fold(first, |value, key| value.as_object()?.get(key))
    }

    /// The object under `key`, made if there is none; whatever else was there is replaced.
    pub fn object(&mut self, key: impl Into<Cow<'static, str>>) -> &mut Object {
        let value = self.entry(key);
        if !matches!(value, Value::Object(_)) {
            *value = Value::Object(Object::new());
        }
        match value {
            Value::Object(object) => object,
            _ => unreachable!("it was just made an object"),
        }
    }

    /// Takes `key` out.
    pub fn remove(&mut self, key: &str) -> Option<Value> {
        let index = self.0.iter().position(|(name, _)| name == key)?;
        Some(self.0.remove(index).1)
    }

    /// The members, in order.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &Value)> {
        self.0.iter().map(|(key, value)| (key.as_ref(), value))
    }

    /// Are there no members?
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Number of members.
    pub fn len(&self) -> usize {
        self.0.len()
    }

    fn entry(&mut self, key: impl Into<Cow<'static, str>>) -> &mut Value {
        let key = key.into();
        let index = match self.0.iter().position(|(name, _)| *name == key) {
            Some(index) => index,
            None => {
                if self.0.capacity() == 0 {
                    // Most objects have about so many members: one allocation instead of two.
                    self.0.reserve_exact(8);
                }
                self.0.push((key, Value::Null));
                self.0.len() - 1
            }
        };
        &mut self.0[index].1
    }
}

impl<K: Into<Cow<'static, str>>, V: Into<Value>> FromIterator<(K, V)> for Object {
    /// Keys are taken to be different from each other, as in a literal.
    fn from_iter<I: IntoIterator<Item = (K, V)>>(members: I) -> Self {
        Self(members.into_iter().map(|(key, value)| (key.into(), value.into())).collect())
    }
}

impl IntoIterator for Object {
    type Item = (Cow<'static, str>, Value);
    type IntoIter = std::vec::IntoIter<Self::Item>;

    fn into_iter(self) -> Self::IntoIter {
        self.0.into_iter()
    }
}

/// An [`Object`](crate::report::Object) literal: `object! { "value" => 3, "string" => "three" }`.
/// The keys must differ; what may be absent is added with [`Object::set_some`](crate::report::Object::set_some).
#[macro_export]
macro_rules! object {
    ($($key:expr => $value:expr),* $(,)?) => {
        <$crate::report::Object as FromIterator<(&'static str, $crate::report::Value)>>::from_iter(
            [$(($key, $crate::report::Value::from($value))),*])
    };
}

impl Value {
    /// An array of anything that is a value.
    pub fn array(items: impl IntoIterator<Item = impl Into<Value>>) -> Self {
        Self::Array(items.into_iter().map(Into::into).collect())
    }

    /// The object, if it is one.
    pub fn as_object(&self) -> Option<&Object> {
        match self {
            Self::Object(object) => Some(object),
            _ => None,
        }
    }

    /// The items, if it is an array.
    pub fn as_array(&self) -> Option<&[Value]> {
        match self {
            Self::Array(items) => Some(items),
            _ => None,
        }
    }

    /// The text, if it is a string.
    pub fn as_str(&self) -> Option<&str> {
        match self {
            Self::String(text) => Some(text),
            _ => None,
        }
    }

    /// The number, if it is a whole one from 0 to 2^64 - 1.
    pub fn as_u64(&self) -> Option<u64> {
        match self {
            Self::Unsigned(number) => u64::try_from(*number).ok(),
            _ => None,
        }
    }

    /// The number, if it is a whole one from -2^63 to 2^63 - 1.
    pub fn as_i64(&self) -> Option<i64> {
        match self {
            Self::Unsigned(number) => i64::try_from(*number).ok(),
            Self::Negative(number) => Some(*number),
            _ => None,
        }
    }

    /// The truth value, if it is one.
    pub fn as_bool(&self) -> Option<bool> {
        match self {
            Self::Bool(value) => Some(*value),
            _ => None,
        }
    }
}

macro_rules! from_unsigned {
    ($($type:ty)*) => {$(
        impl From<$type> for Value {
            fn from(number: $type) -> Self {
                Self::Unsigned(u128::from(number))
            }
        }
    )*};
}

macro_rules! from_signed {
    ($($type:ty)*) => {$(
        impl From<$type> for Value {
            fn from(number: $type) -> Self {
                u128::try_from(number).map_or(Self::Negative(i64::from(number)), Self::Unsigned)
            }
        }
    )*};
}

from_unsigned!(u8 u16 u32 u64 u128);
from_signed!(i8 i16 i32 i64);

impl From<bool> for Value {
    fn from(value: bool) -> Self {
        Self::Bool(value)
    }
}

impl From<&'static str> for Value {
    fn from(text: &'static str) -> Self {
        Self::String(Cow::Borrowed(text))
    }
}

impl From<String> for Value {
    fn from(text: String) -> Self {
        Self::String(Cow::Owned(text))
    }
}

impl From<Cow<'static, str>> for Value {
    fn from(text: Cow<'static, str>) -> Self {
        Self::String(text)
    }
}

impl From<Object> for Value {
    fn from(object: Object) -> Self {
        Self::Object(object)
    }
}

impl From<Vec<Value>> for Value {
    fn from(items: Vec<Value>) -> Self {
        Self::Array(items)
    }
}

impl From<Vec<Object>> for Value {
    fn from(items: Vec<Object>) -> Self {
        Self::array(items)
    }
}

impl<T: Into<Value>> From<Option<T>> for Value {
    /// `None` is a hole in an array; as a member use [`Object::set_some`].
    fn from(value: Option<T>) -> Self {
        value.map_or(Self::Null, Into::into)
    }
}

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
    for index in 0..members.len() {
        if !matches!(members[index].1, Value::Float(_)) {
            continue;
        }
        let digits = format!("{}_s", members[index].0);
        let exact = members
            .iter()
            .find(|(key, _)| *key == digits)
            .and_then(|(_, value)| value.as_str()?.parse::<u128>().ok());
        if let Some(exact) = exact {
            members[index].1 = Value::Unsigned(exact);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

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
}
