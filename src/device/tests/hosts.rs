//! Every physical disk once, with its facts.

use std::path::{Path, PathBuf};

use super::tree::{SAS, Scsi, Tree, names};
use crate::device::{BlockDevice, DeviceError, Hctl, Link, Place, Roots, UsbBridge, enumerate, find};

const AHCI: &str = "pci0000:00/0000:00:1f.2";

fn sata(tree: &Tree) -> String {
    tree.driver(AHCI, "ahci");
    tree.scsi(Scsi {
        name: "sda",
        host: &format!("{AHCI}/ata1/host0"),
        way: "",
        hctl: "0:0:0:0",
        vendor: "ATA     ",
        model: "ST4000NM0035-1V4",
        serial: "            ZC1X",
        wwid: "naa.5000c500a1b2c3d4",
    })
}

#[test]
fn a_sata_disk_with_udev() {
    let tree = Tree::new();
    let number = sata(&tree);
    tree.udev(
        &number,
        &[
            "S:disk/by-id/wwn-0x5000c500a1b2c3d4",
            "S:disk/by-id/ata-ST4000NM0035-1V4107_ZC1X",
            "S:disk/by-path/pci-0000:00:1f.2-ata-1",
            "S:disk/by-diskseq/1",
            "E:ID_BUS=ata",
            "E:ID_MODEL=ST4000NM0035-1V4107",
            r"E:ID_MODEL_ENC=ST4000NM0035-1V4107\x20\x20\x20",
            "E:ID_SERIAL=ST4000NM0035-1V4107_ZC1X",
            "E:ID_SERIAL_SHORT=ZC1X",
            "E:ID_WWN=0x5000c500a1b2c3d4",
        ],
    );
    let disks = tree.enumerate();
    assert_eq!(
        disks,
        [BlockDevice {
            name: "sda".into(),
            place: Place::Node("/dev/sda".into()),
            generic: Some("/dev/sg0".into()),
            link: Link::Sata,
            vendor: Some("ATA".into()),
            model: Some("ST4000NM0035-1V4107".into()),
            revision: Some("E002".into()),
            serial: Some("ZC1X".into()),
            wwn: Some("0x5000c500a1b2c3d4".into()),
            size_bytes: Some(8_001_563_222_016),
            logical_block_size: Some(512),
            physical_block_size: Some(4096),
            removable: Some(false),
            rotational: Some(true),
            adapter: Some(("ahci".into(), "0000:00:1f.2".into())),
            hctl: Some(Hctl { host: 0, channel: 0, target: 0, lun: 0 }),
            runtime_status: Some(tree.roots().real("/sys/class/block/sda/device/power/runtime_status")),
            by_id: vec![
                "/dev/disk/by-id/ata-ST4000NM0035-1V4107_ZC1X".into(),
                "/dev/disk/by-id/wwn-0x5000c500a1b2c3d4".into(),
            ],
            by_path: vec!["/dev/disk/by-path/pci-0000:00:1f.2-ata-1".into()],
            physical: "sda".into(),
            device_id: Some("ST4000NM0035-1V4107_ZC1X".into()),
            ..BlockDevice::default()
        }]
    );
}

#[test]
fn without_udev_sysfs_says_the_same_but_for_the_long_model() {
    let tree = Tree::new();
    sata(&tree);
    tree.link("dev/disk/by-id/ata-ST4000NM0035-1V4107_ZC1X", "../../sda");
    let disk = tree.disk("sda");
    assert_eq!(disk.model.as_deref(), Some("ST4000NM0035-1V4"));
    assert_eq!(disk.serial.as_deref(), Some("ZC1X"));
    assert_eq!(disk.wwn.as_deref(), Some("0x5000c500a1b2c3d4"));
    assert_eq!(disk.device_id.as_deref(), Some("ST4000NM0035-1V4_ZC1X"));
    assert_eq!(disk.by_id, [Path::new("/dev/disk/by-id/ata-ST4000NM0035-1V4107_ZC1X")]);
}

