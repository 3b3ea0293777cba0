//! Informational Exceptions Control (1Ch): SCSI's SMART, and whether it is switched on.

use super::ModePage;
use crate::decode::DecodeError;
use crate::decode::bytes::{bit, u8_at};

/// Informational Exceptions Control mode page (1Ch), SPC-6.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct InformationalExceptionsControl {
    /// Disable Exception Control (DEXCPT): failure predictions are not reported. Byte 2.
    pub disabled: bool,
    /// Enable Warning (EWASC): temperature and enclosure warnings are reported. Byte 2.
    pub warnings: bool,
    /// TEST: the device reports false failures. Byte 2.
    pub test: bool,
    /// Method of Reporting Informational Exceptions (MRIE), 4 bits: 6 is "on request". Byte 3.
    pub method: Option<u8>,
}

impl InformationalExceptionsControl {
    pub(in crate::decode::scsi) fn decode(page: ModePage<'_>) -> Result<Self, DecodeError> {
        let flags = u8_at(page.body, 0).ok_or_else(|| page.short(3))?;
        Ok(Self {
            disabled: bit(flags, 3),
            warnings: bit(flags, 4),
            test: bit(flags, 2),
            method: u8_at(page.body, 1).map(|byte| byte & 0x0f),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn its_switches() {
        let decode = |flags: u8| {
            let bytes = [0, 0, 0, 0, 0, 0, 0, 0, 0x1c, 2, flags, 0xf6];
            InformationalExceptionsControl::decode(ModePage::parse("x", 0x1c, 0, &bytes).unwrap()).unwrap()
        };
        let page = decode(0x10);
        assert!(page.warnings && !page.disabled && !page.test);
        assert_eq!(page.method, Some(6));
        let page = decode(0x0c);
        assert!(!page.warnings && page.disabled && page.test);
    }
}
