//! Sense data, as a host adapter passes it on.

use stone_smart::transport::{Answers, SenseData};

/// SCSI status, then sense data.
pub fn sense(bytes: &[u8]) {
    let Some((status, bytes)) = bytes.split_first() else { return };
    for answers in [Answers::Scsi, Answers::AtaPassThrough] {
        let Some(data) = SenseData::decode(bytes, answers) else { continue };
        assert!(data.sense.key <= 0x0f);
        assert!(data.registers.is_none() || answers == Answers::AtaPassThrough && !data.deferred);
        match data.verdict(*status) {
            Ok(registers) => {
                assert_eq!(registers, data.registers);
                // ERR or DF in STATUS: no command that failed is told as one that ended well.
                assert!(
                    registers
                        .is_none_or(|registers| registers.status & 0x21 == 0 && registers.lba >> 48 == 0)
                );
            }
            Err(error) => assert!(!error.to_string().is_empty()),
        }
    }
}
