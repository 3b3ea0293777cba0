//! From a partition, LVM, multipath or MD device down to the disks below it.

use std::collections::{HashMap, HashSet};

use super::{Roots, natural_order, sysfs};

/// More devices than this below one device are not followed.
const MOST: usize = 65_536;

/// Kernel names of the whole disks below the block device `name`, in natural order: itself, if it is one. What has
/// nothing below it is in the answer too, whatever it is (`loop0`).
pub(super) fn disks_below(roots: &Roots, name: &str) -> Vec<String> {
    let mut disks = Vec::new();
    let mut seen = HashSet::new();
    let mut waiting = vec![name.to_owned()];
    while let Some(name) = waiting.pop() {
        if seen.len() >= MOST || !seen.insert(name.clone()) {
            continue;
        }
        match below(roots, &name) {
            below if below.is_empty() => disks.push(name),
            below => waiting.extend(below),
        }
    }
    disks.sort_by(|a, b| natural_order(a, b));
    disks
}

/// What is directly below: the disk of a partition, the parts of a mapped device.
fn below(roots: &Roots, name: &str) -> Vec<String> {
    let folder = roots.block(name);
    if folder.join("partition").exists() {
        // The folder of a partition is in that of its disk: .../block/sda/sda1.
        let disk = sysfs::link(&folder).and_then(|link| link.rsplit('/').nth(1).map(str::to_owned));
        return disk.into_iter().collect();
    }
    sysfs::names(&folder.join("slaves"))
}

/// Members of the multipath devices among `names`: kernel name of the member -> that of the multipath device.
pub(super) fn multipath_members<'n>(
    roots: &Roots,
    names: impl Iterator<Item = &'n str>,
) -> HashMap<String, String> {
    let mut members = HashMap::new();
    for name in names.filter(|name| name.starts_with("dm-")) {
        let folder = roots.block(name);
        if sysfs::text(&folder.join("dm/uuid")).is_some_and(|uuid| uuid.starts_with("mpath-")) {
            members.extend(
                sysfs::names(&folder.join("slaves")).into_iter().map(|member| (member, name.to_owned())),
            );
        }
    }
    members
}

/// Kernel names of what is directly above the block device `name`.
pub(super) fn above(roots: &Roots, name: &str) -> Vec<String> {
    sysfs::names(&roots.block(name).join("holders"))
}
