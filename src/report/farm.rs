//! What `seagate_farm_log` of SATA and of SAS disks have in common.

/// Form factor in words, as in ACS-5 and SBC-4. `None`: not reported.
pub(super) fn form_factor(code: u64) -> Option<&'static str> {
    Some(match code & 0xf {
        1 => "5.25 inches",
        2 => "3.5 inches",
        3 => "2.5 inches",
        4 => "1.8 inches",
        5 => "< 1.8 inches",
        _ => return None,
    })
}

/// How the tracks lie: shingled or not.
pub(super) fn recording(kind: u64) -> &'static str {
    match kind & 3 {
        1 => "SMR",
        2 => "CMR",
        _ => "UNKNOWN",
    }
}

/// Degrees Celsius, a signed byte.
pub(super) fn degrees(field: u64) -> i8 {
    let [low, ..] = field.to_le_bytes();
    i8::from_le_bytes([low])
}

/// The eight slots of the events that stopped the firmware ("flash LED"), in smartctl's order. `index` is the drive's.
pub(super) fn slots_from_the_newest(index: u64) -> impl Iterator<Item = usize> {
    let index = usize::try_from(index & 7).unwrap_or(0);
    (1..=8).rev().map(move |back| (back + 8 - index) % 8)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn below_zero_is_below_zero() {
        assert_eq!((degrees(35), degrees(0xfb), degrees(0xff_ffff_ffff_fffb)), (35, -5, -5));
    }

    #[test]
    fn every_slot_comes_once() {
        assert_eq!(slots_from_the_newest(0).collect::<Vec<_>>(), [0, 7, 6, 5, 4, 3, 2, 1]);
        assert_eq!(slots_from_the_newest(u64::MAX).collect::<Vec<_>>(), [1, 0, 7, 6, 5, 4, 3, 2]);
    }
}
