//! The entries of the database for people: all of them, or those that fit a drive.

use super::Database;
use super::entries::{Entry, Field};
use super::pattern::Subject;

/// The formats of raw values that [`is_option`](super::is_option) understands.
pub const RAW_FORMATS: &[&str] = &[
    "raw8",
    "raw16",
    "raw48",
    "hex48",
    "raw56",
    "hex56",
    "raw64",
    "hex64",
    "raw16(raw16)",
    "raw16(avg16)",
    "raw24(raw8)",
    "raw24/raw24",
    "raw24/raw32",
    "sec2hour",
    "min2hour",
    "halfmin2hour",
    "msec24hour32",
    "tempminmax",
    "temp10x",
];

/// One entry.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Known {
    /// Name of the family; `USB: device; bridge` for an entry of a bridge.
    pub family: String,
    /// Expression that fits the model number.
    pub model: String,
    /// Expression that fits the firmware revision; empty: any.
    pub firmware: String,
    /// What its users should know; empty: nothing.
    pub warning: String,
    /// Options, `-v` and `-F`.
    pub presets: String,
}

impl Database {
    fn known(&self, entry: Entry) -> Known {
        let string = |field| self.entries.string(entry, field);
        Known {
            family: string(Field::Family),
            model: string(Field::Model),
            firmware: string(Field::Firmware),
            warning: string(Field::Warning),
            presets: string(Field::Presets),
        }
    }

    /// The entries of drives and bridges, in the order of the file.
    pub fn entries(&self) -> impl Iterator<Item = Known> {
        // The version of the file and the default attributes are entries of no model.
        self.entries.all().map(|entry| self.known(entry)).filter(|known| known.model != "-")
    }

    /// The entries that fit `model` and `firmware` (`None`: any revision), in the order of the file.
    pub fn matching(&self, model: &str, firmware: Option<&str>) -> Vec<Known> {
        let (model, firmware) = (Subject::new(model), firmware.map(Subject::new));
        let fits = |subject: &Option<Subject>, pattern: &str| {
            subject.as_ref().is_some_and(|subject| subject.matches(pattern.as_bytes()))
        };
        let firmware_fits = |known: &Known| {
            let given = firmware.as_ref();
            given.is_none_or(|firmware| known.firmware.is_empty() || fits(firmware, &known.firmware))
        };
        let drives = self.entries().filter(|known| !known.family.starts_with("USB:"));
        drives.filter(|known| fits(&model, &known.model) && firmware_fits(known)).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_format_is_one_that_options_have() {
        for format in RAW_FORMATS {
            assert!(crate::source::drivedb::is_option(&format!("9,{format}")), "{format}");
        }
    }
}
