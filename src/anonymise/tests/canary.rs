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
        let mut record = record(paths::ATA);
        let value = || Value::from(crate::object! { "outcome" => "ok", "raw" => 3u8 });
        record.set(name.to_owned(), value());
        record.object("stone").object("sections").set(name.to_owned(), value());
        record.object("scsi_zoned_block_device_statistics").set(name.to_owned(), 3u8);
        record
            .object("nvme_smart_health_information_add_log")
            .object("Device stats")
            .set(name.to_owned(), value());
        let text = leaves(&anonymiser, &record);
        assert!(!text.to_lowercase().contains(&name.to_lowercase()), "{name}: {text}");
    }
}
