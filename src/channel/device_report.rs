//! The device report: what the receiver takes, and what is shown; the same bytes.

use std::collections::BTreeMap;
use std::io::{self, Write};

use jiff::Timestamp;
use serde::ser::{Serialize, SerializeMap, Serializer};

use super::sample::Sample;
use crate::anonymise::{Anonymised, Pseudonym};

/// Seconds of an hour: stamps are rounded down to it.
pub(super) const HOUR: i64 = 3600;

/// `{host: {device: {YYYYMMDD-HHMMSS: record}}}`, in the order of the devices' names.
///
/// Stamps are in UTC and rounded down to the hour; further samples of a device in the same hour count up in seconds.
#[derive(Debug, Clone, PartialEq)]
pub struct DeviceReport {
    host: Pseudonym,
    devices: BTreeMap<String, BTreeMap<String, Sample>>,
    nameless: usize,
}

impl DeviceReport {
    /// A report of no device of `host`.
    pub fn new(host: Pseudonym) -> Self {
        Self { host, devices: BTreeMap::new(), nameless: 0 }
    }

    /// Adds a sample that was taken at `time`, in seconds since 1970 UTC. A sample that nothing tells from those of
    /// other disks is left out and counted.
    pub fn add(&mut self, time: i64, sample: Anonymised) {
        let Some(name) = sample.name().map(ToString::to_string) else {
            self.nameless += 1;
            return;
        };
        let samples = self.devices.entry(name).or_default();
        let hour = time.div_euclid(HOUR) * HOUR;
        let free = (hour..hour + HOUR).map(stamp).find(|stamp| !samples.contains_key(stamp));
        if let Some(stamp) = free {
            samples.insert(stamp, Sample { host: self.host.clone(), record: sample });
        }
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
}

/// `20261122-150000`; a time beyond the calendar is its beginning.
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
