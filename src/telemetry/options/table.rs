//! The options, as a table: name, kind, default, what it is for.

use thiserror::Error;

use super::value::Setting;
use crate::channel::AddressError;

/// What stands before the name of each.
const PREFIX: &str = "mgr/telemetry/";

/// What values an option takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Kind {
    /// `true` or `false`.
    Flag,
    /// Whole hours, from 8 to a year.
    Hours,
    /// Whole seconds, from a minute to a year.
    Seconds,
    /// A line of text.
    Text,
    /// The URL of an endpoint.
    Url,
    /// The URL of a proxy.
    Proxy,
    /// The absolute path of a file.
    File,
    /// Set by commands of their own, not by hand: which.
    Command(&'static str),
}

impl Kind {
    /// As Ceph names it.
    pub fn word(self) -> &'static str {
        match self {
            Self::Flag | Self::Command(_) => "bool",
            Self::Hours | Self::Seconds => "int",
            Self::Text | Self::Url | Self::Proxy | Self::File => "str",
        }
    }

    /// What values it takes, in words.
    pub fn values(self) -> &'static str {
        match self {
            Self::Flag => "true or false",
            Self::Hours => "hours, from 8 to 8784 (a year)",
            Self::Seconds => "seconds, from 60 to 31622400 (a year)",
            Self::Text => {
                "a line of text, not empty (`stone config rm` removes it) and at most 1024 bytes long"
            }
            Self::Url => "a URL that starts with https:// or http://",
            Self::Proxy => "as https://10.0.0.1:8080, with user:password@ if it asks for them",
            Self::File => "the absolute path of a file",
            Self::Command(command) => command,
        }
    }
}

/// An option.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct Spec {
    /// Its name, without `mgr/telemetry/`.
    pub name: &'static str,
    /// What values it takes.
    pub kind: Kind,
    /// What it is where it is not set. `None`: nothing.
    pub default: Option<Default>,
    /// What it is for.
    pub help: &'static str,
}

/// A default.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Default {
    /// Of a flag.
    Flag(bool),
    /// Of hours or seconds.
    Number(u32),
    /// Of a URL.
    Url(&'static str),
}

impl Spec {
    /// `mgr/telemetry/NAME`.
    pub fn full_name(&self) -> String {
        format!("{PREFIX}{}", self.name)
    }

    /// What it is where it is not set.
    pub fn default_setting(&self) -> Option<Setting> {
        self.default.map(|default| match default {
            Default::Flag(flag) => Setting::Flag(flag),
            Default::Number(number) => Setting::Number(number),
            Default::Url(url) => Setting::Text(url.to_owned()),
        })
    }
}

const fn spec_of(name: &'static str, kind: Kind, default: Option<Default>, help: &'static str) -> Spec {
    Spec { name, kind, default, help }
}

const OFF: Option<Default> = Some(Default::Flag(false));
const ON: Option<Default> = Some(Default::Flag(true));

const SPECS: &[Spec] = &[
    spec_of("ca_file", Kind::File, None, "Certificates (PEM) that are trusted besides those of the system."),
    spec_of("channel_basic", Kind::Flag, ON, "Share basic information about the cluster: size, version."),
    spec_of("channel_crash", Kind::Flag, ON, "Share the crashes of daemons."),
    spec_of("channel_device", Kind::Flag, ON, "Share the anonymous health data of devices."),
    spec_of(
        "channel_ident",
        Kind::Flag,
        OFF,
        "Share what you say about the cluster: description, contact, organization.",
    ),
    spec_of("contact", Kind::Text, None, "Whom to ask about the cluster; shared by the channel ident."),
    spec_of("description", Kind::Text, None, "What the cluster is; shared by the channel ident."),
    spec_of(
        "device_url",
        Kind::Url,
        Some(Default::Url("https://telemetry.stone.com/device")),
        "Where the device report is sent to.",
    ),
    spec_of(
        "enabled",
        Kind::Command("set by `stone telemetry on` and `off`"),
        OFF,
        "Whether telemetry is on.",
    ),
    spec_of(
        "interval",
        Kind::Hours,
        Some(Default::Number(24)),
        "Hours from one report to the next; up to a tenth is added at random.",
    ),
    spec_of("leaderboard", Kind::Flag, OFF, "Take part in the leaderboard."),
    spec_of("organization", Kind::Text, None, "Whose the cluster is; shared by the channel ident."),
    spec_of(
        "proxy",
        Kind::Proxy,
        None,
        "The proxy that reports are sent through. The environment is not looked at.",
    ),
    spec_of(
        "scrape_frequency",
        Kind::Seconds,
        Some(Default::Number(86_400)),
        "Seconds from one reading of all disks to the next, by `stone agent`.",
    ),
    spec_of(
        "url",
        Kind::Url,
        Some(Default::Url("https://telemetry.stone.com/report")),
        "Where the cluster report is sent to.",
    ),
];

