//! Identify Namespace data structure (CNS 00h), NVM Command Set Specification 1.1.

use std::mem::offset_of;

use zerocopy::little_endian::{U16, U64, U128};
use zerocopy::{FromBytes, Immutable, KnownLayout, Unaligned};

use super::layout::structure;
use super::{Pages, Request};
use crate::decode::bytes::{self, bit, bits};
use crate::decode::{DecodeError, Page};

const TITLE: &str = "Identify Namespace (CNS 00h)";

/// Namespaces that are looked at, at most: each costs a command, and a controller may claim a thousand.
const MOST_NAMESPACES: usize = 32;

/// The namespace whose node was opened; for the controller's own node each active one.
pub(super) const PAGE: Page<Pages> = Page {
    name: "identify_namespace",
    title: TITLE,
    requests: |pages| {
        let only = pages.opened_namespace.or_else(|| {
            let controller = pages.controller.as_ref()?;
            (controller.number_of_namespaces == 1).then_some(1)
        });
        let active = pages.active_namespaces.iter().flatten().copied();
        let wanted = only.into_iter().chain(active).take(MOST_NAMESPACES);
        wanted.map(|nsid| Request::Identify { cns: 0x00, nsid }).collect()
    },
    decode: |request, answer, pages| {
        let namespace = IdentifyNamespace::decode(request.nsid(), answer.data)?;
        pages.namespaces.push(namespace);
        Ok(())
    },
};

#[derive(FromBytes, Immutable, KnownLayout, Unaligned)]
#[repr(C)]
struct Wire {
    nsze: U64,
    ncap: U64,
    nuse: U64,
    nsfeat: u8,
    nlbaf: u8,
    flbas: u8,
    _mc_dpc: [u8; 2],
    dps: u8,
    _nmic_to_35: [u8; 6],
    nawupf: U16,
    _nacwu_to_47: [u8; 10],
    nvmcap: U128,
    _npwg_to_98: [u8; 35],
    nsattr: u8,
    _nvmsetid: U16,
    endgid: U16,
    nguid: [u8; 16],
    eui64: [u8; 8],
    lbaf: [LbaFormatWire; 64],
    _vendor_specific: [u8; 3712],
}
const _: () = assert!(size_of::<Wire>() == 4096);
const _: () = assert!(offset_of!(Wire, nsfeat) == 24);
const _: () = assert!(offset_of!(Wire, dps) == 29);
const _: () = assert!(offset_of!(Wire, nawupf) == 36);
const _: () = assert!(offset_of!(Wire, nvmcap) == 48);
const _: () = assert!(offset_of!(Wire, endgid) == 102);
const _: () = assert!(offset_of!(Wire, nguid) == 104);
const _: () = assert!(offset_of!(Wire, lbaf) == 128);

#[derive(FromBytes, Immutable, KnownLayout, Unaligned)]
#[repr(C)]
struct LbaFormatWire {
    ms: U16,
    lbads: u8,
    rp: u8,
}

/// Identify Namespace data structure (CNS 00h): what the record needs of its 4,096 bytes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IdentifyNamespace {
    /// Namespace Identifier (NSID), 1 up: the one that was asked for.
    pub nsid: u32,
    /// Namespace Size (NSZE), logical blocks. 0: the namespace is not active. Bytes 7:0.
    pub size: u64,
    /// Namespace Capacity (NCAP), logical blocks that may be allocated at a time. Bytes 15:8.
    pub capacity: u64,
    /// Namespace Utilization (NUSE), logical blocks allocated now. Bytes 23:16.
    pub utilization: u64,
    /// Namespace Features (NSFEAT). Byte 24.
    pub features: u8,
    /// Formatted LBA Size (FLBAS), the whole byte: bits 3:0 and 6:5 select the format, bit 4 says that metadata goes
    /// at the end of the data. Byte 26.
    pub formatted_lba_size: u8,
    /// Protection Information Type (DPS bits 2:0): 1 to 3. `None`: protection information is off. Byte 29.
    pub protection_type: Option<u8>,
    /// Namespace Atomic Write Unit Power Fail (NAWUPF), logical blocks. `None`: the controller's AWUPF applies.
    /// Bytes 37:36, where NSFEAT bit 1 says so.
    pub atomic_write_power_fail_blocks: Option<u32>,
    /// NVM Capacity (NVMCAP), bytes. `None`: not reported. Bytes 63:48.
    pub nvm_capacity: Option<u128>,
    /// Is the namespace write protected (NSATTR bit 0)? Byte 99.
    pub write_protected: bool,
    /// Endurance Group Identifier (ENDGID). `None`: not in a group, or not reported. Bytes 103:102.
    pub endurance_group: Option<u16>,
    /// Namespace Globally Unique Identifier (NGUID), from the highest byte. An identifier. `None`: none. Bytes 119:104.
    pub nguid: Option<[u8; 16]>,
    /// IEEE Extended Unique Identifier (EUI64), from the highest byte. An identifier. `None`: none. Bytes 127:120.
    pub eui64: Option<[u8; 8]>,
    /// LBA Formats (LBAF) 0 to NLBAF, 1 to 64 of them. `None`: not available. Bytes 25 and 383:128.
    pub lba_formats: Vec<Option<LbaFormat>>,
}

