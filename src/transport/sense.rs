//! Sense data (SPC-6), fixed and descriptor format, and the ATA output registers within (SAT-5). Pure.

use super::error::Sense;
use super::{Registers, TransportError};

/// Bit 0 of the ATA STATUS register, ERR (or CHECK CONDITION), and bit 5, DF: the command failed.
const ATA_FAILED: u8 = 0x21;
/// ATA PASS-THROUGH INFORMATION AVAILABLE: the registers came because CK_COND asked for them.
const REGISTERS_AVAILABLE: (u8, u8) = (0x00, 0x1d);

/// Which command the sense data answers: only ATA PASS-THROUGH puts registers where others put addresses.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Answers {
    /// Any SCSI command but ATA PASS-THROUGH.
    Scsi,
    /// ATA PASS-THROUGH (SAT-5).
    AtaPassThrough,
}

/// Sense data, decoded as far as a transport needs it: [`ScsiGeneric`](super::ScsiGeneric), or one of your own.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SenseData {
    /// Sense key and additional sense code. Bytes 2, 12 and 13 of fixed format, 1 to 3 of descriptor format.
    pub sense: Sense,
    /// Is it about an earlier command (response codes 71h and 73h)? The present one was then not executed.
    pub deferred: bool,
    /// ATA output registers. Fixed format has no room for COUNT 15:8 and LBA 47:24: they are 0 there.
    pub registers: Option<Registers>,
}

impl SenseData {
    /// Decodes `bytes`, which end where the device ended. `None`: too short, or no format of SPC.
    pub fn decode(bytes: &[u8], answers: Answers) -> Option<Self> {
        let response = bytes.first()? & 0x7f;
        let (sense, registers) = match response {
            0x70 | 0x71 => (fixed_sense(bytes)?, fixed_registers(bytes)),
            0x72 | 0x73 => (descriptor_sense(bytes)?, descriptor_registers(bytes)),
            _ => return None,
        };
        let deferred = response & 1 == 1;
        let registers = registers.filter(|_| answers == Answers::AtaPassThrough && !deferred);
        Some(Self { sense, deferred, registers })
    }

    /// How the command ended that the device ended with SCSI status `status` and this sense data.
    ///
    /// # Errors
    /// It failed: as the drive says in its registers, where they are there, or else as the sense data say.
    pub fn verdict(&self, status: u8) -> Result<Option<Registers>, TransportError> {
        let Sense { key, asc, ascq } = self.sense;
        match (key, self.registers) {
            (_, Some(registers)) if registers.status & ATA_FAILED != 0 => {
                Err(TransportError::Ata { status: registers.status, error: registers.error })
            }
            // NO SENSE, and RECOVERED ERROR: the command succeeded, if with an effort.
            (0x0 | 0x1, registers) => Ok(registers),
            // Some translators report the registers of a success under another key.
            (_, Some(registers)) if (asc, ascq) == REGISTERS_AVAILABLE => Ok(Some(registers)),
            _ => Err(TransportError::Scsi { status, sense: Some(self.sense) }),
        }
    }
}

/// SENSE KEY in byte 2, ADDITIONAL SENSE CODE and its qualifier in bytes 12 and 13, where the data goes so far.
fn fixed_sense(bytes: &[u8]) -> Option<Sense> {
    let key = bytes.get(2)? & 0x0f;
    // ADDITIONAL SENSE LENGTH counts from byte 8 on.
    let end = bytes.get(7).map_or(0, |&additional| usize::from(additional) + 8);
    let code = |at: usize| bytes.get(at).filter(|_| at < end).copied().unwrap_or(0);
    Some(Sense { key, asc: code(12), ascq: code(13) })
}

/// Registers in fixed format, where the command reached the drive.
fn fixed_registers(bytes: &[u8]) -> Option<Registers> {
    // A translator that refuses the request itself may point INFORMATION at the fault.
    let illegal_request = bytes.get(2).is_some_and(|key| key & 0x0f == 0x05);
    if illegal_request { None } else { sat_registers(bytes).or_else(|| libata_registers(bytes)) }
}

/// SAT-5: INFORMATION (byte 3) holds ERROR, STATUS, DEVICE, COUNT; COMMAND-SPECIFIC INFORMATION flags and LBA 23:0.
fn sat_registers(bytes: &[u8]) -> Option<Registers> {
    let &[_, _, _, error, status, device, count, _, _, lba0, lba1, lba2, ..] = bytes else { return None };
    // STATUS 0 is the empty INFORMATION field of ordinary sense data: a drive that has ended a command shows DRDY or
    // an error bit.
    let lba = u64::from_le_bytes([lba0, lba1, lba2, 0, 0, 0, 0, 0]);
    (status != 0).then_some(Registers { error, count: count.into(), lba, device, status })
}

