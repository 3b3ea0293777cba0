//! The facts of a host: /sys, udev's database, /dev and the folders of daemons, any file or link of which says anything.

use std::fs;
use std::os::unix::fs::symlink;
use std::path::{Component, Path};

use stone_smart::device::{Roots, enumerate, find};

use super::dump;
use super::input::{Input, tag};

/// What is changed in the host.
const LINK: u8 = 1;
const REMOVED: u8 = 2;
const FOLDER: u8 = 3;

const SATA: &str = "sys/devices/pci0000:00/0000:00:1f.2/ata1/host0/target0:0:0/0:0:0:0";
const SAS: &str = "sys/devices/pci0000:3a/0000:3b:00.0/host6/port-6:0/expander-6:0/port-6:0:3/end_device-6:0:3/target6:0:3/6:0:3:0";
const NVME: &str = "sys/devices/pci0000:5d/0000:5e:00.0/nvme/nvme0";

/// A host with a SATA disk and its partition, a SAS disk with a map above it, an NVMe controller, and two daemons.
/// Below each folder: a file and its text, or (`->`) a link and where it leads.
const HOST: &[(&str, &[&str])] = &[
    (
        SATA,
        &[
            "vendor=ATA",
            "model=ST8000NM0055-1RM",
            "rev=SN04",
            "state=running",
            "type=0",
            "wwid=naa.5000c500a1b2c3d4",
        ],
    ),
    (SATA, &["vpd_pg80=\0\u{80}\0\u{8}ZA1ABCDE", "power/runtime_status=active", "scsi_generic/sg0/dev=21:0"]),
    (
        SATA,
        &[
            "block/sda/dev=8:0",
            "block/sda/size=15628053168",
            "block/sda/removable=0",
            "block/sda/device->../..",
        ],
    ),
    (SATA, &["block/sda/queue/logical_block_size=512", "block/sda/queue/physical_block_size=4096"]),
    (SATA, &["block/sda/queue/rotational=1", "block/sda/sda1/dev=8:1", "block/sda/sda1/partition=1"]),
    (SATA, &["scsi_generic/sg0/device->../..", "bsg/0:0:0:0/device->../.."]),
    ("sys/devices/pci0000:00/0000:00:1f.2", &["driver->../../../bus/pci/drivers/ahci"]),
    (
        SAS,
        &[
            "vendor=SEAGATE",
            "model=ST8000NM0075",
            "rev=E002",
            "state=running",
            "type=0",
            "wwid=naa.5000c50085a1b2c3",
        ],
    ),
    (SAS, &["serial=ZA16XXXX", "block/sdb/dev=8:16", "block/sdb/size=15628053168", "block/sdb/removable=0"]),
    (SAS, &["block/sdb/device->../..", "block/sdb/holders/dm-0/x=", "scsi_generic/sg1/device->../.."]),
    (
        "sys/devices/pci0000:3a/0000:3b:00.0",
        &["driver->../../../bus/pci/drivers/mpt3sas", "host6/scsi_host/host6/proc_name=mpt3sas"],
    ),
    (
        NVME,
        &[
            "model=KXG6ATNV1T02",
            "serial=79XF7018T9XX",
            "firmware_rev=AGXA4104",
            "state=live",
            "transport=pcie",
        ],
    ),
    (NVME, &["cntrltype=io", "device->../..", "dev=240:0", "subsysnqn=nqn.2014.08.org.nvmexpress:x"]),
    (
        NVME,
        &[
            "nvme0n1/dev=259:0",
            "nvme0n1/size=2000409264",
            "nvme0n1/nsid=1",
            "nvme0n1/wwid=eui.00253851111ace09",
        ],
    ),
    (NVME, &["nvme0n1/queue/logical_block_size=4096", "nvme0n1/device->.."]),
    (
        "sys/devices/virtual/block/dm-0",
        &["dev=253:0", "size=8", "dm/uuid=mpath-35000c50085a1b2c3", "dm/name=mpatha"],
    ),
    ("sys/devices/virtual/block/dm-0", &["slaves/sdb->../../../../../class/block/sdb"]),
    (
        "sys/class/block",
        &["sda->../../devices/pci0000:00/0000:00:1f.2/ata1/host0/target0:0:0/0:0:0:0/block/sda"],
    ),
    (
        "sys/class/block",
        &["sda1->../../devices/pci0000:00/0000:00:1f.2/ata1/host0/target0:0:0/0:0:0:0/block/sda/sda1"],
    ),
    (
        "sys/class/block",
        &[
            "sdb->../../devices/pci0000:3a/0000:3b:00.0/host6/port-6:0/expander-6:0/port-6:0:3/end_device-6:0:3/target6:0:3/6:0:3:0/block/sdb",
        ],
    ),
    (
        "sys/class/block",
        &[
            "nvme0n1->../../devices/pci0000:5d/0000:5e:00.0/nvme/nvme0/nvme0n1",
            "dm-0->../../devices/virtual/block/dm-0",
        ],
    ),
    (
        "sys/block",
        &[
            "sda->../class/block/sda",
            "sdb->../class/block/sdb",
            "nvme0n1->../class/block/nvme0n1",
            "dm-0->../class/block/dm-0",
        ],
    ),
    ("sys/class/nvme", &["nvme0->../../devices/pci0000:5d/0000:5e:00.0/nvme/nvme0"]),
    ("sys/class/nvme-subsystem/nvme-subsys0", &["nvme0->../../nvme/nvme0", "subsysnqn=nqn.x"]),
    (
        "sys/class/scsi_generic",
        &["sg0->../../devices/pci0000:00/0000:00:1f.2/ata1/host0/target0:0:0/0:0:0:0/scsi_generic/sg0"],
    ),
    (
        "sys/class/bsg",
        &["0:0:0:0->../../devices/pci0000:00/0000:00:1f.2/ata1/host0/target0:0:0/0:0:0:0/bsg/0:0:0:0"],
    ),
    ("sys/class/scsi_host", &["host6->../../devices/pci0000:3a/0000:3b:00.0/host6/scsi_host/host6"]),
    (
        "run/udev/data",
        &[
            "b8:0=S:disk/by-id/ata-ST8000NM0055_ZA1ABCDE\nE:ID_BUS=ata\nE:ID_MODEL=ST8000NM0055-1RM112\nE:ID_SERIAL_SHORT=ZA1ABCDE\nE:ID_WWN=0x5000c500a1b2c3d4\n",
        ],
    ),
    (
        "run/udev/data",
        &[
            "b8:16=E:ID_BUS=scsi\nE:ID_VENDOR=SEAGATE\nE:ID_MODEL=ST8000NM0075\nE:ID_SCSI_SERIAL=ZA16XXXX\nE:ID_WWN_WITH_EXTENSION=0x5000c50085a1b2c3\n",
        ],
    ),
    (
        "run/udev/data",
        &["b259:0=E:ID_MODEL=KXG6ATNV1T02\nE:ID_SERIAL=KXG6ATNV1T02_79XF7018T9XX\nS:disk/by-id/nvme-X\n"],
    ),
    (
        "dev",
        &[
            "sda=",
            "sda1=",
            "sdb=",
            "sg0=",
            "nvme0=",
            "nvme0n1=",
            "dm-0=",
            "mapper/mpatha->../dm-0",
            "bsg/0:0:0:0=",
        ],
    ),
    (
        "var/lib/ceph",
        &["osd/ceph-3/block->../../../../../dev/sda1", "osd/ceph-3/block.db->../../../../../dev/nvme0n1"],
    ),
    ("var/lib/ceph/0b5a4b3e-7d0c-4c8e-9a53-0d9b9c1f2e3d", &["osd.4/block->../../../../../dev/mapper/mpatha"]),
];

