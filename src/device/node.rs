//! From a path to the kernel's name of the device behind it.

use std::fs;
use std::io;
use std::os::unix::fs::{FileTypeExt, MetadataExt};
use std::path::{Path, PathBuf};

use nix::sys::stat::{major, minor};

use super::roots::normal;
use super::{DeviceError, Roots, sysfs};

/// As many symbolic links in a row as the kernel follows.
const MOST_LINKS: usize = 40;

/// A device node, by the kernel's names.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Node {
    /// `sda1`, `dm-3`, `nvme0`, `sg3`; `0:0:1:0` of /dev/bsg.
    pub(super) name: String,
    pub(super) kind: Kind,
    /// The node itself, behind all links: not always the one that the kernel's name would have.
    pub(super) path: PathBuf,
}

impl Node {
    fn new((name, kind): (String, Kind), path: PathBuf) -> Self {
        Self { name, kind, path }
    }
}

/// Where sysfs has the device.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// /sys/class/block.
    Block,
    /// /sys/class/nvme.
    NvmeController,
    /// /sys/class/scsi_generic.
    ScsiGeneric,
    /// /sys/class/bsg.
    Bsg,
    /// A block device that sysfs does not know.
    UnknownBlock,
    /// A character device that sysfs does not know, or has elsewhere.
    UnknownCharacter,
}

/// The device that `path` leads to, through any number of symbolic links.
pub(super) fn node(roots: &Roots, path: &Path) -> Result<Node, DeviceError> {
    let target = follow(roots, path)?;
    let metadata =
        fs::symlink_metadata(roots.real(&target)).map_err(|source| DeviceError::of_path(path, source))?;
    let file_type = metadata.file_type();
    let name = name_under_dev(&target);
    let stands_for_a_node = !roots.is_host() && file_type.is_file() && target.starts_with("/dev");
    if stands_for_a_node {
        let kind = class_of(roots, &name).unwrap_or(Kind::UnknownBlock);
        return Ok(Node { name, kind, path: target });
    }
    let number = format!("{}:{}", major(metadata.rdev()), minor(metadata.rdev()));
    if file_type.is_block_device() {
        return Ok(Node::new(block_node(roots, &number, name), target));
    }
    if file_type.is_char_device() {
        return Ok(Node::new(character_node(roots, &number, name), target));
    }
    let what = if file_type.is_dir() {
        "a directory"
    } else if file_type.is_file() {
        "a regular file"
    } else {
        "a socket or a pipe"
    };
    Err(DeviceError::NotADevice { path: path.to_owned(), what })
}

/// The number counts before the name: anything may be called /dev/sda.
fn block_node(roots: &Roots, number: &str, name: String) -> (String, Kind) {
    if let Some(name) = sysfs::link_name(&roots.real("/sys/dev/block").join(number)) {
        return (name, Kind::Block);
    }
    let folder = roots.block(&name);
    let same = folder.exists() && sysfs::text(&folder.join("dev")).is_none_or(|of_name| of_name == number);
    (name, if same { Kind::Block } else { Kind::UnknownBlock })
}

fn character_node(roots: &Roots, number: &str, name: String) -> (String, Kind) {
    let link = sysfs::link(&roots.real("/sys/dev/char").join(number));
    let name = match link.as_deref().and_then(|link| link.rsplit('/').next()) {
        Some(name) => name.to_owned(),
        None => name,
    };
    let kind = class_of(roots, &name).unwrap_or(Kind::UnknownCharacter);
    (name, kind)
}

fn class_of(roots: &Roots, name: &str) -> Option<Kind> {
    let classes = [
        ("block", Kind::Block),
        ("nvme", Kind::NvmeController),
        ("scsi_generic", Kind::ScsiGeneric),
        ("bsg", Kind::Bsg),
    ];
    let has = |class: &str| roots.real("/sys/class").join(class).join(name).exists();
    classes.into_iter().find(|(class, _)| has(class)).map(|(_, kind)| kind)
}

/// `sda` of /dev/sda, and of a node elsewhere; `cciss!c0d0` of /dev/cciss/c0d0, as sysfs writes it; `0:0:1:0` of
/// /dev/bsg/0:0:1:0.
fn name_under_dev(path: &Path) -> String {
    match path.strip_prefix("/dev/bsg").or_else(|_| path.strip_prefix("/dev")) {
        Ok(name) => name.to_string_lossy().replace('/', "!"),
        Err(_) => path.file_name().unwrap_or_default().to_string_lossy().into_owned(),
    }
}

/// Is `path` a node of the device that sysfs calls `name`? In a container nodes may have other names, or be missing.
pub(super) fn leads_to(roots: &Roots, path: &Path, name: &str) -> bool {
    let Ok(metadata) = fs::metadata(roots.real(path)) else { return false };
    if !roots.is_host() && metadata.is_file() {
        return true;
    }
    let number = format!("{}:{}", major(metadata.rdev()), minor(metadata.rdev()));
    let of_name = ["block", "nvme", "scsi_generic"]
        .iter()
        .find_map(|class| sysfs::text(&roots.real("/sys/class").join(class).join(name).join("dev")));
    of_name.is_none_or(|of_name| of_name == number)
}

/// Follows symbolic links within the roots, to something that is there.
fn follow(roots: &Roots, path: &Path) -> Result<PathBuf, DeviceError> {
    let mut target = if roots.is_host() && !path.starts_with("/dev") {
        // Folders on the way may be links themselves; the kernel knows best.
        let absolute = std::path::absolute(path)
            .map_err(|source| DeviceError::Access { path: path.to_owned(), source })?;
        match (absolute.parent().map(fs::canonicalize), absolute.file_name()) {
            (Some(Ok(parent)), Some(name)) => parent.join(name),
            _ => absolute,
        }
    } else {
        normal(path)
    };
    for _ in 0..MOST_LINKS {
        let link = match fs::read_link(roots.real(&target)) {
            Ok(link) => link,
            // What is there is no link.
            Err(error) if error.kind() == io::ErrorKind::InvalidInput => return Ok(target),
            Err(source) => return Err(DeviceError::of_path(path, source)),
        };
        target = normal(&target.parent().unwrap_or(Path::new("/")).join(link));
    }
    Err(DeviceError::TooManyLinks { path: path.to_owned() })
}
