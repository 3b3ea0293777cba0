//! The record of a disk: its JSON, its values by path, its readings and its sections.

use std::ffi::c_char;
use std::mem::MaybeUninit;
use std::sync::OnceLock;

use super::guard::{guard, release, tell};
use super::status::{Fault, Status};
use super::text::{self, Str};
use super::value::number;
use super::{lent, put, wanted};
use crate::report::{Object, Value};
use crate::source::chain;

/// A record: smartctl's JSON of a disk, and more of it under `stone`. Nothing changes in it: threads may share it.
#[derive(Debug)]
pub struct Record {
    /// It has a tenth of the size of the tree.
    json: String,
    /// Made when the first value is asked for.
    tree: OnceLock<Value>,
    /// Made when the first reading is asked for.
    readings: OnceLock<Vec<Reading>>,
}

/// Where a value without members is: its path, and the way to it by numbers.
#[derive(Debug)]
struct Reading {
    path: String,
    way: Vec<usize>,
}

/// What became of a section: the numbers of stone_section_outcome.
#[derive(Debug, Clone, Copy)]
#[repr(i32)]
pub enum SectionOutcome {
    /// It is one that this library does not know: the record is of another version.
    Unknown = 0,
    /// Asked for, answered, decoded.
    Ok = 1,
    /// The device has no such section: nothing is wrong.
    Unsupported = 2,
    /// The device answered with an error.
    Failed = 3,
    /// No answer within the time-out of the command.
    TimedOut = 4,
    /// The device answered with bytes that are not the section.
    Malformed = 5,
    /// Not asked any more: an earlier command got no answer, or the deadline had passed.
    NotAsked = 6,
}

/// Outcomes by their words in the record.
const OUTCOMES: [(&str, SectionOutcome); 6] = [
    ("ok", SectionOutcome::Ok),
    ("unsupported", SectionOutcome::Unsupported),
    ("failed", SectionOutcome::Failed),
    ("timed_out", SectionOutcome::TimedOut),
    ("malformed", SectionOutcome::Malformed),
    ("not_asked", SectionOutcome::NotAsked),
];

impl Record {
    pub(super) fn new(record: &Object) -> Result<Self, Fault> {
        let internal = |error: serde_json::Error| Fault::new(Status::Internal, chain(&error));
        serde_json::to_string(record).map(Self::of_json).map_err(internal)
    }

    fn of_json(json: String) -> Self {
        Self { json, tree: OnceLock::new(), readings: OnceLock::new() }
    }

    pub(super) fn json(&self) -> &str {
        &self.json
    }

    fn tree(&self) -> &Value {
        // It is JSON: who made the record has seen to that.
        self.tree.get_or_init(|| serde_json::from_str(&self.json).unwrap_or_default())
    }

    /// The value at a JSON Pointer (RFC 6901). `None`: there is none.
    fn at(&self, path: &str) -> Option<&Value> {
        let Some(rest) = path.strip_prefix('/') else {
            return path.is_empty().then(|| self.tree());
        };
        rest.split('/').try_fold(self.tree(), |value, step| match value {
            Value::Object(object) if step.contains('~') => {
                object.get(&step.replace("~1", "/").replace("~0", "~"))
            }
            Value::Object(object) => object.get(step),
            Value::Array(items) if is_number(step) => items.get(step.parse::<usize>().ok()?),
            _ => None,
        })
    }

    /// When it was made, in seconds since 1970 UTC. `None`: it does not say.
    pub(super) fn time(&self) -> Option<i64> {
        self.at("/local_time/time_t")?.as_i64()
    }

    fn readings(&self) -> &[Reading] {
        self.readings.get_or_init(|| {
            let mut readings = Vec::new();
            add_readings(self.tree(), &mut String::new(), &mut Vec::new(), &mut readings);
            readings
        })
    }
}

