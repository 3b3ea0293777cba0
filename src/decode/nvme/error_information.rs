//! Error Information (log page 01h), NVMe Base Specification 2.2.

use zerocopy::little_endian::{U16, U32, U64};
use zerocopy::{FromBytes, Immutable, KnownLayout, Unaligned};

use super::status::Status;
use super::{CONTROLLER, Pages, Request};
use crate::decode::bytes::bit;
use crate::decode::{DecodeError, Page};

const TITLE: &str = "Error Information (01h)";

/// Entries that are read unless another number is wanted: the newest, as many as smartctl reads.
const MOST_ENTRIES: u16 = 16;
/// No controller has more (ELPE of Identify Controller is one byte).
const LARGEST: usize = 256;

/// Mandatory for every controller; how many entries it has, Identify Controller says.
pub(super) const PAGE: Page<Pages> = Page {
    name: "error_information",
    title: TITLE,
    requests: |pages| {
        let most = pages.most_errors.unwrap_or(MOST_ENTRIES);
        let request = |entries: u16| Request::GetLogPage {
            lid: 0x01,
            nsid: CONTROLLER,
            specific: 0,
            length: u32::from(entries.min(most)).saturating_mul(64),
        };
        pages.controller.iter().map(|controller| request(controller.error_log_entries)).collect()
    },
    decode: |_, answer, pages| {
        pages.error_information = Some(ErrorInformation::decode(answer.data)?);
        Ok(())
    },
};

#[derive(FromBytes, Immutable, KnownLayout, Unaligned)]
#[repr(C)]
struct Wire {
    ecnt: U64,
    sqid: U16,
    cid: U16,
    status: U16,
    pel: U16,
    lba: U64,
    nsid: U32,
    vsia: u8,
    _trtype_to_63: [u8; 35],
}
const _: () = assert!(size_of::<Wire>() == 64);

/// Error Information (log page 01h): commands that failed, the newest first. Kept over power cycles.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ErrorInformation {
    /// The entries that were read. `None`: not used.
    pub entries: Vec<Option<ErrorEntry>>,
}

/// One failed command.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ErrorEntry {
    /// Error Count (ECNT): number of the error over the life of the controller, from 1. Bytes 7:0.
    pub error_count: u64,
    /// Submission Queue ID (SQID); 0 is the admin queue. `None`: not of one queue. Bytes 9:8.
    pub submission_queue: Option<u16>,
    /// Command ID (CID). `None`: not of one command. Bytes 11:10.
    pub command_id: Option<u16>,
    /// Status Info: status field of the completion. `None`: not of one command. Bytes 13:12, bits 15:1.
    pub status: Option<Status>,
    /// Phase Tag of the completion. Byte 12, bit 0.
    pub phase_tag: bool,
    /// Parameter Error Location (PEL): byte of the command in bits 7:0, bit of it in 10:8.
    /// `None`: not in the command. Bytes 15:14.
    pub parameter_error_location: Option<u16>,
    /// LBA: the first logical block that failed. `None`: all ones, as controllers say "none". Bytes 23:16.
    pub lba: Option<u64>,
    /// Namespace (NSID). `None`: of the whole controller. Bytes 27:24.
    pub nsid: Option<u32>,
    /// Vendor Specific Information Available (VSIA): the log page that tells more. `None`: there is none. Byte 28.
    pub vendor_log_page: Option<u8>,
}

impl ErrorEntry {
    fn decode(bytes: &[u8; 64]) -> Option<Self> {
        let wire: &Wire = zerocopy::transmute_ref!(bytes);
        let error_count = wire.ecnt.get();
        let named = |number: U16| (number.get() != u16::MAX).then_some(number.get());
        (error_count != 0).then(|| Self {
            error_count,
            submission_queue: named(wire.sqid),
            command_id: named(wire.cid),
            status: named(wire.status).map(|status| Status(status >> 1)),
            phase_tag: bit(wire.status.get(), 0),
            parameter_error_location: named(wire.pel),
            lba: (wire.lba.get() != u64::MAX).then_some(wire.lba.get()),
            nsid: (wire.nsid.get() != CONTROLLER).then_some(wire.nsid.get()),
            vendor_log_page: (wire.vsia != 0).then_some(wire.vsia),
        })
    }
}

impl ErrorInformation {
    /// Decodes the entries that are there whole.
    ///
    /// # Errors
    /// There is none.
    pub fn decode(bytes: &[u8]) -> Result<Self, DecodeError> {
        let (entries, _) = bytes.as_chunks::<64>();
        if entries.is_empty() {
            return Err(DecodeError::Short { page: TITLE, need: 64, got: bytes.len() });
        }
        Ok(Self { entries: entries.iter().take(LARGEST).map(ErrorEntry::decode).collect() })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn entry() -> [u8; 64] {
        let mut entry = [0; 64];
        entry[0] = 7;
        entry[10..12].copy_from_slice(&[0x0a, 0x10]);
        entry[12..14].copy_from_slice(&0x8213u16.to_le_bytes());
        entry[14..16].fill(0xff);
        entry[16..24].fill(0xff);
        entry[24] = 1;
        entry
    }

    #[test]
    fn all_ones_are_not_values() {
        let log = ErrorInformation::decode(&entry()).unwrap();
        let entry = log.entries[0].as_ref().unwrap();
        assert_eq!(entry.error_count, 7);
        assert_eq!((entry.submission_queue, entry.command_id), (Some(0), Some(0x100a)));
        assert_eq!(entry.status, Some(Status(0x4109)));
        assert!(entry.phase_tag);
        assert_eq!((entry.parameter_error_location, entry.lba), (None, None));
        assert_eq!((entry.nsid, entry.vendor_log_page), (Some(1), None));
    }

    #[test]
    fn unused_entries_keep_their_place_and_cut_ones_are_left_out() {
        let mut page = [0; 200];
        page[64..128].copy_from_slice(&entry());
        let log = ErrorInformation::decode(&page).unwrap();
        assert_eq!(log.entries.iter().map(Option::is_some).collect::<Vec<_>>(), [false, true, false]);
        assert!(ErrorInformation::decode(&page[..63]).is_err());
        assert_eq!(ErrorInformation::decode(&[1; 1 << 15]).unwrap().entries.len(), 256);
    }
}
