//! SCT Error Recovery Control, ACS-5: how long the drive tries before it reports an error. The answer is in registers.

use super::{Pages, Request, SctCapabilities};
use crate::decode::{Answer, DecodeError, Page};

/// The page, as the source asks for it.
pub(super) const PAGE: Page<Pages> = Page {
    name: "sct_error_recovery_control",
    title: "SCT Error Recovery Control, get (action 3, function 2)",
    requests: |pages| {
        if pages.takes_sct(SctCapabilities::error_recovery_control) {
            vec![Request::SctReadTimer, Request::SctWriteTimer]
        } else {
            Vec::new()
        }
    },
    decode: |request, answer, pages| {
        let limit = RecoveryLimit::decode(answer)?;
        let timer = match request {
            Request::SctWriteTimer => &mut pages.sct_write_limit,
            _ => &mut pages.sct_read_limit,
        };
        *timer = Some(limit);
        Ok(())
    },
};

/// Time limit of error recovery, in units of 100 ms; 0: no limit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RecoveryLimit(pub u16);

impl RecoveryLimit {
    /// COUNT 7:0 holds the low byte, LBA 7:0 the high one.
    fn decode(answer: &Answer<'_>) -> Result<Self, DecodeError> {
        let registers = answer.registers.ok_or(DecodeError::NoRegisters { page: PAGE.title })?;
        let [low, _] = registers.count.to_le_bytes();
        let [high, ..] = registers.lba.to_le_bytes();
        // COUNT 1 and LBA 7:0 E0h are what the command was sent with: a bridge gave them back.
        if (low, high) == (0x01, 0xe0) {
            return Err(DecodeError::NoRegisters { page: PAGE.title });
        }
        Ok(Self(u16::from_le_bytes([low, high])))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::decode::ata::Registers;

    #[test]
    fn the_limit_is_in_two_registers() {
        let decode = |count, lba| {
            let registers = Some(Registers { count, lba, ..Registers::default() });
            RecoveryLimit::decode(&Answer { registers, ..Answer::default() })
        };
        assert_eq!(decode(70, 0xc2_4f00), Ok(RecoveryLimit(70)));
        assert_eq!(decode(0x2c, 0xc2_4f01), Ok(RecoveryLimit(300)));
        assert_eq!(decode(0, 0), Ok(RecoveryLimit(0)));
        assert!(decode(1, 0xc2_4fe0).is_err(), "the registers of the command itself");
        assert!(RecoveryLimit::decode(&Answer::default()).is_err());
    }
}
