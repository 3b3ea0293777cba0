//! Which storage daemons keep their data on which disk.

use std::collections::HashMap;
use std::path::{Path, PathBuf};

use super::node::{Kind, node};
use super::{Roots, graph, natural_order, sysfs};

/// Folders of the clusters' state.
const STATE: &[&str] = &["/var/lib/ceph", "/var/lib/stone"];

/// Links of a daemon's folder that lead to a device: data, metadata, journal.
const DEVICES: &[&str] = &["block", "block.db", "block.wal"];

/// Daemons (`osd.3`) by kernel name of the disk, in natural order. A daemon that cannot be looked at is left out.
pub(super) fn daemons(roots: &Roots) -> HashMap<String, Vec<String>> {
    let mut by_disk: HashMap<String, Vec<String>> = HashMap::new();
    for (daemon, folder) in STATE.iter().flat_map(|state| folders(roots, Path::new(state))) {
        for device in DEVICES {
            let path = folder.join(device);
            // A data store in a plain file has no link to a device.
            let Ok(node) = node(roots, &path) else { continue };
            if node.kind != Kind::Block {
                continue;
            }
            for disk in graph::disks_below(roots, &node.name) {
                by_disk.entry(disk).or_default().push(daemon.clone());
            }
        }
    }
    for daemons in by_disk.values_mut() {
        daemons.sort_by(|a, b| natural_order(a, b));
        daemons.dedup();
    }
    by_disk
}

/// Folders of the daemons below `state`, with their names: `osd/CLUSTER-3`, or `FSID/osd.3` of a containerised cluster.
fn folders(roots: &Roots, state: &Path) -> Vec<(String, PathBuf)> {
    let mut folders = Vec::new();
    for name in sysfs::names(&roots.real(state)) {
        let folder = state.join(&name);
        if name == "osd" {
            for entry in sysfs::names(&roots.real(&folder)) {
                if let Some(id) = entry.rsplit_once('-').and_then(|(_, id)| number(id)) {
                    folders.push((format!("osd.{id}"), folder.join(&entry)));
                }
            }
        } else if is_fsid(&name) {
            for entry in sysfs::names(&roots.real(&folder)) {
                if let Some(id) = entry.strip_prefix("osd.").and_then(number) {
                    folders.push((format!("osd.{id}"), folder.join(&entry)));
                }
            }
        }
    }
    folders
}

fn number(text: &str) -> Option<u32> {
    text.parse().ok()
}

/// A UUID, as the cluster's own id is written.
fn is_fsid(name: &str) -> bool {
    name.len() == 36 && name.bytes().all(|byte| byte.is_ascii_hexdigit() || byte == b'-')
}
