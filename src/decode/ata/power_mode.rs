//! CHECK POWER MODE (E5h), ACS-5: is the drive awake? It stays as it is. The answer is in COUNT 7:0.

use super::{Pages, Request};
use crate::decode::{DecodeError, Page};

/// The page, as the source asks for it; only where it is wanted.
pub(super) const PAGE: Page<Pages> = Page {
    name: "power_mode",
    title: "CHECK POWER MODE (E5h)",
    requests: |pages| if pages.wanted.power_mode { vec![Request::CheckPowerMode] } else { Vec::new() },
    decode: |_, answer, pages| {
        let registers = answer.registers.ok_or(DecodeError::NoRegisters { page: PAGE.title })?;
        let [mode, _] = registers.count.to_le_bytes();
        pages.power_mode = Some(PowerMode(mode));
        Ok(())
    },
};

/// The power mode: 00h and 01h standby, 80h to 83h idle, FFh active or idle, 40h and 41h a cache or spindle that rests.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PowerMode(pub u8);

impl PowerMode {
    /// Its name (ACS-5, "CHECK POWER MODE").
    pub fn name(self) -> &'static str {
        match self.0 {
            0x00 => "STANDBY",
            0x01 => "STANDBY_Y",
            0x40 => "ACTIVE_NV_DOWN",
            0x41 => "ACTIVE_NV_UP",
            0x80 => "IDLE",
            0x81 => "IDLE_A",
            0x82 => "IDLE_B",
            0x83 => "IDLE_C",
            0xff => "ACTIVE or IDLE",
            _ => "Unknown",
        }
    }

    /// Would a command that needs the medium have to spin it up?
    pub fn is_standby(self) -> bool {
        self.0 <= 0x01
    }
}