#[test]
fn disks_behind_a_sas_adapter() {
    let tree = Tree::new();
    tree.driver("pci0000:3a/0000:3a:00.0/0000:3b:00.0", "mpt3sas");
    tree.scsi(Scsi { name: "sdb", hctl: "6:0:4:0", serial: "ZA1ABC", ..SAS });
    tree.scsi(Scsi { name: "sdaaa", hctl: "6:0:5:0", vendor: "ATA     ", ..SAS });
    tree.scsi(Scsi { name: "sdc", hctl: "6:1:0:0", vendor: "LSI", model: "Logical Volume", ..SAS });
    let disks = tree.enumerate();
    assert_eq!(names(&disks), ["sdb", "sdc", "sdaaa"]);
    assert_eq!(disks.iter().map(|disk| disk.link).collect::<Vec<_>>(), [Link::Sas, Link::Raid, Link::Sata]);
    assert_eq!(disks[0].adapter, Some(("mpt3sas".into(), "0000:3b:00.0".into())));
    assert_eq!(disks[0].vendor.as_deref(), Some("SEAGATE"));
}

#[test]
fn a_hundred_disks_stand_in_the_order_people_count() {
    let tree = Tree::new();
    let letters = || (b'a'..=b'z').map(char::from);
    let names_in_order: Vec<_> = letters()
        .map(String::from)
        .chain(letters().flat_map(|a| letters().map(move |b| format!("{a}{b}"))))
        .take(100)
        .collect();
    for (number, letters) in names_in_order.iter().enumerate() {
        tree.scsi(Scsi { name: &format!("sd{letters}"), hctl: &format!("6:0:{number}:0"), ..SAS });
    }
    let disks = tree.enumerate();
    assert_eq!(
        disks.iter().map(|disk| disk.name.trim_start_matches("sd")).collect::<Vec<_>>(),
        names_in_order
    );
    assert_eq!(disks[30].hctl, Some(Hctl { host: 6, channel: 0, target: 30, lun: 0 }));
}

#[test]
fn a_disk_with_two_paths_is_one_disk() {
    let tree = Tree::new();
    let other = "pci0000:5a/0000:5b:00.0/host7";
    let disk = Scsi { serial: "ZA1ABC", wwid: "naa.5000c500a1b2c3d4", ..SAS };
    tree.scsi(Scsi { name: "sda", hctl: "6:0:4:0", ..disk });
    tree.scsi(Scsi { name: "sdb", hctl: "6:0:5:0", serial: "ZA1ABD", wwid: "naa.5000c500a1b2c3d8", ..disk });
    tree.scsi(Scsi { name: "sdc", host: other, way: "", hctl: "7:0:4:0", ..disk });
    let disks = tree.enumerate();
    assert_eq!(names(&disks), ["sda", "sdb"]);
    assert_eq!(disks[0].other_paths, ["sdc"]);
    assert_eq!(disks[1].other_paths, [""; 0]);

    tree.file("sys/class/block/sda/device/state", "offline\n");
    let disks = tree.enumerate();
    assert_eq!(names(&disks), ["sdb", "sdc"], "a path that is dead is not the disk");
    assert_eq!(disks[1].other_paths, ["sda"]);
}

#[test]
fn disks_that_are_numbered_alike_are_not_one() {
    let tree = Tree::new();
    let disk = Scsi { wwid: "naa.5000000000000000", ..SAS };
    tree.scsi(Scsi { name: "sda", hctl: "6:0:0:0", ..disk });
    tree.scsi(Scsi { name: "sdb", hctl: "6:0:1:0", ..disk });
    let disk = Scsi { wwid: "naa.5000c500a1b2c3d4", ..SAS };
    tree.scsi(Scsi { name: "sdc", hctl: "6:0:2:0", serial: "A", ..disk });
    tree.scsi(Scsi { name: "sdd", hctl: "6:0:3:0", serial: "B", ..disk });
    tree.scsi(Scsi { name: "sde", hctl: "6:0:4:0", serial: "B", model: "other", ..disk });
    assert_eq!(names(&tree.enumerate()), ["sda", "sdb", "sdc", "sdd", "sde"]);
}

#[test]
fn device_mapper_multipath_says_what_belongs_together_where_the_disks_do_not() {
    let tree = Tree::new();
    for (name, hctl) in [("sda", "6:0:4:0"), ("sdb", "6:0:5:0"), ("sdc", "6:0:6:0")] {
        tree.scsi(Scsi { name, hctl, ..SAS });
    }
    tree.mapped("dm-0", "mpath-35000c500a1b2c3d4", &["sda", "sdc"]);
    tree.mapped("dm-1", "LVM-abc", &["sda", "sdb"]);
    let disks = tree.enumerate();
    assert_eq!(names(&disks), ["sda", "sdb"]);
    assert_eq!(disks[0].other_paths, ["sdc"]);
    assert_eq!(tree.find("/dev/sdc").other_paths, ["sda"], "who is named is the disk");
    assert_eq!(tree.find("/dev/dm-0").name, "sda");
}

