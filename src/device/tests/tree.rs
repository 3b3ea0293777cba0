//! Builds the /sys, /dev, /run and /var of a host that does not exist.

use std::cell::Cell;
use std::fs;
use std::os::unix::fs::symlink;
use std::path::Path;

use tempfile::TempDir;

use crate::device::{BlockDevice, Roots, enumerate, find};

/// A made-up host.
pub(super) struct Tree {
    folder: TempDir,
    next: Cell<u32>,
}

/// Facts of a made-up SCSI disk.
#[derive(Clone, Copy)]
pub(super) struct Scsi<'a> {
    pub(super) name: &'a str,
    /// Folder of the SCSI host below /sys/devices.
    pub(super) host: &'a str,
    /// Folders between the host and the target: of SAS ports and expanders.
    pub(super) way: &'a str,
    pub(super) hctl: &'a str,
    pub(super) vendor: &'a str,
    pub(super) model: &'a str,
    pub(super) serial: &'a str,
    pub(super) wwid: &'a str,
}

/// A SAS disk of which everything but name, address and number is of no interest.
pub(super) const SAS: Scsi<'_> = Scsi {
    name: "sda",
    host: "pci0000:3a/0000:3a:00.0/0000:3b:00.0/host6",
    way: "port-6:0/expander-6:0/port-6:0:3/end_device-6:0:3",
    hctl: "6:0:0:0",
    vendor: "SEAGATE ",
    model: "ST8000NM0075    ",
    serial: "",
    wwid: "",
};

impl Tree {
    pub(super) fn new() -> Self {
        let tree = Self { folder: TempDir::new().unwrap(), next: Cell::new(0) };
        tree.folder("sys/block");
        tree.folder("dev");
        tree
    }

    pub(super) fn roots(&self) -> Roots {
        Roots::at(self.folder.path())
    }

    pub(super) fn enumerate(&self) -> Vec<BlockDevice> {
        enumerate(&self.roots()).unwrap()
    }

    /// The one disk that `path` leads to.
    pub(super) fn find(&self, path: &str) -> BlockDevice {
        let mut disks = find(&self.roots(), Path::new(path)).unwrap();
        assert_eq!(disks.len(), 1, "{path}: {disks:?}");
        disks.remove(0)
    }

    pub(super) fn folder(&self, path: &str) {
        fs::create_dir_all(self.folder.path().join(path)).unwrap();
    }

    pub(super) fn file(&self, path: &str, text: impl AsRef<[u8]>) {
        let path = self.folder.path().join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }

    pub(super) fn link(&self, path: &str, target: &str) {
        let path = self.folder.path().join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        symlink(target, path).unwrap();
    }

    pub(super) fn remove(&self, path: &str) {
        let path = self.folder.path().join(path);
        if path.is_dir() && !path.is_symlink() { fs::remove_dir_all(path) } else { fs::remove_file(path) }
            .unwrap();
    }

    /// A block device whose folder is `at`, below /sys/devices, with its node. Returns its number.
    pub(super) fn block(&self, name: &str, at: &str, sectors: u64) -> String {
        let minor = self.next.get();
        self.next.set(minor + 1);
        let number = format!("8:{minor}");
        let folder = format!("sys/devices/{at}/{name}");
        self.file(&format!("{folder}/dev"), format!("{number}\n"));
        self.file(&format!("{folder}/size"), format!("{sectors}\n"));
        self.link(&format!("sys/class/block/{name}"), &format!("../../devices/{at}/{name}"));
        self.file(&format!("dev/{name}"), "");
        number
    }

    /// A whole disk.
    pub(super) fn whole(&self, name: &str, at: &str, sectors: u64) -> String {
        let number = self.block(name, at, sectors);
        let folder = format!("sys/devices/{at}/{name}");
        for (file, text) in
            [("logical_block_size", "512"), ("physical_block_size", "4096"), ("rotational", "1")]
        {
            self.file(&format!("{folder}/queue/{file}"), format!("{text}\n"));
        }
        self.file(&format!("{folder}/removable"), "0\n");
        self.link(&format!("sys/block/{name}"), &format!("../devices/{at}/{name}"));
        number
    }

    pub(super) fn partition(&self, disk: &str, name: &str) {
        let link = fs::read_link(self.folder.path().join("sys/class/block").join(disk)).unwrap();
        let at = link.to_str().unwrap().strip_prefix("../../devices/").unwrap();
        self.block(name, at, 8);
        self.file(&format!("sys/devices/{at}/{name}/partition"), "1\n");
    }

