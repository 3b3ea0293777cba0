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
