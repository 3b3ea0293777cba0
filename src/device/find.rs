//! The physical disks that a path leads to, without a look at any other disk.

use std::collections::{HashMap, HashSet};
use std::path::Path;

use super::disk::{self, Way};
use super::enumerate::{add_daemons, by_name_alone, is_running};
use super::host::Host;
use super::names::{NvmeName, is_scsi_generic, no_disk};
use super::node::{Kind, Node, node};
use super::topology::{Topology, parse_hctl};
use super::{BlockDevice, DeviceError, Link, Place, Roots, graph, merge, natural_order, nvme, sysfs};

/// Logical units of one SCSI target that are looked at, to see whether they are of one drive.
const MOST_UNITS: usize = 16;

/// The disks that `path` leads to, each once: of a disk, a partition, a SCSI generic or bsg node, an NVMe controller or
/// namespace it is one; of a volume of LVM, an MD array or another mapped device there may be several. Symbolic links
/// are followed. A node that sysfs does not know is taken at its name.
///
/// Of a disk with several paths, the one that was named is the disk. Its other paths are those of device-mapper
/// multipath or native NVMe multipath; to find paths that neither has put together takes [`enumerate`](super::enumerate()).
///
/// # Errors
/// There is no such device, it is none, or no physical disk is behind it.
pub fn find(roots: &Roots, path: &Path) -> Result<Vec<BlockDevice>, DeviceError> {
    let Node { name, kind } = node(roots, path)?;
    let host = Host::new(roots);
    let not_a_disk = |what| DeviceError::NotADisk { path: path.to_owned(), what };
    let mut disks = match kind {
        Kind::Block => block(&host, &name, path)?,
        Kind::NvmeController => match controller(&host, &name) {
            Some(disk) => vec![disk],
            None if roots.real("/sys/class/nvme").join(&name).exists() => {
                return Err(not_a_disk("an NVMe discovery controller"));
            }
            None => return Err(DeviceError::Gone { name }),
        },
        Kind::ScsiGeneric => scsi_node(&host, &roots.real("/sys/class/scsi_generic").join(&name))?
            .ok_or_else(|| not_a_disk("a SCSI generic node without a disk"))?,
        Kind::Bsg => scsi_node(&host, &roots.real("/sys/class/bsg").join(&name))?
            .ok_or_else(|| not_a_disk("a bsg node without a disk"))?,
        Kind::UnknownBlock => {
            vec![unknown(&name).ok_or_else(|| not_a_disk(no_disk(&name).unwrap_or("an unknown device")))?]
        }
        Kind::UnknownCharacter => match NvmeName::parse(&name) {
            Some(NvmeName::Namespace(first, number)) => block(&host, &format!("nvme{first}n{number}"), path)?,
            Some(_) => unknown(&name).into_iter().collect(),
            None if is_scsi_generic(&name) => unknown(&name).into_iter().collect(),
            None => return Err(not_a_disk("a character device")),
        },
    };
    disks.iter_mut().for_each(|disk| add_daemons(&host, disk));
    Ok(disks)
}

/// The disks below the block device `name`.
fn block(host: &Host<'_>, name: &str, path: &Path) -> Result<Vec<BlockDevice>, DeviceError> {
    let below = graph::disks_below(host.roots, name);
    let what = below.first().and_then(|name| no_disk(name));
    let (nvme, others): (Vec<_>, Vec<_>) = below
        .into_iter()
        .filter(|name| no_disk(name).is_none())
        .partition(|name| NvmeName::parse(name).is_some());
    if nvme.is_empty() && others.is_empty() {
        return Err(DeviceError::NotADisk {
            path: path.to_owned(),
            what: what.unwrap_or("a device without disks"),
        });
    }
    let mut disks = scsi(host, others)?;
    let mut seen = HashSet::new();
    for namespace in nvme {
        let mut controllers = nvme::controllers_of(host, &namespace);
        controllers.sort_by_key(|name| !nvme::is_live(host, name));
        let Some(first) =
            controllers.into_iter().find(|name| host.roots.real("/sys/class/nvme").join(name).exists())
        else {
            disks.extend(unknown(&namespace));
            continue;
        };
        if seen.contains(&first) {
            continue;
        }
        let mut disk = controller(host, &first).ok_or(DeviceError::Gone { name: first })?;
        seen.extend(disk.other_paths.iter().chain([&disk.name]).cloned());
        if let Some(NvmeName::Namespace(_, number)) = NvmeName::parse(name) {
            disk.named_namespace = Some(number);
            // The namespace's own node takes admin commands too, and is what was asked for.
            disk.place = Place::Node(Path::new("/dev").join(name));
        }
        disks.push(disk);
    }
    disks.sort_by(|a, b| natural_order(&a.name, &b.name));
    Ok(disks)
}