/// Chunks: the tag of one of the host's files, links or folders, and what it is now; tag 0: the path that is looked for.
pub fn device(bytes: &[u8]) {
    let folder = dump::scratch();
    let root = folder.path();
    let changes: Vec<_> = Input(bytes).chunks().collect();
    let mut asked = vec!["/dev/sda".to_owned(), "/dev/dm-0".to_owned(), "/dev/nvme0n1".to_owned()];
    for (below, things) in HOST {
        for thing in *things {
            let link = thing.split_once("->").filter(|(name, _)| !name.contains('='));
            let Some((name, what)) = link.or_else(|| thing.split_once('=')) else { continue };
            let path = Path::new(below).join(name);
            let place = tag(&path.to_string_lossy());
            let change = changes.iter().find(|change| change.tag == place && place != 0);
            let (kind, what) = match change {
                Some(change) => (change.flags & 3, change.bytes),
                None => (if link.is_some() { LINK } else { 0 }, what.as_bytes()),
            };
            put(root, &path, kind, what);
        }
    }
    for change in changes.iter().filter(|change| change.tag == 0).take(2) {
        asked.push(String::from_utf8_lossy(change.bytes).into_owned());
    }
    let roots = Roots::at(root);
    let disks = enumerate(&roots).unwrap_or_default();
    for disk in &disks {
        for text in [&disk.vendor, &disk.model, &disk.revision, &disk.serial, &disk.wwn, &disk.device_id] {
            let clean = |text: &String| !text.is_empty() && !text.chars().any(char::is_control);
            assert!(text.as_ref().is_none_or(clean), "{text:?}");
        }
        assert_eq!(disks.iter().filter(|other| other.name == disk.name).count(), 1, "{} twice", disk.name);
        asked.push(format!("/dev/{}", disk.name));
    }
    for path in asked.iter().filter(|path| stays(Path::new("dev"), path)) {
        if let Err(error) = find(&roots, Path::new(path)) {
            assert!(!error.to_string().is_empty());
        }
    }
}

/// Makes one file, link or folder, unless another already stands in its way.
fn put(root: &Path, path: &Path, kind: u8, what: &[u8]) {
    let at = root.join(path);
    let above = path.parent().unwrap_or(Path::new(""));
    if kind == REMOVED || fs::create_dir_all(root.join(above)).is_err() {
        return;
    }
    // What fails is not there: that is a host, too.
    _ = match kind {
        LINK => match std::str::from_utf8(what) {
            Ok(target) if stays(above, target) && !target.starts_with('/') => symlink(target, at),
            _ => return,
        },
        FOLDER => fs::create_dir(at),
        _ => fs::write(at, what),
    };
}

/// Does `target`, as said in `folder`, lead to a place below the root? By its words alone, and with no word too long.
fn stays(folder: &Path, target: &str) -> bool {
    let mut depth = folder.components().count();
    let mut inside = target.len() < 512 && !target.contains('\0');
    for component in Path::new(target).components() {
        match component {
            Component::ParentDir => match depth.checked_sub(1) {
                Some(less) => depth = less,
                None => inside = false,
            },
            Component::Normal(_) => depth += 1,
            _ => {}
        }
    }
    inside
}
