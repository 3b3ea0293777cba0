//! SMART RETURN STATUS (B0h/DAh): does the drive foresee its own failure? The answer is in LBA 23:8.

use super::{Pages, Request};
use crate::decode::{Answer, DecodeError, Page};

/// The page, as the source asks for it.
pub(super) const PAGE: Page<Pages> = Page {
    name: "smart_status",
    title: "SMART RETURN STATUS (B0h/DAh)",
    requests: |pages| pages.if_smart(Request::SmartReturnStatus),
    decode: |_, answer, pages| {
        pages.smart_status = Some(SmartStatus::decode(answer)?);
        Ok(())
    },
};

/// The drive's own verdict.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SmartStatus {
    /// No threshold exceeded condition was found.
    pub passed: bool,
    /// Only one of the two bytes was right: what a bridge that cuts registers returns.
    pub half: bool,
}

impl SmartStatus {
    fn decode(answer: &Answer<'_>) -> Result<Self, DecodeError> {
        let registers = answer.registers.ok_or(DecodeError::NoRegisters { page: PAGE.title })?;
        let [_, middle, high, ..] = registers.lba.to_le_bytes();
        match (middle, high) {
            (0x4f, 0xc2) => Ok(Self { passed: true, half: false }),
            (0xf4, 0x2c) => Ok(Self { passed: false, half: false }),
            (0x4f, _) | (_, 0xc2) => Ok(Self { passed: true, half: true }),
            (0xf4, _) | (_, 0x2c) => Ok(Self { passed: false, half: true }),
            _ => {
                let value = u16::from_be_bytes([high, middle]).into();
                Err(DecodeError::Field { page: PAGE.title, field: "LBA 23:8", value })
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::decode::ata::Registers;

    fn status(lba: u64) -> Result<SmartStatus, DecodeError> {
        let registers = Some(Registers { lba, ..Registers::default() });
        SmartStatus::decode(&Answer { registers, ..Answer::default() })
    }

    #[test]
    fn verdicts() {
        assert_eq!(status(0xc2_4f00), Ok(SmartStatus { passed: true, half: false }));
        assert_eq!(status(0x2c_f400), Ok(SmartStatus { passed: false, half: false }));
        assert_eq!(status(0x00_4f00), Ok(SmartStatus { passed: true, half: true }));
        assert_eq!(status(0x2c_0000), Ok(SmartStatus { passed: false, half: true }));
        assert!(matches!(status(0), Err(DecodeError::Field { .. })));
        assert!(matches!(SmartStatus::decode(&Answer::default()), Err(DecodeError::NoRegisters { .. })));
    }
}
