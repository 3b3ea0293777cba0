//! JSON text as it may come: in any order, escaped, doubled, cut, too deep, too much. What is no record gives nothing, and what is
//! one gives nothing that it should not.

use super::super::Anonymised;
use super::{anonymise, anonymiser};

/// What leaves of a text that need be no valid JSON. `None`: it is no record.
fn taken(json: impl AsRef<[u8]>) -> Option<Anonymised> {
    anonymiser().anonymise_json(json.as_ref())
}

fn text(json: &str) -> String {
    String::from_utf8(anonymise(json).json().to_vec()).unwrap()
}

#[test]
fn an_identifier_that_stands_last_is_searched_for_in_what_stands_first() {
    const CARRIERS: &[&str] = &[
        r#""model_name":"MADE UP K3S00FJF""#,
        r#""model_family":"Series k3s0_0fjf""#,
        r#""firmware_version":"K3S00FJF""#,
        r#""ata_smart_attributes":{"table":[{"id":1,"name":"Serial_k3s00fjf","raw":{"value":43379405647,"string":"0x5000c50 0xa1b2c3d4"}}]}"#,
        r#""user_capacity":{"bytes":43379405647,"bytes_s":"43379405647"}"#,
    ];
    const WHO: &str = r#""serial_number":"K3S00FJF","logical_unit_id":"0x5000c50a1b2c3d4","wwn":{"naa":5,"oui":3152,"id":43379405647}"#;
    for carrier in CARRIERS {
        let (late, soon) = (format!("{{{carrier},{WHO}}}"), format!("{{{WHO},{carrier}}}"));
        let (late, soon) = (anonymise(&late), anonymise(&soon));
        assert_eq!((late.json(), late.name()), (soon.json(), soon.name()), "{carrier}");
        let sent = String::from_utf8_lossy(late.json()).to_lowercase();
        for secret in ["k3s0", "43379405647", "a1b2c3d4"] {
            assert!(!sent.contains(secret), "{carrier}: {sent}");
        }
        assert!(late.counters().identifying > 0, "{carrier}: {sent}");
        assert!(!late.name().unwrap().as_str().to_lowercase().contains("k3s0"), "{carrier}");
    }
    // Without the disk's word it is a model like others: nothing else kept it back.
    assert!(text(&format!("{{{}}}", CARRIERS[0])).contains("K3S00FJF"));
}

