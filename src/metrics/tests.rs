//! What becomes of records, and whether it can be read again.

use std::collections::{BTreeMap, HashSet};
use std::time::Duration;

use proptest::prelude::*;

use super::*;
use crate::health::{Finding, Severity};
use crate::report::Record;

fn record(text: &str) -> Record {
    Record(serde_json::from_str(text).unwrap())
}

/// The lines, without those of a comment; each name and label set once, names together.
fn parsed(text: &str) -> BTreeMap<String, String> {
    let mut lines = BTreeMap::new();
    let mut named = HashSet::new();
    let mut last = "";
    for line in text.lines() {
        if let Some(rest) = line.strip_prefix("# ") {
            assert!(rest.starts_with("HELP ") || rest.starts_with("TYPE "), "{line}");
            continue;
        }
        let (series, value) = line.rsplit_once(' ').unwrap();
        assert!(value.parse::<f64>().is_ok(), "{line}");
        let name = series.split('{').next().unwrap();
        assert!(name == last || named.insert(name), "{name} stands in two places");
        last = name;
        assert!(lines.insert(series.to_owned(), value.to_owned()).is_none(), "twice: {series}");
    }
    lines
}

#[test]
fn a_record_becomes_the_metrics_of_smartctl_exporter() {
    let record = record(
        r#"{"device":{"name":"/dev/sda","type":"sat","protocol":"ATA"},"model_name":"ST \"1\"","serial_number":"S1",
        "smartctl":{"exit_status":64},"smart_status":{"passed":false},"power_on_time":{"hours":2,"minutes":1},
        "temperature":{"current":-3,"op_limit_max":60},"interface_speed":{"max":{"units_per_second":60,"bits_per_unit":100000000}},
        "ata_smart_attributes":{"table":[
          {"id":5,"name":"Reallocated_Sector_Ct","value":100,"worst":99,"thresh":10,"flags":{"string":"PO--CK ","prefailure":true,"updated_online":true},"raw":{"value":8}},
          {"id":5,"name":"Reallocated_Sector_Ct","value":1}]},
        "ata_device_statistics":{"pages":[{"name":"General Statistics","table":[
          {"name":"Resets","value":7,"flags":{"string":"V---","valid":true}},
          {"name":"Hidden","value":7,"flags":{"valid":false}}]}]},
        "ata_sct_erc":{"read":{"enabled":true,"deciseconds":75},"write":{"enabled":false}},
        "ata_smart_error_log":{"extended":{"count":6}},"ata_smart_self_test_log":{"extended":{"count":4,"error_count_total":1}}}"#,
    );
    let text = text([&of_record("sda", &record, None)], Profile::SmartctlExporter);
    let lines = parsed(&text);
    for (series, value) in [
        (r#"smartctl_device_smartctl_exit_status{device="sda"}"#, "64"),
        (r#"smartctl_device_smart_status{device="sda"}"#, "0"),
        (r#"smartctl_device_power_on_seconds{device="sda"}"#, "7260"),
        (r#"smartctl_device_temperature{device="sda",temperature_type="current"}"#, "-3"),
        (r#"smartctl_device_interface_speed{device="sda",speed_type="max"}"#, "6000000000"),
        (
            r#"smartctl_device_attribute{device="sda",attribute_name="Reallocated_Sector_Ct",attribute_flags_short="PO--CK",attribute_flags_long="prefailure,updated_online",attribute_value_type="raw",attribute_id="5"}"#,
            "8",
        ),
        (
            r#"smartctl_device_statistics{device="sda",statistic_table="General Statistics",statistic_name="Resets",statistic_flags_short="V---",statistic_flags_long="valid"}"#,
            "7",
        ),
        (r#"smartctl_device_erc_seconds{device="sda",op_type="read"}"#, "7.5"),
        (r#"smartctl_device_error_log_count{device="sda",error_log_type="extended"}"#, "6"),
        (r#"smartctl_device_self_test_log_error_count{device="sda",self_test_log_type="extended"}"#, "1"),
    ] {
        assert_eq!(lines.get(series).map(String::as_str), Some(value), "{series}\n{text}");
    }
    assert!(text.contains("# TYPE smartctl_device_power_on_seconds counter\n"));
    assert!(
        text.contains(r#"model_name="ST \"1\"",serial_number="S1",ata_additional_product_id="""#),
        "{text}"
    );
    assert!(!text.contains("Hidden") && !text.contains("stone_") && !text.contains(r#"op_type="write""#));
    assert_eq!(lines.keys().filter(|series| series.starts_with("smartctl_device_attribute")).count(), 4);
}

#[test]
fn what_smartctl_exporter_cannot_say_is_said_beside() {
    let record = record(
        r#"{"endurance_used":{"current_percent":103},"temperature":{"current":41},"smart_status":{"passed":true},
        "stone":{"sections":{"identify":{"outcome":"ok","commands":2,"bytes":512},"farm":{"outcome":"unsupported","commands":1,"bytes":0},
          "sct_status":{"outcome":"timed_out","commands":1,"bytes":0}},"commands":4,"bytes":512}}"#,
    );
    let grown = [Finding { severity: Severity::Watch, words: "more than before".into() }];
    let disk = Disk { label: "sda".into(), daemons: vec!["osd.1".into(), "osd.2".into()], ..Disk::default() };
    let told = of_disk(&disk, Outcome::CutShort, Some(Duration::from_millis(1234)));
    let read = of_record("sda", &record, Some(&grown));
    let text = text([&told, &read], Profile::Stone);
    let lines = parsed(&text);
    for (series, value) in [
        (r#"stone_device_outcome{device="sda",outcome="cut_short"}"#, "1"),
        (r#"stone_device_outcome{device="sda",outcome="hung"}"#, "0"),
        (r#"stone_device_read_seconds{device="sda"}"#, "1.234"),
        (r#"stone_device_commands{device="sda"}"#, "4"),
        (r#"stone_device_received_bytes{device="sda"}"#, "512"),
        (r#"stone_device_sections{device="sda",outcome="timed_out"}"#, "1"),
        (r#"stone_device_section_missing{device="sda",section="sct_status",outcome="timed_out"}"#, "1"),
        (r#"stone_device_findings{device="sda",severity="watch"}"#, "1"),
        (r#"stone_device_wear_ratio{device="sda"}"#, "1.03"),
        (r#"stone_device_temperature_celsius{device="sda"}"#, "41"),
    ] {
        assert_eq!(lines.get(series).map(String::as_str), Some(value), "{series}\n{text}");
    }
    assert!(text.contains(r#"daemons="osd.1,osd.2""#) && !text.contains("smartctl_"));
    assert!(!text.contains(r#"section="farm""#), "what a disk does not have is not missing");
}

#[test]
fn what_the_disk_does_not_say_has_no_line() {
    let text = text([&of_record("sda", &record("{}"), None)], Profile::Both);
    let lines = parsed(&text);
    assert!(
        lines.keys().all(|series| series.starts_with("smartctl_device{") || series.contains("findings")),
        "{text}"
    );
}

proptest! {
    #[test]
    fn labels_are_read_again_whatever_a_disk_says(label in "\\PC{0,40}|.{0,8}") {
        let mut lines = Lines::default();
        lines.add(&agent::AGE, &[("device", &label), ("x", "y")], 5);
        let text = text([&lines], Profile::Both);
        let series = text.lines().nth(2).unwrap();
        let inner = series.strip_prefix("stone_device_age_seconds{device=\"").unwrap();
        let inner = inner.strip_suffix("\",x=\"y\"} 5").unwrap();
        let (mut read, mut letters) = (String::new(), inner.chars());
        while let Some(letter) = letters.next() {
            read.push(match letter {
                '\\' => match letters.next() { Some('n') => '\n', other => other.unwrap() },
                letter => { prop_assert!(letter != '"'); letter }
            });
        }
        prop_assert_eq!(read, label);
    }
}
