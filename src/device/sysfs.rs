//! Small files of sysfs, each read once and whole, and the VPD pages among them.

use std::fs::{self, File, OpenOptions};
use std::io::Read;
use std::os::fd::OwnedFd;
use std::os::unix::fs::OpenOptionsExt;
use std::path::Path;

use nix::fcntl::{OFlag, openat};
use nix::libc;
use nix::sys::stat::Mode;

/// Nearly every attribute is shorter.
const USUAL: usize = 256;
/// sysfs gives at most one page of memory.
const LONGEST: usize = 4096;

/// The folder of a device, open: its attributes are opened from here, instead of through a link and a dozen folders
/// each time.
#[derive(Debug)]
pub(super) struct Folder(OwnedFd);

impl Folder {
    /// Opens it. `None`: there is none, or no file can be opened any more.
    pub(super) fn open(path: &Path) -> Option<Self> {
        let mut options = OpenOptions::new();
        let folder = options.read(true).custom_flags(libc::O_PATH | libc::O_DIRECTORY).open(path).ok()?;
        Some(Self(folder.into()))
    }

    /// The bytes of the attribute `name`, which may be in a folder below: `device/vpd_pg80`. `None`: there is none, or
    /// it cannot be read.
    pub(super) fn bytes(&self, name: &str) -> Option<Vec<u8>> {
        self.with(name, |bytes| Some(bytes.to_vec()))
    }

    /// The text of an attribute, without padding. `None`: there is none, or it is empty.
    pub(super) fn text(&self, name: &str) -> Option<String> {
        self.with(name, clean)
    }

    /// A number, decimal.
    pub(super) fn number<T: std::str::FromStr>(&self, name: &str) -> Option<T> {
        self.with(name, |bytes| std::str::from_utf8(bytes).ok()?.trim().parse().ok())
    }

    /// `0` or `1`.
    pub(super) fn flag(&self, name: &str) -> Option<bool> {
        self.with(name, |bytes| match bytes.trim_ascii() {
            b"0" => Some(false),
            b"1" => Some(true),
            _ => None,
        })
    }

    fn with<T>(&self, name: &str, make: impl FnOnce(&[u8]) -> Option<T>) -> Option<T> {
        let file = openat(&self.0, name, OFlag::O_RDONLY | OFlag::O_CLOEXEC, Mode::empty()).ok()?;
        read(File::from(file), make)
    }
}

fn read<T>(mut file: File, make: impl FnOnce(&[u8]) -> Option<T>) -> Option<T> {
    let mut start = [0; USUAL];
    let len = file.read(&mut start).ok()?;
    if len < USUAL {
        return make(&start[..len]);
    }
    let mut whole = vec![0; LONGEST];
    whole[..USUAL].copy_from_slice(&start);
    let more = file.read(&mut whole[USUAL..]).ok()?;
    make(&whole[..USUAL + more])
}

/// The text of an attribute, without padding. `None`: there is none, or it is empty.
pub(super) fn text(path: &Path) -> Option<String> {
    read(File::open(path).ok()?, clean)
}

/// Names in a folder, in no order. Empty if there is no such folder.
pub(super) fn names(path: &Path) -> Vec<String> {
    fs::read_dir(path)
        .into_iter()
        .flatten()
        .filter_map(|entry| entry.ok()?.file_name().into_string().ok())
        .collect()
}

/// What a symbolic link says, as text.
pub(super) fn link(path: &Path) -> Option<String> {
    fs::read_link(path).ok()?.into_os_string().into_string().ok()
}

/// Last word of what a symbolic link says.
pub(super) fn link_name(path: &Path) -> Option<String> {
    Some(link(path)?.rsplit('/').next()?.to_owned())
}

/// Unit Serial Number VPD page (80h), SPC-6: length in bytes 2 and 3, then the serial number.
pub(super) fn unit_serial_number(page: &[u8]) -> Option<String> {
    let (&[_, 0x80, high, low], serial) = page.split_first_chunk()? else { return None };
    let length = usize::from(u16::from_be_bytes([high, low]));
    clean(serial.get(..length).unwrap_or(serial))
}

/// Text up to the first NUL, without blanks around it, and nothing that a terminal would obey.
fn clean(bytes: &[u8]) -> Option<String> {
    let text = String::from_utf8_lossy(bytes.split(|&byte| byte == 0).next()?);
    let text: String = text.trim().chars().filter(|c| !c.is_control()).collect();
    (!text.is_empty()).then_some(text)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn unit_serial_number_is_without_padding() {
        assert_eq!(unit_serial_number(b"\x00\x80\x00\x08  ZA1ABC").as_deref(), Some("ZA1ABC"));
        assert_eq!(unit_serial_number(b"\x00\x80\x00\x03ABCDEF").as_deref(), Some("ABC"));
        assert_eq!(
            unit_serial_number(b"\x00\x80\xff\xffABC").as_deref(),
            Some("ABC"),
            "longer than the page"
        );
        assert_eq!(unit_serial_number(b"\x00\x80\x00\x02  "), None);
        assert_eq!(unit_serial_number(b"\x00\x83\x00\x02AB"), None, "another page");
        assert_eq!(unit_serial_number(b"\x00\x80"), None);
    }

    #[test]
    fn attributes_are_read_from_their_folder() {
        let root = tempfile::tempdir().unwrap();
        fs::create_dir(root.path().join("queue")).unwrap();
        fs::write(root.path().join("queue/rotational"), "1\n").unwrap();
        fs::write(root.path().join("size"), "123\n").unwrap();
        fs::write(root.path().join("vendor"), "ATA     \n").unwrap();
        let folder = Folder::open(root.path()).unwrap();
        assert_eq!(folder.number::<u64>("size"), Some(123));
        assert_eq!((folder.flag("queue/rotational"), folder.flag("size")), (Some(true), None));
        assert_eq!(folder.text("vendor").as_deref(), Some("ATA"));
        assert_eq!(folder.text("model"), None);
        assert_eq!(text(&root.path().join("vendor")), folder.text("vendor"));
        assert!(Folder::open(&root.path().join("size")).is_none(), "no folder");
        for len in [0, 1, USUAL - 1, USUAL, USUAL + 1, LONGEST, LONGEST + 1] {
            fs::write(root.path().join("page"), vec![7; len]).unwrap();
            assert_eq!(folder.bytes("page").unwrap().len(), len.min(LONGEST));
        }
    }

    proptest! {
        #[test]
        fn any_bytes_make_clean_text(bytes in proptest::collection::vec(any::<u8>(), 0..300)) {
            for text in [clean(&bytes), unit_serial_number(&bytes)].into_iter().flatten() {
                prop_assert!(!text.is_empty() && !text.chars().any(char::is_control));
            }
        }
    }
}
