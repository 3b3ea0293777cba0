//! The record of an ATA drive whose pages are built here from facts: keys, globals, exit bits.

use stone_smart::decode::ata::{Pages, Registers, Request};
use stone_smart::decode::{Answer, Protocol};
use stone_smart::report::ata::{AttributePreset, Presets, RawFormat, Source};
use stone_smart::report::{self, Header, Object, Outcome, Section, Stamp, Value, exit};

/// A drive: its IDENTIFY words, attributes (ID, flags, value, worst, threshold, raw), and logs by request.
#[derive(Default)]
struct Drive {
    words: Vec<(usize, u16)>,
    attributes: Vec<(u8, u8, u8, u8, u8, [u8; 6])>,
    general_logs: Vec<(u8, Vec<u8>)>,
    failing: bool,
}

impl Drive {
    /// A rotating disk with SMART, general purpose logs, and nothing else.
    fn new() -> Self {
        let words = vec![
            (80, 0x0ff0),
            (82, 0x0001),
            (83, 0x4400),
            (84, 0x4023),
            (85, 0x0001),
            (87, 0x4023),
            (100, 1000),
            (217, 7200),
        ];
        Self { words, ..Self::default() }
    }

    fn answer(&self, request: &Request) -> Option<(Vec<u8>, Option<Registers>)> {
        let mut data = vec![0; 512];
        match request {
            Request::IdentifyDevice => {
                for (word, value) in &self.words {
                    data[word * 2..word * 2 + 2].copy_from_slice(&value.to_le_bytes());
                }
            }
            Request::SmartReadData => {
                for ((id, flags, value, worst, _, raw), entry) in
                    self.attributes.iter().zip(data[2..362].chunks_mut(12))
                {
                    entry[..5].copy_from_slice(&[*id, *flags, 0, *value, *worst]);
                    entry[5..11].copy_from_slice(raw);
                }
            }
            Request::SmartReadThresholds => {
                for ((id, _, _, _, threshold, _), entry) in
                    self.attributes.iter().zip(data[2..362].chunks_mut(12))
                {
                    entry[..2].copy_from_slice(&[*id, *threshold]);
                }
            }
            Request::SmartReturnStatus => {
                let lba = if self.failing { 0x2c_f400 } else { 0xc2_4f00 };
                return Some((Vec::new(), Some(Registers { lba, ..Registers::default() })));
            }
            Request::ReadLogExt { address: 0, .. } => {
                data[0] = 1;
                for (address, log) in &self.general_logs {
                    data[usize::from(*address) * 2] = u8::try_from(log.len() / 512).ok()?;
                }
            }
            Request::ReadLogExt { address, page, pages } => {
                let (_, log) = self.general_logs.iter().find(|(own, _)| own == address)?;
                let start = usize::from(*page) * 512;
                return Some((log.get(start..start + usize::from(*pages) * 512)?.to_vec(), None));
            }
            _ => return None,
        }
        let sum = data.iter().fold(0u8, |sum, byte| sum.wrapping_add(*byte));
        data[511] = data[511].wrapping_sub(sum);
        Some((data, None))
    }

    fn record(&self, presets: &Presets) -> Object {
        let mut pages = Pages::default();
        let mut sections = Vec::new();
        for page in Pages::PAGES {
            let requests = (page.requests)(&pages);
            let mut outcome = Outcome::Ok;
            for request in &requests {
                match self.answer(request) {
                    None => outcome = Outcome::Unsupported,
                    Some((data, registers)) => {
                        let answer = Answer { data: &data, registers, result: 0 };
                        (page.decode)(request, &answer, &mut pages).expect("the pages built here are right");
                    }
                }
            }
            let commands = u32::try_from(requests.len()).expect("there are few");
            sections.push(Section { name: page.name, outcome, commands, bytes: 0 });
        }
        let header = Header {
            name: "/dev/sda".to_owned(),
            info_name: "/dev/sda [SAT]".to_owned(),
            kind: "sat".to_owned(),
            stamp: Stamp { time_t: 0, asctime: String::new() },
            warnings: Vec::new(),
        };
        report::build(&header, &report::Pages::Ata(Box::new(pages)), &sections, presets).0
    }
}

fn text(record: &Object, path: &str) -> String {
    record.at(path).map(Value::to_string).unwrap_or_default()
}

fn exit_status(drive: &Drive) -> u8 {
    // The SMART log directory is not built here: that command fails.
    let status = drive.record(&Presets::standard()).at("smartctl.exit_status").and_then(Value::as_u64);
    let status = status.and_then(|status| u8::try_from(status).ok());
    status.expect("each record has one") & !exit::COMMAND_FAILED
}

