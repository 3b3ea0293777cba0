//! The seam between history and device channel: samples in, the anonymised report out, one record at a time.

use std::collections::{BTreeMap, HashMap};
use std::fmt;

use crate::anonymise::{Anonymised, Anonymiser, DeviceName, Identity, Pseudonym};
use crate::channel::StreamedReport;
use crate::history::{Device, History, HistoryError, Stamp, Taken};

/// The samples of the history that a report takes: of each disk those after one time and not after another.
///
/// It holds a few bytes of each sample; the records are read, anonymised and let go of one after another.
pub struct DeviceSamples<'a> {
    history: &'a History,
    anonymiser: &'a Anonymiser,
    // By pseudonym: an order that tells nothing of the disks. One disk may have had several device ids.
    devices: BTreeMap<Pseudonym, (Identity, Vec<Taken>)>,
}

/// Chooses the samples of the last two intervals, which is what a device report holds: `interval` in seconds.
///
/// # Errors
/// The history cannot be read.
pub fn device_report<'a>(
    history: &'a History,
    anonymiser: &'a Anonymiser,
    interval: i64,
    now: Stamp,
) -> Result<DeviceSamples<'a>, HistoryError> {
    let since = Stamp(now.0.saturating_sub(interval.saturating_mul(2)));
    let known: HashMap<i64, Identity> =
        history.devices()?.into_iter().map(|known| (known.number, identity(known.device))).collect();
    let mut devices: BTreeMap<Pseudonym, (Identity, Vec<Taken>)> = BTreeMap::new();
    for taken in history.taken(since, now)? {
        let Some(identity) = known.get(&taken.device) else { continue };
        if let Some(pseudonym) = anonymiser.pseudonym(identity) {
            devices.entry(pseudonym).or_insert_with(|| (identity.clone(), Vec::new())).1.push(taken);
        }
    }
    Ok(DeviceSamples { history, anonymiser, devices })
}

/// What tells the disk from others; its id, where it has nothing better.
fn identity(device: Device) -> Identity {
    let known = device.identifiers;
    let identity =
        Identity { vendor: known.vendor, model: known.model, serial: known.serial, wwn: known.wwn };
    match (&identity.serial, &identity.wwn) {
        (None, None) => Identity { serial: Some(device.device_id), ..identity },
        _ => identity,
    }
}

impl DeviceSamples<'_> {
    /// Number of devices.
    pub fn devices(&self) -> usize {
        self.devices.len()
    }

    /// Number of samples.
    pub fn samples(&self) -> usize {
        self.devices.values().map(|(_, samples)| samples.len()).sum()
    }

    /// The report, to be serialised once; each call begins anew and gives the same bytes.
    pub fn report(
        &self,
    ) -> StreamedReport<impl Iterator<Item = Result<(DeviceName, impl Iterator<Item = Sample>), HistoryError>>>
    {
        let devices = self.devices.values().filter_map(move |(identity, taken)| {
            let mut samples = taken.iter().filter_map(move |taken| self.sample(identity, taken)).peekable();
            // The first one says the name; a disk whose samples have all gone meanwhile is left out.
            match samples.peek()? {
                Ok((_, sample)) => Some(Ok((sample.name()?.clone(), samples))),
                Err(_) => Some(Err(samples.next()?.err()?)),
            }
        });
        StreamedReport::new(self.anonymiser.host().clone(), devices)
    }

    fn sample(&self, identity: &Identity, taken: &Taken) -> Option<Sample> {
        let json = match self.history.json(taken) {
            Ok(json) => json?,
            Err(error) => return Some(Err(error)),
        };
        Some(Ok((taken.stamp.0, self.anonymiser.anonymise_json_as(identity, &json)?)))
    }
}

impl fmt::Debug for DeviceSamples<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("DeviceSamples").field("devices", &self.devices.len()).finish_non_exhaustive()
    }
}

/// The time of a sample, and what may leave of it.
type Sample = Result<(i64, Anonymised), HistoryError>;
