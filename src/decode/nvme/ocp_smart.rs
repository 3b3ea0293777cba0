//! SMART / Health Information Extended (log page C0h), OCP Datacenter NVMe SSD Specification 2.5.

use std::mem::offset_of;

use zerocopy::little_endian::{U16, U32, U64, U128};
use zerocopy::{FromBytes, Immutable, KnownLayout, Unaligned};

use super::layout::structure;
use super::{CONTROLLER, Pages, Request};
use crate::decode::bytes;
use crate::decode::{DecodeError, Page};

const TITLE: &str = "OCP SMART / Health Information Extended (C0h)";

/// Identifiers from C0h up are the vendor's: that the page is this one, only its GUID says. Another page is no fault
/// of the drive, and is left alone.
pub(super) const PAGE: Page<Pages> = Page {
    name: "ocp_smart",
    title: TITLE,
    requests: |pages| {
        if pages.lists(0xc0) {
            vec![Request::GetLogPage { lid: 0xc0, nsid: CONTROLLER, specific: 0, length: 512 }]
        } else {
            Vec::new()
        }
    },
    decode: |_, answer, pages| {
        pages.ocp_smart = OcpSmart::decode(answer.data)?;
        Ok(())
    },
};

/// AFD514C9-7C6F-4F9C-A4F2-BFEA2810AFC5, from the lowest byte, as the specification has it.
pub(in crate::decode) const GUID: [u8; 16] =
    [0xc5, 0xaf, 0x10, 0x28, 0xea, 0xbf, 0xf2, 0xa4, 0x9c, 0x4f, 0x6f, 0x7c, 0xc9, 0x14, 0xd5, 0xaf];

#[derive(FromBytes, Immutable, KnownLayout, Unaligned)]
#[repr(C)]
struct Wire {
    physical_media_units_written: U128,
    physical_media_units_read: U128,
    bad_user_blocks: [u8; 6],
    bad_user_blocks_normalized: U16,
    bad_system_blocks: [u8; 6],
    bad_system_blocks_normalized: U16,
    xor_recovery_count: U64,
    uncorrectable_read_errors: U64,
    soft_ecc_errors: U64,
    end_to_end_detected_errors: U32,
    end_to_end_corrected_errors: U32,
    system_data_percent_used: u8,
    refresh_count: [u8; 7],
    maximum_user_erase_count: U32,
    minimum_user_erase_count: U32,
    thermal_throttling_events: u8,
    thermal_throttling_status: u8,
    _specification_version: [u8; 6],
    pcie_correctable_errors: U64,
    incomplete_shutdowns: U32,
    _reserved_116: [u8; 4],
    percent_free_blocks: u8,
    _reserved_121: [u8; 7],
    capacitor_health: U16,
    _errata_to_135: [u8; 6],
    unaligned_io: U64,
    _security_version: U64,
    _total_nuse: U64,
    plp_start_count: U128,
    endurance_estimate: U128,
    pcie_link_retraining_count: U64,
    power_state_change_count: U64,
    _lowest_firmware_to_493: [u8; 286],
    version: U16,
    guid: [u8; 16],
}
const _: () = assert!(size_of::<Wire>() == 512);
const _: () = assert!(offset_of!(Wire, xor_recovery_count) == 48);
const _: () = assert!(offset_of!(Wire, maximum_user_erase_count) == 88);
const _: () = assert!(offset_of!(Wire, pcie_correctable_errors) == 104);
const _: () = assert!(offset_of!(Wire, percent_free_blocks) == 120);
const _: () = assert!(offset_of!(Wire, capacitor_health) == 128);
const _: () = assert!(offset_of!(Wire, unaligned_io) == 136);
const _: () = assert!(offset_of!(Wire, plp_start_count) == 160);
const _: () = assert!(offset_of!(Wire, version) == 494);

