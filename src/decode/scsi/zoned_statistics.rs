//! Zoned Block Device Statistics log page (14h/01h).

use super::log_parameter::LogPage;
use crate::decode::DecodeError;
use crate::decode::bytes::be32;

/// Zoned Block Device Statistics log page (14h/01h), ZBC-2.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct ZonedStatistics {
    /// The counters of parameters 0000h to 000Bh, by code: maximum open, explicitly open and implicitly open zones,
    /// minimum empty zones, maximum non-sequential zones, zones emptied, suboptimal write commands, commands beyond
    /// the optimal limit, failed explicit opens, read and write rule violations, maximum implicitly open
    /// sequential-or-before-required zones. `None`: not reported.
    pub counters: [Option<u32>; 12],
}

impl ZonedStatistics {
    pub(super) fn decode(page: LogPage<'_>) -> Result<Self, DecodeError> {
        let mut counters = [None; 12];
        for parameter in page.parameters() {
            if let Some(counter) = counters.get_mut(usize::from(parameter.code)) {
                *counter = be32(parameter.value, 4);
            }
        }
        if counters == [None; 12] { Err(page.short(16)) } else { Ok(Self { counters }) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::decode::scsi::testing::log_page;

    #[test]
    fn counters_by_their_code() {
        let whole = log_page(
            0x14,
            1,
            &[(0, &[0, 0, 0, 0, 0, 0, 0, 128]), (11, &[0, 0, 0, 0, 0, 0, 1, 0]), (12, &[9; 8])],
        );
        let decode = |bytes: &[u8]| ZonedStatistics::decode(LogPage::parse("x", 0x14, 1, bytes).unwrap());
        let page = decode(&whole).unwrap();
        assert_eq!((page.counters[0], page.counters[1], page.counters[11]), (Some(128), None, Some(256)));
        for length in 4..whole.len() {
            assert_eq!(decode(&whole[..length]).is_err(), length < 16);
        }
    }
}
