//! Random hosts: each physical disk is found exactly once, whatever leads to it.

use std::collections::BTreeSet;
use std::path::Path;

use proptest::prelude::*;

use super::tree::{SAS, Scsi, Tree};
use crate::device::find;

/// How one drive is attached and used.
#[derive(Debug, Clone, Copy)]
struct Drive {
    ways: u8,
    units: u8,
    partitions: u8,
    mapped: bool,
}

fn drive() -> impl Strategy<Value = Drive> {
    (1..4_u8, 1..3_u8, 0..3_u8, any::<bool>()).prop_map(|(ways, units, partitions, mapped)| Drive {
        ways,
        units,
        partitions,
        mapped,
    })
}

/// Builds the host; returns the names of the ways to each logical unit, drive by drive.
fn build(tree: &Tree, drives: &[Drive]) -> Vec<Vec<BTreeSet<String>>> {
    let mut letter = b'a';
    let mut mapped = 0;
    let build_drive = |(number, drive): (usize, &Drive)| {
        let units = (0..drive.units).map(|unit| {
            let mut names = BTreeSet::new();
            for way in 0..drive.ways {
                let name = format!("sd{}", char::from(letter));
                letter += 1;
                tree.scsi(Scsi {
                    name: &name,
                    host: &format!("pci0000:3a/0000:3{way}:00.0/host{way}"),
                    way: "",
                    hctl: &format!("{way}:0:{number}:{unit}"),
                    serial: &format!("S{number}"),
                    wwid: &format!("naa.5{number:015x}{unit:016x}"),
                    ..SAS
                });
                names.insert(name);
            }
            let first = names.first().cloned().unwrap_or_default();
            for part in 0..drive.partitions {
                tree.partition(&first, &format!("{first}{part}"));
            }
            if drive.mapped {
                tree.mapped(
                    &format!("dm-{mapped}"),
                    "mpath-x",
                    &names.iter().map(String::as_str).collect::<Vec<_>>(),
                );
                mapped += 1;
            }
            names
        });
        units.collect()
    };
    drives.iter().enumerate().map(build_drive).collect()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, ..ProptestConfig::default() })]

    #[test]
    fn each_disk_exactly_once(drives in proptest::collection::vec(drive(), 0..4)) {
        let tree = Tree::new();
        let built = build(&tree, &drives);
        let disks = tree.enumerate();
        let ways_of = |disk: &crate::device::BlockDevice| -> BTreeSet<String> {
            disk.other_paths.iter().chain([&disk.name]).cloned().collect()
        };
        let found: BTreeSet<_> = disks.iter().map(ways_of).collect();
        let expected: BTreeSet<_> = built.iter().flatten().cloned().collect();
        prop_assert_eq!(disks.len(), expected.len());
        prop_assert_eq!(found, expected);
        for units in &built {
            let of_drive = disks.iter().filter(|disk| units.iter().any(|unit| unit.contains(&disk.name)));
            prop_assert_eq!(of_drive.map(|disk| &disk.physical).collect::<BTreeSet<_>>().len(), 1);
        }
        for disk in &disks {
            let one = find(&tree.roots(), &Path::new("/dev").join(&disk.name)).unwrap();
            prop_assert_eq!(one.len(), 1);
            prop_assert_eq!(&one[0].name, &disk.name);
            prop_assert_eq!(&one[0].physical, &disk.physical);
        }
    }
}
