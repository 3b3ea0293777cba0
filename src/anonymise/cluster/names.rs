//! The names an operator gave to hosts, daemons, pools and file systems: a second look at texts that have a known form.

use std::collections::BTreeSet;

/// Names of this cluster that no text may hold.
#[derive(Debug, Clone, Default)]
pub struct Names(BTreeSet<String>);

/// A shorter name would be found in everything.
const SHORTEST: usize = 3;

/// Names that many clusters have, and that programs, parts of them and words of their source are called by.
const COMMON: [&str; 28] = [
    ".mgr",
    ".nfs",
    ".rgw.root",
    "backups",
    "ceph",
    "cephfs",
    "client",
    "data",
    "default",
    "device_health_metrics",
    "host",
    "images",
    "localhost",
    "mds",
    "metadata",
    "metrics",
    "mgr",
    "mon",
    "nfs",
    "node",
    "osd",
    "pool",
    "rados",
    "rbd",
    "rgw",
    "stone",
    "vms",
    "volumes",
];

impl Names {
    /// Of `names`, and of what stands before their first dot.
    pub fn new<'a>(names: impl IntoIterator<Item = &'a str>) -> Self {
        let parts = names.into_iter().flat_map(|name| [Some(name), name.split('.').next()]).flatten();
        let parts = parts.map(str::to_ascii_lowercase);
        Self(parts.filter(|name| name.len() >= SHORTEST && !COMMON.contains(&name.as_str())).collect())
    }

    /// Is one of them in `text`, as a word of its own?
    pub fn are_in(&self, text: &str) -> bool {
        let text = text.to_ascii_lowercase();
        let inner = |char: char| char.is_ascii_alphanumeric() || char == '_';
        self.0.iter().any(|name| {
            text.match_indices(name.as_str()).any(|(at, _)| {
                let before = text[..at].chars().next_back();
                let after = text[at + name.len()..].chars().next();
                !before.is_some_and(inner) && !after.is_some_and(inner)
            })
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_found_as_a_word() {
        let names = Names::new(["Node7.example.com", "osd", "x"]);
        for text in ["node7", "(f(NODE7)+0x1)", "a-node7.example.com:5", "at /node7/x"] {
            assert!(names.are_in(text), "{text}");
        }
        for text in ["node70", "my_node7", "osd", "x", "", "node8"] {
            assert!(!names.are_in(text), "{text}");
        }
    }
}
