//! What is set.

use std::collections::BTreeMap;
use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::table::{OptionError, Spec, spec, specs};
use super::value::Setting;
use crate::telemetry::LICENSE;

/// Seconds of an hour.
const HOUR: u64 = 3600;

/// That telemetry was switched on, and to what.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OptIn {
    /// The revision of the reports that was agreed to.
    pub revision: u32,
    /// The licence that was named.
    pub license: String,
    /// Since when telemetry is on without a break, in seconds since 1970 UTC.
    pub time: i64,
}

/// What is set of the options, and the opt-in.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Settings {
    options: BTreeMap<String, Setting>,
    /// `None`: telemetry is off.
    pub opt_in: Option<OptIn>,
}

impl Settings {
    /// Since when telemetry is on, in seconds since 1970 UTC. `None`: it is off.
    pub fn on_since(&self) -> Option<i64> {
        self.opt_in.as_ref().map(|opt_in| opt_in.time)
    }

    /// What an option is set to. `None`: it is not.
    pub fn set_value(&self, spec: &Spec) -> Option<Setting> {
        match spec.name {
            "enabled" => self.opt_in.as_ref().map(|_| Setting::Flag(true)),
            name => self.options.get(name).cloned(),
        }
    }

    /// What an option is: what it is set to, or else its default. `None`: nothing.
    pub fn value(&self, spec: &Spec) -> Option<Setting> {
        self.set_value(spec).or_else(|| spec.default_setting())
    }

    /// Sets an option.
    ///
    /// # Errors
    /// It does not take this value.
    pub fn set(&mut self, spec: &Spec, text: &str) -> Result<(), OptionError> {
        self.options.insert(spec.name.to_owned(), Setting::parse(spec, text)?);
        Ok(())
    }

    /// Puts an option back to its default.
    ///
    /// # Errors
    /// It is not set by hand.
    pub fn remove(&mut self, spec: &Spec) -> Result<(), OptionError> {
        if let super::Kind::Command(how) = spec.kind {
            return Err(OptionError::ByCommand { name: spec.name, how });
        }
        self.options.remove(spec.name);
        Ok(())
    }

    /// Whether a flag is set; `false` if there is none of this name.
    pub fn flag(&self, name: &str) -> bool {
        self.of(name) == Some(Setting::Flag(true))
    }

    /// A text. `None`: it is not set.
    pub fn text(&self, name: &str) -> Option<String> {
        match self.of(name) {
            Some(Setting::Text(text)) => Some(text),
            _ => None,
        }
    }

    /// From one report to the next.
    pub fn interval(&self) -> Duration {
        match self.of("interval") {
            Some(Setting::Number(hours)) => Duration::from_secs(u64::from(hours) * HOUR),
            _ => Duration::from_secs(24 * HOUR),
        }
    }

    /// From one reading of all disks to the next.
    pub fn scrape_frequency(&self) -> Duration {
        match self.of("scrape_frequency") {
            Some(Setting::Number(seconds)) => Duration::from_secs(seconds.into()),
            _ => Duration::from_secs(24 * HOUR),
        }
    }

    fn of(&self, name: &str) -> Option<Setting> {
        spec(name).ok().and_then(|spec| self.value(spec))
    }

    /// What is set of an option, whatever it is set to.
    #[cfg(feature = "cluster")]
    pub(super) fn raw(&self, name: &str) -> Option<&Setting> {
        self.options.get(name)
    }

    /// Sets an option as a store has it, which may be wrong: see [`Settings::first_wrong`].
    #[cfg(feature = "cluster")]
    pub(super) fn set_raw(&mut self, spec: &Spec, text: String) {
        let setting = Setting::parse(spec, &text).unwrap_or(Setting::Text(text));
        self.options.insert(spec.name.to_owned(), setting);
    }

    /// Leaves out an option, whatever it is set to.
    #[cfg(feature = "cluster")]
    pub(super) fn remove_raw(&mut self, spec: &Spec) {
        self.options.remove(spec.name);
    }

    /// The first option that is unknown or has a value that it does not take, or an opt-in that names no licence of ours.
    pub(super) fn first_wrong(&self) -> Option<&str> {
        if self.opt_in.as_ref().is_some_and(|opt_in| opt_in.license != LICENSE) {
            return Some("enabled");
        }
        let right = |(name, setting): (&String, &Setting)| {
            specs()
                .iter()
                .find(|spec| spec.name == name.as_str())
                .is_some_and(|spec| setting.is_right_for(spec))
        };
        self.options.iter().find(|one| !right(*one)).map(|(name, _)| name.as_str())
    }
}
