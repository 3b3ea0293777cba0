//! Whatever a drive says, there is a record, and it is JSON.

use proptest::prelude::*;

use super::{Header, Object, Outcome, Pages, Presets, Section, Stamp, build};
use crate::decode::hostile::{Liar, read};
use crate::decode::{Protocol, ata, nvme, scsi};

fn check<P: Protocol>(pages: Pages) {
    let header = Header {
        name: "/dev/sda".to_owned(),
        info_name: "/dev/sda".to_owned(),
        kind: "sat".to_owned(),
        stamp: Stamp { time_t: 0, asctime: "Thu Jan  1 00:00:00 1970 UTC".to_owned() },
        warnings: Vec::new(),
    };
    let section = |name| Section { name, outcome: Outcome::Ok, commands: 1, bytes: 512 };
    let sections: Vec<Section> = P::PAGES.iter().map(|page| section(page.name)).collect();
    let record = build(&header, &pages, &sections, &Presets::standard());
    let text = serde_json::to_string(&record.0).unwrap();
    assert!(text.len() < 1 << 20, "a record of {} bytes", text.len());
    let again: Object = serde_json::from_str(&text).unwrap();
    assert_eq!(again.len(), record.0.len());
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 100, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn an_ata_liar_has_a_record(liar in Liar::any()) {
        let pages = read::<ata::Pages>(liar, |_, _, _, _| ());
        check::<ata::Pages>(Pages::Ata(Box::new(pages)));
    }

    #[test]
    fn a_scsi_liar_has_a_record(liar in Liar::any()) {
        let pages = read::<scsi::Pages>(liar, |_, _, _, _| ());
        check::<scsi::Pages>(Pages::Scsi(Box::new(pages)));
    }

    #[test]
    fn an_nvme_liar_has_a_record(liar in Liar::any()) {
        let pages = read::<nvme::Pages>(liar, |_, _, _, _| ());
        check::<nvme::Pages>(Pages::Nvme(Box::new(pages)));
    }
}
