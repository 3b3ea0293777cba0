//! What is asked of which controller.

use super::{CONTROLLER, PAGES, Pages, Request};
use crate::decode::Answer;

/// A controller: what it answers to a request.
struct Controller {
    identify: Vec<u8>,
    active: Vec<u32>,
    namespace: Vec<u8>,
    logs: Vec<u8>,
}

impl Controller {
    /// Version 1.3, one namespace, 64 error log entries, nothing optional.
    fn new() -> Self {
        let mut identify = vec![0; 4096];
        identify[80..84].copy_from_slice(&0x1_0300u32.to_le_bytes());
        identify[262] = 63;
        identify[516] = 1;
        let mut namespace = vec![0; 4096];
        namespace[0] = 1;
        namespace[130] = 9;
        Self { identify, active: vec![1], namespace, logs: Vec::new() }
    }

    fn answer(&self, request: &Request) -> Vec<u8> {
        match *request {
            Request::Identify { cns: 0x01, .. } => self.identify.clone(),
            Request::Identify { cns: 0x02, .. } => {
                self.active.iter().flat_map(|nsid| nsid.to_le_bytes()).collect()
            }
            Request::Identify { .. } => self.namespace.clone(),
            Request::GetLogPage { lid: 0x00, .. } => {
                let mut page = vec![0; 1024];
                for lid in &self.logs {
                    page[usize::from(*lid) * 4] = 1;
                }
                page
            }
            Request::GetLogPage { length, .. } => vec![0; usize::try_from(length).unwrap()],
        }
    }

    /// Reads it, and returns what was asked.
    fn read(&self, opened_namespace: Option<u32>) -> (Pages, Vec<Request>) {
        let mut pages = Pages { opened_namespace, ..Pages::default() };
        let mut asked = Vec::new();
        for page in PAGES {
            for request in (page.requests)(&pages) {
                let data = self.answer(&request);
                (page.decode)(&request, &Answer { data: &data, ..Answer::default() }, &mut pages).unwrap();
                asked.push(request);
            }
        }
        (pages, asked)
    }
}

fn identify(cns: u8, nsid: u32) -> Request {
    Request::Identify { cns, nsid }
}

fn log(lid: u8, length: u32) -> Request {
    Request::GetLogPage { lid, nsid: CONTROLLER, specific: 0, length }
}

#[test]
fn a_plain_controller_is_asked_for_what_it_must_have() {
    let (_, asked) = Controller::new().read(None);
    assert_eq!(asked, [identify(1, 0), identify(0, 1), log(0x02, 512), log(0x01, 1024)]);
}

#[test]
fn one_entry_of_the_error_log_is_no_more_than_one() {
    let mut controller = Controller::new();
    controller.identify[262] = 0;
    assert_eq!(controller.read(None).1.last(), Some(&log(0x01, 64)));
}

#[test]
fn five_commands_read_a_namespace_with_self_tests() {
    let mut controller = Controller::new();
    controller.identify[256] = 0x10;
    controller.identify[516] = 128;
    let (_, asked) = controller.read(Some(5));
    assert_eq!(asked, [identify(1, 0), identify(0, 5), log(0x02, 512), log(0x01, 1024), log(0x06, 564)]);
}

#[test]
fn a_controller_with_several_namespaces_lists_them() {
    let mut controller = Controller::new();
    controller.identify[516] = 128;
    controller.active = vec![2, 7, 0, 9];
    let (pages, asked) = controller.read(None);
    assert_eq!(asked[1..4], [identify(2, 0), identify(0, 2), identify(0, 7)]);
    assert_eq!(pages.namespaces.iter().map(|namespace| namespace.nsid).collect::<Vec<_>>(), [2, 7]);

    controller.active = (1..=1024).collect();
    assert_eq!(controller.read(None).0.namespaces.len(), 32);
}

#[test]
fn a_controller_without_version_is_not_asked_for_its_list() {
    let mut controller = Controller::new();
    controller.identify[516] = 2;
    controller.identify[80..84].fill(0);
    assert_eq!(controller.read(None).1, [identify(1, 0), log(0x02, 512), log(0x01, 1024)]);
}

#[test]
fn further_logs_are_asked_for_where_they_are_listed() {
    let mut controller = Controller::new();
    controller.logs = vec![0x01, 0x02, 0x03, 0x09, 0xc0];
    assert_eq!(controller.read(None).1.len(), 4, "LPA does not say that there is a list");

    controller.identify[261] = 0x20;
    assert_eq!(controller.read(None).1.len(), 4, "the bit is reserved before 1.4");

    controller.identify[80..84].copy_from_slice(&0x1_0400u32.to_le_bytes());
    controller.namespace[102] = 3;
    assert_eq!(controller.read(None).1[4..], [log(0x00, 1024), log(0x03, 512), log(0xc0, 512)]);

    controller.identify[96] = 0x10;
    let group = Request::GetLogPage { lid: 0x09, nsid: 0, specific: 3, length: 512 };
    let (pages, asked) = controller.read(None);
    assert_eq!(asked[6], group);
    assert_eq!(pages.endurance_groups[0].identifier, 3);
    assert_eq!(pages.ocp_smart, None, "a page without the GUID is another vendor's");
}

#[test]
fn health_is_asked_for_even_when_nothing_is_known() {
    let pages = Pages::default();
    let asked: Vec<Request> = PAGES.iter().flat_map(|page| (page.requests)(&pages)).collect();
    assert_eq!(asked, [identify(1, 0), log(0x02, 512)]);
}
