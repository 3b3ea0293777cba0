//! Canaries: identifiers planted in every place of several records, in many spellings. None may leave.

use super::super::{Anonymiser, Identity};
use super::{anonymiser, paths};
use crate::report::{Object, Record, Value};

const SERIAL: &str = "Z9CANARY7Q42";
const WWN: u64 = 0x5000_c500_dead_be57;
const EUI64: u64 = 0x0025_38b1_11fa_ce09;
const SAS: u64 = 0x5000_c500_dead_be5b;
const EXPANDER: u64 = 0x500e_004a_aaca_11fe;

/// Identifiers that the record does not say anywhere else, nor anybody: forms alone must stop them.
const STRANGERS: &[&str] = &[
    "36363730557000930025384700000001",
    "nqn.2014-08.org.nvmexpress:uuid:9d1f6e0c-77b1-4c8e-8d2f-3b1a5e6c7d80",
    "nqn.1994-11.com.samsung:nvme:PM983:2.5-inch:S3EWNX0K600000",
    "osd-17.example.com",
    "osd-17",
    "OSD-17",
    "10.71.3.42",
    "2001:db8:71::42",
    "02:42:ac:11:00:02",
    "02-42-ac-11-00-02",
    "/dev/sdq",
    "/dev/disk/by-path/pci-0000:3b:00.0-sas-phy3-lun-0",
    "/dev/nvme7n1",
    "9d1f6e0c-77b1-4c8e-8d2f-3b1a5e6c7d80",
    "x86_64-linux-5.14.0-503.11.1.el9_5.x86_64",
    "6.1.0-13-amd64",
    "mailto:root@example.com",
    "Daemon osd.3",
];

fn known() -> [String; 4] {
    [SERIAL.to_owned(), format!("{WWN:016x}"), format!("{EUI64:016x}"), format!("{SAS:016x}")]
}

/// The spellings of one identifier, each a text that would give it away.
fn spellings(plain: &str) -> Vec<String> {
    let pairs = |text: &str| -> String {
        let letters: Vec<char> = text.chars().collect();
        letters.chunks(2).flat_map(|pair| pair.iter().rev()).collect()
    };
    let hex =
        |bytes: &mut dyn Iterator<Item = u8>| bytes.map(|byte| format!("{byte:02x}")).collect::<String>();
    let mut out = vec![
        plain.to_owned(),
        plain.to_lowercase(),
        plain.to_uppercase(),
        format!("0x{plain}"),
        pairs(plain),
        hex(&mut plain.bytes()),
        hex(&mut plain.bytes().rev()),
        hex(&mut pairs(plain).bytes()),
        format!("\"{plain}\""),
        plain.chars().map(|c| format!("%{:02X}", u32::from(c))).collect(),
        plain.chars().map(|c| format!("\\u{:04x}", u32::from(c))).collect(),
    ];
    for separator in ["_", " ", "-", "."] {
        let (head, tail) = plain.split_at(plain.len() / 2);
        out.push(format!("{head}{separator}{tail}"));
        out.push(plain.chars().map(|c| format!("{c}{separator}")).collect());
    }
    if let Ok(number) = u64::from_str_radix(plain, 16) {
        out.extend([
            number.to_string(),
            format!("{:016x}", number.swap_bytes()),
            number.swap_bytes().to_string(),
        ]);
    }
    out
}

fn numbers() -> Vec<u128> {
    let whole = [WWN, EUI64, SAS, EXPANDER].into_iter().flat_map(|number| [number, number.swap_bytes()]);
    let parts = [WWN & 0xf_ffff_ffff, EUI64 & 0xff_ffff_ffff, WWN & 0xfff_ffff_ffff_ffff];
    let letters = SERIAL.bytes().fold(0u128, |number, byte| number << 8 | u128::from(byte));
    whole.chain(parts).map(u128::from).chain([letters]).collect()
}

