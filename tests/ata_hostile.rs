//! Every page of ATA against bytes that no drive should send.

use proptest::prelude::*;

use stone_smart::decode::ata::{Pages, Registers, Request};
use stone_smart::decode::{Answer, Protocol};
use stone_smart::report::ata::Presets;
use stone_smart::report::{self, Header, Object, Outcome, Section, Stamp};

/// Asks for every page as the source does; `answer` gives the bytes and registers of each request.
fn walk(mut answer: impl FnMut(&Request) -> (Vec<u8>, Option<Registers>)) -> (Pages, Vec<Section>) {
    let mut pages = Pages::default();
    pages.wanted.power_mode = true;
    let mut sections = Vec::new();
    for page in Pages::PAGES {
        let requests = (page.requests)(&pages);
        assert!(requests.len() < 256, "{}: {} requests", page.name, requests.len());
        let mut outcome = if requests.is_empty() { Outcome::Unsupported } else { Outcome::Ok };
        for request in &requests {
            let (data, registers) = answer(request);
            let answer = Answer { data: &data, registers, result: 0 };
            if let Err(error) = (page.decode)(request, &answer, &mut pages) {
                outcome = Outcome::Malformed { reason: error.to_string() };
            }
        }
        let commands = u32::try_from(requests.len()).expect("there are fewer than 256");
        sections.push(Section { name: page.name, outcome, commands, bytes: 0 });
    }
    (pages, sections)
}

/// The record as text.
fn record(pages: Pages, sections: &[Section]) -> String {
    let header = Header {
        name: "/dev/sda".to_owned(),
        info_name: "/dev/sda [SAT]".to_owned(),
        kind: "sat".to_owned(),
        stamp: Stamp { time_t: 0, asctime: String::new() },
        warnings: Vec::new(),
    };
    let record = report::build(&header, &report::Pages::Ata(Box::new(pages)), sections, &Presets::standard());
    serde_json::to_string(&record.0).expect("a record is always JSON")
}

/// IDENTIFY DEVICE data of a drive that has everything.
fn everything() -> Vec<u8> {
    let words: [(usize, u16); 14] = [
        (60, 0xffff),
        (61, 0x0fff),
        (76, 0x0e0e),
        (80, 0x0ff0),
        (82, 0x0069),
        (83, 0x7d01),
        (84, 0x4163),
        (85, 0x0069),
        (86, 0xbc01),
        (87, 0x4163),
        (100, 0x8000),
        (206, 0x003d),
        (217, 7200),
        (222, 0x11ff),
    ];
    let mut data = vec![0; 512];
    for (word, value) in words {
        data[word * 2..word * 2 + 2].copy_from_slice(&value.to_le_bytes());
    }
    data
}

/// Bytes that lead as far into a page as may be: what `fill` is, with a directory that lists every log.
fn leading(request: &Request, fill: &[u8]) -> Vec<u8> {
    let sectors: u16 = match request {
        Request::IdentifyDevice => return everything(),
        Request::ReadLogExt { address: 0, .. } | Request::SmartReadLog { address: 0, .. } => {
            return [1, 0, 9, 0].into_iter().cycle().take(512).collect();
        }
        Request::ReadLogExt { pages, .. } => *pages,
        Request::SmartReadLog { pages, .. } => (*pages).into(),
        _ => 1,
    };
    let mut data: Vec<u8> = fill.iter().copied().cycle().take(usize::from(sectors) * 512).collect();
    match request {
        // Each page of the device statistics says which one it is.
        Request::ReadLogExt { address: 4, page, .. } => {
            for (number, sector) in (*page..).zip(data.chunks_mut(512)) {
                sector[2] = number.to_le_bytes()[0];
            }
        }
        // SCT status: format 3, and the answer to the SCT command of the temperature history.
        Request::SmartReadLog { address: 0xe0, .. } => {
            data[..2].copy_from_slice(&[3, 0]);
            data[14..20].copy_from_slice(&[0, 0, 5, 0, 1, 0]);
        }
        _ => {}
    }
    data
}

#[test]
fn every_prefix_of_every_page_is_an_error_or_a_value() {
    let registers = Some(Registers { lba: 0xc2_4f00, ..Registers::default() });
    for fill in [&[0x00][..], &[0xff], &[0x01, 0x00], &[0x80, 0x01, 0x03, 0x00, 0x00, 0x00, 0x02, 0xc0]] {
        for length in (0..=512).chain([1024, 4096]) {
            let (pages, sections) = walk(|request| {
                let mut data = leading(request, fill);
                if *request != Request::IdentifyDevice {
                    data.truncate(length);
                }
                (data, registers)
            });
            let short = sections.iter().find(|section| section.name == "smart_data").unwrap();
            assert_eq!(short.outcome == Outcome::Ok, length >= 512, "{fill:?} {length}");
            assert!(record(pages, &sections).len() < 64 * 1024);
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(256))]

    #[test]
    fn random_bytes_make_a_record_or_none(
        fill in proptest::collection::vec(any::<u8>(), 512),
        identify in proptest::bool::ANY,
        count in any::<u16>(),
        lba in any::<u64>(),
    ) {
        let registers = Some(Registers { count, lba, ..Registers::default() });
        let (pages, sections) = walk(|request| match request {
            Request::IdentifyDevice if identify => (fill.clone(), registers),
            _ => (leading(request, &fill), registers),
        });
        let text = record(pages, &sections);
        prop_assert!(text.len() < 256 * 1024);
        prop_assert!(serde_json::from_str::<Object>(&text).is_ok());
    }
}
