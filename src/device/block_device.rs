//! One physical disk, as udev and sysfs know it: owned facts, no handle.

use std::path::{Path, PathBuf};

use super::MegaRaidMember;

/// One physical disk: a whole disk, never a partition or a mapped device; an NVMe controller with its namespaces.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct BlockDevice {
    /// Kernel name: `sda`, `nvme0`.
    pub name: String,
    /// Where its commands go.
    pub place: Place,
    /// SCSI generic node of the same disk, `/dev/sg3`: a command sent there can be killed. `None`: there is none.
    pub generic: Option<PathBuf>,
    /// The way it is attached.
    pub link: Link,
    /// Vendor, without padding: `ATA` for a disk behind libata or SAT. `None` for NVMe.
    pub vendor: Option<String>,
    /// Model, without padding. SCSI has 16 characters for it, so that of a SATA disk may be cut.
    pub model: Option<String>,
    /// Firmware revision.
    pub revision: Option<String>,
    /// Serial number. An identifier: never in a report.
    pub serial: Option<String>,
    /// World Wide Name, as udev writes it: `0x5000c500a1b2c3d4`. An identifier: never in a report.
    pub wwn: Option<String>,
    /// Size in bytes, of all namespaces together for NVMe. `None`: unknown, or a controller without namespace.
    pub size_bytes: Option<u64>,
    /// Logical block size in bytes.
    pub logical_block_size: Option<u32>,
    /// Physical block size in bytes.
    pub physical_block_size: Option<u32>,
    /// Can its medium be taken out? `None`: the kernel does not say.
    pub removable: Option<bool>,
    /// Does it rotate? `None`: the kernel does not say.
    pub rotational: Option<bool>,
    /// Driver and PCI address of the host adapter: `ahci`, `0000:00:1f.2`.
    pub adapter: Option<(String, String)>,
    /// host:channel:target:lun, for SCSI and ATA.
    pub hctl: Option<Hctl>,
    /// The SAS expander that it hangs on, as the kernel names it: `expander-6:0`. `None`: it hangs on none.
    pub expander: Option<String>,
    /// Nodes of the namespaces of an NVMe controller, by number: `(1, /dev/nvme0n1)`.
    pub namespaces: Vec<(u32, PathBuf)>,
    /// Number of the NVMe namespace that the user named. `None`: none was, or the device is not NVMe.
    pub named_namespace: Option<u32>,
    /// smartctl's `-d` for a disk that only smartctl reaches: `megaraid,5`. `None`: it needs none.
    pub smartctl_type: Option<String>,
    /// File that says whether it is asleep (`active`, `suspended` ...): `power/runtime_status` of sysfs.
    pub runtime_status: Option<PathBuf>,
    /// Names under /dev/disk/by-id. Identifiers: never in a report.
    pub by_id: Vec<PathBuf>,
    /// Names under /dev/disk/by-path.
    pub by_path: Vec<PathBuf>,
    /// The USB bridge it is behind. `None`: it is behind none, or the system does not say which.
    pub usb_bridge: Option<UsbBridge>,
    /// Further paths to the same disk, behind multipath: kernel names.
    pub other_paths: Vec<String>,
    /// Kernel name of the first disk of the same drive: its own, but for the second logical unit of a drive with two
    /// actuators. Disks with the same word here should not be asked at the same time.
    pub physical: String,
    /// Id by the cluster's rules: `VENDOR_MODEL_SERIAL`. An identifier: never in a report. `None`: no facts to make it of.
    pub device_id: Option<String>,
    /// Daemons that keep their data on it: `osd.3`.
    pub daemons: Vec<String>,
}

impl BlockDevice {
    /// The drive recorded in the dump `folder`, named after it.
    pub fn recorded(folder: &Path) -> Self {
        let name = folder.file_name().unwrap_or_default().to_string_lossy().into_owned();
        Self { name, place: Place::Dump(folder.to_owned()), ..Self::default() }
    }

    /// Its node, or the folder of its dump; of a disk behind a MegaRAID controller the name that leads to it.
    pub fn path(&self) -> &Path {
        match &self.place {
            Place::Node(path) | Place::Dump(path) => path,
            Place::MegaRaid(member) => member.path(),
        }
    }

    /// What smartctl calls its device, beside its [`smartctl_type`](Self::smartctl_type).
    pub fn smartctl_path(&self) -> PathBuf {
        match &self.place {
            Place::MegaRaid(member) => member.bus(),
            _ => self.path().to_owned(),
        }
    }
}

/// Where the commands of a disk go.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Place {
    /// To a device node: `/dev/sda`, `/dev/nvme0`.
    Node(PathBuf),
    /// To a dump: a folder with `device.conf` and one file for each recorded answer.
    Dump(PathBuf),
    /// Through a MegaRAID controller, to a disk that has no node.
    MegaRaid(MegaRaidMember),
}

impl Default for Place {
    fn default() -> Self {
        Self::Node(PathBuf::new())
    }
}

/// The way a disk is attached, which says what it speaks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[non_exhaustive]
pub enum Link {
    /// Behind libata, or a SAS adapter that translates (SAT): ATA commands by pass-through.
    Sata,
    /// SAS or any other native SCSI transport: Fibre Channel, iSCSI, and virtio-scsi, which carries SCSI commands to
    /// whatever is behind it, a passed-through disk as well as a file.
    Sas,
    /// NVMe over PCIe or fabrics.
    Nvme,
    /// Behind a USB bridge: SAT or nothing.
    Usb,
    /// virtio-blk, a virtual disk: it takes no commands and has no SMART data.
    Virtio,
    /// A logical disk of a RAID controller: it has no SMART data, and the disks behind it are not reached through it.
    Raid,
    /// Neither udev nor sysfs says.
    #[default]
    Unknown,
}

impl Link {
    /// The word for it in listings.
    pub fn word(self) -> &'static str {
        match self {
            Self::Sata => "sata",
            Self::Sas => "sas",
            Self::Nvme => "nvme",
            Self::Usb => "usb",
            Self::Virtio => "virtio",
            Self::Raid => "raid",
            Self::Unknown => "unknown",
        }
    }
}

/// What a USB device says it is: its maker's number, that of the product, and that of its release (bcdDevice).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct UsbBridge {
    /// idVendor.
    pub vendor: u16,
    /// idProduct.
    pub product: u16,
    /// bcdDevice: 0x0104 for 1.04. `None`: not known.
    pub release: Option<u16>,
}

/// SCSI address: host, channel, target, logical unit.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Hctl {
    /// Host number of the kernel.
    pub host: u32,
    /// Channel (bus).
    pub channel: u32,
    /// Target.
    pub target: u32,
    /// Logical unit number.
    pub lun: u64,
}