/// The record with the disk's identifiers where they belong.
fn record(json: &str) -> Object {
    let mut record = super::parse(json).0;
    record.set("serial_number", SERIAL);
    record.set("logical_unit_id", format!("0x{WWN:016x}"));
    record.object("wwn").set("naa", 5u8).set("oui", 0xc50u32).set("id", WWN & 0xf_ffff_ffff);
    let eui64 = crate::object! { "oui" => EUI64 >> 40, "ext_id" => EUI64 & 0xff_ffff_ffff };
    record.object("extra").set("x", 1u8);
    let namespace = crate::object! { "id" => 1u8, "eui64" => eui64 };
    record.set("nvme_namespaces", Value::array([namespace]));
    let phy = record.object("scsi_sas_port_0").object("phy_0");
    phy.set("sas_address", format!("0x{SAS:016x}")).set("attached_sas_address", format!("0x{EXPANDER:016x}"));
    record
}

/// Every leaf of `value`, replaced in turn by what `plant` makes of it; `check` sees each whole.
fn plant_each(whole: &Object, plant: &dyn Fn(&Value) -> Option<Value>, check: &mut dyn FnMut(&Object, &str)) {
    fn places(value: &Value, path: &mut Vec<usize>, out: &mut Vec<Vec<usize>>) {
        let mut down = |index: usize, inner: &Value| {
            path.push(index);
            places(inner, path, out);
            path.pop();
        };
        match value {
            Value::Object(object) => {
                object.iter().enumerate().for_each(|(index, (_, inner))| down(index, inner))
            }
            Value::Array(items) => items.iter().enumerate().for_each(|(index, inner)| down(index, inner)),
            _ => out.push(path.clone()),
        }
    }
    fn replace(value: &Value, path: &[usize], plant: &dyn Fn(&Value) -> Option<Value>) -> Option<Value> {
        let Some((at, rest)) = path.split_first() else { return plant(value) };
        match value {
            Value::Object(object) => {
                let mut out = Object::new();
                for (index, (key, inner)) in object.iter().enumerate() {
                    let inner = if index == *at { replace(inner, rest, plant)? } else { inner.clone() };
                    out.set(key.to_owned(), inner);
                }
                Some(out.into())
            }
            Value::Array(items) => {
                let mut items = items.clone();
                items[*at] = replace(&items[*at], rest, plant)?;
                Some(Value::Array(items))
            }
            _ => None,
        }
    }
    let mut all = Vec::new();
    let whole = Value::from(whole.clone());
    places(&whole, &mut Vec::new(), &mut all);
    for place in all {
        if let Some(Value::Object(planted)) = replace(&whole, &place, plant) {
            check(&planted, &format!("{place:?}"));
        }
    }
}

fn fold(text: &str) -> String {
    text.chars().filter(char::is_ascii_alphanumeric).map(|c| c.to_ascii_lowercase()).collect()
}

/// Anonymises as a disk whose identity is known, and gives all the text that leaves.
fn leaves(anonymiser: &Anonymiser, record: &Object) -> String {
    let identity = Identity {
        vendor: None,
        model: Some("ST8000NM0055-1RM112".into()),
        serial: Some(SERIAL.into()),
        wwn: Some(format!("{WWN:016x}")),
    };
    let out = anonymiser.anonymise_as(&identity, &Record(record.clone()));
    format!("{}{}", out.name().unwrap(), Value::from(out.record()))
}

#[test]
fn no_known_identifier_leaves_in_any_text() {
    let anonymiser = anonymiser();
    for json in [paths::ATA, paths::SCSI, paths::NVME] {
        let record = record(json);
        for spelling in known().iter().flat_map(|plain| spellings(plain)) {
            for form in [spelling.clone(), format!("x {spelling}_y")] {
                let plant =
                    |value: &Value| matches!(value, Value::String(_)).then(|| Value::from(form.clone()));
                plant_each(&record, &plant, &mut |planted, place| {
                    let text = leaves(&anonymiser, planted);
                    assert!(!fold(&text).contains(&fold(&spelling)), "{spelling} at {place}: {text}");
                });
            }
        }
    }
}

