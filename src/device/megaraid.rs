//! MegaRAID controllers, and the names of the disks behind them, which the kernel does not know.

use std::path::{Path, PathBuf};

use super::topology::Topology;
use super::{BlockDevice, Hctl, Link, Place, Roots, sysfs};

/// What the driver calls itself, and its hosts.
const DRIVER: &str = "megaraid_sas";
/// Targets on each channel of the driver: a disk that it shows to the kernel has number channel * 128 + target.
const TARGETS: u32 = 128;
/// Channels of the disks that it shows; logical disks are above.
const DISK_CHANNELS: u32 = 2;

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

    /// Is `device`, which has a node, the disk that the controller numbers `target`?
    ///
    /// The driver numbers what it shows to the kernel (JBOD) by this rule, so the address alone tells: serial numbers
    /// would have to be asked for, and firmware is known that gives the same to several disks.
    pub fn shows_disk(&self, device: &BlockDevice, target: u8) -> bool {
        let number = |hctl: Hctl| hctl.channel.saturating_mul(TARGETS).saturating_add(hctl.target);
        device.hctl.is_some_and(|hctl| {
            hctl.host == u32::from(self.host)
                && hctl.channel < DISK_CHANNELS
                && number(hctl) == u32::from(target)
        })
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
        let controller = MegaRaidController { host: 6, address: None };
        let at = |host, channel, target, link| BlockDevice {
            hctl: Some(Hctl { host, channel, target, lun: 0 }),
            link,
            ..BlockDevice::default()
        };
        assert!(controller.shows_disk(&at(6, 0, 20, Link::Sas), 20));
        assert!(controller.shows_disk(&at(6, 1, 2, Link::Sata), 130));
        assert!(!controller.shows_disk(&at(7, 0, 20, Link::Sas), 20), "another controller");
        assert!(!controller.shows_disk(&at(6, 2, 20, Link::Raid), 20), "a logical disk");
        assert!(!controller.shows_disk(&at(6, u32::MAX, u32::MAX, Link::Sas), 20));
        assert!(!controller.shows_disk(&controller.disk(20), 20), "without a node");
        assert!(controller.has_logical_disk(&at(6, 2, 0, Link::Raid)));
        assert!(!controller.has_logical_disk(&at(6, 0, 20, Link::Sas)));
        assert!(!controller.has_logical_disk(&at(5, 2, 0, Link::Raid)));
    }
}
