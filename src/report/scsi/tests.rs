//! A whole disk, built from facts: pages in, record out.

use crate::decode::scsi::testing::{designator, inquiry, log_page, sas_phy, vpd_page};
use crate::decode::scsi::{PAGES, Pages, Request};
use crate::decode::{Answer, DecodeError};
use crate::object;
use crate::report::{Findings, Object, Outcome, Section, Value, exit};

/// A device that answers from a table; what is not in it, it refuses.
struct Disk(Vec<(Request, Vec<u8>)>);

impl Disk {
    /// A 4 TB SAS disk with a few pages.
    fn new() -> Self {
        let mut capacity = 7_814_037_167u64.to_be_bytes().to_vec();
        capacity.extend([0, 0, 2, 0, 0, 3]);
        capacity.resize(32, 0);
        let names = [
            designator([0x01, 0x03], &[0x50, 0, 0xc5, 0, 1, 2, 3, 4]),
            designator([0x61, 0x93], &[0x50, 0, 0xc5, 0, 1, 2, 3, 5]),
        ];
        let counters: Vec<(u16, &[u8])> = vec![(0, &[1, 0]), (5, &[0x14, 0xae, 0x0e, 0x7e, 0x80]), (6, &[0])];
        let mut disk = Self(vec![
            (Request::Inquiry, inquiry(6, "ACME", "DISK 4T", "0001")),
            (Request::VitalProductData { page: 0 }, vpd_page(0, &[0x00, 0x80, 0x83, 0xb1])),
            (Request::VitalProductData { page: 0x80 }, vpd_page(0x80, b"  XYZ123 ")),
            (Request::VitalProductData { page: 0x83 }, vpd_page(0x83, &names.concat())),
            (Request::VitalProductData { page: 0xb1 }, vpd_page(0xb1, &[0x1c, 0x20, 0, 2, 0])),
            (Request::ReadCapacity16, capacity),
            (Request::TestUnitReady, Vec::new()),
            (Request::ReadDefectData12, vec![0, 0x0c, 0, 0, 0, 0, 0, 24]),
            (Request::RequestSense, vec![0x70, 0, 0, 0, 0, 0, 0, 10, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0]),
        ]);
        disk.mode(&[0x1c, 10, 0x10, 6, 0, 0, 0, 0, 0, 0, 0, 1]);
        disk.mode(&[0x0a, 10, 0, 0, 0, 0, 0, 0, 0, 0, 0x0d, 0x20]);
        disk.mode(&[0x08, 2, 0x04, 0]);
        disk.log(0x2f, 0, &[(0, &[0, 0, 41, 60])]);
        disk.log(0x0d, 0, &[(0, &[0, 41]), (1, &[0, 60])]);
        disk.log(0x03, 0, &counters);
        disk.log(0x06, 0, &[(0, &[0, 12])]);
        disk.log(0x10, 0, &[(1, &[0x20, 0, 0, 9, 255, 255, 255, 255, 255, 255, 255, 255, 0, 0, 0, 0])]);
        disk.log(0x15, 0, &[(0, &[0, 0, 0x22, 0x3a, 0, 1, 0, 7, 0x80, 0, 0, 9])]);
        disk.log(0x18, 0, &[(1, &[&[6, 0, 3, 1][..], &sas_phy(0, &[(0x25, 5, 0)])].concat())]);
        disk
    }

    fn mode(&mut self, page: &[u8]) {
        let request = Request::ModeSense { page: page[0], subpage: 0, changeable: false };
        self.put(request, [&[0, 0, 0, 0, 0, 0, 0, 0], page].concat());
    }

    fn log(&mut self, page: u8, subpage: u8, parameters: &[(u16, &[u8])]) {
        self.put(Request::LogSense { page, subpage }, log_page(page, subpage, parameters));
    }

    fn put(&mut self, request: Request, answer: Vec<u8>) {
        self.0.retain(|(known, _)| *known != request);
        self.0.push((request, answer));
    }

    fn without(mut self, request: &Request) -> Self {
        self.0.retain(|(known, _)| known != request);
        self
    }

    fn logs(&self) -> Vec<(u8, u8)> {
        self.0.iter().filter_map(|(request, _)| log_code(request)).collect()
    }

