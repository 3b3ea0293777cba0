//! Every physical disk of a host, once.

use std::collections::HashSet;
use std::fs;

use super::host::Host;
use super::names::{NvmeName, no_disk};
use super::{BlockDevice, DeviceError, Place, Roots, disk, graph, merge, natural_order, nvme, sysfs};

/// Every physical disk once, in natural order of their names. Whole disks only; nothing that is made of other disks or
/// of none; no drive without a medium.
///
/// # Errors
/// sysfs does not list block devices.
pub fn enumerate(roots: &Roots) -> Result<Vec<BlockDevice>, DeviceError> {
    let folder = roots.real("/sys/block");
    let entries =
        fs::read_dir(&folder).map_err(|source| DeviceError::Sysfs { path: folder.clone(), source })?;
    let names: Vec<String> = entries.filter_map(|entry| entry.ok()?.file_name().into_string().ok()).collect();

    let host = Host::new(roots);
    let candidates = names.iter().filter(|name| no_disk(name).is_none() && NvmeName::parse(name).is_none());
    let ways = candidates.filter(|name| is_physical(roots, name)).filter_map(|name| disk::read(&host, name));
    let ways =
        ways.filter(|way| way.device.removable != Some(true) || way.device.size_bytes.is_some()).collect();
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

/// Has it a device below the block layer? Hidden block devices are ways to another one.
fn is_physical(roots: &Roots, name: &str) -> bool {
    let folder = roots.block(name);
    folder.join("device").exists() && sysfs::flag(&folder.join("hidden")) != Some(true)
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
pub(super) fn by_name_alone(name: &str, place: std::path::PathBuf) -> BlockDevice {
    BlockDevice {
        name: name.to_owned(),
        place: Place::Node(place),
        physical: name.to_owned(),
        ..BlockDevice::default()
    }
}