#[test]
fn no_known_identifier_leaves_in_any_number() {
    let anonymiser = anonymiser();
    for json in [paths::ATA, paths::SCSI, paths::NVME] {
        let record = record(json);
        for number in numbers() {
            let plant = |value: &Value| matches!(value, Value::Unsigned(_)).then(|| Value::Unsigned(number));
            plant_each(&record, &plant, &mut |planted, place| {
                let text = leaves(&anonymiser, planted);
                assert!(!text.contains(&number.to_string()), "{number} at {place}: {text}");
            });
        }
    }
}

#[test]
fn no_stranger_leaves_in_any_text() {
    let anonymiser = anonymiser();
    for json in [paths::ATA, paths::SCSI, paths::NVME] {
        let record = record(json);
        for stranger in STRANGERS {
            for form in [(*stranger).to_owned(), format!("disk {stranger}")] {
                let plant =
                    |value: &Value| matches!(value, Value::String(_)).then(|| Value::from(form.clone()));
                plant_each(&record, &plant, &mut |planted, place| {
                    let text = leaves(&anonymiser, planted).to_lowercase();
                    assert!(!text.contains(&stranger.to_lowercase()), "{stranger} at {place}: {text}");
                });
            }
        }
    }
}

#[test]
fn no_identifier_leaves_as_a_key() {
    let anonymiser = anonymiser();
    for name in known().iter().map(String::as_str).chain(STRANGERS.iter().copied()) {
        let record = with_keys(record(paths::ATA), name);
        let text = leaves(&anonymiser, &record);
        assert!(!text.to_lowercase().contains(&name.to_lowercase()), "{name}: {text}");
    }
    // These have the form of a key, and only as long as they are no identifier they leave.
    for (serial, key) in
        [("READBAD7WORD", "read_bad_7_word"), ("DATA42", "data_42"), ("dead-bad-fail", "dead_bad_fail")]
    {
        let mut record = with_keys(record(paths::ATA), key);
        let times = |record: &Object| sent_of(record).matches(&format!("\"{key}\"")).count();
        assert_eq!(times(&record), 5, "{key}");
        record.set("serial_number", serial);
        assert_eq!(times(&record), 0, "{key}");
    }
    // These have not, whatever is known.
    for key in ["1234_5678_9012", "0x5000_0xc500_0xa1b2_0xc3d4", "read_0x4b33"] {
        assert!(!sent_of(&with_keys(record(paths::ATA), key)).contains(key), "{key}");
    }
}

fn sent_of(record: &Object) -> String {
    Value::from(anonymiser().anonymise(&Record(record.clone())).record()).to_string()
}

/// `record` with `name` as a key wherever the policy lets keys through by their form.
fn with_keys(mut record: Object, name: &str) -> Object {
    let value = || Value::from(crate::object! { "outcome" => "ok", "raw" => 3u8 });
    record.set(name.to_owned(), value());
    record.object("stone").object("sections").set(name.to_owned(), value());
    record.object("scsi_zoned_block_device_statistics").set(name.to_owned(), 3u8);
    record
        .object("scsi_general_statistics_and_performance_log")
        .object("idle_time")
        .set(name.to_owned(), 3u8);
    let statistics = record.object("nvme_smart_health_information_add_log").object("Device stats");
    statistics.set(name.to_owned(), value());
    statistics.object("wear_leveling").object("raw").set(name.to_owned(), 3u8);
    record
}