/// SMART / Health Information Extended (log page C0h). The counters are over the life of the drive.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OcpSmart {
    /// Log Page Version. Bytes 495:494.
    pub version: u16,
    /// Physical Media Units Written, bytes. Bytes 15:0.
    pub physical_media_units_written: u128,
    /// Physical Media Units Read, bytes. Bytes 31:16.
    pub physical_media_units_read: u128,
    /// Bad User NAND Blocks. Bytes 37:32.
    pub bad_user_blocks: BadBlocks,
    /// Bad System NAND Blocks. `None`: all ones, the drive does not count them apart. Bytes 47:40.
    pub bad_system_blocks: Option<BadBlocks>,
    /// XOR Recovery Count. Bytes 55:48.
    pub xor_recovery_count: u64,
    /// Uncorrectable Read Error Count. Bytes 63:56.
    pub uncorrectable_read_errors: u64,
    /// Soft ECC Error Count. Bytes 71:64.
    pub soft_ecc_errors: u64,
    /// End to End Correction Counts, detected. Bytes 75:72.
    pub end_to_end_detected_errors: u32,
    /// End to End Correction Counts, corrected. Bytes 79:76.
    pub end_to_end_corrected_errors: u32,
    /// System Data % Used. Byte 80.
    pub system_data_percent_used: u8,
    /// Refresh Counts, blocks moved for data retention, 56 bits. Bytes 87:81.
    pub refresh_count: u64,
    /// User Data Erase Counts, of the block erased most. Bytes 91:88.
    pub maximum_user_erase_count: u32,
    /// User Data Erase Counts, of the block erased least. Bytes 95:92.
    pub minimum_user_erase_count: u32,
    /// Number of Thermal Throttling Events; stays at 255. Byte 96.
    pub thermal_throttling_events: u8,
    /// Current Throttling Status: 0 none, 1 to 3 its level. Byte 97.
    pub thermal_throttling_status: u8,
    /// PCIe Correctable Error Count. Bytes 111:104.
    pub pcie_correctable_errors: u64,
    /// Incomplete Shutdowns: the power went before all was saved. Bytes 115:112.
    pub incomplete_shutdowns: u32,
    /// % Free Blocks. Byte 120.
    pub percent_free_blocks: u8,
    /// Capacitor Health, per cent of what is needed to save all data at a power loss, may exceed 100. `None`: FFFFh,
    /// there is no capacitor. Bytes 129:128.
    pub capacitor_health: Option<u16>,
    /// Unaligned I/O: writes that are no multiple of the drive's own unit. Bytes 143:136.
    pub unaligned_io: u64,
    /// PLP Start Count: times the power loss protection was started. Bytes 175:160.
    pub plp_start_count: u128,
    /// Endurance Estimate: bytes that may be written over its life. Bytes 191:176.
    pub endurance_estimate: u128,
    /// PCIe Link Retraining Count. `None`: versions before 2. Bytes 199:192.
    pub pcie_link_retraining_count: Option<u64>,
    /// Power State Change Count. `None`: versions before 2. Bytes 207:200.
    pub power_state_change_count: Option<u64>,
}

/// Blocks that were retired.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct BadBlocks {
    /// Raw count, 48 bits.
    pub raw: u64,
    /// Normalized value: 100 at the factory, falling to 0.
    pub normalized: u16,
}

