//! What a JSON value can be made of.

use std::borrow::Cow;

use super::{Object, Value};

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
