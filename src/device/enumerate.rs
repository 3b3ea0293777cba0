//! Every physical disk of a host, once.

use std::collections::HashSet;
use std::fs;
use std::num::NonZero;
use std::path::PathBuf;
use std::thread;

use super::disk::Way;
use super::host::Host;
use super::names::{NvmeName, no_disk};
use super::{BlockDevice, DeviceError, Place, Roots, disk, graph, merge, natural_order, nvme, osd, sysfs};

/// A thread is not worth it for fewer disks.
const LEAST_SHARE: usize = 32;

/// Every physical disk once, in natural order of their names. Whole disks only; nothing that is made of other disks or
/// of none; no drive without a medium.
///
/// ```no_run
/// use stone_smart::device::{self, Roots};
///
/// for disk in device::enumerate(&Roots::default())? {
///     println!("{} {}", disk.path().display(), disk.model.as_deref().unwrap_or("?"));
/// }
/// # Ok::<(), stone_smart::device::DeviceError>(())
/// ```
///
/// # Errors
/// sysfs does not list block devices.
pub fn enumerate(roots: &Roots) -> Result<Vec<BlockDevice>, DeviceError> {
    let folder = roots.real("/sys/block");
    let entries =
        fs::read_dir(&folder).map_err(|source| DeviceError::Sysfs { path: folder.clone(), source })?;
    let names: Vec<String> = entries.filter_map(|entry| entry.ok()?.file_name().into_string().ok()).collect();

    let whole = |name: &&String| {
        no_disk(name).is_none() && NvmeName::parse(name).is_none() && is_physical(roots, name)
    };
    let whole: Vec<&String> = names.iter().filter(whole).collect();
    let host = Host::new(roots);
    let mut ways = thread::scope(|scope| {
        let daemons = thread::Builder::new().spawn_scoped(scope, || osd::daemons(roots));
        let ways = read_all(roots, &whole);
        if let Ok(daemons) = daemons {
            host.set_daemons(joined(daemons));
        }
        ways
    });
    ways.retain(|way| way.device.removable != Some(true) || way.device.size_bytes.is_some());
    let members = graph::multipath_members(roots, names.iter().map(String::as_str));
    let mut disks = merge::merge(ways, &members, |device| u8::from(!is_running(roots, &device.name)));

    let mut seen = HashSet::new();
    for controller in nvme::controllers(&host) {
        if seen.contains(&controller) {
            continue;
        }
        let ways = nvme::ways(&host, &controller);
        seen.extend(ways.iter().cloned());
        let ways = ways.iter().filter_map(|name| nvme::read(&host, name)).collect();
        disks.extend(merge::fold(ways, |device| u8::from(!nvme::is_live(&host, &device.name))));
    }
    disks.sort_by(|a, b| natural_order(&a.name, &b.name));
    disks.iter_mut().for_each(|disk| add_daemons(&host, disk));
    Ok(disks)
}

/// Reads the facts of many disks. Each thread has its own handle of udev's library, which must not be shared. Where no
/// thread is to be had, this one reads.
fn read_all(roots: &Roots, names: &[&String]) -> Vec<Way> {
    let cores = thread::available_parallelism().map_or(1, NonZero::get);
    let share = names.len().div_ceil(cores).max(LEAST_SHARE);
    let (own, others) = names.split_at(share.min(names.len()));
    let read = |names: &[&String]| -> Vec<Way> {
        let host = Host::new(roots);
        names.iter().filter_map(|name| disk::read(&host, name)).collect()
    };
    thread::scope(|scope| {
        let start =
            |names| thread::Builder::new().spawn_scoped(scope, move || read(names)).map_err(|_| names);
        let started: Vec<_> = others.chunks(share).map(start).collect();
        let mut ways = read(own);
        for thread in started {
            ways.extend(thread.map_or_else(read, joined));
        }
        ways
    })
}

/// What a thread has made; if it panicked, this one does.
fn joined<T>(thread: thread::ScopedJoinHandle<'_, T>) -> T {
    thread.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic))
}

/// Has it a device below the block layer? SCSI disks have, so that they are not asked.
fn is_physical(roots: &Roots, name: &str) -> bool {
    name.starts_with("sd") || roots.block(name).join("device").exists()
}

/// Does the SCSI layer send commands to it? Not to one that is offline or blocked.
pub(super) fn is_running(roots: &Roots, name: &str) -> bool {
    let state = sysfs::text(&roots.block(name).join("device/state"));
    state.is_none_or(|state| state == "running")
}

/// Adds the daemons on any node of the disk.
pub(super) fn add_daemons(host: &Host<'_>, disk: &mut BlockDevice) {
    let by_disk = host.daemons();
    if by_disk.is_empty() {
        return;
    }
    let namespaces = disk.namespaces.iter().filter_map(|(_, path)| path.file_name()?.to_str());
    let names = namespaces.chain(disk.other_paths.iter().map(String::as_str)).chain([disk.name.as_str()]);
    let mut daemons: Vec<_> = names.filter_map(|name| by_disk.get(name)).flatten().cloned().collect();
    daemons.sort_by(|a, b| natural_order(a, b));
    daemons.dedup();
    disk.daemons = daemons;
}

/// The disk of a node that neither udev nor sysfs knows: the facts of its name alone.
pub(super) fn by_name_alone(name: &str, place: PathBuf) -> BlockDevice {
    BlockDevice {
        name: name.to_owned(),
        place: Place::Node(place),
        physical: name.to_owned(),
        ..BlockDevice::default()
    }
}
