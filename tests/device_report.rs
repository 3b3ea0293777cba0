//! The device report, from records to the text that is shown and sent.

use stone_smart::anonymise::{Anonymiser, Secret};
use stone_smart::channel::{DeviceReport, NotInCalendar};
use stone_smart::object;
use stone_smart::report::Record;

#[test]
fn samples_of_one_hour_differ_in_seconds() {
    let anonymiser = Anonymiser::new(Secret::from_bytes([1; 32]), "host-a");
    let record = Record(object! { "model_name" => "DISK 1", "serial_number" => "MADEUP01" });
    let mut report = DeviceReport::new(anonymiser.host().clone());
    report.add(1_795_362_829, anonymiser.anonymise(&record)).expect("it is in the calendar");
    report.add(1_795_362_830, anonymiser.anonymise(&record)).expect("it is in the calendar");
    report.add(-1, anonymiser.anonymise(&record)).expect("it is in the calendar");
    report.add(0, anonymiser.anonymise(&Record::default())).expect("it is in the calendar");
    assert_eq!((report.devices(), report.nameless()), (1, 1));
    let text = serde_json::to_string(&report).expect("a report is JSON");
    for stamp in ["\"19691231-230000\"", "\"20261122-150000\"", "\"20261122-150001\""] {
        assert!(text.contains(stamp), "{text}");
    }
    assert!(!text.contains("MADEUP01") && !text.contains("host-a"), "{text}");
    let mut body = Vec::new();
    report.write_body(&mut body).expect("it fits into memory");
    let body = String::from_utf8(body).expect("JSON is UTF-8");
    assert_eq!(text, format!("{{\"{}\":{body}}}", anonymiser.host()), "what is sent is what is shown");
}

#[test]
fn what_finds_no_stamp_is_refused_or_counted() {
    let anonymiser = Anonymiser::new(Secret::from_bytes([1; 32]), "host-a");
    let sample =
        anonymiser.anonymise(&Record(object! { "model_name" => "DISK 1", "serial_number" => "MADEUP01" }));
    let mut report = DeviceReport::new(anonymiser.host().clone());
    for time in [i64::MAX, i64::MIN, 1_000_000_000_000_000] {
        assert_eq!(report.add(time, sample.clone()), Err(NotInCalendar(time)));
    }
    assert_eq!((report.samples(), report.devices()), (0, 0));
    for time in (0..3600).chain([3599, 3600]) {
        report.add(time, sample.clone()).expect("it is in the calendar");
    }
    assert_eq!((report.samples(), report.crowded()), (3601, 1));
}
