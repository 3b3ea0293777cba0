//! What is read once for all disks of a host: drivers, names, NVMe subsystems, daemons.

use std::cell::{OnceCell, RefCell};
use std::collections::HashMap;
use std::path::{Path, PathBuf};

use super::links::{self, Links};
use super::topology::Topology;
use super::udev::{Database, Properties};
use super::{Roots, osd, sysfs};

/// One look at a host. It is made for one call and forgotten: the next call sees disks that came meanwhile.
pub(super) struct Host<'a> {
    pub(super) roots: &'a Roots,
    database: Database,
    drivers: RefCell<HashMap<String, Option<String>>>,
    blocks: OnceCell<Vec<String>>,
    links: OnceCell<Links>,
    subsystems: OnceCell<HashMap<String, String>>,
    daemons: OnceCell<HashMap<String, Vec<String>>>,
}

impl<'a> Host<'a> {
    pub(super) fn new(roots: &'a Roots) -> Self {
        Self {
            roots,
            database: Database::open(roots),
            drivers: RefCell::default(),
            blocks: OnceCell::new(),
            links: OnceCell::new(),
            subsystems: OnceCell::new(),
            daemons: OnceCell::new(),
        }
    }

    /// Driver of the host adapter on the way: of its PCI function, else what the SCSI host calls itself.
    pub(super) fn driver(&self, topology: &Topology<'_>) -> Option<String> {
        let (file, of_host) = match (topology.pci, topology.host) {
            (Some(pci), _) => (format!("/sys/{pci}/driver"), false),
            (None, Some(host)) => (format!("/sys/class/scsi_host/host{host}/proc_name"), true),
            (None, None) => return None,
        };
        let mut drivers = self.drivers.borrow_mut();
        let read = |file: &str| {
            let path = self.roots.real(file);
            if of_host { sysfs::text(&path) } else { sysfs::link_name(&path) }
        };
        if let Some(known) = drivers.get(&file) {
            return known.clone();
        }
        let driver = read(&file);
        drivers.insert(file, driver.clone());
        driver
    }

    /// What udev knows of the block device `name`, which is `folder` in /sys/class, and its names under /dev/disk/by-id and by-path.
    pub(super) fn udev(
        &self,
        name: &str,
        folder: &Path,
        link: &str,
    ) -> (Properties, Vec<PathBuf>, Vec<PathBuf>) {
        let properties = self.database.block(folder, link);
        let names = if properties.is_empty() {
            self.links.get_or_init(|| Links::read(self.roots)).of(name)
        } else {
            &properties.links
        };
        let (by_id, by_path) =
            (links::under("/dev/disk/by-id", names), links::under("/dev/disk/by-path", names));
        (properties, by_id, by_path)
    }

    /// Names under /sys/block.
    pub(super) fn blocks(&self) -> &[String] {
        self.blocks.get_or_init(|| sysfs::names(&self.roots.real("/sys/block")))
    }

    /// The NVMe subsystem that each controller is one way to: `nvme1` -> `nvme-subsys0`.
    pub(super) fn subsystems(&self) -> &HashMap<String, String> {
        self.subsystems.get_or_init(|| {
            let class = self.roots.real("/sys/class/nvme-subsystem");
            let mut subsystems = HashMap::new();
            for subsystem in sysfs::names(&class) {
                for controller in sysfs::names(&class.join(&subsystem)) {
                    subsystems.insert(controller, subsystem.clone());
                }
            }
            subsystems
        })
    }

    /// Takes the daemons that were looked for meanwhile, on another thread.
    pub(super) fn set_daemons(&self, daemons: HashMap<String, Vec<String>>) {
        self.daemons.get_or_init(|| daemons);
    }

    /// Daemons by the kernel name of the disks they keep data on.
    pub(super) fn daemons(&self) -> &HashMap<String, Vec<String>> {
        self.daemons.get_or_init(|| osd::daemons(self.roots))
    }
}
