//! Which transport a disk needs, and its node opened for it.

use std::fs::{File, OpenOptions};
use std::io;
use std::os::unix::fs::{FileTypeExt, OpenOptionsExt};
use std::path::Path;

use nix::libc;

use super::{MegaRaid, Nvme, OpenError, Replay, Sat, ScsiGeneric, Transport};
use crate::device::{BlockDevice, Link, Place};

/// Opens the way to `device`: its dump, its controller, or NVMe admin commands, or SCSI with or without ATA within, as
/// its link says.
///
/// SCSI and ATA go through the SCSI generic node where there is one that can be opened (see [`ScsiGeneric`]).
/// Where the link is unknown, SCSI and ATA commands can be sent.
///
/// # Errors
/// See [`OpenError`].
pub fn open(device: &BlockDevice) -> Result<Box<dyn Transport>, OpenError> {
    match &device.place {
        Place::Node(node) => open_node(node, device.generic.as_deref(), device.link),
        Place::Dump(folder) => Ok(Box::new(Replay::open(folder)?)),
        // Whether ATA or SCSI is spoken, its link or its INQUIRY data tell: both can be said.
        Place::MegaRaid(member) => Ok(Box::new(Sat::new(MegaRaid::open(member)?))),
    }
}

fn open_node(node: &Path, generic: Option<&Path>, link: Link) -> Result<Box<dyn Transport>, OpenError> {
    let scsi = || {
        generic.and_then(open_generic).map_or_else(|| open_read_only(node, link), Ok).map(ScsiGeneric::new)
    };
    Ok(match link {
        Link::Nvme => Box::new(Nvme::new(open_read_only(node, link)?)),
        Link::Sas | Link::Raid => Box::new(scsi()?),
        Link::Sata | Link::Usb | Link::Unknown => Box::new(Sat::new(scsi()?)),
        Link::Virtio => return Err(OpenError::NoCommands { path: node.to_owned() }),
    })
}

/// O_NONBLOCK: neither a missing medium nor an adapter that is recovering holds up the open. O_EXCL is never given:
/// it would fail on every disk in use, or keep others away.
pub(super) fn options() -> OpenOptions {
    let mut options = OpenOptions::new();
    options.read(true).custom_flags(libc::O_NONBLOCK | libc::O_CLOEXEC);
    options
}

/// A SCSI generic node, read-write first: through a descriptor that is read-only the kernel lets only the commands of
/// its own list pass for those without CAP_SYS_RAWIO, and neither ATA PASS-THROUGH nor READ DEFECT DATA (12) is among
/// them.
///
/// `None`: the block node must do.
fn open_generic(path: &Path) -> Option<File> {
    let node = options().write(true).open(path).or_else(|_| options().open(path)).ok()?;
    is_device(&node).then_some(node)
}

/// A block node or the character device of an NVMe controller. Read-only, for want of nothing: when a block node
/// that was open for writing is closed, udev probes the disk anew.
fn open_read_only(path: &Path, link: Link) -> Result<File, OpenError> {
    let node = options().open(path).map_err(|source| OpenError::Node {
        path: path.to_owned(),
        advice: advice(&source, link),
        source,
    })?;
    if is_device(&node) { Ok(node) } else { Err(OpenError::NotADevice { path: path.to_owned() }) }
}

fn is_device(node: &File) -> bool {
    let kind = node.metadata().map(|metadata| metadata.file_type());
    kind.is_ok_and(|kind| kind.is_block_device() || kind.is_char_device())
}

fn advice(error: &io::Error, link: Link) -> &'static str {
    match (error.raw_os_error(), link) {
        (Some(libc::EACCES | libc::EPERM), Link::Nvme) => {
            "run as root, or give CAP_SYS_ADMIN and access to the node"
        }
        (Some(libc::EACCES | libc::EPERM), _) => "run as root, or give CAP_SYS_RAWIO and access to the node",
        (Some(libc::ENOENT), _) => "no such node: the disk has been removed, or the name is wrong",
        (Some(libc::ENXIO | libc::ENODEV), _) => "no disk behind this node: it has left, or is offline",
        (Some(libc::ENOMEDIUM), _) => "there is no medium in the drive",
        (Some(libc::EBUSY), _) => "another program has it for itself",
        (Some(libc::EMFILE | libc::ENFILE), _) => {
            "too many open files: raise the limit, or read fewer disks at once"
        }
        _ => "",
    }
}

#[cfg(test)]
mod tests {
    use std::path::PathBuf;

    use super::*;

    fn device(place: Place, generic: Option<&str>, link: Link) -> BlockDevice {
        BlockDevice { place, generic: generic.map(PathBuf::from), link, ..BlockDevice::default() }
    }

    fn error(place: Place, link: Link) -> OpenError {
        open(&device(place, None, link)).err().unwrap()
    }

    #[test]
    fn errors_say_what_to_do() {
        let missing = error(Place::Node("/dev/no-such-disk".into()), Link::Nvme);
        assert_eq!(
            missing.to_string(),
            "cannot be opened: no such node: the disk has been removed, or the name is wrong"
        );
        let denied = io::Error::from_raw_os_error(libc::EACCES);
        assert!(advice(&denied, Link::Sata).contains("CAP_SYS_RAWIO"));
        assert!(advice(&denied, Link::Nvme).contains("CAP_SYS_ADMIN"));
        assert_eq!(advice(&io::Error::from_raw_os_error(libc::EIO), Link::Sata), "");
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("disk.img");
        std::fs::write(&file, b"no device").unwrap();
        assert!(
            matches!(error(Place::Node(file.clone()), Link::Sata), OpenError::NotADevice { path } if path == file)
        );
        assert!(matches!(error(Place::Node("/dev/vda".into()), Link::Virtio), OpenError::NoCommands { .. }));
        assert!(matches!(error(Place::Dump(folder.path().join("none")), Link::Sata), OpenError::Dump(_)));
    }

    #[test]
    fn without_a_generic_node_the_block_node_is_opened() {
        // A device node that can be opened, if not a disk.
        let null = || Place::Node("/dev/null".into());
        assert!(open(&device(null(), Some("/dev/no-such-sg"), Link::Sas)).is_ok());
        assert!(open(&device(null(), None, Link::Unknown)).is_ok());
        // And with one that can be, the block node is not touched.
        let place = Place::Node("/dev/no-such-disk".into());
        assert!(open(&device(place, Some("/dev/null"), Link::Sata)).is_ok());
    }
}
