//! Names of the ATA and SATA revisions a drive claims (IDENTIFY DEVICE words 80, 81 and 222).

use std::borrow::Cow;

/// Major version number: bit n of word 80 for the n-th of these.
const MAJOR: [&str; 13] = [
    "",
    "ATA-1",
    "ATA-2",
    "ATA-3",
    "ATA/ATAPI-4",
    "ATA/ATAPI-5",
    "ATA/ATAPI-6",
    "ATA/ATAPI-7",
    "ATA8-ACS",
    "ACS-2",
    "ACS-3",
    "ACS-4",
    "ACS-5",
];

/// Minor version numbers (word 81), as the standards list them.
const MINOR: &[(u16, &str)] = &[
    (0x0001, "ATA-1 X3T9.2/781D prior to revision 4"),
    (0x0002, "ATA-1 published, ANSI X3.221-1994"),
    (0x0003, "ATA-1 X3T9.2/781D revision 4"),
    (0x0004, "ATA-2 published, ANSI X3.279-1996"),
    (0x0005, "ATA-2 X3T10/948D prior to revision 2k"),
    (0x0006, "ATA-3 X3T10/2008D revision 1"),
    (0x0007, "ATA-2 X3T10/948D revision 2k"),
    (0x0008, "ATA-3 X3T10/2008D revision 0"),
    (0x0009, "ATA-2 X3T10/948D revision 3"),
    (0x000a, "ATA-3 published, ANSI X3.298-1997"),
    (0x000b, "ATA-3 X3T10/2008D revision 6"),
    (0x000c, "ATA-3 X3T13/2008D revision 7 and 7a"),
    (0x000d, "ATA/ATAPI-4 X3T13/1153D revision 6"),
    (0x000e, "ATA/ATAPI-4 T13/1153D revision 13"),
    (0x000f, "ATA/ATAPI-4 X3T13/1153D revision 7"),
    (0x0010, "ATA/ATAPI-4 T13/1153D revision 18"),
    (0x0011, "ATA/ATAPI-4 T13/1153D revision 15"),
    (0x0012, "ATA/ATAPI-4 published, ANSI NCITS 317-1998"),
    (0x0013, "ATA/ATAPI-5 T13/1321D revision 3"),
    (0x0014, "ATA/ATAPI-4 T13/1153D revision 14"),
    (0x0015, "ATA/ATAPI-5 T13/1321D revision 1"),
    (0x0016, "ATA/ATAPI-5 published, ANSI NCITS 340-2000"),
    (0x0017, "ATA/ATAPI-4 T13/1153D revision 17"),
    (0x0018, "ATA/ATAPI-6 T13/1410D revision 0"),
    (0x0019, "ATA/ATAPI-6 T13/1410D revision 3a"),
    (0x001a, "ATA/ATAPI-7 T13/1532D revision 1"),
    (0x001b, "ATA/ATAPI-6 T13/1410D revision 2"),
    (0x001c, "ATA/ATAPI-6 T13/1410D revision 1"),
    (0x001d, "ATA/ATAPI-7 published, ANSI INCITS 397-2005"),
    (0x001e, "ATA/ATAPI-7 T13/1532D revision 0"),
    (0x001f, "ACS-3 T13/2161-D revision 3b"),
    (0x0021, "ATA/ATAPI-7 T13/1532D revision 4a"),
    (0x0022, "ATA/ATAPI-6 published, ANSI INCITS 361-2002"),
    (0x0027, "ATA8-ACS T13/1699-D revision 3c"),
    (0x0028, "ATA8-ACS T13/1699-D revision 6"),
    (0x0029, "ATA8-ACS T13/1699-D revision 4"),
    (0x0031, "ACS-2 T13/2015-D revision 2"),
    (0x0033, "ATA8-ACS T13/1699-D revision 3e"),
    (0x0039, "ATA8-ACS T13/1699-D revision 4c"),
    (0x0042, "ATA8-ACS T13/1699-D revision 3f"),
    (0x0052, "ATA8-ACS T13/1699-D revision 3b"),
    (0x005e, "ACS-4 T13/BSR INCITS 529 revision 5"),
    (0x006d, "ACS-3 T13/2161-D revision 5"),
    (0x0082, "ACS-2 published, ANSI INCITS 482-2012"),
    (0x009c, "ACS-4 published, ANSI INCITS 529-2018"),
    (0x0107, "ATA8-ACS T13/1699-D revision 2d"),
    (0x010a, "ACS-3 published, ANSI INCITS 522-2014"),
    (0x0110, "ACS-2 T13/2015-D revision 3"),
    (0x011b, "ACS-3 T13/2161-D revision 4"),
];