    /// A device of the device-mapper or of MD, with `below` it.
    pub(super) fn mapped(&self, name: &str, uuid: &str, below: &[&str]) {
        self.whole(name, "virtual/block", 8);
        self.file(&format!("sys/devices/virtual/block/{name}/dm/uuid"), format!("{uuid}\n"));
        for below in below {
            self.link(&format!("sys/devices/virtual/block/{name}/slaves/{below}"), "..");
            self.file(&format!("sys/class/block/{below}/holders/{name}"), "");
        }
    }

    /// A disk of the SCSI disk driver, with a SCSI generic and a bsg node. Returns its number.
    pub(super) fn scsi(&self, disk: Scsi<'_>) -> String {
        let Scsi { name, host, way, hctl, vendor, model, serial, wwid } = disk;
        let target = hctl.rsplit_once(':').unwrap().0;
        let way = if way.is_empty() { String::new() } else { format!("{way}/") };
        let unit = format!("{host}/{way}target{target}/{hctl}");
        let number = self.whole(name, &format!("{unit}/block"), 15_628_053_168);
        self.link(&format!("sys/devices/{unit}/block/{name}/device"), "../..");
        let generic = format!("sg{}", number.rsplit(':').next().unwrap());
        for (file, text) in
            [("vendor", vendor), ("model", model), ("rev", "E002"), ("state", "running"), ("type", "0")]
        {
            self.file(&format!("sys/devices/{unit}/{file}"), format!("{text}\n"));
        }
        if !wwid.is_empty() {
            self.file(&format!("sys/devices/{unit}/wwid"), format!("{wwid}\n"));
        }
        if !serial.is_empty() {
            let length = u8::try_from(serial.len()).unwrap();
            self.file(
                &format!("sys/devices/{unit}/vpd_pg80"),
                [&[0, 0x80, 0, length], serial.as_bytes()].concat(),
            );
        }
        for (class, node) in [("scsi_generic", generic.as_str()), ("bsg", hctl)] {
            self.folder(&format!("sys/devices/{unit}/{class}/{node}"));
            self.link(&format!("sys/devices/{unit}/{class}/{node}/device"), "../..");
            self.link(&format!("sys/class/{class}/{node}"), &format!("../../devices/{unit}/{class}/{node}"));
        }
        self.file(&format!("dev/{generic}"), "");
        self.file(&format!("dev/bsg/{hctl}"), "");
        number
    }

    /// The driver of a PCI function, whose folder is `at` below /sys/devices.
    pub(super) fn driver(&self, at: &str, driver: &str) {
        self.link(&format!("sys/devices/{at}/driver"), &format!("../../../bus/pci/drivers/{driver}"));
    }

    /// What udev knows of the block device `number`.
    pub(super) fn udev(&self, number: &str, lines: &[&str]) {
        self.file(&format!("run/udev/data/b{number}"), lines.join("\n"));
        for name in lines.iter().filter_map(|line| line.strip_prefix("S:disk/")) {
            let node = self.node_of(number);
            self.link(&format!("dev/disk/{name}"), &format!("../../{node}"));
        }
    }

    fn node_of(&self, number: &str) -> String {
        let mut entries =
            fs::read_dir(self.folder.path().join("sys/class/block")).unwrap().map(Result::unwrap);
        let found =
            entries.find(|entry| fs::read_to_string(entry.path().join("dev")).unwrap().trim() == number);
        found.unwrap().file_name().into_string().unwrap()
    }

    /// An NVMe controller, whose PCI function is `at` below /sys/devices.
    pub(super) fn controller(&self, name: &str, at: &str, serial: &str) {
        let folder = format!("sys/devices/{at}/nvme/{name}");
        for (file, text) in [
            ("model", "KXG6ATNV1T02"),
            ("serial", serial),
            ("firmware_rev", "AGXA4104"),
            ("state", "live"),
            ("transport", "pcie"),
            ("cntrltype", "io"),
        ] {
            self.file(&format!("{folder}/{file}"), format!("{text}      \n"));
        }
        self.link(&format!("{folder}/device"), "../..");
        self.link(&format!("sys/class/nvme/{name}"), &format!("../../devices/{at}/nvme/{name}"));
        self.file(&format!("dev/{name}"), "");
        self.driver(at, "nvme");
    }

    /// The disk of that name.
    pub(super) fn disk(&self, name: &str) -> BlockDevice {
        let found = self.enumerate().into_iter().find(|disk| disk.name == name);
        found.unwrap_or_else(|| panic!("no {name}"))
    }
}

/// Names of disks.
pub(super) fn names(disks: &[BlockDevice]) -> Vec<&str> {
    disks.iter().map(|disk| disk.name.as_str()).collect()
}
