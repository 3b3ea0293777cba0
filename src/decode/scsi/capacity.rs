//! READ CAPACITY (SBC-4): how many blocks, how long, and how they are protected and provisioned.

use crate::decode::bytes::{be16, be32, be64, bit, bits, u8_at};
use crate::decode::scsi::{Pages, Request};
use crate::decode::{DecodeError, Page};

pub(super) const PAGE_16: Page<Pages> = Page {
    name: "read_capacity_16",
    title: "READ CAPACITY (16)",
    requests: |pages| {
        // Removable media that claim no recent standard are known to choke on the 16-byte command.
        let old_stick =
            pages.inquiry.as_ref().is_some_and(|inquiry| inquiry.removable && inquiry.version < 5);
        if pages.is_disk() && !old_stick { vec![Request::ReadCapacity16] } else { Vec::new() }
    },
    decode: |_, answer, pages| {
        pages.capacity = Some(Capacity::decode_16(answer.data)?);
        Ok(())
    },
};

pub(super) const PAGE_10: Page<Pages> = Page {
    name: "read_capacity_10",
    title: "READ CAPACITY (10)",
    requests: |pages| {
        if pages.is_disk() && pages.capacity.is_none() { vec![Request::ReadCapacity10] } else { Vec::new() }
    },
    decode: |_, answer, pages| {
        pages.capacity = Some(Capacity::decode_10(answer.data)?);
        Ok(())
    },
};

/// The capacity of a disk.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Capacity {
    /// RETURNED LOGICAL BLOCK ADDRESS: that of the last block.
    pub last_lba: u64,
    /// LOGICAL BLOCK LENGTH, bytes.
    pub block_length: u32,
    /// What only READ CAPACITY (16) tells.
    pub long: Option<LongCapacity>,
}

/// What only READ CAPACITY (16) tells.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct LongCapacity {
    /// Protection information, if the disk is formatted with it (PROT_EN).
    pub protection: Option<Protection>,
    /// LOGICAL BLOCKS PER PHYSICAL BLOCK EXPONENT, 4 bits. Byte 13.
    pub physical_exponent: u8,
    /// LOWEST ALIGNED LOGICAL BLOCK ADDRESS, 14 bits. Bytes 14 and 15.
    pub lowest_aligned_lba: u16,
    /// Logical block provisioning management enabled (LBPME). Byte 14.
    pub provisioning_managed: bool,
    /// Logical block provisioning read zeros (LBPRZ). Byte 14.
    pub provisioning_reads_zeros: bool,
}

/// Protection information of the formatted medium (SBC-4, "Protection information").
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Protection {
    /// Type 1 to 8: P_TYPE + 1, 3 bits; SBC-4 knows 1 to 3.
    pub kind: u8,
    /// P_I_EXPONENT, 4 bits: a block has 2^exponent intervals of protection information.
    pub interval_exponent: u8,
}

impl Protection {
    /// Protection information intervals in a logical block.
    pub fn intervals(self) -> u32 {
        1u32.checked_shl(self.interval_exponent.into()).unwrap_or(1)
    }
}

impl Capacity {
    fn decode_16(bytes: &[u8]) -> Result<Self, DecodeError> {
        let short = DecodeError::Short { page: PAGE_16.title, need: 12, got: bytes.len() };
        let (Some(last_lba), Some(block_length)) = (be64(bytes, 0), be32(bytes, 8)) else {
            return Err(short);
        };
        Ok(Self { last_lba, block_length, long: LongCapacity::decode(bytes) })
    }

    fn decode_10(bytes: &[u8]) -> Result<Self, DecodeError> {
        let short = DecodeError::Short { page: PAGE_10.title, need: 8, got: bytes.len() };
        let (Some(last_lba), Some(block_length)) = (be32(bytes, 0), be32(bytes, 4)) else {
            return Err(short);
        };
        if last_lba == u32::MAX {
            // "More than these 32 bits can say": the number itself is none.
            let value = last_lba.into();
            return Err(DecodeError::Field {
                page: PAGE_10.title,
                field: "RETURNED LOGICAL BLOCK ADDRESS",
                value,
            });
        }
        Ok(Self { last_lba: last_lba.into(), block_length, long: None })
    }