/// The record of a disk out of its JSON: `len` bytes of UTF-8, of this library, the program `stone` or smartctl. The bytes are
/// copied.
///
/// The caller owns the record: stone_record_free.
///
/// # Safety
/// `json` are `len` bytes.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn stone_record_parse(
    json: *const c_char,
    len: usize,
    out: Option<&mut MaybeUninit<Box<Record>>>,
) -> Status {
    guard(|| {
        let out = wanted(out, "out")?;
        // SAFETY: the caller promises it.
        let bytes = unsafe { text::slice(json.cast::<u8>(), len, "json") }?;
        let fault = |words: String| {
            Fault::new(Status::NotARecord, format_args!("it is not the JSON of a record: {words}"))
        };
        let text = std::str::from_utf8(bytes).map_err(|error| fault(chain(&error)))?;
        let tree: Object = serde_json::from_str(text).map_err(|error| fault(chain(&error)))?;
        let record = Record::of_json(text.to_owned());
        _ = record.tree.set(Value::Object(tree));
        out.write(Box::new(record));
        Ok(())
    })
}

/// The record as JSON, on one line. The text lives as long as the record.
#[unsafe(no_mangle)]
pub extern "C" fn stone_record_json(record: Option<&Record>, out: Option<&mut MaybeUninit<Str>>) -> Status {
    guard(|| {
        wanted(out, "out")?.write(lent(record, "record")?.json().into());
        Ok(())
    })
}

/// The value at a JSON Pointer (RFC 6901), `/ata_smart_attributes/table/0/raw/value`; an empty path is the whole record.
/// STONE_STATUS_ABSENT: there is none, and `out` is as it was. The value lives as long as the record.
///
/// # Safety
/// `path` is NUL-terminated.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn stone_record_value(
    record: Option<&Record>,
    path: *const c_char,
    out: Option<&mut MaybeUninit<*const Value>>,
) -> Status {
    // SAFETY: the caller promises it.
    unsafe { give(record, path, out, |value| Some(std::ptr::from_ref(value))) }
}

/// The whole number from 0 to 2^64 - 1 at a path; see stone_record_value. STONE_STATUS_WRONG_TYPE: what is there is no such
/// thing, and `out` is as it was.
///
/// # Safety
/// `path` is NUL-terminated.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn stone_record_u64(
    record: Option<&Record>,
    path: *const c_char,
    out: Option<&mut MaybeUninit<u64>>,
) -> Status {
    // SAFETY: the caller promises it.
    unsafe { give(record, path, out, Value::as_u64) }
}

/// The same of a whole number from -2^63 to 2^63 - 1: a temperature.
///
/// # Safety
/// `path` is NUL-terminated.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn stone_record_i64(
    record: Option<&Record>,
    path: *const c_char,
    out: Option<&mut MaybeUninit<i64>>,
) -> Status {
    // SAFETY: the caller promises it.
    unsafe { give(record, path, out, Value::as_i64) }
}

/// The same of any number; one of more than 53 bits is rounded.
///
/// # Safety
/// `path` is NUL-terminated.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn stone_record_f64(
    record: Option<&Record>,
    path: *const c_char,
    out: Option<&mut MaybeUninit<f64>>,
) -> Status {
    // SAFETY: the caller promises it.
    unsafe { give(record, path, out, number) }
}

/// The same of a truth value, 1 or 0.
///
/// # Safety
/// `path` is NUL-terminated.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn stone_record_bool(
    record: Option<&Record>,
    path: *const c_char,
    out: Option<&mut MaybeUninit<i32>>,
) -> Status {
    // SAFETY: the caller promises it.
    unsafe { give(record, path, out, |value| value.as_bool().map(i32::from)) }
}

/// The same of text, which lives as long as the record.
///
/// # Safety
/// `path` is NUL-terminated.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn stone_record_text(
    record: Option<&Record>,
    path: *const c_char,
    out: Option<&mut MaybeUninit<Str>>,
) -> Status {
    // SAFETY: the caller promises it.
    unsafe { give(record, path, out, |value| value.as_str().map(Str::from)) }
}

