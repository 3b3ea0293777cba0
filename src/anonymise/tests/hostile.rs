//! Hostile records: random trees, odd serial numbers, depth and width. Nothing panics, nothing unknown leaves.

use proptest::prelude::*;

use super::super::identity::is_uniform;
use super::super::{Fate, rows};
use super::{anonymise, anonymiser, parse};
use crate::object;
use crate::report::{Object, Record, Value};

/// Keys of the policy, and others.
fn key() -> impl Strategy<Value = String> {
    let mut known: Vec<String> = rows()
        .iter()
        .flat_map(|row| row.path.split('.'))
        .map(|step| step.trim_end_matches("[]").replace('N', "7"))
        .collect();
    known.sort_unstable();
    known.dedup();
    prop_oneof![9 => proptest::sample::select(known), 1 => "[a-z_]{0,9}(_s|_le|_12)?", 1 => ".{0,6}"]
}

fn leaf() -> impl Strategy<Value = Value> {
    prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<u8>().prop_map(Value::from),
        any::<u64>().prop_map(Value::from),
        any::<u128>().prop_map(Value::from),
        (i64::MIN..0).prop_map(Value::Negative),
        any::<f64>().prop_map(Value::Float),
        "[A-Za-z0-9 ._/:()+%\"\\\\-]{0,50}".prop_map(Value::from),
        ".{0,20}".prop_map(Value::from),
        proptest::sample::select(vec![
            "ok",
            "ATA",
            "Date and Time TimeStamp",
            "V--- ",
            "1 (2 3)",
            "K3S00FJF"
        ])
        .prop_map(Value::from),
    ]
}

fn tree() -> impl Strategy<Value = Value> {
    leaf().prop_recursive(6, 200, 12, |inner| {
        prop_oneof![
            3 => proptest::collection::vec((key(), inner.clone()), 0..12).prop_map(|members| {
                let mut object = Object::new();
                members.into_iter().for_each(|(key, value)| _ = object.set(key, value));
                Value::Object(object)
            }),
            1 => proptest::collection::vec(inner, 0..6).prop_map(Value::Array),
        ]
    })
}

/// A tree that follows the policy's own paths, with any values at their ends.
fn grown() -> impl Strategy<Value = Record> {
    let path = proptest::sample::select(rows().iter().map(|row| row.path.clone()).collect::<Vec<_>>());
    proptest::collection::vec((path, leaf()), 0..60).prop_map(|members| {
        let mut record = Object::new();
        for (path, value) in members {
            let steps: Vec<String> =
                path.split('.').map(|step| step.replace("_N", "_3").replace('*', "total")).collect();
            grow(&mut record, &steps, value);
        }
        Record(record)
    })
}

fn grow(object: &mut Object, steps: &[String], value: Value) {
    let Some((step, rest)) = steps.split_first() else { return };
    match (step.strip_suffix("[]"), rest) {
        (None, []) => _ = object.set(step.clone(), value),
        (None, rest) => grow(object.object(step.clone()), rest, value),
        (Some(key), []) => _ = object.set(key.to_owned(), Value::Array(vec![value])),
        (Some(key), rest) => {
            let mut item = Object::new();
            grow(&mut item, rest, value);
            object.set(key.to_owned(), Value::Array(vec![Value::Null, item.into()]));
        }
    }
}

/// The same JSON, with a letter of its texts and keys escaped.
fn escaped(json: &str) -> String {
    let mut out = String::new();
    let mut letters = json.chars();
    let mut in_text = false;
    while let Some(letter) = letters.next() {
        match letter {
            '\\' => {
                let kind = letters.next();
                out.push(letter);
                out.extend(kind);
                out.extend(letters.by_ref().take(if kind == Some('u') { 4 } else { 0 }));
            }
            'e' if in_text => out += "\\u0065",
            letter => {
                in_text ^= letter == '"';
                out.push(letter);
            }
        }
    }
    out
}

