//! Where /sys, /dev, /run and /var are: those of this host, or a copy of another's.

use std::path::{Component, Path, PathBuf};

/// The root of the trees that disks are found in: /sys, /dev, /run/udev and /var/lib below it.
///
/// Below any root but `/` stands a copy: properties come from the files of its `run/udev/data` instead of libudev, a
/// plain file under its `dev` stands for the node of that name, and symbolic links lead within the copy.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Roots {
    root: PathBuf,
}

impl Default for Roots {
    fn default() -> Self {
        Self::at("/")
    }
}

impl Roots {
    /// The trees below `root`.
    pub fn at(root: impl Into<PathBuf>) -> Self {
        Self { root: root.into() }
    }

    /// Are they those of the running host?
    pub fn is_host(&self) -> bool {
        self.root == Path::new("/")
    }

    /// Where the absolute `path` of the host (`/sys/block`) really is.
    pub(super) fn real(&self, path: impl AsRef<Path>) -> PathBuf {
        let path = path.as_ref();
        if self.is_host() { path.to_owned() } else { self.root.join(path.strip_prefix("/").unwrap_or(path)) }
    }

    /// /sys/class/block/`name`, for whole disks, partitions and mapped devices alike.
    pub(super) fn block(&self, name: &str) -> PathBuf {
        self.real("/sys/class/block").join(name)
    }
}

/// `path` without `.` and `..`, by its words alone.
pub(super) fn normal(path: &Path) -> PathBuf {
    let mut normal = PathBuf::from("/");
    for component in path.components() {
        match component {
            Component::Normal(name) => normal.push(name),
            Component::ParentDir => _ = normal.pop(),
            Component::CurDir | Component::RootDir | Component::Prefix(_) => {}
        }
    }
    normal
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_stays_below_its_root() {
        assert_eq!(Roots::default().real("/sys/block"), Path::new("/sys/block"));
        assert_eq!(Roots::at("/copy").real("/sys/block"), Path::new("/copy/sys/block"));
        assert_eq!(normal(Path::new("/dev/disk/by-id/../../sda")), Path::new("/dev/sda"));
        assert_eq!(normal(Path::new("/../../dev/./sda")), Path::new("/dev/sda"));
    }
}
