//! Block Device Characteristics (B1h): does it rotate, how big is it, is it zoned?

use super::VpdPage;
use crate::decode::DecodeError;
use crate::decode::bytes::{be16, u8_at};

/// Block Device Characteristics (B1h), SBC-4.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct BlockDeviceCharacteristics {
    /// MEDIUM ROTATION RATE: 0 not reported, 1 does not rotate, 0401h to FFFEh revolutions per minute; others
    /// are reserved. Bytes 4 and 5.
    pub rotation_rate: u16,
    /// NOMINAL FORM FACTOR, 4 bits: 1 is 5.25", 2 3.5", 3 2.5", 4 1.8", 5 less. 0: not reported. Byte 7.
    pub form_factor: Option<u8>,
    /// ZONED. Byte 8.
    pub zoned: Option<Zoned>,
}

/// How a disk of device type 00h is zoned (ZONED).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Zoned {
    /// 01b: host aware.
    HostAware,
    /// 10b: device managed.
    DeviceManaged,
}

impl BlockDeviceCharacteristics {
    pub(in crate::decode::scsi) fn decode(page: VpdPage<'_>) -> Result<Self, DecodeError> {
        let rotation_rate = be16(page.body, 0).ok_or_else(|| page.short(6))?;
        Ok(Self {
            rotation_rate,
            form_factor: u8_at(page.body, 3).map(|byte| byte & 0x0f),
            zoned: u8_at(page.body, 4).and_then(|byte| match (byte >> 4) & 3 {
                1 => Some(Zoned::HostAware),
                2 => Some(Zoned::DeviceManaged),
                _ => None,
            }),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::decode::scsi::testing::vpd_page;

    #[test]
    fn a_zoned_disk_of_7200_rpm() {
        let whole = vpd_page(0xb1, &[0x1c, 0x20, 0, 2, 0x10, 0, 0, 0]);
        for length in 4..=whole.len() {
            let decoded =
                BlockDeviceCharacteristics::decode(VpdPage::parse("x", 0xb1, &whole[..length]).unwrap());
            if length < 6 {
                assert!(decoded.is_err());
                continue;
            }
            let page = decoded.unwrap();
            assert_eq!(page.rotation_rate, 7200);
            assert_eq!(page.form_factor, (length >= 8).then_some(2));
            assert_eq!(page.zoned, (length >= 9).then_some(Zoned::HostAware));
        }
    }
}
