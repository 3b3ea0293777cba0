//! Device Identification (83h): the names of the logical unit, and the transport it is reached by.

use super::VpdPage;
use crate::decode::DecodeError;
use crate::decode::bytes::{bit, text, u8_at};

/// Device Identification (83h), SPC-6: its designators, at most [`DeviceIdentification::MOST`].
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct DeviceIdentification {
    /// In the order in which they stand in the page.
    pub designators: Vec<Designator>,
}

/// A designation descriptor. An identifier.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Designator {
    /// What it names.
    pub association: Association,
    /// CODE SET, 4 bits: 1 binary, 2 ASCII, 3 UTF-8.
    pub code_set: u8,
    /// DESIGNATOR TYPE, 4 bits: 1 T10 vendor ID, 2 EUI-64, 3 NAA, 4 relative port, 8 SCSI name string, Ah UUID.
    pub kind: u8,
    /// PROTOCOL IDENTIFIER, 4 bits: 0 Fibre Channel, 6 SAS. `None`: PIV is 0, or the logical unit is named.
    pub protocol: Option<u8>,
    /// DESIGNATOR, at most 255 bytes.
    pub bytes: Vec<u8>,
}

/// What a designator names (ASSOCIATION).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Association {
    /// 00b: the logical unit.
    LogicalUnit,
    /// 01b: the target port that received the command.
    TargetPort,
    /// 10b: the target device.
    TargetDevice,
    /// 11b.
    Reserved,
}

/// Walks over designation descriptors; each step takes at least 4 bytes, so it ends. One that is cut short is left out.
struct Descriptors<'a> {
    rest: &'a [u8],
}

impl<'a> Iterator for Descriptors<'a> {
    type Item = &'a [u8];

    fn next(&mut self) -> Option<&'a [u8]> {
        let end = usize::from(u8_at(self.rest, 3)?).saturating_add(4);
        let descriptor = self.rest.get(..end);
        self.rest = self.rest.get(end..).unwrap_or_default();
        descriptor
    }
}

impl DeviceIdentification {
    /// Designators that are kept; disks have 3 to 8.
    pub const MOST: usize = 64;

    pub(in crate::decode::scsi) fn decode(page: VpdPage<'_>) -> Result<Self, DecodeError> {
        let descriptors = Descriptors { rest: page.body };
        Ok(Self { designators: descriptors.filter_map(Designator::decode).take(Self::MOST).collect() })
    }

    /// The logical unit's name: that of the NAA kind, else EUI-64 (both as `0x` and hexadecimal digits), else
    /// the SCSI name string. An identifier.
    pub fn logical_unit_id(&self) -> Option<String> {
        let units = || self.designators.iter().filter(|name| name.association == Association::LogicalUnit);
        let of = |valid: fn(&Designator) -> bool| units().find(|name| valid(name));
        if let Some(name) = of(Designator::is_naa).or_else(|| of(Designator::is_eui_64)) {
            return Some(hexadecimal(&name.bytes));
        }
        text(&of(|name| name.kind == 8 && name.code_set == 3)?.bytes)
    }

    /// Does the logical unit have an NAA name of a form other than 2, 3, 5 and 6?
    pub fn has_odd_naa(&self) -> bool {
        self.designators.iter().any(|name| {
            let form = name.bytes.first().map(|byte| byte >> 4);
            name.association == Association::LogicalUnit
                && (name.kind, name.code_set) == (3, 1)
                && !matches!(form, None | Some(2 | 3 | 5 | 6))
        })
    }

    /// PROTOCOL IDENTIFIER of the first target port or device that has one.
    pub fn protocol(&self) -> Option<u8> {
        self.designators.iter().find_map(|name| name.protocol)
    }
}

impl Designator {
    fn decode(descriptor: &[u8]) -> Option<Self> {
        let [first, second, _, _, bytes @ ..] = descriptor else { return None };
        let association = match (second >> 4) & 3 {
            0 => Association::LogicalUnit,
            1 => Association::TargetPort,
            2 => Association::TargetDevice,
            _ => Association::Reserved,
        };
        let has_protocol =
            bit(*second, 7) && matches!(association, Association::TargetPort | Association::TargetDevice);
        Some(Self {
            association,
            code_set: first & 0x0f,
            kind: second & 0x0f,
            protocol: has_protocol.then_some(first >> 4),
            bytes: bytes.to_vec(),
        })
    }

