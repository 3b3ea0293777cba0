//! Names under /dev/disk by reading that folder, for where udev's database does not tell them.

use std::collections::HashMap;
use std::path::{Path, PathBuf};

use super::{Roots, sysfs};

/// Names by the node they lead to.
#[derive(Debug, Default)]
pub(super) struct Links {
    by_node: HashMap<String, Vec<PathBuf>>,
}

impl Links {
    pub(super) fn read(roots: &Roots) -> Self {
        let mut by_node: HashMap<String, Vec<PathBuf>> = HashMap::new();
        for folder in ["/dev/disk/by-id", "/dev/disk/by-path"] {
            for name in sysfs::names(&roots.real(folder)) {
                let path = Path::new(folder).join(name);
                if let Some(node) = sysfs::link_name(&roots.real(&path)) {
                    by_node.entry(node).or_default().push(path);
                }
            }
        }
        Self { by_node }
    }

    /// Names of the node `name`.
    pub(super) fn of(&self, name: &str) -> &[PathBuf] {
        self.by_node.get(name).map_or(&[], Vec::as_slice)
    }
}

/// Those of `links` that are directly under `folder`, sorted.
pub(super) fn under(folder: &str, links: &[PathBuf]) -> Vec<PathBuf> {
    let mut links: Vec<_> =
        links.iter().filter(|link| link.parent() == Some(Path::new(folder))).cloned().collect();
    links.sort();
    links
}
