//! JSON, as smartctl or anybody else may give it: what leaves of it never holds what identifies the disk.

use stone_smart::anonymise::Identity;
use stone_smart::report::{Object, Record, Value};

use super::record::{self, ANONYMISER};

/// The identifiers of the disk. The dictionary of the target has them in several spellings.
const SERIAL: &str = "Z9CANARY7Q42";
const WWN: &str = "5000c500deadbe57";

/// Any text.
pub fn smartctl(bytes: &[u8]) {
    let Ok(value) = serde_json::from_slice::<Value>(bytes) else { return };
    let text = value.to_string();
    serde_json::from_str::<Value>(&text).expect("the text of JSON is JSON");
    let (out, _) = ANONYMISER.anonymise_document(&value);
    assert!(serde_json::from_str::<Value>(&out.to_string()).is_ok());
    let Value::Object(object) = value else { return };
    // Those of the input are of the disk as well, but what they are is not known here.
    let mut record = Object::new();
    record.set("serial_number", SERIAL).set("logical_unit_id", format!("0x{WWN}"));
    for (key, value) in object.iter().filter(|(key, _)| !["serial_number", "logical_unit_id"].contains(key)) {
        record.set(key.to_owned(), value.clone());
    }
    let record = Record(record);
    no_canary(&Value::Object(record::anonymise(&record)));
    let identity =
        Identity { serial: Some(SERIAL.to_owned()), wwn: Some(WWN.to_owned()), ..Identity::of(&record) };
    let out = ANONYMISER.anonymise_as(&identity, &Record(object));
    no_canary(&Value::Object(out.record()));
    if let Some(name) = out.name() {
        no_canary(&Value::String(name.to_string().into()));
    }
}

/// Panics where `value` holds an identifier, as a key, a text or a number.
fn no_canary(value: &Value) {
    match value {
        Value::Object(object) => object.iter().for_each(|(key, value)| {
            clean(key);
            no_canary(value);
        }),
        Value::Array(items) => items.iter().for_each(no_canary),
        Value::String(text) => clean(text),
        Value::Unsigned(number) => {
            let wwn = u64::from_str_radix(WWN, 16).unwrap_or_default();
            assert!(![u128::from(wwn), u128::from(wwn.swap_bytes())].contains(number), "the WWN as a number");
        }
        Value::Null | Value::Bool(_) | Value::Negative(_) | Value::Float(_) => {}
    }
}

fn clean(text: &str) {
    let folded: String =
        text.chars().filter(char::is_ascii_alphanumeric).map(|char| char.to_ascii_lowercase()).collect();
    assert!(!folded.contains(&SERIAL.to_ascii_lowercase()), "the serial number in {text:?}");
    assert!(!folded.contains(WWN), "the WWN in {text:?}");
}