/// The reading of number `index`, from 0 on: its path, and its value, which is neither object nor array. All readings of a record
/// come in the order of its JSON. STONE_STATUS_END: there are no more. Both live as long as the record; each of the two may be
/// NULL.
#[unsafe(no_mangle)]
pub extern "C" fn stone_record_reading(
    record: Option<&Record>,
    index: usize,
    path: Option<&mut MaybeUninit<Str>>,
    value: Option<&mut MaybeUninit<*const Value>>,
) -> Status {
    tell(|| {
        let record = lent(record, "record")?;
        let Some(reading) = record.readings().get(index) else { return Ok(Status::End) };
        let found = reading.way.iter().try_fold(record.tree(), |value, step| match value {
            Value::Object(object) => object.nth(*step).map(|(_, value)| value),
            Value::Array(items) => items.get(*step),
            _ => None,
        });
        let found = found.ok_or_else(|| Fault::new(Status::Internal, "a reading has left its record"))?;
        put(path, reading.path.as_str().into());
        put(value, found);
        Ok(Status::Ok)
    })
}

/// What became of the section of number `index`, from 0 on: its name, a number of stone_section_outcome, and why it is not in the
/// record (NULL where there is nothing to say). STONE_STATUS_END: there are no more; a record of smartctl has none. The texts
/// live as long as the record; each of the three may be NULL.
#[unsafe(no_mangle)]
pub extern "C" fn stone_record_section(
    record: Option<&Record>,
    index: usize,
    name: Option<&mut MaybeUninit<Str>>,
    outcome: Option<&mut MaybeUninit<i32>>,
    reason: Option<&mut MaybeUninit<Str>>,
) -> Status {
    tell(|| {
        let record = lent(record, "record")?;
        let sections = record.at("/stone/sections").and_then(Value::as_object);
        let Some((key, section)) = sections.and_then(|sections| sections.nth(index)) else {
            return Ok(Status::End);
        };
        let text = |key| section.as_object()?.get(key)?.as_str();
        let known = OUTCOMES.into_iter().find(|(word, _)| text("outcome") == Some(*word));
        put(name, key.into());
        put(outcome, known.map_or(SectionOutcome::Unknown, |(_, outcome)| outcome) as i32);
        put(reason, Str::some(text("reason")));
        Ok(Status::Ok)
    })
}

/// Gives back a record of stone_record_parse. NULL is let pass. The record of a result is the result's.
#[unsafe(no_mangle)]
pub extern "C" fn stone_record_free(record: Option<Box<Record>>) {
    release(record);
}

/// Puts what `of` makes of the value at `path` into `out`.
///
/// # Safety
/// `path` is NULL or NUL-terminated.
unsafe fn give<T>(
    record: Option<&Record>,
    path: *const c_char,
    out: Option<&mut MaybeUninit<T>>,
    of: impl FnOnce(&Value) -> Option<T>,
) -> Status {
    tell(|| {
        let record = lent(record, "record")?;
        let out = wanted(out, "out")?;
        // SAFETY: the caller promises it.
        let path = unsafe { text::word(path, "path") }?;
        if !path.is_empty() && !path.starts_with('/') {
            return Err(Fault::invalid("a path begins with a slash: /temperature/current"));
        }
        let Some(value) = record.at(path) else { return Ok(Status::Absent) };
        let Some(given) = of(value) else { return Ok(Status::WrongType) };
        out.write(given);
        Ok(Status::Ok)
    })
}

/// Is it an index as RFC 6901 has it?
fn is_number(step: &str) -> bool {
    step.bytes().all(|byte| byte.is_ascii_digit()) && (step == "0" || !step.starts_with('0'))
}

/// The JSON of others is no deeper than `serde_json` lets it be.
fn add_readings(value: &Value, path: &mut String, way: &mut Vec<usize>, readings: &mut Vec<Reading>) {
    let (length, mut index) = (path.len(), 0);
    let mut step = |key: &str, value: &Value, path: &mut String| {
        path.push('/');
        path.push_str(&key.replace('~', "~0").replace('/', "~1"));
        way.push(index);
        index += 1;
        add_readings(value, path, way, readings);
        _ = way.pop();
        path.truncate(length);
    };
    match value {
        Value::Object(object) => object.iter().for_each(|(key, value)| step(key, value, path)),
        Value::Array(items) => {
            items.iter().enumerate().for_each(|(index, item)| step(&index.to_string(), item, path));
        }
        _ => readings.push(Reading { path: path.clone(), way: way.clone() }),
    }
}