/// Serial transport versions: bit n of word 222 for the n-th of these.
const SERIAL: [&str; 11] = [
    "ATA8-AST",
    "SATA 1.0a",
    "SATA II Ext",
    "SATA 2.5",
    "SATA 2.6",
    "SATA 3.0",
    "SATA 3.1",
    "SATA 3.2",
    "SATA 3.3",
    "SATA 3.4",
    "SATA 3.5",
];

/// The revision of words 80 and 81. `None`: the drive reports none.
pub(super) fn ata(major: u16, minor: u16) -> Option<Cow<'static, str>> {
    let is_silent = |version: u16| version == 0 || version == 0xffff;
    if is_silent(major) && is_silent(minor) {
        return None;
    }
    let bit = usize::try_from(major.checked_ilog2().unwrap_or_default()).unwrap_or_default();
    let name = match MAJOR.get(bit) {
        Some(&"") => Cow::Owned(format!("Unknown(0x{major:04x})")),
        Some(&name) => Cow::Borrowed(name),
        None => Cow::Owned(format!("ACS >5 ({bit})")),
    };
    if is_silent(minor) {
        return Some(Cow::Owned(format!("{name} (minor revision not indicated)")));
    }
    Some(match MINOR.binary_search_by_key(&minor, |&(code, _)| code) {
        Err(_) => Cow::Owned(format!("{name} (unknown minor revision code: 0x{minor:04x})")),
        Ok(index) => {
            let text = MINOR[index].1;
            if text.starts_with(name.as_ref()) {
                Cow::Borrowed(text)
            } else {
                Cow::Owned(format!("{name}, {text}"))
            }
        }
    })
}

/// The serial transport revision in bits 11:0 of word 222. `None`: none is set.
pub(super) fn serial(versions: u16) -> Option<Cow<'static, str>> {
    let bit = usize::try_from(versions.checked_ilog2()?).unwrap_or_default();
    Some(match SERIAL.get(bit) {
        Some(&name) => Cow::Borrowed(name),
        None => Cow::Owned(format!("SATA >3.5 ({bit})")),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn revisions_are_named_once() {
        assert_eq!(ata(0x03f0, 0x0110).as_deref(), Some("ACS-2 T13/2015-D revision 3"));
        assert_eq!(ata(0x07fc, 0x0110).as_deref(), Some("ACS-3, ACS-2 T13/2015-D revision 3"));
        assert_eq!(ata(0x0ff8, 0xffff).as_deref(), Some("ACS-4 (minor revision not indicated)"));
        assert_eq!(ata(0x0ff8, 0x7777).as_deref(), Some("ACS-4 (unknown minor revision code: 0x7777)"));
        assert_eq!(ata(0x4000, 0).as_deref(), Some("ACS >5 (14) (minor revision not indicated)"));
        assert_eq!(ata(0, 0x0039).as_deref(), Some("Unknown(0x0000), ATA8-ACS T13/1699-D revision 4c"));
        assert_eq!((ata(0, 0xffff), ata(0xffff, 0)), (None, None));
        assert!(MINOR.is_sorted_by_key(|&(code, _)| code), "it is searched by halves");
    }

    #[test]
    fn serial_revisions() {
        assert_eq!(serial(0x1ff).as_deref(), Some("SATA 3.3"));
        assert_eq!(serial(0x800).as_deref(), Some("SATA >3.5 (11)"));
        assert_eq!(serial(0), None);
    }
}
