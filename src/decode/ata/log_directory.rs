//! Log directory (log 00h), ACS-5: which logs there are, and how long they are.

use super::firmware_bugs::{assumed_general_log, assumed_smart_log};
use super::{Pages, Request, sector};
use crate::decode::bytes::le16;
use crate::decode::{Answer, DecodeError, Page};

/// The General Purpose Log directory, as the source asks for it.
pub(super) const GENERAL: Page<Pages> = Page {
    name: "log_directory",
    title: "General Purpose Log Directory (READ LOG EXT 00h)",
    requests: |pages| {
        let has = pages.has_general_logs() && !pages.firmware_bugs.no_log_directory;
        if has { vec![Request::ReadLogExt { address: 0, page: 0, pages: 1 }] } else { Vec::new() }
    },
    decode: |_, answer, pages| {
        pages.log_directory = Some(LogDirectory::decode(answer, GENERAL.title)?);
        Ok(())
    },
};

/// The SMART log directory, as the source asks for it.
pub(super) const SMART: Page<Pages> = Page {
    name: "smart_log_directory",
    title: "SMART Log Directory (SMART READ LOG 00h)",
    requests: |pages| {
        let logs = (pages.has_general_logs() || pages.logs_errors()) && !pages.firmware_bugs.no_log_directory;
        if logs { pages.if_smart(Request::SmartReadLog { address: 0, pages: 1 }) } else { Vec::new() }
    },
    decode: |_, answer, pages| {
        pages.smart_log_directory = Some(LogDirectory::decode(answer, SMART.title)?);
        Ok(())
    },
};

/// A log directory.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LogDirectory {
    /// Version: 1, or 0 in an old SMART directory whose logs all have one page. Word 0.
    pub version: u16,
    /// Number of 512-byte pages by log address; 0: no such log. Only the low 8 bits count in a SMART directory. Words 1 to 255.
    pages: Box<[u16; 256]>,
}

impl LogDirectory {
    pub(super) fn decode(answer: &Answer<'_>, title: &'static str) -> Result<Self, DecodeError> {
        let data = sector::first(answer, title)?;
        let mut pages = Box::new([0; 256]);
        for (pages, word) in pages.iter_mut().zip(data.chunks_exact(2)).skip(1) {
            *pages = le16(word, 0).unwrap_or(0);
        }
        Ok(Self { version: le16(data, 0).unwrap_or(0), pages })
    }

    /// Pages of the log at `address`; 0: there is no such log.
    pub fn pages(&self, address: u8) -> u16 {
        self.pages.get(usize::from(address)).copied().unwrap_or(0)
    }

    /// The same of a SMART directory.
    pub fn smart_pages(&self, address: u8) -> u8 {
        self.pages(address).to_le_bytes()[0]
    }
}

impl Pages {
    /// Pages of the general purpose log at `address`; 0: there is none, or the directory did not come.
    pub(super) fn general_log(&self, address: u8) -> u16 {
        if self.firmware_bugs.no_log_directory && self.has_general_logs() {
            return assumed_general_log(address);
        }
        self.log_directory.as_ref().map_or(0, |directory| directory.pages(address))
    }

    fn has_general_logs(&self) -> bool {
        self.identify.as_ref().is_some_and(|identify| identify.general_purpose_logging)
    }

    /// Does the drive log errors?
    pub(super) fn logs_errors(&self) -> bool {
        self.identify.as_ref().is_some_and(|identify| identify.logs_errors(self.smart_data.as_ref()))
    }

    /// Pages of the SMART log at `address`. Without a directory a log of one page is tried where `capable`.
    pub(super) fn smart_log(&self, address: u8, capable: bool) -> u8 {
        match &self.smart_log_directory {
            Some(directory) => directory.smart_pages(address),
            None if self.firmware_bugs.no_log_directory => assumed_smart_log(address),
            None => capable.into(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::decode::ata::Identify;

    #[test]
    fn pages_by_address() {
        let mut data = [0; 512];
        data[..2].copy_from_slice(&[1, 0]);
        data[6..8].copy_from_slice(&[5, 1]);
        data[510..].copy_from_slice(&[2, 0]);
        let directory = LogDirectory::decode(&Answer { data: &data, ..Answer::default() }, "").unwrap();
        assert_eq!(directory.version, 1);
        assert_eq!((directory.pages(0), directory.pages(3), directory.pages(255)), (0, 0x105, 2));
        assert_eq!(directory.smart_pages(3), 5);
    }

    #[test]
    fn a_directory_that_must_not_be_read_is_assumed() {
        let identify = Identify { general_purpose_logging: true, ..Identify::default() };
        let mut pages = Pages { identify: Some(identify), ..Pages::default() };
        assert_eq!((GENERAL.requests)(&pages).len(), 1);
        pages.firmware_bugs.no_log_directory = true;
        assert_eq!([(GENERAL.requests)(&pages), (SMART.requests)(&pages)], [vec![], vec![]]);
        assert_eq!(
            (pages.general_log(0x03), pages.general_log(0xa6), pages.smart_log(0x06, false)),
            (2, 0, 1)
        );
        pages.identify = Some(Identify::default());
        assert_eq!((pages.general_log(0x03), pages.smart_log(0x09, false)), (0, 1));
    }
}