/// Why an option cannot be read or set. No message holds the value.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum OptionError {
    /// There is none of this name.
    #[error("there is no option {name}{}", nearest.map_or(String::new(), |near| format!(": did you mean {PREFIX}{near}?")))]
    Unknown {
        /// What was asked for.
        name: String,
        /// The name most like it, if one is.
        nearest: Option<&'static str>,
    },
    /// Only `mgr` has options here.
    #[error("options of telemetry belong to mgr, not to {0}")]
    Who(String),
    /// The value is none that the option takes.
    #[error("{name} takes {expected}")]
    Value {
        /// The option.
        name: &'static str,
        /// What it takes.
        expected: &'static str,
    },
    /// The value is no address.
    #[error("{name}: {source}")]
    Address {
        /// The option.
        name: &'static str,
        /// What is wrong with it.
        source: AddressError,
    },
    /// It is not set by hand.
    #[error("{name} is {how}")]
    ByCommand {
        /// The option.
        name: &'static str,
        /// How it is set.
        how: &'static str,
    },
}

/// All options, by name.
pub fn specs() -> &'static [Spec] {
    SPECS
}

/// The option called `name`, with or without `mgr/telemetry/`.
///
/// # Errors
/// There is none.
pub fn spec(name: &str) -> Result<&'static Spec, OptionError> {
    let short = name.strip_prefix(PREFIX).unwrap_or(name);
    SPECS.iter().find(|spec| spec.name == short).ok_or_else(|| {
        let nearest = SPECS.iter().map(|spec| (distance(short, spec.name), spec.name)).min();
        let near =
            nearest.filter(|(distance, name)| *distance <= name.len().div_ceil(3)).map(|(_, name)| name);
        let name = name.chars().filter(|c| !c.is_control()).take(80).collect();
        OptionError::Unknown { name, nearest: near }
    })
}

/// How many letters have to be changed, left out or added (Levenshtein); long names are far from all.
fn distance(one: &str, other: &str) -> usize {
    if one.len() > 64 {
        return usize::MAX;
    }
    let other: Vec<char> = other.chars().collect();
    let mut row: Vec<usize> = (0..=other.len()).collect();
    for (line, letter) in one.chars().enumerate() {
        let mut corner = row[0];
        row[0] = line + 1;
        for (column, same) in other.iter().map(|c| *c == letter).enumerate() {
            let changed = corner + usize::from(!same);
            corner = row[column + 1];
            row[column + 1] = changed.min(corner + 1).min(row[column] + 1);
        }
    }
    row[other.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn options_are_found_by_either_name_and_the_nearest_is_told() {
        assert_eq!(spec("mgr/telemetry/interval").unwrap().name, "interval");
        assert_eq!(spec("interval").unwrap().full_name(), "mgr/telemetry/interval");
        for (wrong, near) in [
            ("mgr/telemetry/intervall", Some("interval")),
            ("chanel_device", Some("channel_device")),
            ("organisation", Some("organization")),
            ("mgr/telemetry/zzz", None),
            ("", None),
        ] {
            assert_eq!(
                spec(wrong),
                Err(OptionError::Unknown { name: wrong.into(), nearest: near }),
                "{wrong}"
            );
        }
        assert!(spec(&"x".repeat(100_000)).is_err());
        assert!(specs().is_sorted_by_key(|spec| spec.name));
    }

    #[test]
    fn each_option_takes_its_own_default() {
        let defaults = specs().iter().filter(|spec| !matches!(spec.kind, Kind::Command(_)));
        for (spec, default) in defaults.filter_map(|spec| Some((spec, spec.default_setting()?))) {
            assert_eq!(Setting::parse(spec, &default.to_string()), Ok(default), "{}", spec.name);
        }
    }
}
