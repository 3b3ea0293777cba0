//! Protocol Specific Port log page (18h) for SAS: the disk's phys, and the errors of their links.

use super::log_parameter::LogPage;
use crate::decode::DecodeError;
use crate::decode::bytes::{be32, be64, u8_at};

/// Protocol Specific Port log page (18h), SPL-5: the ports, in the order in which they stand.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
#[non_exhaustive]
pub struct SasPorts {
    /// SAS ports; those of other protocols are left out.
    pub ports: Vec<SasPort>,
}

/// A SAS target port.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct SasPort {
    /// RELATIVE TARGET PORT IDENTIFIER: the parameter code.
    pub relative_target_port: u16,
    /// GENERATION CODE: counts changes of the port. Byte 6.
    pub generation: u8,
    /// NUMBER OF PHYS, as the page says. Byte 7.
    pub number_of_phys: u8,
    /// The phys that it describes; a parameter has no room for more than five.
    pub phys: Vec<SasPhy>,
}

/// A phy (SAS phy log descriptor).
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct SasPhy {
    /// PHY IDENTIFIER. Byte 1.
    pub identifier: u8,
    /// ATTACHED DEVICE TYPE, 3 bits: 0 nothing, 1 SAS or SATA device, 2 and 3 expander. Byte 4.
    pub attached_device_type: u8,
    /// ATTACHED REASON, 4 bits: why the phy at the other end was last reset. Byte 4.
    pub attached_reason: u8,
    /// REASON, 4 bits: why this phy was last reset. Byte 5.
    pub reason: u8,
    /// NEGOTIATED LOGICAL LINK RATE, 4 bits: 8 is 1.5 Gbit/s, 9 3, Ah 6, Bh 12, Ch 22.5. Byte 5.
    pub link_rate: u8,
    /// ATTACHED SSP, STP and SMP INITIATOR PORT: bits 3, 2 and 1. Byte 6.
    pub attached_initiator: u8,
    /// ATTACHED SSP, STP and SMP TARGET PORT: bits 3, 2 and 1. Byte 7.
    pub attached_target: u8,
    /// SAS ADDRESS. An identifier. Bytes 8 to 15.
    pub address: u64,
    /// ATTACHED SAS ADDRESS: that of the adapter or expander. An identifier. Bytes 16 to 23.
    pub attached_address: u64,
    /// ATTACHED PHY IDENTIFIER. Byte 24.
    pub attached_identifier: u8,
    /// INVALID DWORD COUNT. Bytes 32 to 35.
    pub invalid_dwords: u32,
    /// RUNNING DISPARITY ERROR COUNT. Bytes 36 to 39.
    pub running_disparity_errors: u32,
    /// LOSS OF DWORD SYNCHRONIZATION COUNT. Bytes 40 to 43.
    pub losses_of_dword_synchronization: u32,
    /// PHY RESET PROBLEM COUNT. Bytes 44 to 47.
    pub phy_reset_problems: u32,
    /// Phy event descriptors, at most 17.
    pub events: Vec<PhyEvent>,
}

/// A counter or peak of a phy (phy event descriptor).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct PhyEvent {
    /// PHY EVENT SOURCE (SPL-5, "Phy events"). Byte 3.
    pub source: u8,
    /// PHY EVENT. Bytes 4 to 7.
    pub value: u32,
    /// PEAK VALUE DETECTOR THRESHOLD, of peaks. Bytes 8 to 11.
    pub threshold: u32,
}

impl SasPorts {
    const SAS: u8 = 6;

    pub(super) fn decode(page: LogPage<'_>) -> Result<Self, DecodeError> {
        let ports = page.parameters().filter_map(|port| SasPort::decode(port.code, port.value));
        let ports: Vec<_> = ports.collect();
        if ports.is_empty() { Err(page.short(12)) } else { Ok(Self { ports }) }
    }
}

impl SasPort {
    fn decode(code: u16, value: &[u8]) -> Option<Self> {
        let [protocol, _, generation, number_of_phys] = *value.first_chunk()?;
        if protocol & 0x0f != SasPorts::SAS {
            return None;
        }
        let mut phys = Vec::new();
        let mut rest = value.get(4..)?;
        // Each step takes at least 4 bytes, so it ends.
        while phys.len() < usize::from(number_of_phys) {
            let Some(end) = u8_at(rest, 3).map(|length| usize::from(length).saturating_add(4)) else { break };
            let Some(phy) = rest.get(..end).and_then(SasPhy::decode) else { break };
            phys.push(phy);
            rest = rest.get(end..).unwrap_or_default();
        }
        Some(Self { relative_target_port: code, generation, number_of_phys, phys })
    }
}

