//! What holds for every record, whatever it was made of.

use std::sync::LazyLock;

use stone_smart::anonymise::{Anonymiser, Secret};
use stone_smart::report::{Header, Object, Outcome, Pages, Presets, Record, Section, Stamp, build};

/// Text of a record from no more than some ten thousand bytes of answers.
const LONGEST: usize = 16 << 20;

pub(super) static ANONYMISER: LazyLock<Anonymiser> =
    LazyLock::new(|| Anonymiser::new(Secret::from_bytes([7; 32]), "osd-17"));

/// The record of `pages`; `sections` are those of all pages of the protocol, or what became of them.
pub(super) fn record_of(pages: &Pages, sections: &[Section], presets: &Presets) -> Record {
    let header = Header {
        name: "/dev/sda".to_owned(),
        info_name: "/dev/sda".to_owned(),
        kind: "auto".to_owned(),
        stamp: Stamp { time_t: 0, asctime: "Thu Jan  1 00:00:00 1970 UTC".to_owned() },
        warnings: Vec::new(),
    };
    build(&header, pages, sections, presets)
}

/// A section for each name, as if its page had come.
pub(super) fn well<'n>(names: impl Iterator<Item = &'static str> + 'n) -> Vec<Section> {
    names.map(|name| Section { name, outcome: Outcome::Ok, commands: 1, bytes: 512 }).collect()
}

/// A record of our own is JSON that reads back as it was.
pub(super) fn json(record: &Record) {
    let text = serde_json::to_string(&record.0).expect("a record is JSON");
    assert!(text.len() < LONGEST, "a record of {} bytes", text.len());
    let again: Object = serde_json::from_str(&text).expect("a record's text is JSON");
    assert_eq!(again, record.0, "a record's text reads back as it was");
}

/// What leaves of any record leaves unchanged when it is anonymised again.
pub(super) fn anonymise(record: &Record) -> Object {
    let out = ANONYMISER.anonymise(record).record();
    let out = Record(out);
    let again = ANONYMISER.anonymise(&out);
    assert_eq!(again.record(), out.0, "what was anonymised changes when it is anonymised again");
    out.0
}