    /// Blocks. `None`: the device says 2^64.
    pub fn blocks(&self) -> Option<u64> {
        self.last_lba.checked_add(1)
    }

    /// Bytes; below 2^96.
    pub fn bytes(&self) -> Option<u128> {
        u128::from(self.blocks()?).checked_mul(self.block_length.into())
    }

    /// Bytes of a physical block. `None`: not told, or the same as a logical block.
    pub fn physical_block_length(&self) -> Option<u32> {
        match self.long.as_ref()?.physical_exponent {
            0 => None,
            exponent => self.block_length.checked_mul(1u32.checked_shl(exponent.into())?),
        }
    }
}

impl LongCapacity {
    fn decode(bytes: &[u8]) -> Option<Self> {
        let (byte12, byte13) = (u8_at(bytes, 12)?, u8_at(bytes, 13)?);
        let byte14 = be16(bytes, 14)?;
        let interval_exponent = byte13 >> 4;
        let kind = ((byte12 >> 1) & 7).saturating_add(1);
        Some(Self {
            protection: bit(byte12, 0).then_some(Protection { kind, interval_exponent }),
            physical_exponent: byte13 & 0x0f,
            lowest_aligned_lba: byte14 & 0x3fff,
            provisioning_managed: bits(byte14.into(), 15, 15) == 1,
            provisioning_reads_zeros: bits(byte14.into(), 14, 14) == 1,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn long(last_lba: u64, block_length: u32, tail: [u8; 4]) -> Vec<u8> {
        let mut bytes = last_lba.to_be_bytes().to_vec();
        bytes.extend(block_length.to_be_bytes());
        bytes.extend(tail);
        bytes.resize(32, 0);
        bytes
    }

    #[test]
    fn a_512e_disk_with_protection() {
        let capacity = Capacity::decode_16(&long(7_814_037_167, 512, [0x03, 0x13, 0xc0, 0x01])).unwrap();
        assert_eq!(capacity.blocks(), Some(7_814_037_168));
        assert_eq!(capacity.bytes(), Some(4_000_787_030_016));
        assert_eq!(capacity.physical_block_length(), Some(4096));
        let long = capacity.long.unwrap();
        assert_eq!(long.protection, Some(Protection { kind: 2, interval_exponent: 1 }));
        assert_eq!(long.protection.unwrap().intervals(), 2);
        assert!(long.provisioning_managed && long.provisioning_reads_zeros);
        assert_eq!(long.lowest_aligned_lba, 1);
    }

    #[test]
    fn numbers_at_their_ends() {
        let capacity = Capacity::decode_16(&long(u64::MAX, u32::MAX, [0xff; 4])).unwrap();
        assert_eq!(
            (capacity.blocks(), capacity.bytes(), capacity.physical_block_length()),
            (None, None, None)
        );
        assert!(Capacity::decode_10(&[0xff; 8]).is_err());
        let capacity = Capacity::decode_10(&[0, 0, 0, 9, 0, 0, 2, 0]).unwrap();
        assert_eq!((capacity.blocks(), capacity.bytes()), (Some(10), Some(5120)));
    }

    #[test]
    fn every_prefix_is_an_error_or_has_gaps() {
        let whole = long(1000, 512, [0x01, 0x03, 0x80, 0]);
        for length in 0..whole.len() {
            let decoded = Capacity::decode_16(&whole[..length]);
            assert_eq!(decoded.is_err(), length < 12);
            assert_eq!(decoded.is_ok_and(|capacity| capacity.long.is_some()), length >= 16);
        }
    }
}
