//! The device report: what the receiver takes, and what is shown; the same bytes.

use std::collections::BTreeMap;
use std::io::{self, Write};

use jiff::Timestamp;
use serde::ser::{Serialize, SerializeMap, Serializer};
use thiserror::Error;

use super::sample::Sample;
use crate::anonymise::{Anonymised, Pseudonym};

/// Seconds of an hour: stamps are rounded down to it.
pub(super) const HOUR: i64 = 3600;
/// The beginning of the year 0, in seconds since 1970 UTC: a stamp has four digits for the year.
const FIRST: i64 = -62_167_219_200;

/// A sample's time is none that a stamp can have.
#[derive(Debug, Error, Clone, Copy, PartialEq, Eq)]
#[error("its time, {0} seconds since 1970, is none of the years 0 to 9999")]
pub struct NotInCalendar(pub i64);

/// `{host: {device: {YYYYMMDD-HHMMSS: record}}}`, in the order of the devices' names.
///
/// Stamps are in UTC and rounded down to the hour; further samples of a device in the same hour count up in seconds.
#[derive(Debug, Clone, PartialEq)]
pub struct DeviceReport {
    host: Pseudonym,
    devices: BTreeMap<String, BTreeMap<String, Sample>>,
    nameless: usize,
    crowded: usize,
}

impl DeviceReport {
    /// A report of no device of `host`.
    pub fn new(host: Pseudonym) -> Self {
        Self { host, devices: BTreeMap::new(), nameless: 0, crowded: 0 }
    }

    /// Adds a sample that was taken at `time`, in seconds since 1970 UTC. A sample that nothing tells from those of
    /// other disks is left out and counted, and so is one for whose hour there is no second left.
    ///
    /// # Errors
    /// There is no stamp for that time.
    pub fn add(&mut self, time: i64, sample: Anonymised) -> Result<(), NotInCalendar> {
        let hour = hour_of(time).ok_or(NotInCalendar(time))?;
        let Some(name) = sample.name().map(ToString::to_string) else {
            self.nameless += 1;
            return Ok(());
        };
        let samples = self.devices.entry(name).or_default();
        // As they count up, there is no gap.
        let taken = samples.range(stamp(hour)..=stamp(hour + HOUR - 1)).count();
        match i64::try_from(taken).ok().filter(|taken| *taken < HOUR) {
            Some(taken) => {
                let sample = Sample { host: self.host.clone(), record: sample };
                samples.insert(stamp(hour + taken), sample);
            }
            None => self.crowded += 1,
        }
        Ok(())
    }

    /// Writes what is sent of this host: `{device: {stamp: record}}`, the very bytes that stand under the host's name
    /// where the report is shown in one line. The receiver wants one request a host, and no name of it.
    ///
    /// # Errors
    /// `out` cannot be written to.
    pub fn write_body(&self, out: &mut dyn Write) -> io::Result<()> {
        serde_json::to_writer(out, &self.devices).map_err(Into::into)
    }

    /// Number of samples.
    pub fn samples(&self) -> usize {
        self.devices.values().map(BTreeMap::len).sum()
    }

    /// Number of devices.
    pub fn devices(&self) -> usize {
        self.devices.len()
    }

    /// Samples that were left out since nothing told them from those of other disks.
    pub fn nameless(&self) -> usize {
        self.nameless
    }

    /// Samples that were left out since their device has as many of that hour as the hour has seconds.
    pub fn crowded(&self) -> usize {
        self.crowded
    }
}

/// The beginning of the hour of `time`, both in seconds since 1970 UTC. `None`: it has no stamp.
pub(super) fn hour_of(time: i64) -> Option<i64> {
    let last = Timestamp::MAX.as_second() - HOUR;
    (FIRST..=last).contains(&time).then(|| time.div_euclid(HOUR) * HOUR)
}

/// `20261122-150000`, of the hour of [`hour_of`] or a second in it.
pub(super) fn stamp(time: i64) -> String {
    Timestamp::from_second(time).unwrap_or_default().strftime("%Y%m%d-%H%M%S").to_string()
}

impl Serialize for DeviceReport {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut hosts = serializer.serialize_map(Some(1))?;
        hosts.serialize_entry(self.host.as_str(), &self.devices)?;
        hosts.end()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_time_beyond_the_calendar_has_no_stamp() {
        let first = [FIRST - 1, i64::MIN, i64::MIN + 1, -1_000_000_000_000];
        let last = [Timestamp::MAX.as_second() + 1, 253_402_300_800, i64::MAX, 1_000_000_000_000_000];
        for time in first.into_iter().chain(last) {
            assert_eq!(hour_of(time), None, "{time}");
        }
        assert_eq!(hour_of(FIRST).map(stamp).as_deref(), Some("00000101-000000"));
        assert_eq!(hour_of(-1).map(stamp).as_deref(), Some("19691231-230000"));
        assert!(hour_of(253_402_200_000).map(stamp).is_some_and(|stamp| stamp.starts_with("9999")));
    }
}