    fn answer(&self, request: &Request) -> Option<Vec<u8>> {
        let page = |code: u8, subpage: u8, body: Vec<u8>| {
            let length = u16::try_from(body.len()).unwrap().to_be_bytes();
            [&[code, subpage], &length[..], &body].concat()
        };
        match log_code(request) {
            Some((0, _)) if self.logs().is_empty() => None,
            Some((0, 0)) => Some(page(0, 0, self.logs().iter().map(|(page, _)| *page).collect())),
            Some((0, 0xff)) => {
                Some(page(0x40, 0xff, self.logs().iter().flat_map(|(page, sub)| [*page, *sub]).collect()))
            }
            _ => self.0.iter().find(|(known, _)| known == request).map(|(_, answer)| answer.clone()),
        }
    }

    /// Walks the pages as the source does. `change` may damage an answer.
    fn read(&self, mut change: impl FnMut(&mut Vec<u8>)) -> (Pages, Vec<Section>) {
        let mut pages = Pages::default();
        let mut sections = Vec::new();
        for page in PAGES {
            let requests = (page.requests)(&pages);
            let mut section =
                Section { name: page.name, outcome: Outcome::Unsupported, commands: 0, bytes: 0 };
            for request in requests {
                section.commands += 1;
                let Some(mut data) = self.answer(&request) else { continue };
                change(&mut data);
                let answer = Answer { data: &data, ..Answer::default() };
                section.outcome = match (page.decode)(&request, &answer, &mut pages) {
                    Ok(()) => Outcome::Ok,
                    Err(error) => Outcome::Malformed { reason: error.to_string() },
                };
            }
            sections.push(section);
        }
        (pages, sections)
    }

    fn record(&self) -> (Object, Findings) {
        let (pages, sections) = self.read(|_| ());
        emit(&pages, &sections)
    }
}

fn log_code(request: &Request) -> Option<(u8, u8)> {
    match *request {
        Request::LogSense { page, subpage } => Some((page, subpage)),
        _ => None,
    }
}

fn emit(pages: &Pages, sections: &[Section]) -> (Object, Findings) {
    let (mut record, mut findings) = (Object::new(), Findings::default());
    super::emit(pages, sections, &mut record, &mut findings);
    (record, findings)
}

#[test]
fn a_healthy_disk() {
    let (record, findings) = Disk::new().record();
    assert_eq!(findings, Findings::default());
    insta::assert_json_snapshot!(record);
}

#[test]
fn no_command_too_many() {
    let (_, sections) = Disk::new().read(|_| ());
    let commands: u32 = sections.iter().map(|section| section.commands).sum();
    assert_eq!(commands, 20);
}

#[test]
fn what_is_not_listed_is_not_asked() {
    let disk = Disk(vec![
        (Request::Inquiry, inquiry(0, "QEMU", "QEMU HARDDISK", "2.5+")),
        (Request::ReadCapacity10, vec![0, 0, 0, 99, 0, 0, 2, 0]),
        (Request::TestUnitReady, Vec::new()),
    ]);
    let (pages, sections) = disk.read(|_| ());
    assert!(pages.supported_logs.is_none());
    let asked: Vec<_> =
        sections.iter().filter(|section| section.commands > 0).map(|section| section.name).collect();
    assert!(!asked.contains(&"temperature") && !asked.contains(&"unit_serial_number"), "{asked:?}");
}

#[test]
fn a_predicted_failure() {
    let mut disk = Disk::new();
    disk.log(0x2f, 0, &[(0, &[0x5d, 0x10, 41, 60])]);
    let (record, findings) = disk.record();
    assert_eq!(findings.exit_status, exit::FAILING);
    assert_eq!(record.at("smart_status.passed"), Some(&false.into()));
    assert_eq!(record.at("smart_status.scsi.asc"), Some(&0x5du8.into()));

    // The same from the sense data, where there is no such log page.
    let mut disk = Disk::new().without(&Request::LogSense { page: 0x2f, subpage: 0 });
    disk.put(Request::RequestSense, vec![0x72, 0, 0x5d, 0x10, 0, 0, 0, 0]);
    assert_eq!(disk.record().1.exit_status, exit::FAILING);
}

