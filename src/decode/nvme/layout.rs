//! What the structures of NVMe have in common: fixed layouts, temperatures in kelvin.

use zerocopy::{FromBytes, Immutable, KnownLayout, Unaligned};

use crate::decode::DecodeError;

/// The structure at the start of `bytes`; what follows it is not looked at.
pub(super) fn structure<'a, T>(page: &'static str, bytes: &'a [u8]) -> Result<&'a T, DecodeError>
where
    T: FromBytes + Immutable + KnownLayout + Unaligned,
{
    match T::ref_from_prefix(bytes) {
        Ok((structure, _)) => Ok(structure),
        Err(_) => Err(DecodeError::Short { page, need: size_of::<T>(), got: bytes.len() }),
    }
}

/// A temperature as NVMe has it: whole kelvin.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Kelvin(pub u16);

impl Kelvin {
    /// The temperature, or `None` for 0: in every field of NVMe, "not implemented" or "not reported".
    pub fn reported(kelvin: u16) -> Option<Self> {
        (kelvin != 0).then_some(Self(kelvin))
    }

    /// In degrees Celsius, -272 to 65,262. NVMe counts 273 K as 0 °C.
    pub fn celsius(self) -> i32 {
        i32::from(self.0).saturating_sub(273)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn zero_kelvin_is_no_temperature() {
        assert_eq!(Kelvin::reported(0), None);
        assert_eq!(Kelvin::reported(300).map(Kelvin::celsius), Some(27));
        assert_eq!(Kelvin(5).celsius(), -268);
    }

    #[test]
    fn a_structure_needs_all_its_bytes() {
        let short = structure::<[u8; 4]>("page", &[1, 2, 3]);
        assert_eq!(short, Err(DecodeError::Short { page: "page", need: 4, got: 3 }));
        assert_eq!(structure::<[u8; 2]>("page", &[1, 2, 3]), Ok(&[1, 2]));
    }
}