fn holds(record: &Record) -> Result<(), TestCaseError> {
    let anonymiser = anonymiser();
    let json = Value::from(record.0.clone()).to_string();
    let whole = Some(anonymiser.anonymise(&parse(&json)));
    prop_assert_eq!(&anonymiser.anonymise_json(json.as_bytes()), &whole);
    prop_assert_eq!(&anonymiser.anonymise_json(escaped(&json).as_bytes()), &whole);
    let wide = serde_json::to_vec_pretty(&parse(&json).0).unwrap();
    prop_assert_eq!(&anonymiser.anonymise_json(&wide), &whole);
    prop_assert_eq!(serde_json::to_vec(&whole).unwrap(), whole.as_ref().unwrap().json().to_vec());
    let out = anonymiser.anonymise(record);
    let again = anonymiser.anonymise(&Record(out.record()));
    prop_assert_eq!(out.record(), again.record());
    for entry in anonymiser.explain(&Record(out.record())) {
        prop_assert!(matches!(entry.fate, Fate::Kept | Fate::Rounded | Fate::Replaced), "{:?}", entry);
    }
    let text = serde_json::to_string(&out).unwrap();
    prop_assert!(serde_json::from_str::<Object>(&text).is_ok());
    prop_assert_eq!(text.contains("K3S00FJF"), false);
    let counters = out.counters();
    prop_assert_eq!(
        counters.kept + counters.rounded + counters.replaced,
        again.counters().kept + again.counters().rounded + again.counters().replaced
    );
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]

    #[test]
    fn random_trees_give_what_the_policy_allows_and_nothing_else(value in tree()) {
        if let Value::Object(mut record) = value.clone() {
            record.set("serial_number", "K3S00FJF");
            holds(&Record(record))?;
        }
        let (once, _) = anonymiser().anonymise_document(&value);
        prop_assert!(serde_json::to_string(&once).is_ok());
    }

    #[test]
    fn a_piece_of_a_serial_number_leaves_nowhere(
        serial in "[A-Z0-9]{8,24}",
        (start, length) in (any::<usize>(), any::<usize>()),
        separator in proptest::sample::select(vec!["", " ", "_", "-"]),
    ) {
        let start = start % (serial.len() - 7);
        let length = 8 + length % (serial.len() - start - 7);
        let piece = &serial[start..start + length];
        prop_assume!(piece.as_bytes().windows(8).any(|piece| !is_uniform(piece)));
        let (head, tail) = piece.split_at(length / 2);
        let hex = |text: &str| text.bytes().take(7).fold(0u64, |number, byte| number << 8 | u64::from(byte));
        let bytes = |text: &str| text.bytes().map(|byte| byte.to_string()).collect::<Vec<_>>().join(" ");
        let seven = &piece[..7];
        for text in [format!("X{head}{separator}{tail}y"), piece.to_lowercase(), piece.chars().rev().collect()] {
            let sent = anonymise(&format!(r#"{{"model_name":"{text}","serial_number":"{serial}","scsi_product":"{text}"}}"#));
            prop_assert_eq!(sent.json(), b"{}", "{} in {}", text, serial);
        }
        for (number, text) in [(hex(seven), bytes(seven)), (hex(&seven.to_lowercase()), format!("{:#x}", hex(seven)))] {
            let sent = anonymise(&format!(
                r#"{{"ata_smart_attributes":{{"table":[{{"raw":{{"value":{number},"string":"{text}"}}}}]}},"serial_number":"{serial}"}}"#
            ));
            prop_assert!(is_uniform(seven.as_bytes()) || sent.json() == b"{}", "{} {} in {}", number, text, serial);
        }
    }

    #[test]
    fn so_do_trees_along_the_policy(mut record in grown()) {
        record.0.set("serial_number", "K3S00FJF");
        holds(&record)?;
    }

    #[test]
    fn what_is_no_json_does_no_harm(record in grown(), cut in any::<usize>(), place in any::<usize>(), byte in any::<u8>()) {
        let mut json = Value::from(record.0).to_string().into_bytes();
        let place = place % json.len();
        json[place] = byte;
        json.truncate(json.len() - cut % json.len());
        let taken = anonymiser().anonymise_json(&json);
        match serde_json::from_slice::<Object>(&json) {
            Ok(record) => prop_assert_eq!(taken, Some(anonymiser().anonymise(&Record(record)))),
            // What is passed over is not looked at closely; what is sent is JSON all the same.
            Err(_) => prop_assert!(taken.is_none_or(|taken| serde_json::from_slice::<Object>(taken.json()).is_ok())),
        }
    }

    #[test]
    fn any_text_that_is_json_is_taken(text in "[\\[\\]{}\",:0-9a-z. -]{0,80}") {
        if let Ok(value) = serde_json::from_str::<Value>(&text) {
            anonymiser().anonymise_document(&value);
        }
    }
}

#[test]
fn odd_serial_numbers_corrupt_nothing() {
    let record = |serial: &str| {
        let mut record = parse(super::paths::ATA);
        record.0.set("serial_number", serial.to_owned());
        record
    };
    let plain = anonymiser().anonymise(&record("K3S00FJF"));
    for serial in [
        "1",
        "0000",
        "e",
        "\"",
        "\\",
        "\",\"passed\":false,\"",
        "value",
        "",
        " ",
        "a_b c",
        "é",
        "\u{0}",
        "ATA",
    ] {
        let out = anonymiser().anonymise(&record(serial));
        assert_eq!(out.record(), plain.record(), "{serial:?}");
    }
}

#[test]
fn depth_and_width_have_limits() {
    let deep = (0..60).fold(String::from("1"), |inner, _| format!("{{\"device\":[{inner}]}}"));
    assert!(anonymise(&deep).record().is_empty());
    let wide = Value::Array(vec![Value::from(30u8); 300_000]);
    let record = Record(
        object! { "ata_sct_temperature_history" => object! { "table" => wide }, "power_cycle_count" => 1u8 },
    );
    let out = anonymiser().anonymise(&record);
    assert!(out.counters().kept < 200_000 && out.counters().too_much > 0);
    let many: Object = (0..300_000).map(|n| (format!("k{n}"), Value::Null)).collect();
    assert!(anonymiser().anonymise(&Record(many)).record().is_empty());
}

#[test]
fn of_two_members_with_one_key_the_first_counts() {
    let out = anonymise(
        r#"{"power_cycle_count":3,"power_cycle_count":4,"user_capacity":{"bytes":9007199254740993,"bytes_s":"9007199254740993","bytes":3}}"#,
    );
    assert_eq!(
        Value::from(out.record()).to_string(),
        r#"{"power_cycle_count":3,"user_capacity":{"bytes":9007199254740993,"bytes_s":"9007199254740993"}}"#
    );
}

#[test]
fn the_clock_of_the_disk_stays_in() {
    let statistic = |name: &str| {
        anonymise(&format!(
            r#"{{"ata_device_statistics":{{"pages":[{{"number":1,"table":[{{"offset":56,"name":{name:?},"value":1792331}}]}}]}}}}"#
        ))
    };
    let value = |name: &str| Value::from(statistic(name).record().clone()).to_string().contains("1792331");
    assert!(value("Number of Read Commands"));
    assert!(
        !value("Date and Time TimeStamp") && !value("date and time timestamp ") && !value("Vendor Specific")
    );
    assert!(!value("Zeit") && !value(""));
}