/// libata before Linux 6.11: what SAT wants from byte 3 on stands from byte 8 on, and INFORMATION is empty. Only
/// failed commands come so (a success is in descriptor format); of the LBA no more than bits 7:0 are within the 18 bytes.
fn libata_registers(bytes: &[u8]) -> Option<Registers> {
    let &[_, _, _, _, _, _, _, _, error, status, device, count, ..] = bytes else { return None };
    let lba = bytes.get(17).copied().unwrap_or(0).into();
    (status & ATA_FAILED != 0).then_some(Registers { error, count: count.into(), lba, device, status })
}

fn descriptor_sense(bytes: &[u8]) -> Option<Sense> {
    let &[_, key, asc, ascq, ..] = bytes else { return None };
    Some(Sense { key: key & 0x0f, asc, ascq })
}

/// The ATA Status Return descriptor (09h) of SAT-5, wherever it stands among the descriptors.
fn descriptor_registers(bytes: &[u8]) -> Option<Registers> {
    let additional = usize::from(*bytes.get(7)?);
    let mut rest = bytes.get(8..)?;
    rest = rest.get(..additional).unwrap_or(rest);
    // Each turn takes at least the two bytes of a descriptor's header.
    while let &[kind, len, ref body @ ..] = rest {
        if kind == 0x09 {
            #[rustfmt::skip]
            let &[extend, error, count1, count0, lba3, lba0, lba4, lba1, lba5, lba2, device, status, ..] = body
                else { return None };
            // Without EXTEND the upper bytes are reserved.
            let [count1, lba3, lba4, lba5] =
                if extend & 1 == 1 { [count1, lba3, lba4, lba5] } else { [0; 4] };
            let lba = u64::from_le_bytes([lba0, lba1, lba2, lba3, lba4, lba5, 0, 0]);
            return Some(Registers {
                error,
                count: u16::from_le_bytes([count0, count1]),
                lba,
                device,
                status,
            });
        }
        rest = body.get(usize::from(len)..)?;
    }
    None
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// Of SMART RETURN STATUS with a threshold exceeded, as libata gives it.
    const EXCEEDED: [u8; 22] =
        [0x72, 1, 0, 0x1d, 0, 0, 0, 14, 9, 12, 0, 0, 0, 0, 0, 0, 0, 0xf4, 0, 0x2c, 0, 0x50];
    /// Of a command that ended with ABRT.
    const ABORTED: [u8; 22] = [0x72, 0xb, 0, 0, 0, 0, 0, 14, 9, 12, 0, 4, 0, 0, 0, 0, 0, 0, 0, 0, 0x40, 0x51];

    fn ata(bytes: &[u8]) -> SenseData {
        SenseData::decode(bytes, Answers::AtaPassThrough).unwrap()
    }

    #[test]
    fn registers_of_the_status_return_descriptor() {
        let sense = ata(&EXCEEDED);
        assert_eq!(sense.sense, Sense { key: 1, asc: 0, ascq: 0x1d });
        let registers = sense.verdict(2).unwrap().unwrap();
        assert_eq!(registers, Registers { lba: 0x2c_f400, status: 0x50, ..Registers::default() });
    }

    #[test]
    fn upper_register_bytes_count_only_with_extend() {
        let mut bytes =
            [0x72, 1, 0, 0x1d, 0, 0, 0, 14, 9, 12, 1, 0, 0x12, 0x34, 4, 1, 5, 2, 6, 3, 0x40, 0x50];
        let registers = ata(&bytes).registers.unwrap();
        assert_eq!((registers.count, registers.lba, registers.device), (0x1234, 0x0605_0403_0201, 0x40));
        bytes[10] = 0;
        let registers = ata(&bytes).registers.unwrap();
        assert_eq!((registers.count, registers.lba), (0x34, 0x03_0201));
    }

    #[test]
    fn the_descriptor_is_found_behind_others() {
        let mut bytes = vec![0x72, 1, 0, 0x1d, 0, 0, 0, 12 + 14, 0, 10];
        bytes.extend([0xff; 10]);
        bytes.extend(&EXCEEDED[8..]);
        assert_eq!(ata(&bytes).registers, ata(&EXCEEDED).registers);
        // Beyond ADDITIONAL SENSE LENGTH nothing counts.
        bytes[7] = 12;
        assert_eq!(ata(&bytes).registers, None);
    }

    #[test]
    fn an_ata_error_is_told_as_such() {
        let error = ata(&ABORTED).verdict(2).unwrap_err();
        assert!(matches!(error, TransportError::Ata { status: 0x51, error: 4 }), "{error}");
        assert!(error.is_unsupported());
        let mut fault = EXCEEDED;
        fault[21] = 0x70;
        assert!(matches!(ata(&fault).verdict(2), Err(TransportError::Ata { status: 0x70, error: 0 })));
    }

    #[test]
    fn registers_of_fixed_format() {
        let passed = [0xf0, 0, 1, 0, 0x50, 0x40, 0xff, 10, 0, 0x00, 0x4f, 0xc2, 0, 0x1d, 0, 0, 0, 0];
        let sense = ata(&passed);
        assert_eq!(sense.sense, Sense { key: 1, asc: 0, ascq: 0x1d });
        let expected = Registers { error: 0, count: 0xff, lba: 0xc2_4f00, device: 0x40, status: 0x50 };
        assert_eq!(sense.verdict(2).unwrap(), Some(expected));
        // The same bytes after a SCSI command are an address.
        assert_eq!(SenseData::decode(&passed, Answers::Scsi).unwrap().registers, None);
        let aborted = [0x70, 0, 0xb, 4, 0x51, 0x40, 0, 10, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0];
        assert!(matches!(ata(&aborted).verdict(2), Err(TransportError::Ata { status: 0x51, error: 4 })));
    }

    /// Of READ LOG EXT of a log that is not there, by AHCI, on Linux 6.1.
    #[test]
    fn registers_of_fixed_format_as_libata_places_them() {
        let aborted = [0x70, 0, 0xb, 0, 0, 0, 0, 10, 4, 0x41, 0, 1, 0, 0, 0, 0, 0x80, 0xdf];
        let expected = Registers { error: 4, count: 1, lba: 0xdf, device: 0, status: 0x41 };
        assert_eq!(ata(&aborted).registers, Some(expected));
        let error = ata(&aborted).verdict(2).unwrap_err();
        assert!(matches!(error, TransportError::Ata { status: 0x41, error: 4 }) && error.is_unsupported());
        assert_eq!(SenseData::decode(&aborted, Answers::Scsi).unwrap().registers, None);
    }

    #[test]
    fn ordinary_sense_data_has_no_registers() {
        let invalid_cdb = [0x70, 0, 5, 0, 0, 0, 0, 10, 0, 0, 0, 0, 0x24, 0, 0, 0, 0, 0];
        let error = ata(&invalid_cdb).verdict(2).unwrap_err();
        assert!(error.is_unsupported(), "{error}");
        let recovered = [0x70, 0, 1, 0, 0, 0, 0, 10, 0, 0, 0, 0, 0x17, 1, 0, 0, 0, 0];
        assert_eq!(SenseData::decode(&recovered, Answers::Scsi).unwrap().verdict(2).unwrap(), None);
    }

    #[test]
    fn codes_beyond_the_additional_length_are_not_read() {
        let short = [0x70, 0, 6, 0, 0, 0, 0, 4, 0, 0, 0, 0, 0x29, 1, 0, 0, 0, 0];
        assert_eq!(ata(&short).sense, Sense { key: 6, asc: 0, ascq: 0 });
    }

    #[test]
    fn a_deferred_error_is_not_about_this_command() {
        let mut bytes = ABORTED;
        bytes[0] = 0x73;
        let sense = ata(&bytes);
        assert!(sense.deferred);
        assert_eq!(sense.registers, None);
    }

    #[test]
    fn what_is_no_sense_data_is_none() {
        for bytes in [&[][..], &[0x70], &[0x72, 1, 0], &[0; 18], &[0xff; 252], &[0x7f; 18]] {
            assert_eq!(SenseData::decode(bytes, Answers::AtaPassThrough), None, "{bytes:02x?}");
        }
    }

    #[test]
    fn every_prefix_decodes_or_is_none() {
        for len in 0..EXCEEDED.len() {
            let registers = SenseData::decode(&EXCEEDED[..len], Answers::AtaPassThrough)
                .and_then(|sense| sense.registers);
            assert_eq!(registers, None, "{len} bytes");
        }
    }

    proptest! {
        #[test]
        fn hostile_bytes_do_no_harm(response in 0x70_u8..=0x73, mut bytes in prop::collection::vec(any::<u8>(), 0..255)) {
            if let Some(first) = bytes.first_mut() {
                *first = response;
            }
            if let Some(sense) = SenseData::decode(&bytes, Answers::AtaPassThrough) {
                prop_assert!(sense.sense.key <= 0x0f);
                if let Ok(Some(registers)) = sense.verdict(2) {
                    prop_assert_eq!(registers.status & ATA_FAILED, 0);
                    prop_assert!(registers.lba < 1 << 48);
                }
            }
        }
    }
}
