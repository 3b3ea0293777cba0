//! Identify Controller data structure (CNS 01h), NVMe Base Specification 2.2; power states are in `power_state`.

use std::mem::offset_of;

use zerocopy::little_endian::{U16, U32, U128};
use zerocopy::{FromBytes, Immutable, KnownLayout, Unaligned};

use super::layout::{Kelvin, structure};
use super::power_state::{self, PowerState};
use super::{Pages, Request};
use crate::decode::bytes::{self, bit, le32};
use crate::decode::{DecodeError, Page};

const TITLE: &str = "Identify Controller (CNS 01h)";

/// Asked first: it says what else there is.
pub(super) const PAGE: Page<Pages> = Page {
    name: "identify_controller",
    title: TITLE,
    requests: |_| vec![Request::Identify { cns: 0x01, nsid: 0 }],
    decode: |_, answer, pages| {
        pages.controller = Some(Box::new(IdentifyController::decode(answer.data)?));
        Ok(())
    },
};

#[derive(FromBytes, Immutable, KnownLayout, Unaligned)]
#[repr(C)]
struct Wire {
    vid: U16,
    ssvid: U16,
    sn: [u8; 20],
    mn: [u8; 40],
    fr: [u8; 8],
    rab: u8,
    ieee: [u8; 3],
    cmic: u8,
    mdts: u8,
    cntlid: U16,
    ver: U32,
    _rtd3r_rtd3e_oaes: [U32; 3],
    ctratt: U32,
    _rrls_to_110: [u8; 11],
    cntrltype: u8,
    fguid: [u8; 16],
    _crdt_to_255: [u8; 128],
    oacs: U16,
    _acl_aerl: [u8; 2],
    frmw: u8,
    lpa: u8,
    elpe: u8,
    npss: u8,
    _avscc_apsta: [u8; 2],
    wctemp: U16,
    cctemp: U16,
    _mtfa_hmpre_hmmin: [u8; 10],
    tnvmcap: U128,
    unvmcap: U128,
    _rpmbs: U32,
    edstt: U16,
    _dsto_to_323: [u8; 6],
    mntmt: U16,
    mxtmt: U16,
    sanicap: U32,
    _hmminds_to_339: [u8; 8],
    endgidmax: U16,
    _anatt_to_511: [u8; 170],
    _sqes_cqes_maxcmd: [u8; 4],
    nn: U32,
    oncs: U16,
    _fuses_fna: [u8; 3],
    vwc: u8,
    awun: U16,
    awupf: U16,
    _icsvscc_to_767: [u8; 238],
    subnqn: [u8; 256],
    _reserved_1024: [u8; 1024],
    psd: [power_state::Wire; 32],
    _vendor_specific: [u8; 1024],
}
const _: () = assert!(size_of::<Wire>() == 4096);
const _: () = assert!(offset_of!(Wire, ver) == 80);
const _: () = assert!(offset_of!(Wire, ctratt) == 96);
const _: () = assert!(offset_of!(Wire, cntrltype) == 111);
const _: () = assert!(offset_of!(Wire, oacs) == 256);
const _: () = assert!(offset_of!(Wire, wctemp) == 266);
const _: () = assert!(offset_of!(Wire, tnvmcap) == 280);
const _: () = assert!(offset_of!(Wire, edstt) == 316);
const _: () = assert!(offset_of!(Wire, mntmt) == 324);
const _: () = assert!(offset_of!(Wire, endgidmax) == 340);
const _: () = assert!(offset_of!(Wire, nn) == 516);
const _: () = assert!(offset_of!(Wire, vwc) == 525);
const _: () = assert!(offset_of!(Wire, subnqn) == 768);
const _: () = assert!(offset_of!(Wire, psd) == 2048);

