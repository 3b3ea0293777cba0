//! The physical disks that a path leads to, without a look at any other disk.

use std::collections::{HashMap, HashSet};
use std::path::Path;

use super::disk::{self, Way};
use super::enumerate::{add_daemons, by_name_alone, is_running};
use super::host::Host;
use super::names::{NvmeName, is_scsi_generic, no_disk};
use super::node::{Kind, Node, leads_to, node};
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
    let named = node(roots, path)?;
    let Node { name, kind, path: node } = &named;
    let host = Host::new(roots);
    let not_a_disk = |what| DeviceError::NotADisk { path: path.to_owned(), what };
    let mut disks = match kind {
        Kind::Block => block(&host, name, path)?,
        Kind::NvmeController => match controller(&host, name) {
            Some(disk) => vec![disk],
            None if roots.real("/sys/class/nvme").join(name).exists() => {
                return Err(not_a_disk("an NVMe discovery controller"));
            }
            None => return Err(DeviceError::Gone { name: name.clone() }),
        },
        Kind::ScsiGeneric => scsi_node(&host, &roots.real("/sys/class/scsi_generic").join(name))?
            .ok_or_else(|| not_a_disk("a SCSI generic node without a disk"))?,
        Kind::Bsg => scsi_node(&host, &roots.real("/sys/class/bsg").join(name))?
            .ok_or_else(|| not_a_disk("a bsg node without a disk"))?,
        Kind::UnknownBlock => {
            vec![
                unknown(name, node)
                    .ok_or_else(|| not_a_disk(no_disk(name).unwrap_or("an unknown device")))?,
            ]
        }
        Kind::UnknownCharacter => match NvmeName::parse(name) {
            Some(NvmeName::Namespace(first, number)) => block(&host, &format!("nvme{first}n{number}"), path)?,
            Some(_) => unknown(name, node).into_iter().collect(),
            None if is_scsi_generic(name) => unknown(name, node).into_iter().collect(),
            None => return Err(not_a_disk("a character device")),
        },
    };
    if let [disk] = disks.as_mut_slice() {
        take_named_node(roots, disk, &named);
    }
    disks.iter_mut().for_each(|disk| add_daemons(&host, disk));
    Ok(disks)
}

/// Where the kernel's name of a disk has no node under /dev, or that of another disk, as in a container, the node that
/// was named is taken instead: of the disk, or a partition of it.
fn take_named_node(roots: &Roots, disk: &mut BlockDevice, named: &Node) {
    let Place::Node(place) = &disk.place else { return };
    let place_is_good = place
        .strip_prefix("/dev")
        .is_ok_and(|name| leads_to(roots, place, &name.to_string_lossy().replace('/', "!")));
    let is_of_disk = || {
        let of_namespace = disk.named_namespace.is_some();
        named.name == disk.name || of_namespace || roots.block(&disk.name).join(&named.name).exists()
    };
    match named.kind {
        Kind::Block | Kind::NvmeController if !place_is_good && is_of_disk() => {
            disk.place = Place::Node(named.path.clone());
        }
        Kind::ScsiGeneric => {
            if disk.generic.as_ref().is_none_or(|generic| !leads_to(roots, generic, &named.name)) {
                disk.generic = Some(named.path.clone());
            }
            if !place_is_good {
                disk.place = Place::Node(named.path.clone());
            }
        }
        _ => {}
    }
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
            disks.extend(unknown(&namespace, &Path::new("/dev").join(&namespace)));
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

/// The disk of a `node` that sysfs does not know, by its name. Under /dev the node of the whole disk is taken, of an
/// NVMe namespace that of its controller; elsewhere none but the given one. `None`: its name is that of no disk.
fn unknown(name: &str, node: &Path) -> Option<BlockDevice> {
    if no_disk(name).is_some() {
        return None;
    }
    let whole = |name: &str| {
        if node.starts_with("/dev") {
            Path::new("/dev").join(name.replace('!', "/"))
        } else {
            node.to_owned()
        }
    };
    Some(match NvmeName::parse(name) {
        Some(NvmeName::Namespace(first, number) | NvmeName::Path(first, number)) => {
            let controller = format!("nvme{first}");
            BlockDevice {
                link: Link::Nvme,
                namespaces: vec![(number, whole(&format!("{controller}n{number}")))],
                named_namespace: Some(number),
                ..by_name_alone(&controller, whole(&controller))
            }
        }
        Some(NvmeName::Controller) => BlockDevice { link: Link::Nvme, ..by_name_alone(name, whole(name)) },
        None if is_scsi_generic(name) => {
            BlockDevice { generic: Some(whole(name)), ..by_name_alone(name, whole(name)) }
        }
        None => {
            let disk = if name.starts_with("sd") {
                name.trim_end_matches(|c: char| c.is_ascii_digit())
            } else {
                name
            };
            let link = if name.starts_with("vd") { Link::Virtio } else { Link::Unknown };
            BlockDevice { link, ..by_name_alone(disk, whole(disk)) }
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_node_outside_dev_is_opened_where_it_is() {
        for (name, of, link) in [
            ("sdx", "sdx", Link::Unknown),
            ("sdx1", "sdx", Link::Unknown),
            ("mydisk", "mydisk", Link::Unknown),
            ("nvme5n1", "nvme5", Link::Nvme),
            ("nvme5", "nvme5", Link::Nvme),
        ] {
            let node = Path::new("/tmp/rv").join(name);
            let disk = unknown(name, &node).unwrap();
            assert_eq!((disk.name.as_str(), disk.path(), disk.link), (of, node.as_path(), link));
        }
        let generic = unknown("sg3", Path::new("/tmp/rv/sg3")).unwrap();
        assert_eq!(generic.generic.as_deref(), Some(Path::new("/tmp/rv/sg3")));
    }

    #[test]
    fn in_a_container_the_named_node_is_taken() {
        let root = tempfile::tempdir().unwrap();
        let roots = Roots::at(root.path());
        for folder in ["dev", "sys/class/block/sdb/sdb1"] {
            std::fs::create_dir_all(root.path().join(folder)).unwrap();
        }
        let place_by = |name: &str, kind| {
            let named = Node { name: name.to_owned(), kind, path: "/dev/mydisk".into() };
            let mut disk = by_name_alone("sdb", "/dev/sdb".into());
            take_named_node(&roots, &mut disk, &named);
            (disk.path().to_owned(), disk.generic)
        };
        let mine = Path::new("/dev/mydisk").to_owned();
        assert_eq!(place_by("sdb", Kind::Block), (mine.clone(), None));
        assert_eq!(place_by("sdb1", Kind::Block), (mine.clone(), None));
        assert_eq!(place_by("sg1", Kind::ScsiGeneric), (mine.clone(), Some(mine.clone())));
        let theirs = Path::new("/dev/sdb").to_owned();
        assert_eq!(
            place_by("dm-0", Kind::Block),
            (theirs.clone(), None),
            "its commands do not reach the disk"
        );
        std::fs::write(root.path().join("dev/sdb"), "").unwrap();
        assert_eq!(place_by("sdb", Kind::Block), (theirs, None), "the node is there");
    }
}
