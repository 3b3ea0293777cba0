//! SMART READ DATA (B0h/D0h), 512 bytes: attributes, off-line data collection, self-test status, capabilities.

use super::{Pages, Request};
use crate::decode::bytes::{bit, checksum_is_zero, le16, u8_at};
use crate::decode::{Answer, DecodeError, Page};

/// The page, as the source asks for it.
pub(super) const PAGE: Page<Pages> = Page {
    name: "smart_data",
    title: "SMART READ DATA (B0h/D0h)",
    requests: |pages| pages.if_smart(Request::SmartReadData),
    decode: |_, answer, pages| {
        pages.smart_data = Some(SmartData::decode(answer)?);
        Ok(())
    },
};

/// Number of slots in the attribute and threshold tables.
pub(super) const SLOTS: usize = 30;

/// SMART data structure.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SmartData {
    /// Revision of the structure. Bytes 0 and 1.
    pub revision: u16,
    /// Attributes, each with its slot (0 to 29); empty slots are left out. Bytes 2 to 361.
    pub attributes: Vec<Attribute>,
    /// Off-line data collection status. Byte 362.
    pub offline_status: u8,
    /// Self-test execution status: result in bits 7:4, tenths remaining in bits 3:0. Byte 363.
    pub self_test_status: u8,
    /// Seconds the off-line data collection takes. Bytes 364 and 365.
    pub offline_seconds: u16,
    /// Off-line data collection capability. Byte 367.
    pub offline_capability: OfflineCapability,
    /// SMART capability. Bytes 368 and 369.
    pub smart_capability: u16,
    /// Error logging capability: bit 0. Byte 370.
    pub error_logging: bool,
    /// Minutes the short self-test takes, as the drive recommends to wait. Byte 372.
    pub short_minutes: u8,
    /// The same for the extended self-test. Byte 373; where that is FFh, bytes 375 and 376, unless they are not filled in.
    pub extended_minutes: u16,
    /// The same for the conveyance self-test. Byte 374.
    pub conveyance_minutes: u8,
    /// The sum of all bytes is zero.
    pub checksum_ok: bool,
}

/// Off-line data collection capability. Byte 367 of the SMART data.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct OfflineCapability(pub u8);

macro_rules! capability {
    ($($bit:literal $name:ident $what:literal;)*) => {$(
        #[doc = $what]
        pub fn $name(self) -> bool {
            bit(self.0, $bit)
        }
    )*};
}

impl OfflineCapability {
    capability! {
        0 execute_immediate "SMART EXECUTE OFF-LINE IMMEDIATE.";
        2 aborted_by_command "A new command aborts the collection; otherwise it suspends it.";
        3 surface_scan "Off-line read scanning.";
        4 self_test "Short and extended self-tests.";
        5 conveyance_self_test "Conveyance self-test.";
        6 selective_self_test "Selective self-test.";
    }
}

/// One attribute, as the drive's maker defined it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Attribute {
    /// Its slot in the table, 0 to 29: the same as that of its threshold.
    pub slot: u8,
    /// Attribute ID, 1 to 255.
    pub id: u8,
    /// Status flags: bit 0 pre-failure, 1 updated on-line, 2 performance, 3 error rate, 4 event count, 5 self-preserving.
    pub flags: u16,
    /// Normalised value: 1 to 253, larger is better.
    pub value: u8,
    /// Worst normalised value ever.
    pub worst: u8,
    /// Raw bytes, from the lowest.
    pub raw: [u8; 6],
    /// The byte after the raw ones; a seventh raw byte of some drives.
    pub reserved: u8,
}

impl SmartData {
    fn decode(answer: &Answer<'_>) -> Result<Self, DecodeError> {
        let short = DecodeError::Short { page: PAGE.title, need: 512, got: answer.data.len() };
        let data = answer.data.get(..512).ok_or(short.clone())?;
        let (Some(revision), Some(table), Some(smart_capability), Some(long_minutes), Some(offline_seconds)) =
            (le16(data, 0), data.get(2..362), le16(data, 368), le16(data, 375), le16(data, 364))
        else {
            return Err(short);
        };
        let byte = |offset| u8_at(data, offset).unwrap_or(0);
        Ok(Self {
            revision,
            attributes: (0u8..)
                .zip(table.chunks_exact(12))
                .filter_map(|(slot, entry)| attribute(slot, entry))
                .collect(),
            offline_status: byte(362),
            self_test_status: byte(363),
            offline_seconds,
            offline_capability: OfflineCapability(byte(367)),
            smart_capability,
            error_logging: bit(byte(370), 0),
            short_minutes: byte(372),
            extended_minutes: match (byte(373), long_minutes) {
                (0xff, 1..=0xfffe) => long_minutes,
                (minutes, _) => minutes.into(),
            },
            conveyance_minutes: byte(374),
            checksum_ok: checksum_is_zero(data),
        })
    }
}

fn attribute(slot: u8, entry: &[u8]) -> Option<Attribute> {
    let &[id, flags_low, flags_high, value, worst, r0, r1, r2, r3, r4, r5, reserved] = entry else {
        return None;
    };
    let flags = u16::from_le_bytes([flags_low, flags_high]);
    (id != 0).then_some(Attribute { slot, id, flags, value, worst, raw: [r0, r1, r2, r3, r4, r5], reserved })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn decode(bytes: &[(usize, u8)]) -> SmartData {
        let mut data = [0; 512];
        for &(offset, byte) in bytes {
            data[offset] = byte;
        }
        SmartData::decode(&Answer { data: &data, ..Answer::default() }).unwrap()
    }

    #[test]
    fn empty_slots_are_left_out_and_the_others_keep_their_number() {
        let data = decode(&[(14, 194), (15, 0x22), (17, 64), (18, 50), (19, 36), (24, 1), (25, 9)]);
        let raw = [36, 0, 0, 0, 0, 1];
        let attribute = Attribute { slot: 1, id: 194, flags: 0x22, value: 64, worst: 50, raw, reserved: 9 };
        assert_eq!(data.attributes, [attribute]);
    }

    #[test]
    fn long_self_tests_have_their_minutes_elsewhere() {
        assert_eq!(decode(&[(373, 10), (375, 1), (376, 2)]).extended_minutes, 10);
        assert_eq!(decode(&[(373, 255), (375, 1), (376, 2)]).extended_minutes, 0x201);
        assert_eq!(decode(&[(373, 255)]).extended_minutes, 255);
        assert_eq!(decode(&[(373, 255), (375, 255), (376, 255)]).extended_minutes, 255);
    }

    #[test]
    fn a_wrong_checksum_is_told() {
        assert!(decode(&[]).checksum_ok);
        assert!(decode(&[(0, 1), (511, 255)]).checksum_ok);
        assert!(!decode(&[(0, 1)]).checksum_ok);
    }
}
