//! The seam between history and device channel: which samples a report takes, and under which names.
#![allow(clippy::unwrap_used, reason = "a test says where it fails")]

use stone_smart::anonymise::{Anonymiser, Secret};
use stone_smart::history::{Device, History, Identifiers, Sample, Stamp};
use stone_smart::object;
use stone_smart::report::Record;
use stone_smart::telemetry::device_report;

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
    let (old, new) = (disk("ST1_K3S00FJF", Some("K3S00FJF")), disk("SEAGATE_ST1_K3S00FJF", Some("K3S00FJF")));
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
    assert_eq!(text.matches("{\"error\":\"timed out\",\"host_id\":").count(), 2, "{text}");
    assert!(text.contains("\"ST1_") && !text.contains("0123456789abcdef"), "{text}");
    assert_eq!(report(&[]).0.matches("{}").count(), 1);
    // A record that names a host names this one; one of which nothing may leave names it all the same.
    for record in
        [object! { "host_id" => "node-9", "power_cycle_count" => 7u8 }, object! { "what" => "ever" }]
    {
        let (text, ..) = report(&[(disk("ST1_K3S00FJF", Some("K3S00FJF")), 0, Record(record))]);
        assert_eq!(text.matches("\"host_id\":").count(), 1, "{text}");
        assert!(!text.contains("node-9"), "{text}");
    }
}
