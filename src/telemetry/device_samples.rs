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
        let record = match self.history.record(taken) {
            Ok(record) => record?,
            Err(error) => return Some(Err(error)),
        };
        Some(Ok((taken.stamp.0, self.anonymiser.anonymise_as(identity, &record))))
    }
}

impl fmt::Debug for DeviceSamples<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("DeviceSamples").field("devices", &self.devices.len()).finish_non_exhaustive()
    }
}

/// The time of a sample, and what may leave of it.
type Sample = Result<(i64, Anonymised), HistoryError>;

#[cfg(test)]
mod tests {
    use super::*;
    use crate::anonymise::Secret;
    use crate::history::{Identifiers, Sample};
    use crate::object;
    use crate::report::Record;

    const DAY: i64 = 86_400;
    const NOW: Stamp = Stamp(1_795_362_062);

    fn disk(device_id: &str, serial: Option<&str>) -> Device {
        let identifiers = Identifiers {
            model: Some("ST1".into()),
            serial: serial.map(str::to_owned),
            ..Identifiers::default()
        };
        Device { device_id: device_id.into(), identifiers, ..Device::default() }
    }

    /// The report of samples of `disks`, each with its age in seconds.
    fn report(disks: &[(Device, i64, Record)]) -> (String, usize, usize) {
        let dir = tempfile::tempdir().unwrap();
        let mut history = History::open(dir.path()).unwrap();
        let round: Vec<_> = disks
            .iter()
            .map(|(device, age, record)| Sample { device, stamp: Stamp(NOW.0 - age), wear: None, record })
            .collect();
        history.put(&round, NOW, History::RETENTION).unwrap();
        let anonymiser = Anonymiser::new(Secret::from_bytes([5; 32]), "node-7");
        let samples = device_report(&history, &anonymiser, DAY, NOW).unwrap();
        let text = serde_json::to_string(&samples.report()).unwrap();
        let mut body = Vec::new();
        samples.report().write_body(&mut body).unwrap();
        let body = String::from_utf8(body).unwrap();
        assert_eq!(text, format!("{{\"{}\":{body}}}", anonymiser.host()), "the same bytes");
        (text, samples.devices(), samples.samples())
    }

    fn record() -> Record {
        Record(object! { "model_name" => "ST1", "serial_number" => "K3S00FJF", "power_cycle_count" => 7u8 })
    }

    #[test]
    fn only_the_last_two_intervals_are_taken() {
        let disk = || disk("ST1_K3S00FJF", Some("K3S00FJF"));
        let ages = [2 * DAY, 2 * DAY - 1, DAY, 0, -1];
        let (text, devices, samples) = report(&ages.map(|age| (disk(), age, record())));
        assert_eq!((devices, samples), (1, 3), "{text}");
        assert_eq!(text.matches("\"power_cycle_count\":7").count(), 3, "{text}");
        assert!(!text.contains("K3S00FJF") && !text.contains("node-7"), "{text}");
    }

    #[test]
    fn samples_of_one_hour_differ_in_seconds_and_two_ids_of_a_disk_are_one_device() {
        let (old, new) =
            (disk("ST1_K3S00FJF", Some("K3S00FJF")), disk("SEAGATE_ST1_K3S00FJF", Some("K3S00FJF")));
        let (text, devices, samples) =
            report(&[(old, 60, record()), (new.clone(), 30, record()), (new, 0, record())]);
        assert_eq!((devices, samples), (1, 3), "{text}");
        for stamp in ["\"20261122-150000\"", "\"20261122-150001\"", "\"20261122-150002\""] {
            assert_eq!(text.matches(stamp).count(), 1, "{text}");
        }
    }

    #[test]
    fn a_disk_that_could_not_be_read_is_reported_as_such_under_its_name() {
        let failed = || Record(object! { "error" => "timed out" });
        let (text, devices, _) = report(&[
            (disk("ST1_K3S00FJF", Some("K3S00FJF")), 0, failed()),
            (disk("0123456789abcdef", None), 0, failed()),
        ]);
        assert_eq!(devices, 2);
        assert_eq!(text.matches("{\"error\":\"timed out\"}").count(), 2, "{text}");
        assert!(text.contains("\"ST1_") && !text.contains("0123456789abcdef"), "{text}");
        assert_eq!(report(&[]).0.matches("{}").count(), 1);
    }
}