/// The disk of a SCSI device of which another driver's `folder` is known. `None`: it is no disk.
fn scsi_node(host: &Host<'_>, folder: &Path) -> Result<Option<Vec<BlockDevice>>, DeviceError> {
    let device = folder.join("device");
    if let Some(name) = sysfs::names(&device.join("block")).pop() {
        return scsi(host, vec![name]).map(Some);
    }
    let generic = sysfs::names(&device.join("scsi_generic")).pop();
    Ok(generic.and_then(|name| disk::read_generic(host, &name)).map(|way| vec![way.device]))
}

/// The disks of the whole disks `names`, which may be several ways to one.
fn scsi(host: &Host<'_>, names: Vec<String>) -> Result<Vec<BlockDevice>, DeviceError> {
    let mut ways: Vec<Way> = Vec::new();
    let mut members = HashMap::new();
    for name in &names {
        let way = disk::read(host, name).ok_or_else(|| DeviceError::Gone { name: name.clone() })?;
        let above = graph::above(host.roots, name);
        members.extend(graph::multipath_members(host.roots, above.iter().map(String::as_str)));
        ways.push(way);
    }
    let mut further: Vec<String> = members.keys().cloned().collect();
    further.extend(names.iter().flat_map(|name| other_units(host, name)));
    further.sort();
    further.dedup();
    further.retain(|name| !names.contains(name));
    ways.extend(further.iter().filter_map(|name| disk::read(host, name)));

    let rank = |device: &BlockDevice| {
        2 * u8::from(!names.contains(&device.name)) + u8::from(!is_running(host.roots, &device.name))
    };
    let mut disks = merge::merge(ways, &members, rank);
    disks.retain(|disk| names.contains(&disk.name));
    Ok(disks)
}

/// Names of the other disks at the SCSI target of `name`: a drive with two actuators has two.
fn other_units(host: &Host<'_>, name: &str) -> Vec<String> {
    let link = sysfs::link(&host.roots.block(name)).unwrap_or_default();
    let Some(target) = Topology::parse(&link).target.map(|target| host.roots.real("/sys").join(target))
    else {
        return Vec::new();
    };
    let units = sysfs::names(&target).into_iter().filter(|unit| parse_hctl(unit).is_some());
    units.take(MOST_UNITS).flat_map(|unit| sysfs::names(&target.join(unit).join("block"))).collect()
}

/// The disk of an NVMe controller, which is the best of its ways because it was named.
fn controller(host: &Host<'_>, name: &str) -> Option<BlockDevice> {
    let ways = nvme::ways(host, name);
    let disk = merge::fold(ways.iter().filter_map(|way| nvme::read(host, way)).collect(), |device| {
        u8::from(device.name != name)
    })?;
    (disk.name == name).then_some(disk)
}

/// The disk of a node that sysfs does not know. `None`: its name is that of no disk.
fn unknown(name: &str) -> Option<BlockDevice> {
    if no_disk(name).is_some() {
        return None;
    }
    let dev = Path::new("/dev");
    Some(match NvmeName::parse(name) {
        Some(NvmeName::Namespace(first, number) | NvmeName::Path(first, number)) => {
            let controller = format!("nvme{first}");
            let namespace = dev.join(format!("{controller}n{number}"));
            BlockDevice {
                link: Link::Nvme,
                namespaces: vec![(number, namespace)],
                named_namespace: Some(number),
                ..by_name_alone(&controller, dev.join(&controller))
            }
        }
        Some(NvmeName::Controller) => BlockDevice { link: Link::Nvme, ..by_name_alone(name, dev.join(name)) },
        None if is_scsi_generic(name) => {
            BlockDevice { generic: Some(dev.join(name)), ..by_name_alone(name, dev.join(name)) }
        }
        None => {
            let whole = if name.starts_with("sd") {
                name.trim_end_matches(|c: char| c.is_ascii_digit())
            } else {
                name
            };
            let link = if name.starts_with("vd") { Link::Virtio } else { Link::Unknown };
            BlockDevice { link, ..by_name_alone(whole, dev.join(whole.replace('!', "/"))) }
        }
    })
}
