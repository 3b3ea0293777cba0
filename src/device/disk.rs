//! One disk of the SCSI disk or generic driver, of virtio-blk, or of any other driver with whole disks.

use std::path::{Path, PathBuf};

use super::host::Host;
use super::link::scsi_link;
use super::names::is_scsi_generic;
use super::sysfs::Folder;
use super::topology::Topology;
use super::udev::Properties;
use super::{BlockDevice, Link, Place, UsbBridge, device_id, sysfs};

/// One way to a logical unit, before ways to the same one are put together.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) struct Way {
    pub(super) device: BlockDevice,
    /// The same on all ways to one logical unit, different for any two units. `None`: cannot be told.
    pub(super) unit: Option<String>,
    /// SCSI target and serial number: the same for the logical units of one drive on one way.
    pub(super) drive: Option<String>,
}

/// Types of SCSI devices that are disks (SPC-6, PERIPHERAL DEVICE TYPE): direct access, reduced, host-managed zoned.
const DISK_TYPES: &[&str] = &["0", "14", "20"];

/// Reads the facts of the whole disk `name`. `None`: there is no such disk (any more).
pub(super) fn read(host: &Host<'_>, name: &str) -> Option<Way> {
    read_folder(host, host.roots.block(name), name)
}

/// Reads the facts of a disk that has a SCSI generic node only, `name`: RAID controllers hide the disks behind a
/// logical one in this way. `None`: there is no such node, or it is of no disk.
pub(super) fn read_generic(host: &Host<'_>, name: &str) -> Option<Way> {
    let folder = host.roots.real("/sys/class/scsi_generic").join(name);
    let kind = sysfs::text(&folder.join("device/type"))?;
    DISK_TYPES.contains(&kind.as_str()).then(|| read_folder(host, folder, name))?
}

fn read_folder(host: &Host<'_>, folder: PathBuf, name: &str) -> Option<Way> {
    let files = Folder::open(&folder)?;
    let link = sysfs::link(&folder).unwrap_or_default();
    let at = folder.join("device");
    let topology = Topology::parse(&link);
    let (udev, by_id, by_path) = host.udev(name, &folder, &link);

    let is_scsi = name.starts_with("sd") || is_scsi_generic(name);
    let driver = host.driver(&topology);
    let vendor = files.text("device/vendor").filter(|_| is_scsi);
    let model = model(&files, &udev);
    let serial = serial(&files, name, &udev);
    let link = if is_scsi {
        scsi_link(&topology, driver.as_deref(), vendor.as_deref(), model.as_deref())
    } else if name.starts_with("vd") {
        Link::Virtio
    } else {
        Link::Unknown
    };
    let wwid = files.text("device/wwid").filter(|_| topology.hctl.is_some());
    let device = BlockDevice {
        name: name.to_owned(),
        place: Place::Node(Path::new("/dev").join(name.replace('!', "/"))),
        generic: generic(&at).filter(|_| is_scsi),
        link,
        wwn: wwn(&udev, wwid.as_deref()),
        device_id: device_id::device_id(&udev, model.as_deref(), serial.as_deref()),
        revision: files.text("device/rev"),
        adapter: driver.zip(topology.pci_address().map(str::to_owned)),
        hctl: topology.hctl,
        expander: topology.expander.map(str::to_owned),
        runtime_status: Some(at.join("power/runtime_status")).filter(|_| is_scsi),
        removable: files.flag("removable"),
        usb_bridge: topology.usb_device.and_then(|path| usb_bridge(&host.roots.real("/sys").join(path))),
        physical: name.to_owned(),
        vendor,
        model,
        serial,
        by_id,
        by_path,
        ..sizes(&files)
    };
    Some(Way { unit: unit(&device, wwid.as_deref()), drive: drive(&device), device })
}

fn usb_bridge(at: &Path) -> Option<UsbBridge> {
    let number = |file: &str| u16::from_str_radix(&sysfs::text(&at.join(file))?, 16).ok();
    Some(UsbBridge {
        vendor: number("idVendor")?,
        product: number("idProduct")?,
        release: number("bcdDevice"),
    })
}

/// Sizes of a block device, and whether it rotates.
pub(super) fn sizes(files: &Folder) -> BlockDevice {
    BlockDevice {
        // Always in units of 512 bytes, whatever the logical block size.
        size_bytes: files.number::<u64>("size").filter(|&size| size > 0).map(|size| size.saturating_mul(512)),
        logical_block_size: files.number("queue/logical_block_size"),
        physical_block_size: files.number("queue/physical_block_size"),
        rotational: files.flag("queue/rotational"),
        ..BlockDevice::default()
    }
}

/// All 40 characters of an ATA model are only in what udev asked the disk itself; INQUIRY has 16.
fn model(files: &Folder, udev: &Properties) -> Option<String> {
    let whole = udev
        .get("ID_MODEL_ENC")
        .filter(|model| udev.get("ID_BUS") == Some("ata") && !model.starts_with("LVM"))
        .map(|model| model.replace("\\x20", " ").trim().to_owned())
        .filter(|model| !model.is_empty());
    whole.or_else(|| files.text("device/model"))
}

fn serial(files: &Folder, name: &str, udev: &Properties) -> Option<String> {
    if name.starts_with("vd") {
        return files.text("serial");
    }
    let ata = || udev.get("ID_SERIAL_SHORT").filter(|_| udev.get("ID_BUS") == Some("ata"));
    let told = udev.get("ID_SCSI_SERIAL").or_else(ata).map(str::to_owned);
    told.or_else(|| sysfs::unit_serial_number(&files.bytes("device/vpd_pg80")?))
        .or_else(|| files.text("device/serial"))
        .or_else(|| udev.get("ID_SERIAL_SHORT").map(str::to_owned))
}

fn wwn(udev: &Properties, wwid: Option<&str>) -> Option<String> {
    let told = udev.get("ID_WWN_WITH_EXTENSION").or(udev.get("ID_WWN")).map(str::to_owned);
    told.or_else(|| Some(format!("0x{}", wwid?.strip_prefix("naa.")?)))
}

fn generic(at: &Path) -> Option<PathBuf> {
    let node = sysfs::names(&at.join("scsi_generic")).into_iter().next()?;
    Some(Path::new("/dev").join(node))
}

/// Only of disks that can have several ways. USB bridges are left out: many give each disk the same numbers. Vendor,
/// model and serial number have to agree too, for the sake of firmware that numbers all its disks alike.
fn unit(device: &BlockDevice, wwid: Option<&str>) -> Option<String> {
    if !matches!(device.link, Link::Sas | Link::Sata | Link::Raid) {
        return None;
    }
    let hctl = device.hctl?;
    let facts = format!("{:?} {:?} {:?}", device.vendor, device.model, device.serial);
    match wwid.filter(|wwid| is_unique(wwid)) {
        Some(wwid) => Some(format!("{wwid} {facts}")),
        None => device.serial.as_ref().map(|_| format!("{} {facts}", hctl.lun)),
    }
}

/// Is it a number at all, beyond the digit that tells its format? Zeros stand for a number that was never written.
fn is_unique(wwid: &str) -> bool {
    let (_, number) = wwid.split_once('.').unwrap_or(("", wwid));
    number.chars().skip(1).any(|digit| digit != '0')
}

fn drive(device: &BlockDevice) -> Option<String> {
    let hctl = device.hctl?;
    Some(format!("{}:{}:{} {}", hctl.host, hctl.channel, hctl.target, device.serial.as_ref()?))
}