impl OcpSmart {
    /// Decodes the 512 bytes of the log page. `None`: its GUID, in either byte order, says that it is another page.
    ///
    /// # Errors
    /// There are fewer.
    pub fn decode(bytes: &[u8]) -> Result<Option<Self>, DecodeError> {
        let wire: &Wire = structure(TITLE, bytes)?;
        let lowest_first = wire.guid.iter().eq(&GUID);
        let highest_first = wire.guid.iter().rev().eq(&GUID);
        if !lowest_first && !highest_first {
            return Ok(None);
        }
        let system_is_reported = wire.bad_system_blocks != [0xff; 6];
        let from_2 = |counter: U64| (wire.version.get() >= 2).then_some(counter.get());
        Ok(Some(Self {
            version: wire.version.get(),
            physical_media_units_written: wire.physical_media_units_written.get(),
            physical_media_units_read: wire.physical_media_units_read.get(),
            bad_user_blocks: BadBlocks {
                raw: unsigned(&wire.bad_user_blocks),
                normalized: wire.bad_user_blocks_normalized.get(),
            },
            bad_system_blocks: system_is_reported.then(|| BadBlocks {
                raw: unsigned(&wire.bad_system_blocks),
                normalized: wire.bad_system_blocks_normalized.get(),
            }),
            xor_recovery_count: wire.xor_recovery_count.get(),
            uncorrectable_read_errors: wire.uncorrectable_read_errors.get(),
            soft_ecc_errors: wire.soft_ecc_errors.get(),
            end_to_end_detected_errors: wire.end_to_end_detected_errors.get(),
            end_to_end_corrected_errors: wire.end_to_end_corrected_errors.get(),
            system_data_percent_used: wire.system_data_percent_used,
            refresh_count: unsigned(&wire.refresh_count),
            maximum_user_erase_count: wire.maximum_user_erase_count.get(),
            minimum_user_erase_count: wire.minimum_user_erase_count.get(),
            thermal_throttling_events: wire.thermal_throttling_events,
            thermal_throttling_status: wire.thermal_throttling_status,
            pcie_correctable_errors: wire.pcie_correctable_errors.get(),
            incomplete_shutdowns: wire.incomplete_shutdowns.get(),
            percent_free_blocks: wire.percent_free_blocks,
            capacitor_health: (wire.capacitor_health.get() != u16::MAX)
                .then_some(wire.capacitor_health.get()),
            unaligned_io: wire.unaligned_io.get(),
            plp_start_count: wire.plp_start_count.get(),
            endurance_estimate: wire.endurance_estimate.get(),
            pcie_link_retraining_count: from_2(wire.pcie_link_retraining_count),
            power_state_change_count: from_2(wire.power_state_change_count),
        }))
    }
}

/// Little-endian integer of six or seven bytes.
fn unsigned<const N: usize>(bytes: &[u8; N]) -> u64 {
    bytes::le::<N>(bytes, 0).and_then(|number| u64::try_from(number).ok()).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn page() -> [u8; 512] {
        let mut page = [0; 512];
        page[0] = 9;
        page[32..40].copy_from_slice(&[1, 0, 0, 0, 0, 1, 100, 0]);
        page[40..46].fill(0xff);
        page[72] = 4;
        page[76] = 5;
        page[81..88].copy_from_slice(&[2, 0, 0, 0, 0, 0, 1]);
        page[128..130].copy_from_slice(&[120, 0]);
        page[192] = 6;
        page[494] = 2;
        page[496..].copy_from_slice(&GUID);
        page
    }

    #[test]
    fn each_field_is_where_the_specification_has_it() {
        let log = OcpSmart::decode(&page()).unwrap().unwrap();
        assert_eq!(log.physical_media_units_written, 9);
        assert_eq!(log.bad_user_blocks, BadBlocks { raw: 0x0100_0000_0001, normalized: 100 });
        assert_eq!(log.bad_system_blocks, None);
        assert_eq!([log.end_to_end_detected_errors, log.end_to_end_corrected_errors], [4, 5]);
        assert_eq!(log.refresh_count, 0x01_0000_0000_0002);
        assert_eq!(log.capacitor_health, Some(120));
        assert_eq!(log.pcie_link_retraining_count, Some(6));
    }

    #[test]
    fn the_guid_is_known_in_both_byte_orders_and_another_is_another_page() {
        let mut page = page();
        page[496..].reverse();
        assert!(OcpSmart::decode(&page).unwrap().is_some());
        page[500] ^= 1;
        assert_eq!(OcpSmart::decode(&page), Ok(None));
        assert!(OcpSmart::decode(&page[..511]).is_err());
    }
}