#[test]
fn what_parts_hide_they_do_not_show_together() {
    let json = r#"{"serial_number":"S43ABCD9012345","stone":{"firmware_slots":{"active":1,"revisions":["S43ABCD","9012345"]}}}"#;
    assert_eq!(sent(json), r#"{"stone":{"firmware_slots":{"active":1}}}"#);
    let json = r#"{"serial_number":"X43ABCD9012345","stone":{"firmware_slots":{"active":1,"revisions":["S43ABCD","8812345"]}}}"#;
    assert!(sent(json).contains("8812345"));
}

#[test]
fn bytes_in_a_row_spell_nothing() {
    let lists = |serial: &str, bytes: &str| {
        sent(&format!(
            r#"{{"json_format_version":[{bytes}],"serial_number":"{serial}","smartctl":{{"version":[{bytes}]}},"stone":{{"supported_log_pages":[{bytes}]}},"ata_smart_data":{{"capabilities":{{"values":[{bytes}]}}}},"nvme_smart_health_information_log":{{"temperature_sensors":[{bytes}]}}}}"#
        ))
    };
    assert_eq!(lists("K3S00FJ", "75,51,83,48,48,70,74"), "{}");
    assert_eq!(lists("ABDEFGH", "65,66,68,69,70,71,72"), "{}");
    assert!(lists("S4EVNX0M9", "0,2,3").contains("\"supported_log_pages\":[0,2,3]"));
    // Nobody's, as far as is known: only where such numbers are expected.
    let text = lists("S4EVNX0M9", "75,51,83,48");
    assert!(
        !text.contains("json_format") && !text.contains("log_pages") && text.contains("sensors"),
        "{text}"
    );
}

#[test]
fn identifiers_of_another_type_are_searched_for() {
    for serial in [
        r#"["S4EVNX0M901234567"]"#,
        r#"{"v":"S4EVNX0M901234567"}"#,
        r#"{"v":[{"w":"S4EVNX0M901234567"}]}"#,
        r#"{"S4EVNX0M901234567":1}"#,
        "[[[[[[1]]]]]]",
        "1.5",
    ] {
        let json = format!(
            r#"{{"model_name":"SAMSUNG S4EVNX0M901234567","power_cycle_count":3,"serial_number":{serial}}}"#
        );
        assert_eq!(sent(&json), r#"{"power_cycle_count":3}"#, "{serial}");
    }
    let json = r#"{"model_name":"ST 5000c500a1b2c3d4","wwn":{"value":["0x5000c500a1b2c3d4"]},"eui64":-1234567890,"power_cycle_count":1234567890}"#;
    assert_eq!(sent(json), "{}");
    let deep =
        format!(r#"{{"power_cycle_count":3,"serial_number":{}1{}}}"#, "[".repeat(10_000), "]".repeat(10_000));
    let out = anonymiser().anonymise_json(deep.as_bytes()).unwrap();
    assert_eq!(out.json(), br#"{"power_cycle_count":3}"#);
}

#[test]
fn numbers_below_zero_are_checked() {
    let json = |serial: &str, value: i64| {
        sent(&format!(
            r#"{{"serial_number":"{serial}","smartctl_error_code":-7,"temperature":{{"current":{value}}},"ata_device_statistics":{{"pages":[{{"number":1,"table":[{{"offset":8,"name":"Number of Read Commands","value":{value}}}]}}]}}}}"#
        ))
    };
    assert!(!json("1234567890", -1_234_567_890).contains("1234567890"));
    assert!(json("1234567890", -3).contains(r#""current":-3"#));
}

#[test]
fn an_nqn_does_not_hide_the_model_it_names() {
    let json = |serial: &str, model: &str| {
        sent(&format!(
            r#"{{"model_name":"{model}",{serial}"stone":{{"identity":{{"subsystem_nqn":"nqn.2014.08.org.nvmexpress:144d144dS4YPNY0R602345      SAMSUNG MZQLB1T9HAJR-00007"}}}}}}"#
        ))
    };
    let serial = r#""serial_number":"S4YPNY0R602345","#;
    assert_eq!(json(serial, "SAMSUNG MZQLB1T9HAJR-00007"), r#"{"model_name":"SAMSUNG MZQLB1T9HAJR-00007"}"#);
    assert_eq!(json(serial, "SAMSUNG S4YPNY0R6"), "{}");
    assert_eq!(json("", "SAMSUNG S4YPNY0R6"), "{}");
}

fn sent(json: &str) -> String {
    Value::from(super::anonymise(json).record()).to_string()
}