#[test]
fn two_actuators_are_two_disks_of_one_drive() {
    let tree = Tree::new();
    let unit = Scsi { serial: "ZKA1", ..SAS };
    let other = Scsi { host: "pci0000:5a/0000:5b:00.0/host7", way: "", ..unit };
    tree.scsi(Scsi { name: "sda", hctl: "6:0:4:0", wwid: "naa.6000c500a1b2c3d40000", ..unit });
    tree.scsi(Scsi { name: "sdb", hctl: "6:0:4:1", wwid: "naa.6000c500a1b2c3d40001", ..unit });
    tree.scsi(Scsi { name: "sdc", hctl: "7:0:9:0", wwid: "naa.6000c500a1b2c3d40000", ..other });
    tree.scsi(Scsi { name: "sdd", hctl: "7:0:9:1", wwid: "naa.6000c500a1b2c3d40001", ..other });
    tree.scsi(Scsi { name: "sde", hctl: "6:0:4:2", serial: "other", ..unit });
    let disks = tree.enumerate();
    assert_eq!(names(&disks), ["sda", "sdb", "sde"]);
    assert_eq!(disks.iter().map(|disk| disk.physical.as_str()).collect::<Vec<_>>(), ["sda", "sda", "sde"]);
    assert_eq!(disks[1].other_paths, ["sdd"]);
    assert_eq!(tree.find("/dev/sdb").physical, "sda");
}

#[test]
fn two_actuators_without_wwid_are_told_apart_by_their_unit() {
    let tree = Tree::new();
    tree.scsi(Scsi { name: "sda", hctl: "6:0:4:0", serial: "ZKA1", ..SAS });
    tree.scsi(Scsi { name: "sdb", hctl: "6:0:4:1", serial: "ZKA1", ..SAS });
    let disks = tree.enumerate();
    assert_eq!(names(&disks), ["sda", "sdb"]);
    assert_eq!(disks[1].physical, "sda");
}

#[test]
fn usb_and_virtual_disks() {
    let tree = Tree::new();
    tree.driver("pci0000:00/0000:00:14.0", "xhci_hcd");
    let usb =
        Scsi { host: "pci0000:00/0000:00:14.0/usb2/2-1/2-1:1.0/host3", way: "", serial: "0123456789", ..SAS };
    tree.scsi(Scsi { name: "sda", hctl: "3:0:0:0", ..usb });
    tree.scsi(Scsi { name: "sdb", host: &usb.host.replace("host3", "host4"), hctl: "4:0:0:0", ..usb });
    tree.scsi(Scsi { name: "sdc", hctl: "3:0:0:1", serial: "", ..usb });
    let bridge = "sys/devices/pci0000:00/0000:00:14.0/usb2/2-1";
    for (file, number) in [("idVendor", "152d\n"), ("idProduct", "0578\n"), ("bcdDevice", "0104\n")] {
        tree.file(&format!("{bridge}/{file}"), number);
    }
    tree.file("sys/class/block/sdc/removable", "1\n");
    tree.file("sys/class/block/sdc/size", "0\n");
    tree.driver("pci0000:00/0000:00:02.0", "virtio-pci");
    tree.whole("vda", "pci0000:00/0000:00:02.0/virtio1/block", 2048);
    tree.link("sys/devices/pci0000:00/0000:00:02.0/virtio1/block/vda/device", "../..");
    tree.file("sys/class/block/vda/serial", "disk-1");
    tree.file("sys/class/block/vda/device/vendor", "0x1af4\n");

    let disks = tree.enumerate();
    assert_eq!(
        names(&disks),
        ["sda", "sdb", "vda"],
        "two bridges with the same serial number; a reader without card"
    );
    assert_eq!(disks.iter().map(|disk| disk.link).collect::<Vec<_>>(), [Link::Usb, Link::Usb, Link::Virtio]);
    let numbers = UsbBridge { vendor: 0x152d, product: 0x0578, release: Some(0x0104) };
    assert_eq!((disks[0].usb_bridge, disks[2].usb_bridge), (Some(numbers), None));
    assert_eq!((disks[2].vendor.as_deref(), disks[2].serial.as_deref()), (None, Some("disk-1")));
    assert_eq!(disks[2].adapter, Some(("virtio-pci".into(), "0000:00:02.0".into())));
    assert_eq!(tree.find("/dev/sdc").size_bytes, None, "named, it is there");
}

