//! Several ways to one disk become one disk; logical units of one drive learn of each other.

use std::collections::HashMap;

use super::disk::Way;
use super::{BlockDevice, natural_order};

/// Sets of indices that grow together.
struct Sets(Vec<usize>);

impl Sets {
    fn new(count: usize) -> Self {
        Self((0..count).collect())
    }

    /// First index of the set of `index`.
    fn first(&mut self, mut index: usize) -> usize {
        while self.0[index] != index {
            self.0[index] = self.0[self.0[index]];
            index = self.0[index];
        }
        index
    }

    fn join(&mut self, a: usize, b: usize) {
        let (a, b) = (self.first(a), self.first(b));
        self.0[a.max(b)] = a.min(b);
    }

    /// Joins all indices that have the same key.
    fn join_by<'k>(&mut self, keys: impl Iterator<Item = (&'k str, usize)>) {
        let mut seen = HashMap::new();
        for (key, index) in keys {
            let first = *seen.entry(key).or_insert(index);
            self.join(first, index);
        }
    }

    /// The sets, each in ascending order.
    fn into_groups(mut self) -> impl Iterator<Item = Vec<usize>> {
        let mut groups: Vec<Vec<usize>> = vec![Vec::new(); self.0.len()];
        for index in 0..self.0.len() {
            let first = self.first(index);
            groups[first].push(index);
        }
        groups.into_iter().filter(|group| !group.is_empty())
    }
}

/// Each disk once. Ways are put together that have the same logical unit, or that the device-mapper says are members
/// of the same multipath device (`members`: kernel name -> multipath device). `better` compares two ways: the least is
/// the disk, the others are its [`other_paths`](BlockDevice::other_paths).
pub(super) fn merge(
    mut ways: Vec<Way>,
    members: &HashMap<String, String>,
    better: impl Fn(&BlockDevice) -> u8,
) -> Vec<BlockDevice> {
    ways.sort_by(|a, b| natural_order(&a.device.name, &b.device.name));
    let mut sets = Sets::new(ways.len());
    sets.join_by(ways.iter().enumerate().filter_map(|(index, way)| Some((way.unit.as_deref()?, index))));
    sets.join_by(
        ways.iter()
            .enumerate()
            .filter_map(|(index, way)| Some((members.get(&way.device.name)?.as_str(), index))),
    );

    let mut disks = Vec::with_capacity(ways.len());
    let mut drives = Vec::with_capacity(ways.len());
    for group in sets.into_groups() {
        for &index in &group {
            drives.extend(ways[index].drive.take().map(|drive| (drive, disks.len())));
        }
        let group = group.into_iter().map(|index| std::mem::take(&mut ways[index].device)).collect();
        disks.extend(fold(group, &better));
    }

    let mut sets = Sets::new(disks.len());
    sets.join_by(drives.iter().map(|(drive, index)| (drive.as_str(), *index)));
    for group in sets.into_groups() {
        let first = group.iter().map(|&index| &disks[index].name).min_by(|a, b| natural_order(a, b)).cloned();
        for index in group {
            disks[index].physical = first.clone().unwrap_or_default();
        }
    }
    disks.sort_by(|a, b| natural_order(&a.name, &b.name));
    disks
}

/// One disk of all its ways: the best, with what only the others know. `None`: there is no way.
pub(super) fn fold(mut ways: Vec<BlockDevice>, better: impl Fn(&BlockDevice) -> u8) -> Option<BlockDevice> {
    if ways.len() > 1 {
        ways.sort_by_cached_key(&better);
    }
    let mut ways = ways.into_iter();
    let mut disk = ways.next()?;
    for other in ways {
        disk.other_paths.push(other.name);
        disk.by_id.extend(other.by_id);
        disk.by_path.extend(other.by_path);
        disk.namespaces.extend(other.namespaces);
        disk.serial = disk.serial.take().or(other.serial);
        disk.wwn = disk.wwn.take().or(other.wwn);
        disk.device_id = disk.device_id.take().or(other.device_id);
        disk.size_bytes = disk.size_bytes.max(other.size_bytes);
    }
    disk.other_paths.sort_by(|a, b| natural_order(a, b));
    for links in [&mut disk.by_id, &mut disk.by_path] {
        links.sort();
        links.dedup();
    }
    disk.namespaces.sort();
    disk.namespaces.dedup();
    Some(disk)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn way(name: &str, unit: Option<u8>, drive: Option<u8>) -> Way {
        let device = BlockDevice { name: name.to_owned(), ..BlockDevice::default() };
        Way { device, unit: unit.map(|unit| unit.to_string()), drive: drive.map(|drive| drive.to_string()) }
    }

    proptest! {
        #[test]
        fn every_way_is_in_exactly_one_disk(
            units in proptest::collection::vec((proptest::option::of(0_u8..20), proptest::option::of(0_u8..20), proptest::option::of(0_u8..5)), 0..60),
        ) {
            let name = |index: usize| format!("nvme{index}");
            let ways = units.iter().enumerate().map(|(index, (unit, drive, _))| way(&name(index), *unit, *drive)).collect();
            let members = units.iter().enumerate().filter_map(|(index, (.., dm))| Some((name(index), format!("dm-{}", (*dm)?)))).collect();
            let disks = merge(ways, &members, |_| 0);

            let mut all: Vec<_> = disks.iter().flat_map(|disk| std::iter::once(&disk.name).chain(&disk.other_paths)).cloned().collect();
            all.sort_by(|a, b| natural_order(a, b));
            prop_assert_eq!(all, (0..units.len()).map(name).collect::<Vec<_>>());
            prop_assert!(disks.is_sorted_by(|a, b| natural_order(&a.name, &b.name).is_lt()));

            let disk_of = |index: usize| disks.iter().find(|disk| disk.name == name(index) || disk.other_paths.contains(&name(index)));
            for (a, (unit_a, drive_a, dm_a)) in units.iter().enumerate() {
                for (b, (unit_b, drive_b, dm_b)) in units.iter().enumerate() {
                    if (unit_a.is_some() && unit_a == unit_b) || (dm_a.is_some() && dm_a == dm_b) {
                        prop_assert_eq!(disk_of(a), disk_of(b));
                    }
                    if drive_a.is_some() && drive_a == drive_b {
                        prop_assert_eq!(disk_of(a).map(|disk| &disk.physical), disk_of(b).map(|disk| &disk.physical));
                    }
                }
            }
        }
    }

    #[test]
    fn the_better_way_is_the_disk() {
        let ways = vec![way("sda", Some(1), None), way("sdb", Some(1), None), way("sdc", None, None)];
        let disks = merge(ways, &HashMap::new(), |device| u8::from(device.name == "sda"));
        assert_eq!(disks.iter().map(|disk| disk.name.as_str()).collect::<Vec<_>>(), ["sdb", "sdc"]);
        assert_eq!(disks[0].other_paths, ["sda"]);
        assert_eq!(disks[0].physical, "sdb");
    }
}
