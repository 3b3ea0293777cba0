//! What is printed of a disk, made as soon as it is read: its text takes a tenth of the room of its record.

use std::io::{self, Write};

use super::plain;
use crate::cli::args::Format;
use crate::cli::reading;
use crate::collect::Collected;
use crate::object;
use crate::report::{Object, Value};

/// One disk, ready to be printed.
pub(super) struct Printed {
    /// The line on standard error about a record that is cut short.
    complaint: Option<String>,
    /// Is nothing missing that was wanted?
    is_complete: bool,
    has_record: bool,
    body: Body,
}

enum Body {
    /// JSON, or all that there is to say of the only disk.
    Text(Box<[u8]>),
    /// A line of the overview.
    Row(Vec<String>),
}

/// Room for the text of most records.
const USUAL: usize = 32 << 10;

impl Printed {
    /// What is printed of `one` in `format`; `alone`: no other disk was asked for.
    pub(super) fn new(one: Collected, format: Format, alone: bool) -> Self {
        let path = one.device.path().display();
        let complaint = one.result.as_ref().ok().filter(|record| record.is_cut_short()).map(|record| {
            let stop = record.0.at("stone.stopped_at.page").and_then(Value::as_str).unwrap_or("a command");
            format!("{path}: it stopped answering at {stop}; its record has what it gave until then")
        });
        let is_complete = match &one.result {
            Ok(_) => complaint.is_none(),
            Err(error) => reading::is_asleep(error),
        };
        let has_record = one.result.is_ok();
        let mut text = Vec::with_capacity(USUAL);
        // A Vec takes all that is written to it, and a tree of values has no form that is no JSON.
        let written = match (format, &one.result) {
            (Format::Plain, Ok(record)) if !alone => {
                let row = plain::row(&one.device, record);
                return Self { complaint, is_complete, has_record, body: Body::Row(row) };
            }
            (Format::Plain, Ok(record)) => plain::details(&mut text, &one.device, record),
            (Format::Plain, Err(_)) => Ok(()),
            (Format::Json, _) => serde_json::to_writer(&mut text, &to_object(one)).map_err(Into::into),
            (Format::JsonPretty, _) => {
                serde_json::to_writer_pretty(&mut text, &to_object(one)).map_err(Into::into)
            }
        };
        debug_assert!(written.is_ok(), "{written:?}");
        Self { complaint, is_complete, has_record, body: Body::Text(text.into()) }
    }

    pub(super) fn complaint(&self) -> Option<&str> {
        self.complaint.as_deref()
    }

    /// Is nothing missing that was wanted?
    pub(super) fn is_complete(&self) -> bool {
        self.is_complete
    }

    pub(super) fn has_record(&self) -> bool {
        self.has_record
    }
}

fn to_object(one: Collected) -> Object {
    let mut object = object! { "path" => one.device.path().display().to_string(), "name" => one.device.name };
    match one.result {
        Ok(record) => object.set("outcome", "ok").set("record", record.0),
        Err(error) if reading::is_asleep(&error) => object.set("outcome", "asleep"),
        Err(error) => object.set("outcome", "failed").set("error", reading::reason(&error)),
    };
    object.set_some("hung_in", one.hung_in);
    object.set("duration_ms", u64::try_from(one.took.as_millis()).unwrap_or(u64::MAX));
    object
}

/// Prints all disks.
pub(super) fn all(out: &mut dyn Write, format: Format, printed: &[Printed]) -> io::Result<()> {
    let texts = || {
        printed.iter().filter_map(|one| if let Body::Text(text) = &one.body { Some(&**text) } else { None })
    };
    match format {
        Format::Json => {
            out.write_all(b"{\"devices\":[")?;
            for (index, text) in texts().enumerate() {
                out.write_all(if index == 0 { b"" } else { b"," })?;
                out.write_all(text)?;
            }
            out.write_all(b"]}\n")
        }
        Format::JsonPretty if printed.is_empty() => out.write_all(b"{\n  \"devices\": []\n}\n"),
        Format::JsonPretty => {
            out.write_all(b"{\n  \"devices\": [")?;
            for (index, text) in texts().enumerate() {
                out.write_all(if index == 0 { b"\n" } else { b",\n" })?;
                // A string has no line break in it, so that every line begins with what is to be moved in.
                for (index, line) in text.split(|byte| *byte == b'\n').enumerate() {
                    out.write_all(if index == 0 { b"    " } else { b"\n    " })?;
                    out.write_all(line)?;
                }
            }
            out.write_all(b"\n  ]\n}\n")
        }
        Format::Plain => {
            texts().try_for_each(|text| out.write_all(text))?;
            let rows = printed
                .iter()
                .filter_map(|one| if let Body::Row(row) = &one.body { Some(row.clone()) } else { None });
            plain::overview(out, rows.collect())
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::device::BlockDevice;
    use crate::report::Record;
    use std::time::Duration;

    fn collected(name: &str) -> Collected {
        let record = Record(object! { "model_name" => "a\nb", "none" => Value::array([0u8; 0]) });
        let device = BlockDevice { name: name.to_owned(), ..BlockDevice::default() };
        Collected { device, result: Ok(record), took: Duration::from_millis(7), hung_in: None }
    }

    #[test]
    fn the_whole_is_printed_as_it_would_be_at_once() {
        for names in [&[][..], &["sda"], &["sda", "sdb"]] {
            let devices: Vec<Object> = names.iter().map(|name| to_object(collected(name))).collect();
            let whole = object! { "devices" => Value::from(devices) };
            for format in [Format::Json, Format::JsonPretty] {
                let printed: Vec<Printed> =
                    names.iter().map(|name| Printed::new(collected(name), format, false)).collect();
                let mut out = Vec::new();
                all(&mut out, format, &printed).unwrap();
                let expected = match format {
                    Format::Json => serde_json::to_string(&whole),
                    _ => serde_json::to_string_pretty(&whole),
                };
                assert_eq!(String::from_utf8(out).unwrap(), expected.unwrap() + "\n");
            }
        }
    }
}