    /// An NAA designator of a form that SPC-6 knows: 2, 3 and 5 have 8 bytes, 6 has 16.
    fn is_naa(&self) -> bool {
        let form = self.bytes.first().map(|byte| byte >> 4);
        let length = match form {
            Some(2 | 3 | 5) => 8,
            Some(6) => 16,
            _ => return false,
        };
        self.kind == 3 && self.code_set == 1 && self.bytes.len() == length
    }

    /// An EUI-64 based designator.
    fn is_eui_64(&self) -> bool {
        self.kind == 2 && self.code_set == 1 && matches!(self.bytes.len(), 8 | 12 | 16)
    }
}

fn hexadecimal(bytes: &[u8]) -> String {
    const DIGITS: &[u8; 16] = b"0123456789abcdef";
    let digit = |nibble: u8| DIGITS.get(usize::from(nibble)).map_or('0', |&digit| char::from(digit));
    let mut text = String::from("0x");
    text.extend(bytes.iter().flat_map(|byte| [digit(byte >> 4), digit(byte & 0x0f)]));
    text
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::decode::scsi::testing::{designator, vpd_page};

    const NAA: [u8; 8] = [0x50, 0, 0xc5, 0, 1, 2, 3, 4];
    const EUI: [u8; 8] = [0, 0x11, 0x22, 0x33, 0x44, 0x55, 0x66, 0x77];

    fn decode(designators: &[Vec<u8>]) -> DeviceIdentification {
        let bytes = vpd_page(0x83, &designators.concat());
        DeviceIdentification::decode(VpdPage::parse("x", 0x83, &bytes).unwrap()).unwrap()
    }

    #[test]
    fn the_best_name_of_the_logical_unit() {
        let naa = designator([0x01, 0x03], &NAA);
        let eui = designator([0x01, 0x02], &EUI);
        let name = designator([0x03, 0x08], b"naa.5000C50001020304\0\0\0\0");
        let t10 = designator([0x02, 0x01], b"ACME    DISK 1");
        let port = designator([0x61, 0x93], &[0x50, 0, 0xc5, 0, 1, 2, 3, 5]);
        let id = |designators: &[Vec<u8>]| decode(designators).logical_unit_id();
        assert_eq!(id(&[t10.clone(), name.clone(), eui.clone(), naa]).as_deref(), Some("0x5000c50001020304"));
        assert_eq!(id(&[name.clone(), eui]).as_deref(), Some("0x0011223344556677"));
        assert_eq!(id(&[t10.clone(), name]).as_deref(), Some("naa.5000C50001020304"));
        assert_eq!(id(&[t10, port.clone()]), None);
        assert_eq!(decode(&[port]).protocol(), Some(6));
    }

    #[test]
    fn names_of_a_wrong_length_are_no_names() {
        assert_eq!(decode(&[designator([0x01, 0x03], &NAA[..7])]).logical_unit_id(), None);
        assert_eq!(decode(&[designator([0x01, 0x03], &[])]).logical_unit_id(), None);
        assert_eq!(decode(&[designator([0x02, 0x03], &NAA)]).logical_unit_id(), None);
        assert!(!decode(&[designator([0x01, 0x03], &NAA)]).has_odd_naa());
        let odd = decode(&[designator([0x01, 0x03], &[0x12; 8])]);
        assert!(odd.has_odd_naa() && odd.logical_unit_id().is_none());
    }

    #[test]
    fn a_descriptor_that_is_cut_short_is_left_out() {
        let whole =
            vpd_page(0x83, &[designator([0x01, 0x03], &NAA), designator([0x01, 0x02], &EUI)].concat());
        for length in 4..whole.len() {
            let page = VpdPage::parse("x", 0x83, &whole[..length]).unwrap();
            let names = DeviceIdentification::decode(page).unwrap().designators;
            assert_eq!(names.len(), usize::from(length >= 16), "{length}");
        }
        let endless = vpd_page(0x83, &[0; 4000]);
        let page = VpdPage::parse("x", 0x83, &endless).unwrap();
        assert_eq!(DeviceIdentification::decode(page).unwrap().designators.len(), DeviceIdentification::MOST);
    }
}
