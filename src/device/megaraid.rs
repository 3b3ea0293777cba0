//! MegaRAID controllers, and the names of the disks behind them, which the kernel does not know.

use std::path::{Path, PathBuf};

use super::topology::Topology;
use super::{BlockDevice, Link, Place, Roots, sysfs};

/// What the driver calls itself, and its hosts.
const DRIVER: &str = "megaraid_sas";
/// Targets on each channel of the driver: a disk that it shows to the kernel has number channel * 128 + target, on channel
/// 0 or 1. Logical disks are above.
const TARGETS: u32 = 128;

/// A MegaRAID controller of the driver `megaraid_sas`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MegaRaidController {
    /// Number of its SCSI host.
    pub host: u16,
    /// Its PCI address: `0000:3b:00.0`.
    pub address: Option<String>,
}

/// The controllers of a host, by number. None of them is asked anything.
pub fn megaraid_controllers(roots: &Roots) -> Vec<MegaRaidController> {
    let class = roots.real("/sys/class/scsi_host");
    let controller = |name: String| {
        let folder = class.join(&name);
        let is_one = sysfs::text(&folder.join("proc_name")).as_deref() == Some(DRIVER);
        let host = name.strip_prefix("host")?.parse().ok().filter(|_| is_one)?;
        let link = sysfs::link(&folder).unwrap_or_default();
        Some(MegaRaidController { host, address: Topology::parse(&link).pci_address().map(str::to_owned) })
    };
    let mut controllers: Vec<_> = sysfs::names(&class).into_iter().filter_map(controller).collect();
    controllers.sort_by_key(|controller| controller.host);
    controllers
}

impl MegaRaidController {
    /// The disk number `target` behind it, of which nothing else is known yet.
    pub fn disk(&self, target: u8) -> BlockDevice {
        let adapter = self.address.clone().map(|address| (DRIVER.to_owned(), address));
        BlockDevice { adapter, ..MegaRaidMember::new(self.host, target).into_device() }
    }

    /// Is `device` one of its logical disks?
    pub fn has_logical_disk(&self, device: &BlockDevice) -> bool {
        device.link == Link::Raid && device.hctl.is_some_and(|hctl| hctl.host == u32::from(self.host))
    }

    /// Has the disk that the controller numbers `target` a block device of its own (JBOD)?
    ///
    /// The driver derives the SCSI address of such a disk from the number, so the address alone tells: serial numbers
    /// would have to be asked for, and firmware is known that gives the same to several disks.
    pub fn shows_disk(&self, roots: &Roots, target: u8) -> bool {
        let (channel, id) = (u32::from(target) / TARGETS, u32::from(target) % TARGETS);
        let device = format!("/sys/class/scsi_device/{}:{channel}:{id}:0/device/block", self.host);
        !sysfs::names(&roots.real(device)).is_empty()
    }
}

/// A disk behind a MegaRAID controller.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MegaRaidMember {
    host: u16,
    target: u8,
    path: PathBuf,
}

impl MegaRaidMember {
    /// The disk `target` behind the controller that is SCSI host `host`.
    pub fn new(host: u16, target: u8) -> Self {
        Self { host, target, path: format!("/dev/bus/{host}/megaraid,{target}").into() }
    }

    /// What [`path`](Self::path) gives. `None`: no such name.
    pub fn parse(path: &Path) -> Option<Self> {
        let (host, target) = path.to_str()?.strip_prefix("/dev/bus/")?.split_once("/megaraid,")?;
        Some(Self::new(host.parse().ok()?, target.parse().ok()?))
    }

    /// SCSI host number of the controller.
    pub fn host(&self) -> u16 {
        self.host
    }

    /// The controller's number for the disk (DID).
    pub fn target(&self) -> u8 {
        self.target
    }