/// Identify Controller data structure (CNS 01h): what the record needs of its 4,096 bytes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IdentifyController {
    /// PCI Vendor ID (VID). Bytes 1:0.
    pub vendor_id: u16,
    /// PCI Subsystem Vendor ID (SSVID). Bytes 3:2.
    pub subsystem_vendor_id: u16,
    /// Serial Number (SN), without padding. An identifier. `None`: blank. Bytes 23:4.
    pub serial_number: Option<String>,
    /// Model Number (MN), without padding. `None`: blank. Bytes 63:24.
    pub model_number: Option<String>,
    /// Firmware Revision (FR), without padding. `None`: blank. Bytes 71:64.
    pub firmware_revision: Option<String>,
    /// IEEE OUI Identifier (IEEE) of the vendor, 24 bits. Bytes 75:73.
    pub ieee_oui: u32,
    /// Maximum Data Transfer Size (MDTS): power of two, in units of the minimum memory page size.
    /// `None`: no limit. Byte 77.
    pub maximum_data_transfer_size: Option<u8>,
    /// Controller ID (CNTLID) within the NVM subsystem. Bytes 79:78.
    pub controller_id: u16,
    /// Version (VER): major in bits 31:16, minor in 15:8, tertiary in 7:0. `None`: older than 1.2. Bytes 83:80.
    pub version: Option<u32>,
    /// Controller Attributes (CTRATT); bit 4: endurance groups. Bytes 99:96.
    pub controller_attributes: u32,
    /// Controller Type (CNTRLTYPE): 1 I/O, 2 discovery, 3 administrative. `None`: not reported. Byte 111.
    pub controller_type: Option<u8>,
    /// FRU Globally Unique Identifier (FGUID). An identifier. `None`: not reported. Bytes 127:112.
    pub fru_guid: Option<[u8; 16]>,
    /// Optional Admin Command Support (OACS). Bytes 257:256.
    pub optional_admin_commands: u16,
    /// Firmware Updates (FRMW): bit 0 slot 1 is read-only, bits 3:1 number of slots, bit 4 activation without reset,
    /// bit 5 overlapping updates are detected. Byte 260.
    pub firmware_updates: u8,
    /// Log Page Attributes (LPA). Byte 261.
    pub log_page_attributes: u8,
    /// Entries of the Error Information log (ELPE + 1), 1 to 256. Byte 262.
    pub error_log_entries: u16,
    /// Warning Composite Temperature Threshold (WCTEMP). `None`: not reported. Bytes 267:266.
    pub warning_temperature: Option<Kelvin>,
    /// Critical Composite Temperature Threshold (CCTEMP). `None`: not reported. Bytes 269:268.
    pub critical_temperature: Option<Kelvin>,
    /// Total NVM Capacity (TNVMCAP) of the controller, bytes. 0: not reported. Bytes 295:280.
    pub total_capacity: u128,
    /// Unallocated NVM Capacity (UNVMCAP), bytes. Bytes 311:296.
    pub unallocated_capacity: u128,
    /// Extended Device Self-test Time (EDSTT), minutes. `None`: not reported. Bytes 317:316.
    pub extended_self_test_minutes: Option<u16>,
    /// Minimum Thermal Management Temperature (MNTMT). `None`: not reported. Bytes 325:324.
    pub minimum_thermal_management_temperature: Option<Kelvin>,
    /// Maximum Thermal Management Temperature (MXTMT). `None`: not reported. Bytes 327:326.
    pub maximum_thermal_management_temperature: Option<Kelvin>,
    /// Sanitize Capabilities (SANICAP). Bytes 331:328.
    pub sanitize_capabilities: u32,
    /// Endurance Group Identifier Maximum (ENDGIDMAX). 0: no endurance groups. Bytes 341:340.
    pub maximum_endurance_group: u16,
    /// Number of Namespaces (NN): the largest valid Namespace Identifier, not how many there are. Bytes 519:516.
    pub number_of_namespaces: u32,
    /// Optional NVM Command Support (ONCS). Bytes 521:520.
    pub optional_nvm_commands: u16,
    /// Is there a volatile write cache (VWC bit 0), whose content a power loss may take? Byte 525.
    pub volatile_write_cache: bool,
    /// Atomic Write Unit Normal (AWUN), logical blocks (its 0's based value + 1). Bytes 527:526.
    pub atomic_write_blocks: u32,
    /// Atomic Write Unit Power Fail (AWUPF), logical blocks (its 0's based value + 1). Bytes 529:528.
    pub atomic_write_power_fail_blocks: u32,
    /// NVM Subsystem NVMe Qualified Name (SUBNQN). An identifier. `None`: blank. Bytes 1023:768.
    pub subsystem_nqn: Option<String>,
    /// Power State Descriptors (PSD) 0 to NPSS, 1 to 32 of them. Bytes 263 and 3071:2048.
    pub power_states: Vec<PowerState>,
}

