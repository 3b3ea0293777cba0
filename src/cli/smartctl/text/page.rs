//! A page of text that is made of a record.

use std::fmt::Write;

use crate::cli::output;
use crate::report::{Object, Value};
use crate::source::native::Power;

/// Text, and the record it is made of.
pub(super) struct Page<'a> {
    json: &'a Object,
    beside: &'a Beside,
    text: String,
    /// The lines that say what is wrong, for `-q errorsonly`.
    wrong: String,
    /// What stands above the next line that says what is wrong.
    heading: Option<String>,
}

/// What the text says and the record does not have.
#[derive(Debug, Default)]
pub(in crate::cli::smartctl) struct Beside {
    /// The power mode before the disk was read, where it was asked for.
    pub(in crate::cli::smartctl) power: Option<Power>,
    /// The device statistics are those of the SMART log, not of the general purpose log.
    pub(in crate::cli::smartctl) smart_statistics: bool,
    /// What the drive database warns of.
    pub(in crate::cli::smartctl) warning: Option<String>,
}

impl<'a> Page<'a> {
    pub(super) fn new(json: &'a Object, beside: &'a Beside) -> Self {
        Self { json, beside, text: String::new(), wrong: String::new(), heading: None }
    }

    pub(super) fn finish(self) -> String {
        self.text
    }

    /// The lines that say what is wrong alone; none if nothing is.
    pub(super) fn finish_wrong(mut self) -> String {
        self.end_of_wrong();
        self.wrong
    }

    /// What the record does not say.
    pub(super) fn beside(&self) -> &'a Beside {
        self.beside
    }

    /// The whole record.
    pub(super) fn json(&self) -> &'a Object {
        self.json
    }

    /// The value at `path`.
    pub(super) fn at(&self, path: &str) -> Option<&'a Value> {
        self.json.at(path)
    }

    pub(super) fn word(&self, path: &str) -> Option<&'a str> {
        self.at(path)?.as_str()
    }

    pub(super) fn number(&self, path: &str) -> Option<u64> {
        self.at(path)?.as_u64()
    }

    pub(super) fn flag(&self, path: &str) -> Option<bool> {
        self.at(path)?.as_bool()
    }

    pub(super) fn object(&self, path: &str) -> Option<&'a Object> {
        self.at(path)?.as_object()
    }

    /// The items of the array at `path`; none if there is no array.
    pub(super) fn list(&self, path: &str) -> &'a [Value] {
        self.at(path).and_then(Value::as_array).unwrap_or_default()
    }

    pub(super) fn line(&mut self, line: impl AsRef<str>) {
        self.text.push_str(line.as_ref());
        self.text.push('\n');
    }

    /// A line that says what is wrong.
    pub(super) fn wrong(&mut self, line: impl AsRef<str>) {
        if let Some(heading) = self.heading.take() {
            self.wrong.push_str(&heading);
            self.wrong.push('\n');
        }
        self.wrong.push_str(line.as_ref());
        self.wrong.push('\n');
        self.line(line);
    }

    /// A line that says what is wrong, or one as any other.
    pub(super) fn line_or_wrong(&mut self, is_wrong: bool, line: impl AsRef<str>) {
        if is_wrong { self.wrong(line) } else { self.line(line) }
    }

    /// A line that stands above others, and above those of them that say what is wrong.
    pub(super) fn heading(&mut self, line: &str) {
        self.line(line);
        self.heading = Some(line.to_owned());
    }

    pub(super) fn blank(&mut self) {
        self.text.push('\n');
        self.end_of_wrong();
    }

    /// An empty line behind a group of lines that say what is wrong.
    fn end_of_wrong(&mut self) {
        self.heading = None;
        if !self.wrong.is_empty() && !self.wrong.ends_with("\n\n") {
            self.wrong.push('\n');
        }
    }

    /// The line that begins a section.
    pub(super) fn section(&mut self, title: &str) {
        _ = writeln!(self.text, "=== START OF {title} SECTION ===");
    }

    /// `label` and, from column `width` on, `value` if there is one.
    pub(super) fn field(&mut self, width: usize, label: &str, value: Option<impl std::fmt::Display>) {
        if let Some(value) = value {
            _ = writeln!(self.text, "{label:<width$}{value}");
        }
    }

    /// The power mode, where it was asked for; `active` is what a disk is in that does not rest.
    pub(super) fn power(&mut self, width: usize, active: &str) {
        let Some(power) = self.beside.power else { return };
        let name = self.word("power_mode.name").filter(|_| power != Power::Active);
        let (label, mode) = match power {
            Power::Active => ("Power mode is:", active),
            // Reading the disk may have woken it.
            Power::Idle => ("Power mode was:", "IDLE"),
            Power::Standby => ("Power mode was:", "STANDBY"),
            Power::Sleep => ("Power mode was:", "SLEEP"),
        };
        self.field(width, label, Some(name.unwrap_or(mode)));
    }

    /// What the drive database warns of: an empty line before and behind.
    pub(super) fn warning(&mut self) {
        if let Some(warning) = &self.beside.warning {
            _ = writeln!(self.text, "\n==> WARNING: {}\n", warning.trim_end());
        }
    }

    /// Whether there is anything at one of `paths`.
    pub(super) fn has(&self, paths: &[&str]) -> bool {
        paths.iter().any(|path| self.at(path).is_some())
    }
}

/// Digits in groups of three: `2,000,398,934,016`.
pub(super) fn grouped(number: u128) -> String {
    let digits = number.to_string();
    let mut text = String::with_capacity(digits.len() + digits.len() / 3);
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

/// A whole number of any size.
pub(super) fn whole(value: &Value) -> Option<u128> {
    match value {
        Value::Unsigned(number) => Some(*number),
        _ => None,
    }
}

/// Bytes as smartctl prints a capacity: `2,000,398,934,016 bytes [2.00 TB]`.
pub(super) fn capacity(bytes: u64) -> String {
    format!("{} bytes [{}]", grouped(bytes.into()), output::bytes(bytes))
}

/// A value as it stands in a line.
pub(super) fn plain(value: &Value) -> String {
    match value {
        Value::String(text) => text.to_string(),
        other => other.to_string(),
    }
}

/// Member `key` of an item of a list, as a number.
pub(super) fn number(item: &Value, path: &str) -> Option<u64> {
    item.as_object()?.at(path)?.as_u64()
}

/// Member `key` of an item of a list, as text.
pub(super) fn word<'a>(item: &'a Value, path: &str) -> Option<&'a str> {
    item.as_object()?.at(path)?.as_str()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn digits_are_grouped_from_the_right() {
        let numbers = [0, 999, 1000, 2_000_398_934_016].map(grouped);
        assert_eq!(numbers, ["0", "999", "1,000", "2,000,398,934,016"]);
        assert_eq!(capacity(600_127_266_816), "600,127,266,816 bytes [600 GB]");
    }
}
