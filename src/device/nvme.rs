//! One NVMe controller with its namespaces, directly or through native multipath.

use std::path::Path;

use super::host::Host;
use super::names::NvmeName;
use super::sysfs::Folder;
use super::topology::Topology;
use super::{BlockDevice, Link, Place, device_id, disk, natural_order, sysfs};

/// Names of all controllers of disks.
pub(super) fn controllers(host: &Host<'_>) -> Vec<String> {
    let mut names = sysfs::names(&host.roots.real("/sys/class/nvme"));
    names.retain(|name| NvmeName::parse(name) == Some(NvmeName::Controller));
    names.sort_by(|a, b| natural_order(a, b));
    names
}

/// All ways to the disk that `controller` leads to, itself first.
pub(super) fn ways(host: &Host<'_>, controller: &str) -> Vec<String> {
    let subsystems = host.subsystems();
    let mut ways = vec![controller.to_owned()];
    if let Some(subsystem) = subsystems.get(controller) {
        let others = subsystems.iter().filter(|(name, other)| {
            *other == subsystem && *name != controller && NvmeName::parse(name) == Some(NvmeName::Controller)
        });
        ways.extend(others.map(|(name, _)| name.clone()));
    }
    ways.sort_by(|a, b| (a != controller).cmp(&(b != controller)).then_with(|| natural_order(a, b)));
    ways
}

/// Reads the facts of one controller. `None`: there is none (any more), or it only tells of others (discovery).
pub(super) fn read(host: &Host<'_>, controller: &str) -> Option<BlockDevice> {
    let folder = host.roots.real("/sys/class/nvme").join(controller);
    let entries = sysfs::names(&folder);
    let files = Folder::open(&folder)?;
    if entries.is_empty() || files.text("cntrltype").as_deref() == Some("discovery") {
        return None;
    }
    let link = sysfs::link(&folder).unwrap_or_default();
    let topology = Topology::parse(&link);
    let model = files.text("model");
    let serial = files.text("serial");
    let namespaces = namespaces(host, controller, &entries);

    let sizes = |name: &str| Folder::open(&host.roots.block(name)).map(|files| disk::sizes(&files));
    let blocks: Vec<_> = namespaces.iter().map(|(_, name)| sizes(name).unwrap_or_default()).collect();
    let size = blocks.iter().filter_map(|block| block.size_bytes).fold(0, u64::saturating_add);
    let first = blocks.into_iter().next().unwrap_or_default();
    let (udev, by_id, by_path) = match namespaces.first() {
        Some((_, name)) => {
            let folder = host.roots.block(name);
            host.udev(name, &folder, &sysfs::link(&folder).unwrap_or_default())
        }
        None => Default::default(),
    };
    let wwid = || sysfs::text(&host.roots.block(&namespaces.first()?.1).join("wwid"));
    Some(BlockDevice {
        name: controller.to_owned(),
        place: Place::Node(Path::new("/dev").join(controller)),
        link: Link::Nvme,
        wwn: udev.get("ID_WWN").map(str::to_owned).or_else(wwid),
        device_id: device_id::device_id(&udev, model.as_deref(), serial.as_deref()),
        revision: files.text("firmware_rev"),
        size_bytes: Some(size).filter(|&size| size > 0),
        // Fabrics have an address of the network here, which is nobody's business.
        adapter: host.driver(&topology).zip(topology.pci_address().map(str::to_owned)),
        runtime_status: Some(folder.join("device/power/runtime_status")),
        removable: first.removable.or(Some(false)),
        physical: controller.to_owned(),
        namespaces: namespaces
            .into_iter()
            .map(|(number, name)| (number, Path::new("/dev").join(name)))
            .collect(),
        model,
        serial,
        by_id,
        by_path,
        ..first
    })
}

/// Does the controller answer? One that is being reset or is dead does not.
pub(super) fn is_live(host: &Host<'_>, controller: &str) -> bool {
    let state = sysfs::text(&host.roots.real("/sys/class/nvme").join(controller).join("state"));
    state.is_none_or(|state| state == "live")
}

/// The controllers that the namespace `name` (`nvme0n1`) belongs to; several with native multipath.
pub(super) fn controllers_of(host: &Host<'_>, name: &str) -> Vec<String> {
    let Some(NvmeName::Namespace(first, number)) = NvmeName::parse(name) else { return Vec::new() };
    // Without multipath the namespace is in its controller's folder: .../nvme/nvme3/nvme3n1.
    let link = sysfs::link(&host.roots.block(name)).unwrap_or_default();
    if let Some(parent) =
        link.rsplit('/').nth(1).filter(|parent| NvmeName::parse(parent) == Some(NvmeName::Controller))
    {
        return vec![parent.to_owned()];
    }
    let folder = host.roots.real("/sys/class/nvme");
    let mut controllers = controllers(host);
    controllers.retain(|controller| {
        let entries = sysfs::names(&folder.join(controller));
        entries.iter().any(|entry| NvmeName::parse(entry) == Some(NvmeName::Path(first, number)))
    });
    if controllers.is_empty() {
        controllers.push(format!("nvme{first}"));
    }
    controllers
}

/// Number and kernel name of each namespace. Entries of the controller's folder are `nvme0n1`, or `nvme0c1n1` for one
/// way to a namespace that several controllers share.
fn namespaces(host: &Host<'_>, controller: &str, entries: &[String]) -> Vec<(u32, String)> {
    let mut found: Vec<_> = entries
        .iter()
        .filter(|entry| entry.starts_with("nvme"))
        .filter_map(|entry| match NvmeName::parse(entry)? {
            NvmeName::Namespace(first, number) | NvmeName::Path(first, number) => {
                Some((number, format!("nvme{first}n{number}")))
            }
            NvmeName::Controller => None,
        })
        .collect();
    if found.is_empty() {
        // A sysfs without folders of devices has the namespaces under /sys/block alone.
        let own = controller.strip_prefix("nvme").and_then(|number| number.parse::<u32>().ok());
        found = host
            .blocks()
            .iter()
            .filter_map(|name| match NvmeName::parse(name)? {
                NvmeName::Namespace(first, number) if Some(first) == own => Some((number, name.clone())),
                _ => None,
            })
            .filter(|(_, name)| {
                sysfs::link(&host.roots.block(name)).is_none_or(|link| !link.contains("devices/"))
            })
            .collect();
    }
    found.sort();
    found.dedup();
    found
}