#[test]
fn an_nvme_controller_with_two_namespaces() {
    let tree = Tree::new();
    let pci = "pci0000:00/0000:00:1d.0/0000:03:00.0";
    tree.controller("nvme0", pci, "Z9");
    tree.controller("nvme10", "pci0000:00/0000:00:1e.0/0000:04:00.0", "Z10");
    tree.controller("nvme2", "virtual/nvme-fabrics/ctl", "discovery");
    tree.file("sys/class/nvme/nvme2/cntrltype", "discovery\n");
    let number = tree.whole("nvme0n1", &format!("{pci}/nvme/nvme0"), 1000);
    tree.whole("nvme0n2", &format!("{pci}/nvme/nvme0"), 24);
    tree.partition("nvme0n1", "nvme0n1p1");
    tree.udev(
        &number,
        &["E:ID_SERIAL_SHORT=Z9", "E:ID_MODEL=KXG6ATNV1T02", "E:ID_WWN=eui.1", "S:disk/by-id/nvme-eui.1"],
    );

    let disks = tree.enumerate();
    assert_eq!(names(&disks), ["nvme0", "nvme10"]);
    let disk = &disks[0];
    assert_eq!(disk.namespaces, [(1, PathBuf::from("/dev/nvme0n1")), (2, PathBuf::from("/dev/nvme0n2"))]);
    assert_eq!(disk.size_bytes, Some(1024 * 512));
    assert_eq!((disk.model.as_deref(), disk.revision.as_deref()), (Some("KXG6ATNV1T02"), Some("AGXA4104")));
    assert_eq!((disk.wwn.as_deref(), disk.device_id.as_deref()), (Some("eui.1"), Some("KXG6ATNV1T02_Z9")));
    assert_eq!(disk.adapter, Some(("nvme".into(), "0000:03:00.0".into())));
    assert_eq!(disk.by_id, [Path::new("/dev/disk/by-id/nvme-eui.1")]);
    assert_eq!((disks[1].namespaces.len(), disks[1].size_bytes), (0, None), "no namespace");
    assert_eq!(disks[1].device_id.as_deref(), Some("KXG6ATNV1T02_Z10"));

    tree.mapped("dm-0", "LVM-a", &["nvme0n2"]);
    for path in ["/dev/nvme0", "/dev/dm-0"] {
        let disk = tree.find(path);
        assert_eq!((disk.name.as_str(), disk.named_namespace), ("nvme0", None), "{path}");
    }
    let error = find(&tree.roots(), Path::new("/dev/nvme2")).unwrap_err();
    assert_eq!(error.to_string(), "/dev/nvme2 is an NVMe discovery controller, not a physical disk");
    for path in ["/dev/nvme0n1", "/dev/nvme0n1p1", "/dev/disk/by-id/nvme-eui.1"] {
        let disk = tree.find(path);
        assert_eq!((disk.name.as_str(), disk.named_namespace), ("nvme0", Some(1)), "{path}");
    }
}

#[test]
fn native_multipath_of_nvme_is_one_disk() {
    let tree = Tree::new();
    let head = "virtual/nvme-subsystem/nvme-subsys0";
    tree.whole("nvme0n1", head, 1000);
    for (controller, pci) in [("nvme1", "pci0000:00/0000:03:00.0"), ("nvme2", "pci0000:80/0000:83:00.0")] {
        tree.controller(controller, pci, "Z9");
        let path = controller.replace("nvme", "nvme0c") + "n1";
        tree.whole(&path, &format!("{pci}/nvme/{controller}"), 1000);
        tree.file(&format!("sys/class/block/{path}/hidden"), "1\n");
        tree.link(&format!("sys/{head}/{controller}").replace("sys/virtual", "sys/devices/virtual"), "..");
    }
    tree.link("sys/class/nvme-subsystem/nvme-subsys0", "../../devices/virtual/nvme-subsystem/nvme-subsys0");

    let disks = tree.enumerate();
    assert_eq!(names(&disks), ["nvme1"]);
    assert_eq!(disks[0].other_paths, ["nvme2"]);
    assert_eq!(disks[0].namespaces, [(1, PathBuf::from("/dev/nvme0n1"))]);
    assert_eq!(disks[0].size_bytes, Some(512_000));
    let disk = tree.find("/dev/nvme0n1");
    assert_eq!((disk.name.as_str(), disk.named_namespace), ("nvme1", Some(1)));
    assert_eq!(tree.find("/dev/nvme2").other_paths, ["nvme1"]);

    tree.file("sys/class/nvme/nvme1/state", "connecting\n");
    assert_eq!(names(&tree.enumerate()), ["nvme2"], "a controller that is away is not the disk");
    assert_eq!(tree.find("/dev/nvme0n1").name, "nvme2");
}

