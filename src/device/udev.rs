//! Properties and names of a device in udev's database. Handles of libudev stay in this file.

use std::fs;
use std::path::{Path, PathBuf};

use super::{Roots, sysfs};

/// The properties that are used.
const WANTED: &[&str] = &[
    "ID_BUS",
    "ID_VENDOR",
    "ID_MODEL",
    "ID_MODEL_ENC",
    "ID_SERIAL",
    "ID_SERIAL_SHORT",
    "ID_SCSI_SERIAL",
    "ID_WWN",
    "ID_WWN_WITH_EXTENSION",
];

/// A file of the database is no longer than this.
const LONGEST: u64 = 256 * 1024;

/// What udev knows of one device. Empty: nothing.
#[derive(Debug, Default, Clone, PartialEq, Eq)]
pub(super) struct Properties {
    values: Vec<(&'static str, String)>,
    /// Names under /dev, as absolute paths.
    pub(super) links: Vec<PathBuf>,
}

impl Properties {
    /// A property. `None`: not set, or empty.
    pub(super) fn get(&self, key: &str) -> Option<&str> {
        self.values.iter().find(|(known, _)| *known == key).map(|(_, value)| value.as_str())
    }

    /// Has udev looked at the device at all?
    pub(super) fn is_empty(&self) -> bool {
        self.values.is_empty() && self.links.is_empty()
    }

    /// Sets a property that is wanted, without what a terminal would obey: some come from the disk as they are.
    fn set(&mut self, key: &str, value: &str) {
        let Some(known) = WANTED.iter().find(|known| **known == key) else { return };
        let value: String = value.chars().filter(|c| !c.is_control()).collect();
        if !value.is_empty() {
            self.values.push((known, value));
        }
    }

    /// For tests: those given.
    #[cfg(test)]
    pub(super) fn of(facts: &[(&'static str, &str)]) -> Self {
        let mut properties = Self::default();
        facts.iter().for_each(|(key, value)| properties.set(key, value));
        properties
    }

    /// From a file of `run/udev/data`: `E:KEY=VALUE` for a property, `S:disk/by-id/NAME` for a name.
    fn parse(text: &str) -> Self {
        let mut properties = Self::default();
        for line in text.lines() {
            if let Some(name) = line.strip_prefix("S:") {
                properties.links.push(Path::new("/dev").join(name.trim_start_matches('/')));
            } else if let Some((key, value)) = line.strip_prefix("E:").and_then(|pair| pair.split_once('=')) {
                properties.set(key, value);
            }
        }
        properties
    }
}

/// Where properties come from.
pub(super) enum Database {
    /// libudev, for the running host.
    #[cfg(feature = "udev")]
    Library(::udev::Udev),
    /// Files of a copy's `run/udev/data`.
    Files(PathBuf),
    /// Nowhere: built without libudev, or it does not start.
    Nowhere,
}

impl Database {
    pub(super) fn open(roots: &Roots) -> Self {
        if !roots.is_host() {
            return Self::Files(roots.real("/run/udev/data"));
        }
        #[cfg(feature = "udev")]
        if let Ok(library) = ::udev::Udev::new() {
            return Self::Library(library);
        }
        Self::Nowhere
    }

    /// Properties of a block device: `folder` is its folder under /sys/class/block, `link` what that link says.
    #[cfg_attr(not(feature = "udev"), expect(unused_variables, reason = "only libudev is asked by it"))]
    pub(super) fn block(&self, folder: &Path, link: &str) -> Properties {
        match self {
            #[cfg(feature = "udev")]
            Self::Library(library) => from_library(library, link),
            Self::Files(data) => sysfs::text(&folder.join("dev"))
                .filter(|number| number.bytes().all(|byte| byte.is_ascii_digit() || byte == b':'))
                .and_then(|number| short_file(&data.join(format!("b{number}"))))
                .map(|text| Properties::parse(&text))
                .unwrap_or_default(),
            Self::Nowhere => Properties::default(),
        }
    }
}

fn short_file(path: &Path) -> Option<String> {
    if fs::metadata(path).ok()?.len() > LONGEST {
        return None;
    }
    Some(String::from_utf8_lossy(&fs::read(path).ok()?).into_owned())
}

/// libudev is asked by the path that sysfs gave, never by name: what it answers is about the same device.
#[cfg(feature = "udev")]
fn from_library(library: &::udev::Udev, link: &str) -> Properties {
    let mut properties = Properties::default();
    let Some(start) = link.find("devices/") else { return properties };
    let path = Path::new("/sys").join(link.split_at(start).1);
    let Ok(device) = ::udev::Device::from_syspath_with_context(library.clone(), &path) else {
        return properties;
    };
    for key in WANTED {
        if let Some(value) = device.property_value(key).and_then(|value| value.to_str()) {
            properties.set(key, value);
        }
    }
    if let Some(links) = device.property_value("DEVLINKS").and_then(|links| links.to_str()) {
        properties.links = links.split_ascii_whitespace().map(PathBuf::from).collect();
    }
    properties
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_file_of_the_database() {
        let properties = Properties::parse(
            "S:disk/by-id/ata-X_1\nS:disk/by-path/pci-0000:00:1f.2-ata-1\nI:1234\nE:ID_MODEL=X=Y\nE:ID_SERIAL=\nE:OTHER=1\nG:systemd\nE:\n",
        );
        assert_eq!(properties.get("ID_MODEL"), Some("X=Y"));
        assert_eq!(properties.get("ID_SERIAL"), None, "empty");
        assert_eq!(properties.get("OTHER"), None, "not wanted");
        assert_eq!(properties.links.len(), 2);
        assert_eq!(properties.links[0], Path::new("/dev/disk/by-id/ata-X_1"));
        assert!(Properties::parse("").is_empty());
    }

    #[test]
    fn what_a_terminal_would_obey_is_left_out() {
        let properties = Properties::parse("E:ID_SCSI_SERIAL=Z\u{1b}[2JA1\0\nE:ID_MODEL=\u{7}\n");
        assert_eq!(properties.get("ID_SCSI_SERIAL"), Some("Z[2JA1"));
        assert_eq!(properties.get("ID_MODEL"), None);
    }

    proptest! {
        #[test]
        fn any_text_is_read(text in "([ES]:)?.{0,40}(\n[ES]:.{0,20}){0,5}") {
            let clean = |value: &str| !value.is_empty() && !value.chars().any(char::is_control);
            prop_assert!(Properties::parse(&text).values.iter().all(|(_, value)| clean(value)));
        }
    }
}
