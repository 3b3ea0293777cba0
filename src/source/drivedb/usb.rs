//! USB bridges, as the database knows them: by the numbers of maker and product, and of the release where it matters.

use super::entries::{Entries, Field};
use super::pattern::Subject;
use crate::device::UsbBridge;

/// A USB bridge that the database knows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KnownBridge {
    /// Names of the device and of its bridge, as far as they are known: `JMicron JMS578`.
    pub name: String,
    /// What is spoken through it.
    pub way: BridgeWay,
}

/// What is spoken through a USB bridge.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum BridgeWay {
    /// ATA commands in ATA PASS-THROUGH, as the standard (SAT) has it.
    Sat,
    /// SCSI commands.
    Scsi,
    /// A protocol of its maker's, by smartctl's word for it: `usbjmicron,x`.
    Own(String),
    /// Nobody knows a way through.
    Unknown,
}

/// The first entry that fits `bridge`.
pub(super) fn of(entries: &Entries, bridge: UsbBridge) -> Option<KnownBridge> {
    let numbers = Subject::new(&format!("0x{:04x}:0x{:04x}", bridge.vendor, bridge.product))?;
    let release = match bridge.release {
        Some(release) => Some(Subject::new(&format!("0x{release:04x}"))?),
        None => None,
    };
    let mut pattern = Vec::new();
    entries.all().find_map(|entry| {
        let family = entries.string(entry, Field::Family);
        let names = family.strip_prefix("USB:")?;
        pattern.clear();
        entries.read(entry, Field::Model, &mut pattern);
        if !numbers.matches(&pattern) {
            return None;
        }
        pattern.clear();
        entries.read(entry, Field::Firmware, &mut pattern);
        let fits = pattern.is_empty() || release.as_ref().is_some_and(|release| release.matches(&pattern));
        fits.then(|| KnownBridge { name: name(names), way: way(&entries.string(entry, Field::Presets)) })
    })
}

/// `DEVICE; BRIDGE`, either of which may be empty.
fn name(names: &str) -> String {
    let known: Vec<&str> = names.split(';').map(str::trim).filter(|name| !name.is_empty()).collect();
    if known.is_empty() { "name unknown".to_owned() } else { known.join(", ") }
}

/// `-d TYPE`.
fn way(presets: &str) -> BridgeWay {
    let mut words = presets.split_whitespace();
    let kind = words.find(|word| *word == "-d").and_then(|_| words.next());
    match kind.map(|kind| (kind, kind.split(',').next())) {
        None => BridgeWay::Unknown,
        // With its options, which say how long the command is: that is found out.
        Some((_, Some("sat"))) => BridgeWay::Sat,
        Some((_, Some("scsi"))) => BridgeWay::Scsi,
        Some((kind, _)) => BridgeWay::Own(kind.to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::drivedb::Database;

    const DATABASE: &str = r#"
        { "A Family", "DISK", "", "", "" },
        { "USB: Old Box; Made Up MU1", "0x1d6b:0x0001", "0x01(00|0[a-f])", "", "-d usbmadeup,x" },
        { "USB: ; Made Up MU1", "0x1d6b:0x0001", "", "", "-d sat,12" },
        { "USB: ; ", "0x1d6b:0x0(002|00[89])", "", "", "" },
        { "USB: Stick; ", "0x1d6b:0x1[0-9]{3}", "", "", "-d scsi" },
    "#;

    fn bridge(vendor: u16, product: u16, release: Option<u16>) -> Option<KnownBridge> {
        of(&Entries::parse(DATABASE.as_bytes().to_vec()).0, UsbBridge { vendor, product, release })
    }

    #[test]
    fn the_release_counts_where_the_entry_names_one() {
        let own = BridgeWay::Own("usbmadeup,x".to_owned());
        let old = bridge(0x1d6b, 1, Some(0x010a)).unwrap();
        assert_eq!(old, KnownBridge { name: "Old Box, Made Up MU1".to_owned(), way: own });
        for release in [Some(0x0110), Some(0), None] {
            let newer = bridge(0x1d6b, 1, release).unwrap();
            assert_eq!((newer.name.as_str(), newer.way), ("Made Up MU1", BridgeWay::Sat), "{release:?}");
        }
    }

    #[test]
    fn ways() {
        assert_eq!(
            bridge(0x1d6b, 9, None).unwrap(),
            KnownBridge { name: "name unknown".to_owned(), way: BridgeWay::Unknown }
        );
        assert_eq!(bridge(0x1d6b, 0x1234, None).unwrap().way, BridgeWay::Scsi);
        assert_eq!(bridge(0x1d6b, 7, None), None);
        assert_eq!(bridge(0x1d6c, 1, None), None);
    }

    #[test]
    #[expect(clippy::print_stderr, reason = "a test that is skipped says so")]
    fn the_installed_database_is_read() {
        let (database, broken) = Database::installed();
        if database.is_empty() {
            eprintln!("SKIPPED: no drive database is installed: {broken:?}");
            return;
        }
        let way = |vendor, product, release| {
            database.usb_bridge(UsbBridge { vendor, product, release }).map(|known| known.way)
        };
        // JMicron's JMS539, whose newer firmware speaks SAT, and one of its first, which does not.
        assert_eq!(way(0x152d, 0x0539, Some(0x0205)), Some(BridgeWay::Sat));
        assert!(
            matches!(way(0x152d, 0x2329, Some(0x0100)), Some(BridgeWay::Own(kind)) if kind.starts_with("usbjmicron"))
        );
        assert_eq!(way(0x0000, 0x0000, None), None);
    }
}