impl IdentifyController {
    /// Decodes the 4,096 bytes of the data structure.
    ///
    /// # Errors
    /// There are fewer.
    pub fn decode(bytes: &[u8]) -> Result<Self, DecodeError> {
        let wire: &Wire = structure(TITLE, bytes)?;
        let [oui_low, oui_mid, oui_high] = wire.ieee;
        let states = usize::from(wire.npss).saturating_add(1);
        Ok(Self {
            vendor_id: wire.vid.get(),
            subsystem_vendor_id: wire.ssvid.get(),
            serial_number: bytes::text(&wire.sn),
            model_number: bytes::text(&wire.mn),
            firmware_revision: bytes::text(&wire.fr),
            ieee_oui: le32(&[oui_low, oui_mid, oui_high, 0], 0).unwrap_or_default(),
            maximum_data_transfer_size: (wire.mdts != 0).then_some(wire.mdts),
            controller_id: wire.cntlid.get(),
            version: (wire.ver.get() != 0).then_some(wire.ver.get()),
            controller_attributes: wire.ctratt.get(),
            controller_type: (wire.cntrltype != 0).then_some(wire.cntrltype),
            fru_guid: (!bytes::all_zero(&wire.fguid)).then_some(wire.fguid),
            optional_admin_commands: wire.oacs.get(),
            firmware_updates: wire.frmw,
            log_page_attributes: wire.lpa,
            error_log_entries: u16::from(wire.elpe).saturating_add(1),
            warning_temperature: Kelvin::reported(wire.wctemp.get()),
            critical_temperature: Kelvin::reported(wire.cctemp.get()),
            total_capacity: wire.tnvmcap.get(),
            unallocated_capacity: wire.unvmcap.get(),
            extended_self_test_minutes: (wire.edstt.get() != 0).then_some(wire.edstt.get()),
            minimum_thermal_management_temperature: Kelvin::reported(wire.mntmt.get()),
            maximum_thermal_management_temperature: Kelvin::reported(wire.mxtmt.get()),
            sanitize_capabilities: wire.sanicap.get(),
            maximum_endurance_group: wire.endgidmax.get(),
            number_of_namespaces: wire.nn.get(),
            optional_nvm_commands: wire.oncs.get(),
            volatile_write_cache: bit(wire.vwc, 0),
            atomic_write_blocks: u32::from(wire.awun.get()).saturating_add(1),
            atomic_write_power_fail_blocks: u32::from(wire.awupf.get()).saturating_add(1),
            subsystem_nqn: bytes::text(&wire.subnqn),
            power_states: wire.psd.iter().take(states).map(PowerState::decode).collect(),
        })
    }

    /// Has it the Device Self-test log (OACS bit 4, "Device Self-test command")?
    pub fn has_self_test(&self) -> bool {
        bit(self.optional_admin_commands, 4)
    }

    /// Has it the Supported Log Pages log (LPA bit 5)? NVMe 2.0 brought it, and the OCP specification to drives of 1.4;
    /// in older ones the bit is reserved.
    pub fn has_supported_log_pages(&self) -> bool {
        bit(self.log_page_attributes, 5) && self.version >= Some(0x1_0400)
    }

    /// Has it endurance groups (CTRATT bit 4)?
    pub fn has_endurance_groups(&self) -> bool {
        bit(self.controller_attributes, 4)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_field_is_where_the_standard_has_it() {
        let mut page = vec![0; 4096];
        page[4..24].fill(b' ');
        page[24..64].fill(b' ');
        page[24..29].copy_from_slice(b"MODEL");
        page[73..76].copy_from_slice(&[0x38, 0x25, 0x00]);
        page[80..84].copy_from_slice(&[0, 4, 1, 0]);
        page[256] = 0x10;
        page[261] = 0x20;
        page[262] = 255;
        page[263] = 4;
        page[266..268].copy_from_slice(&350u16.to_le_bytes());
        page[280..296].copy_from_slice(&(1u128 << 100).to_le_bytes());
        page[516] = 32;
        page[525] = 7;
        page[2048 + 32 * 4] = 9;
        let controller = IdentifyController::decode(&page).unwrap();
        assert_eq!(controller.serial_number, None);
        assert_eq!(controller.model_number.as_deref(), Some("MODEL"));
        assert_eq!(controller.ieee_oui, 0x2538);
        assert_eq!(controller.version, Some(0x1_0400));
        assert_eq!(controller.error_log_entries, 256);
        assert_eq!(controller.warning_temperature, Some(Kelvin(350)));
        assert_eq!(controller.critical_temperature, None);
        assert_eq!(controller.total_capacity, 1 << 100);
        assert_eq!(controller.number_of_namespaces, 32);
        assert!(
            controller.has_self_test()
                && controller.has_supported_log_pages()
                && controller.volatile_write_cache
        );
        assert_eq!(controller.power_states.len(), 5);
        assert_eq!(controller.power_states[4].maximum_power.value, 9);
    }

    #[test]
    fn more_power_states_than_descriptors_are_cut() {
        let controller = IdentifyController::decode(&[0xff; 4096]).unwrap();
        assert_eq!(controller.power_states.len(), 32);
        assert!(IdentifyController::decode(&[0xff; 4095]).is_err());
    }
}
