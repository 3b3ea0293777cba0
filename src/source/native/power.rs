//! Whether a disk sleeps: the answers to CHECK POWER MODE (ATA) and REQUEST SENSE (SCSI), neither of which wakes it.

/// How deep a disk sleeps, from not at all to most.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Power {
    /// Active, or idle without saying so.
    Active,
    /// Idle: some of its electronics rest, the medium turns.
    Idle,
    /// Standby: the medium stands.
    Standby,
    /// Sleep: the interface is off as well.
    Sleep,
}

impl Power {
    /// COUNT as CHECK POWER MODE returns it (ACS-5): 00h and 01h standby, 80h to 83h idle, 40h and 41h a cache or a
    /// spindle that rests, FFh active or idle.
    pub(super) fn of_ata(mode: u8) -> Self {
        match mode {
            0x00 | 0x01 | 0x40 => Self::Standby,
            0x41 | 0x80..=0x83 => Self::Idle,
            _ => Self::Active,
        }
    }

    /// REQUEST SENSE of a disk in a low power condition: additional sense 5Eh (SPC-6). `None`: no sense data.
    pub(super) fn of_scsi(sense: &[u8]) -> Option<Self> {
        let (asc, ascq) = match sense.first()? & 0x7f {
            0x70 | 0x71 => (*sense.get(12)?, *sense.get(13)?),
            0x72 | 0x73 => (*sense.get(2)?, *sense.get(3)?),
            _ => return None,
        };
        Some(match (asc, ascq) {
            (0x5e, 0x02 | 0x04 | 0x09 | 0x0a) => Self::Standby,
            (0x5e, _) => Self::Idle,
            _ => Self::Active,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn standby_is_told_from_idle_and_active() {
        let modes = [0x00, 0x01, 0x40, 0x41, 0x80, 0x83, 0xff].map(Power::of_ata);
        let [standby, idle, active] = [Power::Standby, Power::Idle, Power::Active];
        assert_eq!(modes, [standby, standby, standby, idle, idle, idle, active]);
        assert!(active < idle && idle < standby);
    }

    #[test]
    fn sense_data_of_either_format_are_read_and_short_ones_are_none() {
        let mut fixed = [0; 18];
        (fixed[0], fixed[12], fixed[13]) = (0x70, 0x5e, 0x02);
        assert_eq!(Power::of_scsi(&fixed), Some(Power::Standby));
        assert_eq!(Power::of_scsi(&[0x72, 0, 0x5e, 0x01]), Some(Power::Idle));
        assert_eq!(Power::of_scsi(&[0x70; 18]), Some(Power::Active));
        for len in 0..14 {
            assert_eq!(Power::of_scsi(&fixed[..len]), None, "{len}");
        }
    }
}