    /// A name that leads to it: `/dev/bus/0/megaraid,5`. There is no such node.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// smartctl's name for the controller: `/dev/bus/0`. There is no such node either.
    pub fn bus(&self) -> PathBuf {
        format!("/dev/bus/{}", self.host).into()
    }

    /// smartctl's name for the disk there: `megaraid,5`.
    pub fn smartctl_type(&self) -> String {
        format!("megaraid,{}", self.target)
    }

    /// The disk, of which nothing else is known.
    pub fn into_device(self) -> BlockDevice {
        BlockDevice {
            name: self.smartctl_type(),
            smartctl_type: Some(self.smartctl_type()),
            physical: self.path.display().to_string(),
            place: Place::MegaRaid(self),
            ..BlockDevice::default()
        }
    }
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::os::unix::fs::symlink;

    use super::*;
    use crate::device::Hctl;

    #[test]
    fn controllers_are_found_by_their_driver() {
        let root = tempfile::tempdir().unwrap();
        let class = root.path().join("sys/class/scsi_host");
        fs::create_dir_all(&class).unwrap();
        for (host, driver) in [("host0", "ahci"), ("host13", DRIVER), ("host2", DRIVER)] {
            let to = format!("sys/devices/pci0000:3a/0000:3b:00.0/{host}/scsi_host/{host}");
            let folder = root.path().join(&to);
            fs::create_dir_all(&folder).unwrap();
            fs::write(folder.join("proc_name"), format!("{driver}\n")).unwrap();
            symlink(format!("../../../{to}"), class.join(host)).unwrap();
        }
        let controller = |host| MegaRaidController { host, address: Some("0000:3b:00.0".to_owned()) };
        assert_eq!(megaraid_controllers(&Roots::at(root.path())), [controller(2), controller(13)]);
        assert_eq!(megaraid_controllers(&Roots::at(root.path().join("empty"))), []);
    }

    #[test]
    fn names_lead_to_the_disk_and_back() {
        let member = MegaRaidMember::new(13, 5);
        assert_eq!(member.path(), Path::new("/dev/bus/13/megaraid,5"));
        assert_eq!(MegaRaidMember::parse(member.path()), Some(member.clone()));
        let device = member.into_device();
        assert_eq!(
            (device.name.as_str(), device.smartctl_type.as_deref()),
            ("megaraid,5", Some("megaraid,5"))
        );
        assert_eq!(device.smartctl_path(), Path::new("/dev/bus/13"));
        for wrong in ["/dev/bus/13", "/dev/bus/x/megaraid,5", "/dev/bus/1/megaraid,256", "/dev/sda", ""] {
            assert_eq!(MegaRaidMember::parse(Path::new(wrong)), None, "{wrong}");
        }
    }

    #[test]
    fn a_disk_with_a_node_is_known_by_its_address() {
        let root = tempfile::tempdir().unwrap();
        for address in ["6:0:20:0", "6:1:2:0", "6:2:30:0", "7:0:40:0"] {
            let block = format!("sys/class/scsi_device/{address}/device/block/sda");
            fs::create_dir_all(root.path().join(block)).unwrap();
        }
        // An enclosure, or a disk that the kernel has not taken on.
        fs::create_dir_all(root.path().join("sys/class/scsi_device/6:0:8:0/device")).unwrap();
        let controller = MegaRaidController { host: 6, address: None };
        let shown: Vec<u8> =
            (0..=u8::MAX).filter(|&target| controller.shows_disk(&Roots::at(root.path()), target)).collect();
        assert_eq!(shown, [20, 130]);
    }

    #[test]
    fn logical_disks_are_those_of_the_same_host() {
        let controller = MegaRaidController { host: 6, address: None };
        let at = |host, link| {
            let hctl = Some(Hctl { host, channel: 2, target: 0, lun: 0 });
            controller.has_logical_disk(&BlockDevice { hctl, link, ..BlockDevice::default() })
        };
        assert!(at(6, Link::Raid) && !at(5, Link::Raid) && !at(6, Link::Sas));
    }
}
