//! What is set, and who keeps it.

use std::collections::BTreeMap;
use std::io;
use std::path::PathBuf;
use std::time::Duration;

use serde::{Deserialize, Serialize};
use thiserror::Error;

use super::table::{OptionError, Spec, spec, specs};
use super::value::Setting;

/// Seconds of an hour.
const HOUR: u64 = 3600;

/// That telemetry was switched on, and to what.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OptIn {
    /// The revision of the reports that was agreed to.
    pub revision: u32,
    /// The licence that was named.
    pub license: String,
    /// When, in seconds since 1970 UTC.
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

    /// The first option that is unknown, or has a value that it does not take.
    pub(super) fn first_wrong(&self) -> Option<&str> {
        let right = |(name, setting): (&String, &Setting)| {
            specs()
                .iter()
                .find(|spec| spec.name == name.as_str())
                .is_some_and(|spec| setting.is_right_for(spec))
        };
        self.options.iter().find(|one| !right(*one)).map(|(name, _)| name.as_str())
    }
}

/// Keeps the settings: of one host, or of a cluster.
pub trait Store {
    /// Reads them. What was never set is as by default.
    ///
    /// # Errors
    /// They cannot be read or are damaged: then nothing may be sent.
    fn load(&self) -> Result<Settings, StoreError>;

    /// Changes them; other processes see the old settings or the new ones.
    ///
    /// # Errors
    /// They cannot be read or written: nothing is changed.
    fn change(&self, change: &mut dyn FnMut(&mut Settings)) -> Result<(), StoreError>;
}

/// Why settings cannot be read or written.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum StoreError {
    /// The file system refused.
    #[error("cannot {action} {}", path.display())]
    Io {
        /// What was tried.
        action: &'static str,
        /// On what.
        path: PathBuf,
        /// What the kernel said.
        #[source]
        source: io::Error,
    },
    /// It is not what was written, so telemetry counts as off.
    #[error(
        "{} is damaged ({what}), so nothing is sent: restore it, or move it away and set options and opt-in anew",
        path.display()
    )]
    Damaged {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        what: String,
    },
    /// Another process has held the lock for too long.
    #[error("another process is changing {}", path.display())]
    Busy {
        /// The file.
        path: PathBuf,
    },
}
