//! The device report written as it is made: one record in memory at a time, however many disks there are.

use std::cell::RefCell;
use std::fmt::Display;
use std::io::{self, Write};

use serde::ser::{Error, Serialize, SerializeMap, Serializer};

use super::device_report::{HOUR, hour_of, stamp};
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
        let failed = |error: E| io::Error::other(error.to_string());
        out.write_all(b"{")?;
        for (index, device) in self.devices.take::<serde_json::Error>()?.enumerate() {
            let (name, samples) = device.map_err(failed)?;
            write!(out, "{}\"{name}\":{{", comma(index))?;
            for (index, sample) in stamped(samples).enumerate() {
                let (stamp, record) = sample.map_err(failed)?;
                write!(out, "{}\"{stamp}\":", comma(index))?;
                Sample { host: self.devices.host.clone(), record }.write(out)?;
            }
            out.write_all(b"}")?;
        }
        out.write_all(b"}")
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
        for sample in stamped(self.0.take()?) {
            let (stamp, record) = sample.map_err(Z::Error::custom)?;
            samples.serialize_entry(&stamp, &Sample { host: self.0.host.clone(), record })?;
        }
        samples.end()
    }
}

/// Samples with their stamps: of one hour the further ones count up in seconds, as far as there are some. One whose time is
/// beyond the calendar has none, and is left out.
fn stamped<E>(
    samples: impl Iterator<Item = Result<(i64, Anonymised), E>>,
) -> impl Iterator<Item = Result<(String, Anonymised), E>> {
    let mut next = i64::MIN;
    samples.filter_map(move |sample| {
        let (time, record) = match sample {
            Ok(sample) => sample,
            Err(error) => return Some(Err(error)),
        };
        let hour = hour_of(time)?;
        let at = hour.max(next);
        (at < hour + HOUR).then(|| {
            next = at + 1;
            Ok((stamp(at), record))
        })
    })
}

/// What is between one and the next.
fn comma(index: usize) -> &'static str {
    if index == 0 { "" } else { "," }
}
