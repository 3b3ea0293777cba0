//! Lists of disks: all of the host, those that paths lead to, or recorded ones.

use std::collections::HashSet;
use std::ffi::c_char;
use std::fs;
use std::mem::MaybeUninit;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::device::Device;
use super::guard::{guard, release, tell};
use super::options::Options;
use super::reader::{aside, with_worker};
use super::status::{Fault, Status};
use super::{lent, program, put, text, wanted};
use crate::collect::behind_raid::Controllers;
use crate::device::{self, BlockDevice, MegaRaidMember, Roots};
use crate::transport::dump::is_dump;

/// Disks, each once, in an order that stays. Nothing changes in it: threads may share it.
#[derive(Debug, Clone)]
pub struct Devices(pub(super) Arc<[Device]>);

impl Devices {
    /// Of those with the same path the first is taken.
    fn new(devices: Vec<BlockDevice>) -> Self {
        let mut seen = HashSet::new();
        let mut devices = devices;
        devices.retain(|device| seen.insert(device.path().to_owned()));
        Self(devices.into_iter().map(Device).collect())
    }
}

/// All physical disks of this host, in natural order of their names: whole disks only, behind multipath each once. Virtual
/// disks are among them, which have no SMART data. No command is sent to a disk.
///
/// The caller owns the list: stone_devices_free. For disks behind MegaRAID controllers see stone_devices_scan.
#[unsafe(no_mangle)]
pub extern "C" fn stone_devices_all(out: Option<&mut MaybeUninit<Box<Devices>>>) -> Status {
    guard(|| {
        let out = wanted(out, "out")?;
        let devices = device::enumerate(&Roots::default())?;
        out.write(Box::new(Devices::new(devices)));
        Ok(())
    })
}

/// The same, and disks behind MegaRAID controllers that have no node, in place of the logical disks they make up. The controllers
/// are asked by the worker of the options (which may be NULL), for 15 seconds at most; no command is sent to a disk. `silent` is how
/// many of them did not tell their disks: without the program for the worker, all. It may be NULL.
///
/// The caller owns the list: stone_devices_free.
#[unsafe(no_mangle)]
pub extern "C" fn stone_devices_scan(
    options: Option<&Options>,
    silent: Option<&mut MaybeUninit<usize>>,
    out: Option<&mut MaybeUninit<Box<Devices>>>,
) -> Status {
    guard(|| {
        let out = wanted(out, "out")?;
        let roots = Roots::default();
        let mut devices = device::enumerate(&roots)?;
        let mut controllers = Controllers::of(&roots);
        let program = program::worker(options.unwrap_or(&Options::default()));
        aside(|| with_worker(&program, |worker| controllers.add_all(&mut devices, worker)))?;
        controllers.leave_out_logical_disks(&mut devices);
        put(silent, controllers.silent().count());
        out.write(Box::new(Devices::new(devices)));
        Ok(())
    })
}

/// The disks that `count` paths lead to, each once: of a node, a partition, a volume, a symbolic link; the folder of a dump
/// stands for its recorded disk. No command is sent to a disk. Where one path fails, all of it does.
///
/// The caller owns the list: stone_devices_free.
///
/// # Safety
/// `paths` are `count` NUL-terminated paths. They are copied.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn stone_devices_find(
    paths: *const *const c_char,
    count: usize,
    out: Option<&mut MaybeUninit<Box<Devices>>>,
) -> Status {
    guard(|| {
        let out = wanted(out, "out")?;
        let roots = Roots::default();
        let mut devices = Vec::new();
        // SAFETY: the caller promises it.
        for path in unsafe { text::slice(paths, count, "paths") }? {
            // SAFETY: the caller promises it.
            let path = unsafe { text::path(*path, "paths") }?;
            if is_dump(path) {
                devices.push(BlockDevice::recorded(path));
            } else if let Some(member) = MegaRaidMember::parse(path) {
                devices.push(member.into_device());
            } else {
                devices.extend(device::find(&roots, path)?);
            }
        }
        out.write(Box::new(Devices::new(devices)));
        Ok(())
    })
}

/// The recorded disks in a folder, by name; the folder of a dump itself is one. A dump is a folder with `device.conf`, as
/// `stone device dump` writes it.
///
/// The caller owns the list: stone_devices_free.
///
/// # Safety
/// `folder` is a NUL-terminated path. It is copied.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn stone_devices_recorded(
    folder: *const c_char,
    out: Option<&mut MaybeUninit<Box<Devices>>>,
) -> Status {
    guard(|| {
        let out = wanted(out, "out")?;
        // SAFETY: the caller promises it.
        let folder = unsafe { text::path(folder, "folder") }?;
        out.write(Box::new(Devices::new(recorded(folder)?)));
        Ok(())
    })
}

/// Number of disks; 0 where `devices` is NULL.
#[unsafe(no_mangle)]
pub extern "C" fn stone_devices_count(devices: Option<&Devices>) -> usize {
    devices.map_or(0, |devices| devices.0.len())
}

/// The disk of number `index`, from 0 on. STONE_STATUS_END: there are no more. It is lent, and lives as long as the list.
#[unsafe(no_mangle)]
pub extern "C" fn stone_devices_at(
    devices: Option<&Devices>,
    index: usize,
    out: Option<&mut MaybeUninit<*const Device>>,
) -> Status {
    tell(|| {
        let out = wanted(out, "out")?;
        let Some(device) = lent(devices, "devices")?.0.get(index) else { return Ok(Status::End) };
        out.write(device);
        Ok(Status::Ok)
    })
}

/// Gives the list back. NULL is let pass. Rounds that have begun with it go on, and what they lend of it stays.
#[unsafe(no_mangle)]
pub extern "C" fn stone_devices_free(devices: Option<Box<Devices>>) {
    release(devices);
}

fn recorded(folder: &Path) -> Result<Vec<BlockDevice>, Fault> {
    if is_dump(folder) {
        return Ok(vec![BlockDevice::recorded(folder)]);
    }
    let fault = |error| Fault::of_io(format_args!("cannot list {}", folder.display()), &error);
    let mut folders = Vec::new();
    for entry in fs::read_dir(folder).map_err(fault)? {
        folders.push(entry.map_err(fault)?.path());
    }
    folders.retain(|folder: &PathBuf| is_dump(folder));
    folders.sort();
    if folders.is_empty() {
        let words = format!("no dump in {}: a dump is a folder with device.conf", folder.display());
        return Err(Fault::new(Status::NotFound, words));
    }
    Ok(folders.iter().map(|folder| BlockDevice::recorded(folder)).collect())
}