#[cfg(test)]
mod tests {
    use std::mem::MaybeUninit;

    use proptest::prelude::*;

    use super::*;

    fn record(json: &str) -> Record {
        Record::of_json(json.to_owned())
    }

    #[test]
    fn paths_are_json_pointers() {
        let record = record(r#"{"a":{"b/c":[1,{"~":-2}]},"":3,"01":4}"#);
        let at = |path: &str| record.at(path).and_then(Value::as_i64);
        assert_eq!(at("/a/b~1c/0"), Some(1));
        assert_eq!(at("/a/b~1c/1/~0"), Some(-2));
        assert_eq!(at("/"), Some(3));
        assert_eq!(at("/01"), Some(4));
        for nothing in ["/a/b~1c/00", "/a/b~1c/-1", "/a/b~1c/+1", "/a/b~1c/2", "/a/b/c", "/a/b~1c/", "a"] {
            assert_eq!(at(nothing), None, "{nothing}");
        }
        assert!(record.at("").is_some_and(|value| value.as_object().is_some()));
    }

    #[test]
    fn every_reading_is_at_its_path() {
        let record = record(r#"{"a":{"b/c":[1,{"~":null}],"d":{}},"e":"f","g":[[true]]}"#);
        let paths: Vec<_> = record.readings().iter().map(|reading| reading.path.as_str()).collect();
        assert_eq!(paths, ["/a/b~1c/0", "/a/b~1c/1/~0", "/e", "/g/0/0"]);
        for (index, path) in paths.iter().enumerate() {
            let mut value = MaybeUninit::uninit();
            assert_eq!(stone_record_reading(Some(&record), index, None, Some(&mut value)), Status::Ok);
            // SAFETY: it was written.
            assert_eq!(unsafe { value.assume_init() }, std::ptr::from_ref(record.at(path).unwrap()));
        }
        assert_eq!(stone_record_reading(Some(&record), paths.len(), None, None), Status::End);
    }

    #[test]
    fn members_without_number_are_walked_in_a_moment() {
        let members: Vec<_> = (0..50_000).map(|index| format!("\"k{index}\":1")).collect();
        let record = record(&format!("{{\"a\":{{{}}}}}", members.join(",")));
        let start = std::time::Instant::now();
        let mut count = 0;
        while stone_record_reading(Some(&record), count, None, None) == Status::Ok {
            count += 1;
        }
        assert_eq!(count, 50_000);
        // It was 15 s as each was looked for from the first one on.
        assert!(start.elapsed() < std::time::Duration::from_secs(3), "{:?}", start.elapsed());
    }

    #[test]
    fn absent_and_of_another_type_are_two_things() {
        let record = record(r#"{"a":-1}"#);
        let mut out = MaybeUninit::new(7);
        // SAFETY: the paths are NUL-terminated.
        let ask = |path: &'static std::ffi::CStr, out: &mut MaybeUninit<u64>| unsafe {
            stone_record_u64(Some(&record), path.as_ptr(), Some(out))
        };
        assert_eq!(ask(c"/a", &mut out), Status::WrongType);
        assert_eq!(ask(c"/b", &mut out), Status::Absent);
        assert_eq!(ask(c"b", &mut out), Status::InvalidArgument);
        assert_eq!(ask(c"/\xff", &mut out), Status::InvalidArgument);
        // SAFETY: it held something from the beginning.
        assert_eq!(unsafe { out.assume_init() }, 7);
    }

    proptest! {
        #[test]
        fn no_bytes_do_harm(bytes in proptest::collection::vec(any::<u8>(), 0..200), path in "(/[a-c~0-9]{0,3}){0,4}") {
            let mut out = MaybeUninit::uninit();
            // SAFETY: so many bytes are there.
            let status = unsafe { stone_record_parse(bytes.as_ptr().cast(), bytes.len(), Some(&mut out)) };
            if status == Status::Ok {
                // SAFETY: it was written.
                let record = unsafe { out.assume_init() };
                record.at(&path);
                record.readings();
            } else {
                prop_assert_eq!(status, Status::NotARecord);
            }
        }
    }
}
