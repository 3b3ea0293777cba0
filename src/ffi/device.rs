//! The facts of one disk, as udev and sysfs know it. No command is sent for them.

use std::mem::MaybeUninit;

use super::guard::tell;
use super::status::{Fault, Status};
use super::text::Str;
use super::{lent, wanted};
use crate::device::BlockDevice;

/// One disk of a list. It lives as long as the list, and threads may share it.
#[derive(Debug)]
pub struct Device(pub(super) BlockDevice);

/// Facts that are text: the numbers of stone_device_fact, for stone_device_text.
#[derive(Debug, Clone, Copy)]
#[repr(i32)]
pub enum DeviceText {
    /// Kernel name: `sda`, `nvme0`.
    Name = 0,
    /// Its node, or the folder of its dump; of a disk behind a MegaRAID controller the name that leads to it.
    Path = 1,
    /// How it is attached: `sata`, `sas`, `nvme`, `usb`, `virtio`, `raid`, `unknown`.
    Link = 2,
    /// Vendor, without padding. Absent for NVMe.
    Vendor = 3,
    /// Model, without padding.
    Model = 4,
    /// Firmware revision.
    Revision = 5,
    /// Serial number. An identifier.
    Serial = 6,
    /// World Wide Name as udev writes it: `0x5000c500a1b2c3d4`. An identifier.
    Wwn = 7,
    /// Id by the cluster's rules: `VENDOR_MODEL_SERIAL`. An identifier.
    DeviceId = 8,
    /// Driver of the host adapter: `ahci`.
    Driver = 9,
    /// PCI address of the host adapter: `0000:00:1f.2`.
    Address = 10,
}

/// Facts that are numbers: the numbers of stone_device_figure, for stone_device_number.
#[derive(Debug, Clone, Copy)]
#[repr(i32)]
pub enum DeviceNumber {
    /// Size in bytes, of all namespaces together for NVMe.
    Size = 0,
    /// Logical block size in bytes.
    LogicalBlock = 1,
    /// Physical block size in bytes.
    PhysicalBlock = 2,
    /// 1: it rotates; 0: it does not.
    Rotational = 3,
    /// 1: its medium can be taken out; 0: it cannot.
    Removable = 4,
}

/// Facts that are several texts: the numbers of stone_device_names, for stone_device_list.
#[derive(Debug, Clone, Copy)]
#[repr(i32)]
pub enum DeviceList {
    /// Daemons that keep their data on it: `osd.3`.
    Daemons = 0,
    /// Names under /dev/disk/by-id. Identifiers.
    ById = 1,
    /// Names under /dev/disk/by-path.
    ByPath = 2,
    /// Nodes of the namespaces of an NVMe controller: `/dev/nvme0n1`.
    Namespaces = 3,
    /// Further paths to the same disk, behind multipath: kernel names.
    OtherPaths = 4,
}

/// A fact that is text: `which` is a number of stone_device_fact. STONE_STATUS_ABSENT: it is not known. The text lives as long
/// as the device; what is not UTF-8 of a path is not given.
#[unsafe(no_mangle)]
pub extern "C" fn stone_device_text(
    device: Option<&Device>,
    which: i32,
    out: Option<&mut MaybeUninit<Str>>,
) -> Status {
    tell(|| {
        let Device(device) = lent(device, "device")?;
        let out = wanted(out, "out")?;
        let text = match which {
            which if which == DeviceText::Name as i32 => Some(device.name.as_str()),
            which if which == DeviceText::Path as i32 => device.path().to_str(),
            which if which == DeviceText::Link as i32 => Some(device.link.word()),
            which if which == DeviceText::Vendor as i32 => device.vendor.as_deref(),
            which if which == DeviceText::Model as i32 => device.model.as_deref(),
            which if which == DeviceText::Revision as i32 => device.revision.as_deref(),
            which if which == DeviceText::Serial as i32 => device.serial.as_deref(),
            which if which == DeviceText::Wwn as i32 => device.wwn.as_deref(),
            which if which == DeviceText::DeviceId as i32 => device.device_id.as_deref(),
            which if which == DeviceText::Driver as i32 => {
                device.adapter.as_ref().map(|(driver, _)| driver.as_str())
            }
            which if which == DeviceText::Address as i32 => {
                device.adapter.as_ref().map(|(_, at)| at.as_str())
            }
            _ => return Err(no_fact(which)),
        };
        out.write(Str::some(text));
        Ok(if text.is_some() { Status::Ok } else { Status::Absent })
    })
}

/// A fact that is a number: `which` is a number of stone_device_figure. STONE_STATUS_ABSENT: it is not known, and `out` is as
/// it was.
#[unsafe(no_mangle)]
pub extern "C" fn stone_device_number(
    device: Option<&Device>,
    which: i32,
    out: Option<&mut MaybeUninit<u64>>,
) -> Status {
    tell(|| {
        let Device(device) = lent(device, "device")?;
        let out = wanted(out, "out")?;
        let number = match which {
            which if which == DeviceNumber::Size as i32 => device.size_bytes,
            which if which == DeviceNumber::LogicalBlock as i32 => device.logical_block_size.map(u64::from),
            which if which == DeviceNumber::PhysicalBlock as i32 => device.physical_block_size.map(u64::from),
            which if which == DeviceNumber::Rotational as i32 => device.rotational.map(u64::from),
            which if which == DeviceNumber::Removable as i32 => device.removable.map(u64::from),
            _ => return Err(no_fact(which)),
        };
        let Some(number) = number else { return Ok(Status::Absent) };
        out.write(number);
        Ok(Status::Ok)
    })
}

/// One of several texts, from `index` 0 on: `which` is a number of stone_device_names. STONE_STATUS_END: there are no more. The
/// text lives as long as the device.
#[unsafe(no_mangle)]
pub extern "C" fn stone_device_list(
    device: Option<&Device>,
    which: i32,
    index: usize,
    out: Option<&mut MaybeUninit<Str>>,
) -> Status {
    tell(|| {
        let Device(device) = lent(device, "device")?;
        let out = wanted(out, "out")?;
        // A name that is not UTF-8 keeps its place, as text that is not there.
        let text = match which {
            which if which == DeviceList::Daemons as i32 => {
                device.daemons.get(index).map(|text| Some(text.as_str()))
            }
            which if which == DeviceList::ById as i32 => device.by_id.get(index).map(|path| path.to_str()),
            which if which == DeviceList::ByPath as i32 => {
                device.by_path.get(index).map(|path| path.to_str())
            }
            which if which == DeviceList::Namespaces as i32 => {
                device.namespaces.get(index).map(|(_, path)| path.to_str())
            }
            which if which == DeviceList::OtherPaths as i32 => {
                device.other_paths.get(index).map(|text| Some(text.as_str()))
            }
            _ => return Err(no_fact(which)),
        };
        let Some(text) = text else { return Ok(Status::End) };
        out.write(Str::some(text));
        Ok(Status::Ok)
    })
}

/// Number of the NVMe namespace that was named when the disk was looked for. STONE_STATUS_ABSENT: none was.
#[unsafe(no_mangle)]
pub extern "C" fn stone_device_named_namespace(
    device: Option<&Device>,
    out: Option<&mut MaybeUninit<u32>>,
) -> Status {
    tell(|| {
        let Device(device) = lent(device, "device")?;
        let out = wanted(out, "out")?;
        let Some(number) = device.named_namespace else { return Ok(Status::Absent) };
        out.write(number);
        Ok(Status::Ok)
    })
}

fn no_fact(which: i32) -> Fault {
    Fault::invalid(format_args!("there is no such fact of a device: {which}"))
}