#[test]
fn an_attribute_as_smartctl_shows_it() {
    let mut drive = Drive::new();
    drive.attributes =
        vec![(9, 0x32, 90, 80, 10, [0x39, 0x30, 0, 1, 0, 0]), (194, 0x22, 60, 50, 0, [40, 0, 18, 52, 0, 0])];
    let record = drive.record(&Presets::standard());
    let table =
        record.at("ata_smart_attributes.table").and_then(Value::as_array).expect("there are attributes");
    assert_eq!(
        table[0].to_string(),
        concat!(
            r#"{"id":9,"name":"Power_On_Hours","value":90,"worst":80,"thresh":10,"when_failed":"","#,
            r#""flags":{"value":50,"string":"-O--CK ","prefailure":false,"updated_online":true,"performance":false,"#,
            r#""error_rate":false,"event_count":true,"auto_keep":true},"#,
            r#""raw":{"value":16789561,"string":"12345 (0 0 1)"}}"#
        )
    );
    assert_eq!(text(&record, "temperature"), r#"{"current":40}"#);
    assert_eq!(text(&record, "power_on_time"), "", "more hours than can be");
    assert_eq!(text(&record, "stone.ata_raw_attributes").matches("[40,0,18,52,0,0]").count(), 1);
}

#[test]
fn a_model_says_how_its_attributes_are_meant() {
    let mut drive = Drive::new();
    drive.attributes = vec![(9, 0x32, 90, 80, 10, [125, 0, 0, 0, 0, 0])];
    let mut presets = Presets::standard();
    presets.model_family = Some("A family".to_owned());
    let format = Some(RawFormat::Minutes);
    presets.define(9, AttributePreset { format, source: Source::Model, ..AttributePreset::default() });
    let record = drive.record(&presets);
    assert_eq!(text(&record, "power_on_time"), r#"{"hours":2,"minutes":5}"#);
    assert_eq!(text(&record, "model_family"), r#""A family""#);
}

#[test]
fn thresholds_and_the_verdict_make_the_exit_status() {
    let prefail = |value, worst| (5, 0x33, value, worst, 36, [0; 6]);
    let drive = |attribute, failing| Drive { attributes: vec![attribute], failing, ..Drive::new() };
    assert_eq!(exit_status(&drive(prefail(100, 100), false)), 0);
    assert_eq!(exit_status(&drive(prefail(100, 30), false)), exit::THRESHOLD_PAST);
    assert_eq!(exit_status(&drive(prefail(30, 30), false)), exit::THRESHOLD_PAST);
    assert_eq!(exit_status(&drive(prefail(30, 30), true)), exit::FAILING | exit::PREFAIL_NOW);
    assert_eq!(exit_status(&drive(prefail(100, 30), true)), exit::FAILING);
}

#[test]
fn failed_self_tests_count_until_an_extended_one_passes() {
    let log = |tests: &[[u8; 3]]| {
        let mut data = vec![0; 512];
        data[0] = 1;
        data[2] = tests.len().to_le_bytes()[0];
        for (test, slot) in tests.iter().zip(data[4..498].chunks_mut(26)) {
            slot[..3].copy_from_slice(test);
        }
        let sum = data.iter().fold(0u8, |sum, byte| sum.wrapping_add(*byte));
        data[511] = 0u8.wrapping_sub(sum);
        Drive { general_logs: vec![(7, data)], ..Drive::new() }
    };
    let failed = log(&[[2, 0x00, 1], [1, 0x70, 2]]);
    assert_eq!(exit_status(&failed), exit::SELF_TEST_LOG);
    let healed = log(&[[1, 0x70, 1], [2, 0x00, 2], [1, 0x00, 3]]);
    assert_eq!(exit_status(&healed), 0);
    let record = healed.record(&Presets::standard());
    assert_eq!(text(&record, "ata_smart_self_test_log.extended.count"), "3");
    assert_eq!(text(&record, "ata_smart_self_test_log.extended.error_count_total"), "1");
    assert_eq!(text(&record, "ata_smart_self_test_log.extended.error_count_outdated"), "1");
}

#[test]
fn device_statistics_know_better_than_attributes() {
    let mut list = vec![0; 512];
    list[0] = 1;
    list[8..11].copy_from_slice(&[2, 0, 1]);
    let mut general = vec![0; 512];
    general[0] = 1;
    general[2] = 1;
    general[8..16].copy_from_slice(&[7, 0, 0, 0, 0, 0, 0, 0xc0]);
    general[16..24].copy_from_slice(&[99, 0, 0, 0, 0, 0, 0, 0xd8]);
    let mut drive = Drive::new();
    drive.attributes = vec![(9, 0x32, 90, 80, 10, [5, 0, 0, 0, 0, 0])];
    drive.general_logs = vec![(4, [list, general].concat())];
    let record = drive.record(&Presets::standard());
    assert_eq!(
        (text(&record, "power_on_time.hours"), text(&record, "power_cycle_count")),
        ("99".to_owned(), "7".to_owned())
    );
    let pages = text(&record, "ata_device_statistics.pages");
    assert!(
        pages
            .contains(r#""name":"Power-on Hours","size":4,"value":99,"flags":{"value":216,"string":"V-DC ""#),
        "{pages}"
    );
}
