//! The value of an option, checked when it is set.

use std::fmt;
use std::path::Path;

use serde::{Deserialize, Serialize};

use super::table::{Kind, OptionError, Spec};
use crate::channel::{Endpoint, ProxyAddress};

/// The longest text, in bytes.
const LONGEST: usize = 1024;
/// The shortest interval, in hours.
const LEAST_HOURS: u32 = 8;
/// The longest interval, in hours: a leap year.
const MOST_HOURS: u32 = 8784;

/// The shortest time from one scrape to the next, in seconds.
const LEAST_SECONDS: u32 = 60;
/// The longest, in seconds: a leap year.
const MOST_SECONDS: u32 = MOST_HOURS * 3600;

/// A value.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum Setting {
    /// `true` or `false`.
    Flag(bool),
    /// Hours or seconds.
    Number(u32),
    /// Text, a URL, a proxy with its password, a path.
    Text(String),
}

impl Setting {
    /// Reads the value of an option.
    ///
    /// # Errors
    /// The option does not take it, or is not set by hand.
    pub fn parse(spec: &Spec, text: &str) -> Result<Self, OptionError> {
        let wrong = || OptionError::Value { name: spec.name, expected: spec.kind.values() };
        let address = |source| OptionError::Address { name: spec.name, source };
        match spec.kind {
            Kind::Flag => match text.to_ascii_lowercase().as_str() {
                "true" | "yes" | "on" | "1" => Ok(Self::Flag(true)),
                "false" | "no" | "off" | "0" => Ok(Self::Flag(false)),
                _ => Err(wrong()),
            },
            Kind::Hours => {
                let hours = text.parse().ok().filter(|hours| (LEAST_HOURS..=MOST_HOURS).contains(hours));
                hours.map(Self::Number).ok_or_else(wrong)
            }
            Kind::Seconds => {
                let range = LEAST_SECONDS..=MOST_SECONDS;
                let seconds = text.parse().ok().filter(|seconds| range.contains(seconds));
                seconds.map(Self::Number).ok_or_else(wrong)
            }
            Kind::Text => {
                let right =
                    !text.trim().is_empty() && text.len() <= LONGEST && !text.contains(char::is_control);
                if right { Ok(Self::Text(text.trim().to_owned())) } else { Err(wrong()) }
            }
            Kind::Url => Endpoint::parse(text).map(|_| Self::Text(text.to_owned())).map_err(address),
            Kind::Proxy => ProxyAddress::parse(text).map(|_| Self::Text(text.to_owned())).map_err(address),
            Kind::File => {
                let right = Path::new(text).is_absolute() && !text.contains(char::is_control);
                if right { Ok(Self::Text(text.to_owned())) } else { Err(wrong()) }
            }
            Kind::Command(how) => Err(OptionError::ByCommand { name: spec.name, how }),
        }
    }

    /// Whether it is one that the option takes: what a file says may have been changed by hand.
    pub(super) fn is_right_for(&self, spec: &Spec) -> bool {
        Self::parse(spec, &self.to_string()).is_ok_and(|right| right == *self)
    }

    /// As it may be shown: a proxy without user and password, a URL without its query.
    pub fn shown(&self, spec: &Spec) -> Self {
        match self {
            Self::Text(text) if spec.kind == Kind::Proxy => {
                Self::Text(ProxyAddress::parse(text).map_or("***".to_owned(), |proxy| proxy.to_string()))
            }
            Self::Text(text) if spec.kind == Kind::Url => Self::Text(Endpoint::shown(text)),
            other => other.clone(),
        }
    }
}

impl fmt::Display for Setting {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Flag(flag) => flag.fmt(f),
            Self::Number(number) => number.fmt(f),
            Self::Text(text) => text.fmt(f),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::table::spec;
    use super::*;

    fn parse(name: &str, text: &str) -> Result<Setting, OptionError> {
        Setting::parse(spec(name).unwrap(), text)
    }

    #[test]
    fn values_are_checked_when_they_are_set() {
        for text in ["true", "TRUE", "1", "on", "Yes"] {
            assert_eq!(parse("channel_device", text), Ok(Setting::Flag(true)));
        }
        for text in ["false", "0", "off", "no"] {
            assert_eq!(parse("leaderboard", text), Ok(Setting::Flag(false)));
        }
        assert_eq!(parse("interval", "8"), Ok(Setting::Number(8)));
        assert_eq!(parse("interval", "8784"), Ok(Setting::Number(8784)));
        assert_eq!(parse("scrape_frequency", "3600"), Ok(Setting::Number(3600)));
        for (name, text) in [
            ("channel_device", "maybe"),
            ("channel_device", ""),
            ("interval", "7"),
            ("interval", "0"),
            ("interval", "-5"),
            ("interval", "8785"),
            ("interval", "1000000000"),
            ("interval", "99999999999999999999"),
            ("interval", "12.5"),
            ("interval", "1d"),
            ("interval", ""),
            ("scrape_frequency", "59"),
            ("scrape_frequency", "31622401"),
            ("scrape_frequency", "1h"),
            ("contact", "a\nb"),
            ("contact", " "),
            ("ca_file", "relative.pem"),
        ] {
            assert!(matches!(parse(name, text), Err(OptionError::Value { .. })), "{name} {text}");
        }
        for (name, text) in [("url", "not a url"), ("device_url", "ftp://x"), ("proxy", "not a proxy")] {
            assert!(matches!(parse(name, text), Err(OptionError::Address { .. })), "{name} {text}");
        }
        assert!(matches!(parse("enabled", "true"), Err(OptionError::ByCommand { .. })));
    }

    #[test]
    fn a_proxy_is_shown_without_its_password() {
        let proxy = spec("proxy").unwrap();
        let setting = parse("proxy", "https://stone:pass@10.0.0.1:8080").unwrap();
        assert_eq!(setting.shown(proxy).to_string(), "https://***@10.0.0.1:8080");
        let url = parse("device_url", "https://a/device?token=s3cret").unwrap();
        assert_eq!(url.shown(spec("device_url").unwrap()).to_string(), "https://a/device?***");
        assert!(setting.is_right_for(proxy));
        assert!(!Setting::Number(3).is_right_for(spec("interval").unwrap()));
        assert!(!Setting::Flag(true).is_right_for(spec("contact").unwrap()));
    }
}
