//! The device report written as it is made: one record in memory at a time, however many disks there are.

use std::cell::RefCell;
use std::fmt::Display;
use std::io::{self, Write};

use serde::ser::{Error, Serialize, SerializeMap, Serializer};

use super::device_report::{HOUR, stamp};
use super::sample::Sample;
use crate::anonymise::{Anonymised, DeviceName, Pseudonym};

/// A device and its samples, oldest first: the time of each in seconds since 1970 UTC, and what may leave of it.
pub type NamedDevice<S> = (DeviceName, S);

/// A device report whose samples come from iterators, `{host: {device: {YYYYMMDD-HHMMSS: record}}}`.
///
/// Stamps are as in [`DeviceReport`](super::DeviceReport). The names of the devices must differ. It is serialised once: the
/// iterators are used up. An error of theirs ends it.
#[derive(Debug)]
pub struct StreamedReport<D> {
    devices: Once<D>,
}

impl<D, S, E> StreamedReport<D>
where
    D: Iterator<Item = Result<NamedDevice<S>, E>>,
    S: Iterator<Item = Result<(i64, Anonymised), E>>,
    E: Display,
{
    /// The report of `host`.
    pub fn new(host: Pseudonym, devices: D) -> Self {
        Self { devices: Once::new(host, devices) }
    }

    /// Writes what is sent of this host: `{device: {stamp: record}}`, the very bytes that stand under the host's name
    /// where the report is shown in one line.
    ///
    /// # Errors
    /// `out` cannot be written to, or a sample could not be had.
    pub fn write_body(&self, out: &mut dyn Write) -> io::Result<()> {
        serde_json::to_writer(out, &self.devices).map_err(Into::into)
    }
}

/// An iterator over what is of one host, serialised once.
#[derive(Debug)]
struct Once<I> {
    host: Pseudonym,
    items: RefCell<Option<I>>,
}

impl<I> Once<I> {
    fn new(host: Pseudonym, items: I) -> Self {
        Self { host, items: RefCell::new(Some(items)) }
    }

    fn take<E: Error>(&self) -> Result<I, E> {
        self.items.borrow_mut().take().ok_or_else(|| E::custom("a streamed report can be written once only"))
    }
}

impl<D, S, E> Serialize for StreamedReport<D>
where
    D: Iterator<Item = Result<NamedDevice<S>, E>>,
    S: Iterator<Item = Result<(i64, Anonymised), E>>,
    E: Display,
{
    fn serialize<Z: Serializer>(&self, serializer: Z) -> Result<Z::Ok, Z::Error> {
        let mut hosts = serializer.serialize_map(Some(1))?;
        hosts.serialize_entry(self.devices.host.as_str(), &self.devices)?;
        hosts.end()
    }
}

impl<D, S, E> Serialize for Once<D>
where
    D: Iterator<Item = Result<NamedDevice<S>, E>>,
    S: Iterator<Item = Result<(i64, Anonymised), E>>,
    E: Display,
{
    fn serialize<Z: Serializer>(&self, serializer: Z) -> Result<Z::Ok, Z::Error> {
        let mut devices = serializer.serialize_map(None)?;
        for device in self.take()? {
            let (name, samples) = device.map_err(Z::Error::custom)?;
            devices.serialize_entry(name.as_str(), &Samples(Once::new(self.host.clone(), samples)))?;
        }
        devices.end()
    }
}

/// The samples of one device.
struct Samples<S>(Once<S>);

impl<S, E> Serialize for Samples<S>
where
    S: Iterator<Item = Result<(i64, Anonymised), E>>,
    E: Display,
{
    fn serialize<Z: Serializer>(&self, serializer: Z) -> Result<Z::Ok, Z::Error> {
        let mut samples = serializer.serialize_map(None)?;
        let mut next = i64::MIN;
        for sample in self.0.take()? {
            let (time, record) = sample.map_err(Z::Error::custom)?;
            let hour = time.div_euclid(HOUR) * HOUR;
            // Further samples of one hour count up in seconds.
            let at = hour.max(next);
            if at < hour + HOUR {
                samples.serialize_entry(&stamp(at), &Sample { host: self.0.host.clone(), record })?;
                next = at + 1;
            }
        }
        samples.end()
    }
}