#[test]
fn health_that_is_not_known_is_not_good() {
    let control = Request::ModeSense { page: 0x1c, subpage: 0, changeable: false };
    let (record, findings) = Disk::new().without(&control).record();
    assert_eq!(record.get("smart_status"), None);
    assert_eq!(record.get("smart_support"), Some(&object! { "available" => false }.into()));
    assert_eq!(findings.exit_status, 0);

    let mut disk = Disk::new();
    disk.log(0x2f, 0, &[]);
    let (record, findings) = disk.record();
    assert_eq!(record.get("smart_status"), None);
    assert_eq!(findings.exit_status, exit::COMMAND_FAILED);
}

#[test]
fn a_stopped_disk_is_not_made_to_start() {
    let disk = Disk::new().without(&Request::TestUnitReady);
    let (pages, mut sections) = disk.read(|_| ());
    assert_eq!(pages.grown_defects, None);
    let ready = sections.iter_mut().find(|section| section.name == "test_unit_ready").unwrap();
    ready.outcome = Outcome::Failed { sense: Some([2, 4, 2]), status: Some(2), reason: String::new() };
    assert_eq!(emit(&pages, &sections).1.exit_status, exit::NO_DEVICE);
}

#[test]
fn failed_and_unknown_self_tests() {
    let test = |result: u8| [0x20 | result, 3, 0, 9, 0, 0, 0, 0, 0, 0, 0, 5, 3, 0x11, 1, 7];
    let mut disk = Disk::new();
    disk.log(
        0x10,
        0,
        &[(1, &test(7)), (2, &test(3)), (3, &[0x2f, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0])],
    );
    let (record, findings) = disk.record();
    assert_eq!(findings.exit_status, exit::SELF_TEST_LOG | exit::COMMAND_FAILED);
    insta::assert_json_snapshot!(
        ["scsi_self_test_0", "scsi_self_test_2"].map(|key| record.get(key).cloned())
    );
}

#[test]
fn temperature_of_a_disk_that_reports_its_environment() {
    let mut disk = Disk::new().without(&Request::LogSense { page: 0x0d, subpage: 0 });
    disk.log(0x0d, 1, &[(0, &[0, 0xfb, 54, 19, 0x80, 23, 0, 0]), (0x100, &[1, 40, 54, 19, 33, 23, 50, 20])]);
    let (record, _) = disk.without(&Request::LogSense { page: 0x2f, subpage: 0 }).record();
    assert_eq!(record.get("temperature"), Some(&object! { "current" => -5i8 }.into()));
    insta::assert_json_snapshot!(record.get("scsi_environmental_reports"));
}

#[test]
fn pending_defects_stand_at_their_code() {
    let mut disk = Disk::new();
    let defect = [0, 0, 0, 77, 0, 0, 0, 0, 0, 0, 3, 0xe8];
    disk.log(0x15, 1, &[(0, &[0, 0, 0, 9]), (2, &defect), (0xf000, &defect)]);
    let (record, _) = disk.record();
    let expected = object! { "lba" => 1000u64, "accum_power_on_hours" => 77u32 };
    let table = Value::Array(vec![Value::Null, Value::Null, expected.into()]);
    assert_eq!(
        record.get("scsi_pending_defects"),
        Some(&object! { "count" => 9u32, "table" => table }.into())
    );
}

#[test]
fn every_answer_cut_short_or_turned_over() {
    let disk = Disk::new();
    for seed in 0..200usize {
        let mut turn = seed;
        let (pages, sections) = disk.read(|data| {
            turn = turn.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
            let place = turn >> 33;
            match place % 3 {
                0 => data.truncate(place % (data.len() + 1)),
                1 if !data.is_empty() => {
                    let at = place % data.len();
                    data[at] ^= 0xff;
                }
                _ => data.iter_mut().for_each(|byte| *byte = 0xff),
            }
        });
        emit(&pages, &sections);
    }
}

#[test]
fn answers_of_another_page_are_refused() {
    let disk = Disk::new();
    let (pages, _) = disk.read(|_| ());
    let other = log_page(0x3f, 0, &[(0, &[0; 8])]);
    for page in PAGES {
        for request in (page.requests)(&pages) {
            if let Request::LogSense { page: code, .. } = request {
                let end = (page.decode)(
                    &request,
                    &Answer { data: &other, ..Answer::default() },
                    &mut pages.clone(),
                );
                assert!(matches!(end, Err(DecodeError::OtherPage { .. })), "{code:#x}");
            }
        }
    }
}
