//! Small files of sysfs, each read once and whole, and the VPD pages among them.

use std::fs::{self, File};
use std::io::Read;
use std::path::Path;

/// sysfs gives at most one page of memory.
const LONGEST: usize = 4096;

/// The bytes of an attribute. `None`: there is none, or it cannot be read.
pub(super) fn bytes(path: &Path) -> Option<Vec<u8>> {
    let mut buffer = [0; LONGEST];
    let read = File::open(path).ok()?.read(&mut buffer).ok()?;
    buffer.get(..read).map(<[u8]>::to_vec)
}

/// The text of an attribute, without padding. `None`: there is none, or it is empty.
pub(super) fn text(path: &Path) -> Option<String> {
    clean(&bytes(path)?)
}

/// A number, decimal.
pub(super) fn number<T: std::str::FromStr>(path: &Path) -> Option<T> {
    text(path)?.parse().ok()
}

/// `0` or `1`.
pub(super) fn flag(path: &Path) -> Option<bool> {
    match text(path)?.as_str() {
        "0" => Some(false),
        "1" => Some(true),
        _ => None,
    }
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

    proptest! {
        #[test]
        fn any_bytes_make_clean_text(bytes in proptest::collection::vec(any::<u8>(), 0..300)) {
            for text in [clean(&bytes), unit_serial_number(&bytes)].into_iter().flatten() {
                prop_assert!(!text.is_empty() && !text.chars().any(char::is_control));
            }
        }
    }
}