/// One LBA format of a namespace.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LbaFormat {
    /// LBA Data Size (LBADS): bytes of a logical block, 2^9 to 2^31.
    pub data_bytes: u32,
    /// Metadata Size (MS): bytes beside each logical block.
    pub metadata_bytes: u16,
    /// Relative Performance (RP): 0 best, 1 better, 2 good, 3 degraded.
    pub relative_performance: u8,
}

impl LbaFormat {
    /// LBADS 0 is "not available"; below 9 or above 31 it is no block size.
    fn decode(wire: &LbaFormatWire) -> Option<Self> {
        let data_bytes = 1u32.checked_shl(wire.lbads.into())?;
        (data_bytes >= 512).then(|| Self {
            data_bytes,
            metadata_bytes: wire.ms.get(),
            relative_performance: wire.rp & 3,
        })
    }
}

impl IdentifyNamespace {
    /// Decodes the 4,096 bytes of the data structure of namespace `nsid`.
    ///
    /// # Errors
    /// There are fewer.
    pub fn decode(nsid: u32, bytes: &[u8]) -> Result<Self, DecodeError> {
        let wire: &Wire = structure(TITLE, bytes)?;
        let formats = usize::from(wire.nlbaf).saturating_add(1);
        let protection = wire.dps & 7;
        Ok(Self {
            nsid,
            size: wire.nsze.get(),
            capacity: wire.ncap.get(),
            utilization: wire.nuse.get(),
            features: wire.nsfeat,
            formatted_lba_size: wire.flbas,
            protection_type: (protection != 0).then_some(protection),
            atomic_write_power_fail_blocks: bit(wire.nsfeat, 1)
                .then(|| u32::from(wire.nawupf.get()).saturating_add(1)),
            nvm_capacity: (wire.nvmcap.get() != 0).then_some(wire.nvmcap.get()),
            write_protected: bit(wire.nsattr, 0),
            endurance_group: (wire.endgid.get() != 0).then_some(wire.endgid.get()),
            nguid: (!bytes::all_zero(&wire.nguid)).then_some(wire.nguid),
            eui64: (!bytes::all_zero(&wire.eui64)).then_some(wire.eui64),
            lba_formats: wire.lbaf.iter().take(formats).map(LbaFormat::decode).collect(),
        })
    }

    /// Index of the format in use: FLBAS bits 3:0, and with more than 16 formats bits 6:5 above them.
    pub fn lba_format_index(&self) -> usize {
        let flbas = u64::from(self.formatted_lba_size);
        let high = if self.lba_formats.len() > 16 { bits(flbas, 6, 5) } else { 0 };
        usize::try_from(high << 4 | bits(flbas, 3, 0)).unwrap_or_default()
    }

    /// The format in use. `None`: the namespace names one that it has not.
    pub fn lba_format(&self) -> Option<LbaFormat> {
        self.lba_formats.get(self.lba_format_index()).copied().flatten()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn page() -> Vec<u8> {
        let mut page = vec![0; 4096];
        page[0..8].copy_from_slice(&1000u64.to_le_bytes());
        page[8..16].copy_from_slice(&900u64.to_le_bytes());
        page[25] = 2;
        page[128..132].copy_from_slice(&[0, 0, 9, 2]);
        page[132..136].copy_from_slice(&[8, 0, 12, 0]);
        page
    }

    #[test]
    fn metadata_at_the_end_of_the_data_is_another_bit() {
        let mut page = page();
        page[26] = 0x11;
        let namespace = IdentifyNamespace::decode(1, &page).unwrap();
        assert_eq!((namespace.size, namespace.capacity), (1000, 900));
        assert_eq!(namespace.lba_format_index(), 1);
        let format = LbaFormat { data_bytes: 4096, metadata_bytes: 8, relative_performance: 0 };
        assert_eq!(namespace.lba_format(), Some(format));
        assert_eq!(namespace.lba_formats.len(), 3);
        assert_eq!(namespace.lba_formats[2], None);
    }

    #[test]
    fn more_than_sixteen_formats_have_two_more_index_bits() {
        let mut page = page();
        page[25] = 63;
        page[26] = 0x6f;
        page[128 + 4 * 63 + 2] = 12;
        let namespace = IdentifyNamespace::decode(1, &page).unwrap();
        assert_eq!(namespace.lba_format_index(), 63);
        assert_eq!(namespace.lba_format().map(|format| format.data_bytes), Some(4096));
    }

    #[test]
    fn block_sizes_that_cannot_be_are_not_available() {
        let mut page = page();
        for lbads in [0, 1, 8, 32, 255] {
            page[130] = lbads;
            assert_eq!(IdentifyNamespace::decode(1, &page).unwrap().lba_format(), None, "{lbads}");
        }
        assert_eq!(IdentifyNamespace::decode(1, &[0xff; 4096]).unwrap().lba_formats, [None; 64]);
    }

    #[test]
    fn identifiers_of_zero_are_none() {
        let mut page = page();
        page[120..128].copy_from_slice(&[0x00, 0x25, 0x38, 1, 2, 3, 4, 5]);
        let namespace = IdentifyNamespace::decode(1, &page).unwrap();
        assert_eq!(namespace.nguid, None);
        assert_eq!(namespace.eui64, Some([0x00, 0x25, 0x38, 1, 2, 3, 4, 5]));
        assert_eq!(namespace.protection_type, None);
    }
}
