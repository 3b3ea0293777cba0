//! Numbers, texts and byte strings in a flat form, for pipes between processes of this program. Reading never panics.

use std::ffi::OsStr;
use std::io;
use std::os::unix::ffi::OsStrExt;
use std::path::{Path, PathBuf};
use std::time::Duration;

/// The longest text that is kept, in characters.
const LONGEST_TEXT: usize = 500;

/// Writes into a growing buffer. Numbers are little-endian; strings have a length of 32 bits before them.
pub(crate) trait Put {
    fn put_u8(&mut self, number: u8);
    fn put_u16(&mut self, number: u16);
    fn put_u32(&mut self, number: u32);
    fn put_u64(&mut self, number: u64);
    fn put_bytes(&mut self, bytes: &[u8]);

    /// Microseconds, 64 bits.
    fn put_time(&mut self, time: Duration) {
        self.put_u64(u64::try_from(time.as_micros()).unwrap_or(u64::MAX));
    }

    fn put_path(&mut self, path: &Path) {
        self.put_bytes(path.as_os_str().as_bytes());
    }

    /// Nothing, or something and what `write` makes of it.
    fn put_some<T>(&mut self, value: Option<T>, write: impl FnOnce(&mut Self, T)) {
        self.put_u8(value.is_some().into());
        if let Some(value) = value {
            write(self, value);
        }
    }

    /// Number of the system, or words where there is none.
    fn put_io_error(&mut self, error: &io::Error) {
        self.put_some(error.raw_os_error(), |out, number| out.put_u32(number.unsigned_abs()));
        if error.raw_os_error().is_none() {
            self.put_bytes(error.to_string().as_bytes());
        }
    }
}

impl Put for Vec<u8> {
    fn put_u8(&mut self, number: u8) {
        self.push(number);
    }

    fn put_u16(&mut self, number: u16) {
        self.extend(number.to_le_bytes());
    }

    fn put_u32(&mut self, number: u32) {
        self.extend(number.to_le_bytes());
    }

    fn put_u64(&mut self, number: u64) {
        self.extend(number.to_le_bytes());
    }

    fn put_bytes(&mut self, bytes: &[u8]) {
        // What is longer than 4 GiB nobody here makes; a reader would refuse it by far.
        let len = u32::try_from(bytes.len()).unwrap_or(u32::MAX);
        self.put_u32(len);
        self.extend(bytes);
    }
}

/// Takes from a buffer what [`Put`] wrote. `None`: it is not there.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Reader<'a>(&'a [u8]);

impl<'a> Reader<'a> {
    pub(crate) fn new(bytes: &'a [u8]) -> Self {
        Self(bytes)
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    pub(crate) fn array<const N: usize>(&mut self) -> Option<[u8; N]> {
        let (array, rest) = self.0.split_first_chunk()?;
        self.0 = rest;
        Some(*array)
    }

    pub(crate) fn u8(&mut self) -> Option<u8> {
        self.array().map(u8::from_le_bytes)
    }

    pub(crate) fn u16(&mut self) -> Option<u16> {
        self.array().map(u16::from_le_bytes)
    }

    pub(crate) fn u32(&mut self) -> Option<u32> {
        self.array().map(u32::from_le_bytes)
    }

    pub(crate) fn u64(&mut self) -> Option<u64> {
        self.array().map(u64::from_le_bytes)
    }

    pub(crate) fn bytes(&mut self) -> Option<&'a [u8]> {
        let len = usize::try_from(self.u32()?).ok()?;
        let (bytes, rest) = self.0.split_at_checked(len)?;
        self.0 = rest;
        Some(bytes)
    }

    /// All that is left.
    pub(crate) fn rest(self) -> &'a [u8] {
        self.0
    }

    pub(crate) fn flag(&mut self) -> Option<bool> {
        match self.u8()? {
            0 => Some(false),
            1 => Some(true),
            _ => None,
        }
    }

    pub(crate) fn time(&mut self) -> Option<Duration> {
        self.u64().map(Duration::from_micros)
    }

    /// A text for people: cut where it is too long, and without anything that a terminal would obey.
    pub(crate) fn text(&mut self) -> Option<String> {
        let text = String::from_utf8_lossy(self.bytes()?);
        Some(text.chars().filter(|char| !char.is_control()).take(LONGEST_TEXT).collect())
    }

    pub(crate) fn path(&mut self) -> Option<PathBuf> {
        self.bytes().map(|bytes| PathBuf::from(OsStr::from_bytes(bytes)))
    }

    /// What [`Put::put_some`] wrote. The outer `None`: it is malformed.
    pub(crate) fn some<T>(&mut self, read: impl FnOnce(&mut Self) -> Option<T>) -> Option<Option<T>> {
        if self.flag()? { read(self).map(Some) } else { Some(None) }
    }

    pub(crate) fn io_error(&mut self) -> Option<io::Error> {
        Some(match self.some(Self::u32)? {
            Some(number) => io::Error::from_raw_os_error(i32::try_from(number).ok()?),
            None => io::Error::other(self.text()?),
        })
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn what_is_put_is_taken() {
        let mut out = Vec::new();
        out.put_u16(0x1234);
        out.put_path(Path::new("/dev/sda"));
        out.put_time(Duration::from_micros(17));
        out.put_some(Some(3), Vec::put_u32);
        out.put_some(None, Vec::put_u32);
        out.put_io_error(&io::Error::from_raw_os_error(13));
        out.put_io_error(&io::Error::other("\x1b[31mred"));
        let mut reader = Reader::new(&out);
        assert_eq!(reader.u16(), Some(0x1234));
        assert_eq!(reader.path(), Some(PathBuf::from("/dev/sda")));
        assert_eq!(reader.time(), Some(Duration::from_micros(17)));
        assert_eq!(reader.some(Reader::u32), Some(Some(3)));
        assert_eq!(reader.some(Reader::u32), Some(None));
        assert_eq!(reader.io_error().and_then(|error| error.raw_os_error()), Some(13));
        assert_eq!(reader.io_error().map(|error| error.to_string()).as_deref(), Some("[31mred"));
        assert!(reader.is_empty() && reader.u8().is_none());
    }

    proptest! {
        #[test]
        fn hostile_bytes_do_no_harm(bytes in prop::collection::vec(any::<u8>(), 0..40)) {
            let mut reader = Reader::new(&bytes);
            while reader.text().is_some() || reader.io_error().is_some() || reader.path().is_some() {}
            prop_assert!(reader.rest().len() <= bytes.len());
        }
    }
}
