//! Protocol Specific Port (19h): which transport it is, for devices whose names do not say so.

use super::ModePage;
use crate::decode::DecodeError;
use crate::decode::bytes::u8_at;

/// Protocol Specific Port mode page (19h), SPC-6.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct ProtocolSpecificPort {
    /// PROTOCOL IDENTIFIER, 4 bits: 0 Fibre Channel, 6 SAS. Byte 2.
    pub protocol: u8,
}

impl ProtocolSpecificPort {
    pub(in crate::decode::scsi) fn decode(page: ModePage<'_>) -> Result<Self, DecodeError> {
        let byte = u8_at(page.body, 0).ok_or_else(|| page.short(3))?;
        Ok(Self { protocol: byte & 0x0f })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sas_port() {
        let bytes = [0, 0, 0, 0, 0, 0, 0, 0, 0x19, 6, 0x06, 0, 0x07, 0xd0, 0, 0];
        let page = ProtocolSpecificPort::decode(ModePage::parse("x", 0x19, 0, &bytes).unwrap()).unwrap();
        assert_eq!(page.protocol, 6);
    }
}