#[test]
fn escapes_hide_no_key_and_no_identifier() {
    for json in [
        r#"{"serial\u005fnumber":"K3S00FJF","model\u005fname":"UP K3S0\u0030FJF"}"#,
        r#"{"model_name":"UP \u004b3S00FJF","\u0073erial_number":"\u004B3S00FJF"}"#,
        r#"{"serial_number":"K3S00FJF\u0000","model_name":"UP K3S00FJF"}"#,
    ] {
        assert_eq!(text(json), "{}", "{json}");
    }
    assert_eq!(
        text(r#"{"model_name":"UP\u00001","model_name\u0000":"UP 2","firmware_version":"\ud83d\ude00"}"#),
        "{}"
    );
    assert_eq!(text(r#"{"power\u005fcycle_count":3,"power_cycle_count":4}"#), r#"{"power_cycle_count":3}"#);
}

#[test]
fn of_an_identifier_that_is_there_twice_both_are_searched_for() {
    let json = r#"{"serial_number":"K3S00FJF","serial_number":"Z9CANARY7Q42","model_name":"UP Z9CANARY7Q42","firmware_version":"K3S00FJF"}"#;
    assert_eq!(text(json), "{}");
}

#[test]
fn what_is_no_record_gives_nothing() {
    for json in [
        &b""[..],
        b"[]",
        b"[{\"power_cycle_count\":1}]",
        b"3",
        b"\"K3S00FJF\"",
        b"\xef\xbb\xbf{\"power_cycle_count\":1}",
        b"{\"power_cycle_count\":1}x",
        b"{\"power_cycle_count\":1}{\"power_cycle_count\":2}",
        b"{\"power_cycle_count\":1}\0",
        b"{\"power_cycle_count\":1,}",
        b"{\"power_cycle_count\":01}",
        b"{\"power_cycle_count\":+1}",
        b"{\"power_cycle_count\":1.}",
        b"{\"power_cycle_count\":-}",
        b"{\"power_cycle_count\" 1}",
        b"{power_cycle_count:1}",
        b"{\"model_name\":\"UP \xff\"}",
        b"{\"model_\xffname\":\"UP\"}",
        b"{\"model_name\":\"UP \\ud800\"}",
        b"{\"model_name\":\"UP \\x41\"}",
        b"{\"model_name\":\"UP\nDOWN\\u0041\"}",
        b"{\"model_name\":\"UP\\",
        b"{\"output\":[\"",
        b"{\"output\":[\"\\",
    ] {
        assert_eq!(taken(json), None, "{}", String::from_utf8_lossy(json));
    }
}

/// What the policy does not look into is passed over, valid or not: nothing of it leaves.
#[test]
fn nothing_leaves_of_what_is_passed_over() {
    for inner in [
        &b"[}"[..],
        b"{]",
        b"[tru]",
        b"[1e400,01,--]",
        b"[\"\xff\\ud800\\x\"]",
        b"{\"model_name\":\"UP 1\"}",
        b"[{\"power_cycle_count\":7}]",
    ] {
        let json = [b"{\"output\":", inner, b",\"junk\":", inner, b",\"power_cycle_count\":1}"].concat();
        let sent = taken(&json).unwrap();
        assert_eq!(sent.json(), br#"{"power_cycle_count":1}"#, "{}", String::from_utf8_lossy(&json));
    }
}

#[test]
fn depth_costs_no_stack() {
    const DEPTH: usize = 1 << 17;
    for (open, close) in [("[", "]"), (r#"{"device":"#, "}"), (r#"{"junk":["#, "]}")] {
        for key in ["junk", "device", "ata_smart_attributes"] {
            let json = format!("{{\"{key}\":{}1{}}}", open.repeat(DEPTH), close.repeat(DEPTH));
            assert_eq!(taken(json).unwrap().json(), b"{}", "{key} {open}");
        }
    }
}

#[test]
fn numbers_that_are_no_counters_stay_in() {
    let wide = "9".repeat(40);
    for number in [
        "-0",
        "-1",
        "1.0",
        "1e2",
        "1e400",
        "-1e400",
        "0.0",
        "1152921504606846976",
        "18446744073709551616",
        wide.as_str(),
    ] {
        let sent = taken(format!(r#"{{"power_cycle_count":{number},"power_on_time":{{"hours":{number}}}}}"#));
        assert_eq!(sent.unwrap().json(), b"{}", "{number}");
    }
    assert_eq!(
        text(r#"{"nvme_smart_health_information_log":{"nsid":-1}}"#),
        r#"{"nvme_smart_health_information_log":{"nsid":-1}}"#
    );
}

/// `KEY_s` says in digits what `KEY` says: it says nothing else, and nothing alone.
#[test]
fn a_companion_says_nothing_of_its_own() {
    for (members, sent) in [
        (r#""blocks":7,"blocks_s":"7""#, r#"{"user_capacity":{"blocks":7,"blocks_s":"7"}}"#),
        (r#""blocks":7,"blocks\u005fs":"\u0037""#, r#"{"user_capacity":{"blocks":7,"blocks_s":"7"}}"#),
        (r#""blocks":7,"blocks_s":"K3S00FJF""#, r#"{"user_capacity":{"blocks":7}}"#),
        (r#""blocks":7,"blocks_s":"07""#, r#"{"user_capacity":{"blocks":7}}"#),
        (r#""blocks_s":"7""#, "{}"),
        (r#""blocks_s":"7","blocks":7"#, r#"{"user_capacity":{"blocks":7}}"#),
        (
            r#""blocks":1.5,"blocks_s":"43379405647","id_s":"K3S00FJF""#,
            r#"{"user_capacity":{"blocks":43379405647,"blocks_s":"43379405647"}}"#,
        ),
    ] {
        assert_eq!(text(&format!(r#"{{"user_capacity":{{{members}}}}}"#)), sent, "{members}");
    }
    // The number of a WWN that only its companion spells is an identifier, wherever it stands.
    let json = r#"{"user_capacity":{"blocks":1.5,"blocks_s":"43379405647"},"wwn":{"id":4.3e10,"id_s":"43379405647"}}"#;
    assert_eq!(text(json), "{}");
}

#[test]
fn where_there_are_more_identifiers_than_can_be_searched_for_no_pattern_passes() {
    let many: Vec<String> = (0..5000)
        .map(|n| format!(r#"{{"nguid":"{:032x}"}}"#, 0x1234_5678_9abc_def0_u128 * (n + 3)))
        .collect();
    let json = format!(
        r#"{{"model_name":"UP K3S00FJF","power_cycle_count":3,"user_capacity":{{"bytes":43379405647}},"nvme_namespaces":[{}],"serial_number":"K3S00FJF","wwn":{{"id":43379405647}}}}"#,
        many.join(",")
    );
    let sent = anonymise(&json);
    assert_eq!(sent.json(), br#"{"power_cycle_count":3}"#);
    assert!(!sent.name().unwrap().as_str().contains('_'), "{:?}", sent.name());
}

#[test]
fn identifiers_of_all_lengths_and_numbers_with_a_prefix_are_found() {
    let long = "K3S00FJF".repeat(9);
    assert_eq!(text(&format!(r#"{{"model_family":"x {long}","serial_number":"{long}"}}"#)), "{}");
    let raw = |raw: &str| {
        text(&format!(
            r#"{{"ata_smart_attributes":{{"table":[{{"raw":{{"string":"{raw}"}}}}]}},"logical_unit_id":"0x5000c500a1b2c3d4"}}"#
        ))
    };
    for spelt in ["0x5000c500 0xa1b2c3d4", "0x5000 0xc500 0xa1b2 0xc3d4", "0xd4c3b2a1 0x00c50050"] {
        assert_eq!(raw(spelt), "{}", "{spelt}");
    }
    assert_eq!(raw("0x5000c500 0xa1b2c3d5"), "{}", "a piece of one");
    assert!(raw("0x5000c501 0xb1a2d3c5").contains("d3c5"));
}