#[test]
fn what_is_no_disk_is_not_listed() {
    let tree = Tree::new();
    for name in ["loop0", "zram0", "ram0", "dm-0", "md0", "sr0", "fd0", "nbd0", "rbd0", "mtdblock0"] {
        tree.whole(name, "virtual/block", 8);
        tree.link(&format!("sys/devices/virtual/block/{name}/device"), "../..");
    }
    tree.whole("nullx0", "virtual/block", 8);
    assert_eq!(tree.enumerate(), []);
}

#[test]
fn daemons_are_told_of_each_disk_they_use() {
    let tree = Tree::new();
    for (name, hctl) in
        [("sda", "6:0:0:0"), ("sdb", "6:0:1:0"), ("sdc", "6:0:2:0"), ("sdd", "6:0:3:0"), ("sde", "6:0:4:0")]
    {
        tree.scsi(Scsi { name, hctl, ..SAS });
    }
    let pci = "pci0000:00/0000:03:00.0";
    tree.controller("nvme0", pci, "Z9");
    tree.whole("nvme0n1", &format!("{pci}/nvme/nvme0"), 1000);
    tree.partition("sda", "sda2");
    tree.partition("nvme0n1", "nvme0n1p3");
    tree.mapped("dm-0", "LVM-a", &["sda2"]);
    tree.mapped("dm-1", "CRYPT-LUKS2-a", &["dm-0"]);
    tree.mapped("md7", "", &["sdb", "sdc"]);
    tree.link("dev/ceph-1/osd-block-1", "../dm-1");
    tree.link("var/lib/ceph/osd/ceph-12/block", "/dev/ceph-1/osd-block-1");
    tree.link("var/lib/ceph/osd/ceph-12/block.db", "/dev/nvme0n1p3");
    tree.link("var/lib/stone/osd/stone-3/block", "/dev/md7");
    tree.link("var/lib/stone/osd/stone-3/block.wal", "/dev/nvme0n1");
    tree.link("var/lib/ceph/0f3c1a52-9d6e-11ee-8c90-0242ac120002/osd.4/block", "/dev/sdd");
    tree.link("var/lib/ceph/osd/ceph-x/block", "/dev/sde");
    tree.link("var/lib/ceph/osd/ceph-9/block", "/dev/gone");
    tree.file("var/lib/ceph/osd/ceph-8/block", "a store in a file");

    let daemons: Vec<_> =
        tree.enumerate().into_iter().map(|disk| (disk.name, disk.daemons.join(" "))).collect();
    let expected = [
        ("nvme0", "osd.3 osd.12"),
        ("sda", "osd.12"),
        ("sdb", "osd.3"),
        ("sdc", "osd.3"),
        ("sdd", "osd.4"),
        ("sde", ""),
    ];
    assert_eq!(daemons, expected.map(|(name, daemons)| (name.to_owned(), daemons.to_owned())));
    assert_eq!(tree.find("/dev/sda2").daemons, ["osd.12"]);
}

#[test]
fn without_sysfs_there_is_an_error() {
    let folder = tempfile::tempdir().unwrap();
    let error = enumerate(&Roots::at(folder.path())).unwrap_err();
    assert!(matches!(error, DeviceError::Sysfs { .. }), "{error}");
}

#[test]
fn this_host_can_be_enumerated() {
    if !Path::new("/sys/block").is_dir() {
        return;
    }
    let disks = enumerate(&Roots::default()).unwrap();
    assert!(disks.iter().all(|disk| !disk.name.is_empty() && !disk.physical.is_empty()));
    assert!(disks.is_sorted_by(|a, b| crate::device::natural_order(&a.name, &b.name).is_lt()));
}
