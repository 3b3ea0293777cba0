//! What a path that the user gives leads to.

use std::path::Path;

use super::tree::{SAS, Scsi, Tree, names};
use crate::device::{DeviceError, Link, Place, Roots, find};

/// Two disks, an LVM volume over both, MD over partitions, and the usual names.
fn host() -> Tree {
    let tree = Tree::new();
    tree.scsi(Scsi { name: "sda", hctl: "6:0:0:0", ..SAS });
    let number = tree.scsi(Scsi { name: "sdb", hctl: "6:0:1:0", ..SAS });
    tree.udev(&number, &["S:disk/by-id/scsi-SEAGATE_X_ZA1"]);
    for (disk, part) in [("sda", "sda1"), ("sdb", "sdb1"), ("sdb", "sdb2")] {
        tree.partition(disk, part);
    }
    tree.mapped("dm-0", "LVM-a", &["sda1", "sdb2"]);
    tree.mapped("md0", "", &["sda", "sdb1"]);
    tree.mapped("dm-1", "LVM-b", &["md0"]);
    tree.link("dev/mapper/vg-lv", "../dm-0");
    tree.link("dev/vg/lv", "../dm-0");
    tree.link("home/disk", "../dev/disk/by-id/scsi-SEAGATE_X_ZA1");
    tree
}

fn error(tree: &Tree, path: &str) -> DeviceError {
    find(&tree.roots(), Path::new(path)).unwrap_err()
}

#[test]
fn one_disk() {
    let tree = host();
    for path in [
        "/dev/sdb",
        "/dev/sdb1",
        "/dev/sg1",
        "/dev/bsg/6:0:1:0",
        "/dev/disk/by-id/scsi-SEAGATE_X_ZA1",
        "/home/disk",
        "/dev/../dev/./sdb",
    ] {
        let disk = tree.find(path);
        assert_eq!(disk, tree.disk("sdb"), "{path}");
    }
}

#[test]
fn several_disks() {
    let tree = host();
    for path in ["/dev/dm-0", "/dev/mapper/vg-lv", "/dev/vg/lv", "/dev/md0", "/dev/dm-1"] {
        let disks = find(&tree.roots(), Path::new(path)).unwrap();
        assert_eq!(disks, tree.enumerate(), "{path}");
        assert_eq!(names(&disks), ["sda", "sdb"]);
    }
}

#[test]
fn what_is_no_disk_is_said_to_be() {
    let tree = host();
    tree.whole("loop0", "virtual/block", 8);
    tree.mapped("dm-9", "LVM-x", &["loop0"]);
    tree.folder("sys/class/scsi_generic/sg77");
    tree.file("dev/sg77", "");
    tree.file("etc/fstab", "");
    tree.link("dev/round", "about");
    tree.link("dev/about", "round");
    for (path, message) in [
        ("/dev/loop0", "/dev/loop0 is a loop device, not a physical disk"),
        ("/dev/dm-9", "/dev/dm-9 is a loop device, not a physical disk"),
        ("/dev/sg77", "/dev/sg77 is a SCSI generic node without a disk, not a physical disk"),
        ("/etc/fstab", "/etc/fstab is a regular file, not a block or character device"),
        ("/etc", "/etc is a directory, not a block or character device"),
        ("/dev/sdz", "/dev/sdz: no such device"),
        ("/etc/fstab/x", "/etc/fstab/x: no such device"),
        ("/dev/round", "/dev/round: too many symbolic links"),
        ("", ": no such device"),
    ] {
        if path.is_empty() {
            assert!(find(&tree.roots(), Path::new(path)).is_err());
            continue;
        }
        assert_eq!(error(&tree, path).to_string(), message);
    }
}

#[test]
fn a_disk_that_a_raid_controller_hides_has_its_generic_node_only() {
    let tree = Tree::new();
    tree.scsi(Scsi { name: "sda", hctl: "6:0:9:0", serial: "ZA1", ..SAS });
    tree.remove("sys/class/block/sda");
    tree.remove("sys/class/scsi_generic/sg0/device/block");
    for path in ["/dev/sg0", "/dev/bsg/6:0:9:0"] {
        let disk = tree.find(path);
        assert_eq!((disk.name.as_str(), disk.place), ("sg0", Place::Node("/dev/sg0".into())), "{path}");
        assert_eq!((disk.link, disk.serial.as_deref()), (Link::Sas, Some("ZA1")));
        assert_eq!(disk.generic.as_deref(), Some(Path::new("/dev/sg0")));
    }
    tree.file("sys/class/scsi_generic/sg0/device/type", "13\n");
    assert!(matches!(error(&tree, "/dev/sg0"), DeviceError::NotADisk { .. }), "an enclosure");
}

#[test]
fn of_this_host_too() {
    let find = |path: &str| find(&Roots::default(), Path::new(path)).unwrap_err();
    assert!(matches!(find("/dev/null"), DeviceError::NotADisk { what: "a character device", .. }));
    assert!(matches!(find("/dev/no-such-device"), DeviceError::NotFound { .. }));
    assert!(matches!(find("/proc/self/status"), DeviceError::NotADevice { what: "a regular file", .. }));
    assert!(matches!(find("/"), DeviceError::NotADevice { what: "a directory", .. }));
}

#[test]
fn a_node_that_sysfs_does_not_know_is_taken_at_its_name() {
    let tree = Tree::new();
    for name in ["sdx", "sdx1", "sg3", "nvme4", "nvme5n2p1", "vdb"] {
        tree.file(&format!("dev/{name}"), "");
    }
    for (path, name, node, link) in [
        ("/dev/sdx", "sdx", "/dev/sdx", Link::Unknown),
        ("/dev/sdx1", "sdx", "/dev/sdx", Link::Unknown),
        ("/dev/sg3", "sg3", "/dev/sg3", Link::Unknown),
        ("/dev/vdb", "vdb", "/dev/vdb", Link::Virtio),
        ("/dev/nvme4", "nvme4", "/dev/nvme4", Link::Nvme),
        ("/dev/nvme5n2p1", "nvme5", "/dev/nvme5", Link::Nvme),
    ] {
        let disk = tree.find(path);
        assert_eq!((disk.name.as_str(), &disk.place, disk.link), (name, &Place::Node(node.into()), link));
        assert_eq!((disk.physical.as_str(), disk.serial, disk.device_id), (name, None, None));
    }
    assert_eq!(tree.find("/dev/nvme5n2p1").named_namespace, Some(2));
    tree.file("dev/loop3", "");
    assert!(matches!(error(&tree, "/dev/loop3"), DeviceError::NotADisk { what: "a loop device", .. }));
}

#[test]
fn a_disk_that_leaves_meanwhile() {
    let tree = host();
    tree.remove("sys/class/block/sdb");
    let error = error(&tree, "/dev/dm-0");
    assert!(matches!(&error, DeviceError::Gone { name } if name == "sdb"), "{error}");
    assert_eq!(names(&tree.enumerate()), ["sda"], "what is listed and cannot be read is left out");
}

#[test]
fn mapped_devices_in_a_circle_end() {
    let tree = Tree::new();
    tree.mapped("dm-0", "LVM-a", &[]);
    tree.mapped("dm-1", "LVM-b", &["dm-0"]);
    tree.link("sys/devices/virtual/block/dm-0/slaves/dm-1", "..");
    assert!(matches!(error(&tree, "/dev/dm-0"), DeviceError::NotADisk { .. }));
}
