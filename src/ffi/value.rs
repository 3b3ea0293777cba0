//! One value of a record: what it is, and what it holds.

use std::mem::MaybeUninit;

use super::guard::tell;
use super::status::Status;
use super::text::Str;
use super::{lent, wanted};
use crate::report::Value;

/// What a value is: the numbers of stone_kind, for stone_value_kind.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(i32)]
pub enum ValueKind {
    /// A hole in an array.
    Null = 0,
    /// True or false.
    Bool = 1,
    /// A whole number from 0 to 2^64 - 1.
    Unsigned = 2,
    /// A whole number below 0, from -2^63 on.
    Signed = 3,
    /// A whole number of 2^64 or more. Its digits are beside it, under its key with `_s`.
    Wide = 4,
    /// A number with a fraction.
    Float = 5,
    /// Text.
    Text = 6,
    /// An array.
    Array = 7,
    /// An object.
    Object = 8,
}

/// What the value is: a number of stone_kind.
#[unsafe(no_mangle)]
pub extern "C" fn stone_value_kind(value: Option<&Value>, out: Option<&mut MaybeUninit<i32>>) -> Status {
    tell(|| {
        let kind = kind(lent(value, "value")?);
        wanted(out, "out")?.write(kind as i32);
        Ok(Status::Ok)
    })
}

/// Its truth value, 1 or 0. STONE_STATUS_WRONG_TYPE: it is none, and `out` is as it was, as in all of these.
#[unsafe(no_mangle)]
pub extern "C" fn stone_value_bool(value: Option<&Value>, out: Option<&mut MaybeUninit<i32>>) -> Status {
    give(value, out, |value| value.as_bool().map(i32::from))
}

/// Its number, if that is a whole one from 0 to 2^64 - 1.
#[unsafe(no_mangle)]
pub extern "C" fn stone_value_u64(value: Option<&Value>, out: Option<&mut MaybeUninit<u64>>) -> Status {
    give(value, out, Value::as_u64)
}

/// Its number, if that is a whole one from -2^63 to 2^63 - 1.
#[unsafe(no_mangle)]
pub extern "C" fn stone_value_i64(value: Option<&Value>, out: Option<&mut MaybeUninit<i64>>) -> Status {
    give(value, out, Value::as_i64)
}

/// Its number, whatever it is; one of more than 53 bits is rounded.
#[unsafe(no_mangle)]
pub extern "C" fn stone_value_f64(value: Option<&Value>, out: Option<&mut MaybeUninit<f64>>) -> Status {
    give(value, out, number)
}

/// Its text, which may be empty.
#[unsafe(no_mangle)]
pub extern "C" fn stone_value_text(value: Option<&Value>, out: Option<&mut MaybeUninit<Str>>) -> Status {
    give(value, out, |value| value.as_str().map(Str::from))
}

/// Number of items of an array, or of members of an object; 0 of everything else and of NULL.
#[unsafe(no_mangle)]
pub extern "C" fn stone_value_len(value: Option<&Value>) -> usize {
    match value {
        Some(Value::Array(items)) => items.len(),
        Some(Value::Object(object)) => object.len(),
        _ => 0,
    }
}

/// The item or member of number `index`, from 0 on; of a member also its key, where `key` is not NULL. STONE_STATUS_END: there
/// are no more, which is also said of what is neither array nor object.
#[unsafe(no_mangle)]
pub extern "C" fn stone_value_at(
    value: Option<&Value>,
    index: usize,
    key: Option<&mut MaybeUninit<Str>>,
    out: Option<&mut MaybeUninit<*const Value>>,
) -> Status {
    tell(|| {
        let out = wanted(out, "out")?;
        let found = match lent(value, "value")? {
            Value::Array(items) => items.get(index).map(|item| (Str::NONE, item)),
            Value::Object(object) => object.nth(index).map(|(key, value)| (key.into(), value)),
            _ => None,
        };
        let Some((name, value)) = found else { return Ok(Status::End) };
        super::put(key, name);
        out.write(value);
        Ok(Status::Ok)
    })
}

pub(super) fn kind(value: &Value) -> ValueKind {
    match value {
        Value::Null => ValueKind::Null,
        Value::Bool(_) => ValueKind::Bool,
        Value::Unsigned(number) if u64::try_from(*number).is_err() => ValueKind::Wide,
        Value::Unsigned(_) => ValueKind::Unsigned,
        Value::Negative(_) => ValueKind::Signed,
        Value::Float(_) => ValueKind::Float,
        Value::String(_) => ValueKind::Text,
        Value::Array(_) => ValueKind::Array,
        Value::Object(_) => ValueKind::Object,
    }
}

pub(super) fn number(value: &Value) -> Option<f64> {
    match value {
        Value::Unsigned(number) => Some(*number as f64),
        Value::Negative(number) => Some(*number as f64),
        Value::Float(number) => Some(*number),
        _ => None,
    }
}

fn give<T>(
    value: Option<&Value>,
    out: Option<&mut MaybeUninit<T>>,
    of: impl FnOnce(&Value) -> Option<T>,
) -> Status {
    tell(|| {
        let value = lent(value, "value")?;
        let out = wanted(out, "out")?;
        let Some(given) = of(value) else { return Ok(Status::WrongType) };
        out.write(given);
        Ok(Status::Ok)
    })
}