impl SasPhy {
    fn decode(bytes: &[u8]) -> Option<Self> {
        let [_, identifier, _, _, device, rates, attached_initiator, attached_target] =
            *bytes.first_chunk()?;
        let count = u8_at(bytes, 51).unwrap_or(0);
        let events = bytes.get(52..).unwrap_or_default().chunks_exact(12).take(count.into());
        Some(Self {
            identifier,
            attached_device_type: (device >> 4) & 7,
            attached_reason: device & 0x0f,
            reason: rates >> 4,
            link_rate: rates & 0x0f,
            attached_initiator,
            attached_target,
            address: be64(bytes, 8)?,
            attached_address: be64(bytes, 16)?,
            attached_identifier: u8_at(bytes, 24)?,
            invalid_dwords: be32(bytes, 32)?,
            running_disparity_errors: be32(bytes, 36)?,
            losses_of_dword_synchronization: be32(bytes, 40)?,
            phy_reset_problems: be32(bytes, 44)?,
            events: events.filter_map(PhyEvent::decode).collect(),
        })
    }
}

impl PhyEvent {
    fn decode(bytes: &[u8]) -> Option<Self> {
        Some(Self { source: u8_at(bytes, 3)?, value: be32(bytes, 4)?, threshold: be32(bytes, 8)? })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::decode::scsi::testing::{log_page, sas_phy};

    fn decode(bytes: &[u8]) -> Result<SasPorts, DecodeError> {
        SasPorts::decode(LogPage::parse("x", 0x18, 0, bytes).unwrap())
    }

    fn port(phys: u8, descriptors: &[Vec<u8>]) -> Vec<u8> {
        [&[6, 0, 3, phys][..], &descriptors.concat()].concat()
    }

    #[test]
    fn phys_and_their_events() {
        let one = port(2, &[sas_phy(0, &[]), sas_phy(1, &[(0x06, 5, 0), (0x2b, 7, 9)])]);
        let page = decode(&log_page(0x18, 0, &[(1, &one), (2, &[0, 0, 0, 0])])).unwrap();
        let [port] = &page.ports[..] else { panic!("{page:?}") };
        assert_eq!((port.relative_target_port, port.generation, port.phys.len()), (1, 3, 2));
        let phy = &port.phys[1];
        assert_eq!((phy.identifier, phy.attached_device_type, phy.link_rate), (1, 1, 0x0b));
        assert_eq!((phy.address, phy.attached_address), (0x5000_c500_0102_0304, 0x5006_05b0_0000_0001));
        assert_eq!((phy.invalid_dwords, phy.phy_reset_problems), (1, 4));
        assert_eq!(phy.events[1], PhyEvent { source: 0x2b, value: 7, threshold: 9 });
    }

    #[test]
    fn numbers_that_lie() {
        let page = decode(&log_page(0x18, 0, &[(1, &port(255, &[sas_phy(0, &[])]))])).unwrap();
        assert_eq!((page.ports[0].number_of_phys, page.ports[0].phys.len()), (255, 1));
        let mut phy = sas_phy(0, &[(6, 1, 1)]);
        phy[51] = 255;
        assert_eq!(
            decode(&log_page(0x18, 0, &[(1, &port(1, &[phy]))])).unwrap().ports[0].phys[0].events.len(),
            1
        );
        assert_eq!(
            decode(&log_page(0x18, 0, &[(1, &port(9, &[vec![0; 200]]))])).unwrap().ports[0].phys.len(),
            0
        );
    }

    #[test]
    fn every_prefix_is_an_error_or_has_gaps() {
        let whole = log_page(0x18, 0, &[(1, &port(1, &[sas_phy(0, &[(6, 1, 1)])])), (2, &port(0, &[]))]);
        for length in 4..whole.len() {
            assert!(!decode(&whole[..length]).is_ok_and(|page| page.ports.len() > 1));
        }
    }
}
