//! A JSON value as records need it: keys that cost nothing, their order kept, integers up to 128 bits, never `f64`.
//!
//! `serde_json::Value` loses integers above 64 bits (NVMe counters have 128), and pays an allocation and a hash
//! for each of the thousand keys of a record. Text is still read and written by `serde_json`.

use std::borrow::Cow;

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
pub struct Object(pub(super) Vec<(Cow<'static, str>, Value)>);

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

    /// The member of number `index`, found at once.
    pub fn nth(&self, index: usize) -> Option<(&str, &Value)> {
        self.0.get(index).map(|(key, value)| (key.as_ref(), value))
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
